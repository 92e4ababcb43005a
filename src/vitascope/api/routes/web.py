"""The web application at ``/web``: static files, and its page for every address inside it."""

import asyncio
import os
from pathlib import Path

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import NotFoundError
from vitascope.api.files import FileReply, is_below, open_file
from vitascope.api.headers import POLICY
from vitascope.api.policy import Policy
from vitascope.api.reply import HTML, Reply, redirect
from vitascope.api.routing import Routes

routes = Routes()

_TYPES = {
    ".html": "text/html;charset=utf-8",
    ".js": "text/javascript;charset=utf-8",
    ".mjs": "text/javascript;charset=utf-8",
    ".css": "text/css;charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".txt": "text/plain;charset=utf-8",
}
# The page loads nothing from elsewhere and has no inline script or style (docs/web.md). Streams are
# played from "blob:" addresses of the page's own.
_POLICY = POLICY + b" default-src 'self'; media-src 'self' blob:; frame-ancestors 'none'"
_FOREVER = "public, max-age=31536000, immutable"
_LONGEST = 200
"""No file of the application has a longer name, and a file system refuses some that do."""
_MISSING = (
    b"<!doctype html><title>Vitascope</title><h1>The web application is not built</h1>"
    b"<p>This server runs from a source tree without it. <code>make web</code> builds it; the API works without.</p>"
)


def _wanted(folder: Path, path: str) -> Path:
    """The file for a path below ``/web``: itself, or the page when it is no file."""
    name = path.lstrip("/")
    found = folder / name
    if (
        name
        and "\0" not in name
        and len(name) <= _LONGEST
        and is_below(os.fsencode(found), [os.fsencode(folder)])
        and found.is_file()
    ):
        return found
    if Path(name).suffix in _TYPES and not name.endswith(".html"):
        raise NotFoundError  # a missing script must not be answered with a page
    return folder / "index.html"


@routes.get("/web", "/web/", "/web/{path:path}", policy=Policy.PUBLIC, answers=Answer.PAGE)
async def web(call: Call) -> Reply:
    """The web application."""
    if call.path == "/web":
        return redirect("/web/")
    folder = call.house.web
    if not (folder / "index.html").is_file():
        return Reply(status=503, body=_MISSING, media_type=HTML)
    path = call.params.get("path", "")
    file = await asyncio.to_thread(_wanted, folder, path)
    if file.name == "index.html" and "/" in path:
        return redirect("/web/")  # the page names its own files by where they lie beside it
    content_type = _TYPES.get(file.suffix, "application/octet-stream")
    if content_type.startswith(("text/", "application/json")) and file.stat().st_size < 4_000_000:
        data = await asyncio.to_thread(file.read_bytes)
        hashed = "/assets/" in str(file)
        headers = [(b"cache-control", _FOREVER.encode() if hashed else b"no-cache")]
        if file.suffix == ".html":
            headers.append((b"content-security-policy", _POLICY))
        return Reply(body=data, media_type=content_type.encode(), headers=headers)
    opened = await asyncio.to_thread(open_file, os.fsencode(file))
    return FileReply(opened, receive=call.receive, request_headers=call.headers, content_type=content_type)


@routes.get("/favicon.ico", policy=Policy.PUBLIC, answers=Answer.FILE)
async def favicon(_: Call) -> Reply:
    """Where browsers look for an icon."""
    return redirect("/web/icon.svg")
