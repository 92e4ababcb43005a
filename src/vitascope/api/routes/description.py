"""The server's description of itself: for programs ``/openapi.json``, to read ``/docs/api``."""

from functools import lru_cache
from importlib import resources

import msgspec

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.description import describe
from vitascope.api.description.page import page
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.reply import HTML, JSON, Reply
from vitascope.api.routing import Routes

routes = Routes()

_POLICY = b"default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'self'"
_FILES = {"page.css": b"text/css;charset=utf-8", "page.js": b"text/javascript;charset=utf-8"}


@lru_cache(maxsize=1)
def _document() -> bytes:
    from vitascope.api.routes import FAMILIES  # they hold this module's routes too

    return msgspec.json.encode(describe(route for family in FAMILIES for route in family.declared))


@routes.get("/openapi.json", policy=Policy.PUBLIC, answers=Answer.OBJECT)
async def openapi(_: Call) -> Reply:
    """The description of every route, as OpenAPI 3.1."""
    return Reply(body=_document(), media_type=JSON)


@routes.get("/docs/api", policy=Policy.PUBLIC, answers=Answer.PAGE)
async def read(_: Call) -> Reply:
    """The description of every route, to read."""
    body = page(msgspec.json.decode(_document()))
    return Reply(body=body, media_type=HTML, headers=[(b"content-security-policy", _POLICY)])


@routes.get("/docs/api/{name}", policy=Policy.PUBLIC, answers=Answer.FILE)
async def page_file(call: Call) -> Reply:
    """Style and script of the page."""
    kind = _FILES.get(call.param("name"))
    if kind is None:
        raise NotFoundError
    body = (resources.files("vitascope.api.description") / call.param("name")).read_bytes()
    return Reply(body=body, media_type=kind, headers=[(b"cache-control", b"no-cache")])
