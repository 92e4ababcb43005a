"""Answers, and how they are put on the wire.

A reply knows its status, headers and body; :meth:`Reply.send` speaks ASGI. Bodies of text are compressed when the
client takes that and it is worth it. Replies that stream (files, events) are their own classes.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.types import Scope, Send

from vitascope.api.errors import ApiError, TooManyRequestsError

Header = tuple[bytes, bytes]

_COMPRESSED_FROM = 1_024
_TEXT = (b"text/", b"application/json", b"application/javascript", b"image/svg+xml")

XML = b"text/xml;charset=utf-8"
JSON = b"application/json"
HTML = b"text/html;charset=utf-8"
PLAIN = b"text/plain;charset=utf-8"


class Packer:
    """Compresses a body that comes in pieces, quickly rather than well."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(1, zlib.DEFLATED, 31)

    def pack(self, piece: bytes) -> bytes:
        """What there is to send after one more piece; may be nothing yet."""
        return self._packer.compress(piece)

    def end(self) -> bytes:
        """The rest."""
        return self._packer.flush()


def _compressed(body: bytes) -> bytes:
    packer = Packer()
    return packer.pack(body) + packer.end()


def accepts_gzip(scope: Scope) -> bool:
    """Whether the client takes a compressed body."""
    return any(name == b"accept-encoding" and b"gzip" in value.lower() for name, value in scope["headers"])


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer whose body is at hand."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    media_type: bytes = XML
    headers: list[Header] = field(default_factory=list)

    def common_headers(self) -> Iterable[Header]:
        """Headers that describe the body. An answer without one is an empty page, as the original has it."""
        yield b"content-type", self.media_type if self.body else HTML

    async def send(self, scope: Scope, send: Send, extra: Iterable[Header] = ()) -> None:
        """Sends it; ``extra`` are headers that every answer carries."""
        body = self.body
        headers = [*self.common_headers(), *self.headers, *extra]
        if len(body) >= _COMPRESSED_FROM and self.media_type.startswith(_TEXT):
            headers.append((b"vary", b"accept-encoding"))
            if accepts_gzip(scope):
                body = _compressed(body)
                headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": int(self.status), "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})


def redirect(location: str) -> Reply:
    """Sends the client elsewhere."""
    return Reply(status=HTTPStatus.FOUND, headers=[(b"location", location.encode("ascii", "ignore"))])


def refusal(error: ApiError) -> Reply:
    """The answer that an error is."""
    reply = Reply(status=error.status, body=error.page(), media_type=HTML)
    if isinstance(error, TooManyRequestsError):
        reply.headers.append((b"retry-after", str(error.seconds).encode()))
    return reply
