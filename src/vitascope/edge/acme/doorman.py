"""Port 80: answers what an authority asks there (RFC 8555 §8.3), and sends everybody else on to HTTPS.

Nothing of the server's own is served here. Where people are sent does not depend on the name they came by, so that
nobody can be sent elsewhere by it.
"""

from typing import Any
from urllib.parse import quote

_MOST = 64
"""Challenges that are held at once; the oldest go first."""
_KEPT = "/?#[]@!$&'()*+,;=:%~"


class Doorman:
    """An ASGI application."""

    def __init__(self, domain: str, https_port: int) -> None:
        self._target = f"https://{domain}" if https_port == 443 else f"https://{domain}:{https_port}"
        self._challenges: dict[str, bytes] = {}

    def publish(self, path: str, text: str) -> None:
        """Has a challenge answered from now on. May be called by any thread."""
        self._challenges[path] = text.encode()
        while len(self._challenges) > _MOST:
            self._challenges.pop(next(iter(self._challenges)), None)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 4404})
            return
        body = self._challenges.get(scope["path"], b"")
        headers = [(b"content-length", str(len(body)).encode())]
        if body:
            status = 200
            headers.append((b"content-type", b"application/octet-stream"))
        else:
            status = 301 if scope["method"] in ("GET", "HEAD") else 308
            path = quote(scope["raw_path"].decode("latin-1"), safe=_KEPT)
            query = scope["query_string"].decode("latin-1")
            where = f"{self._target}/{path.lstrip('/')}{'?' + quote(query, safe=_KEPT) if query else ''}"
            headers.append((b"location", where.encode("ascii")))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
