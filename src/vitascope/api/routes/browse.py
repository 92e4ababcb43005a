"""``/services/browse``: the folders of the machine, for choosing what a section holds."""

import asyncio
import base64
import binascii
import os
import stat
from dataclasses import dataclass

from vitascope.api.call import Call
from vitascope.api.describe import Answer, flag
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes
from vitascope.media import reach

routes = Routes()

_MOST_ENTRIES = 10_000
_HIDDEN_PLACES = (b"/proc", b"/sys", b"/dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    path: bytes
    is_folder: bool


def _key(path: bytes) -> str:
    return "/services/browse/" + base64.urlsafe_b64encode(path).decode()


def _decode(name: str) -> bytes:
    text = name.replace("-", "+").replace("_", "/").strip()
    try:
        path = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequestError("the path is not base64") from None
    if not path.startswith(b"/") or b"\0" in path:
        raise BadRequestError("the path is not absolute")
    return os.path.normpath(path)


def _entries(path: bytes) -> list[_Entry]:
    """What is in a folder, and the way to sources that are read directly, which the system knows nothing of."""
    ways = _ways_to_sources(path)
    try:
        found = _listed(path)
    except NotFoundError:
        if not ways:
            raise
        found = []
    there = {entry.path for entry in found}
    found += [_Entry(path=way, is_folder=True) for way in ways if way not in there]
    return sorted(found, key=lambda entry: (not entry.is_folder, entry.path.lower()))


def _ways_to_sources(path: bytes) -> set[bytes]:
    """The next step from a folder down to each such source below it."""
    above = path.rstrip(b"/") + b"/"
    below = [point.path[len(above) :] for point in reach.points() if point.path.startswith(above)]
    return {above + rest.partition(b"/")[0] for rest in below}


def _listed(path: bytes) -> list[_Entry]:
    found: list[_Entry] = []
    try:
        with reach.scandir(path) as listing:
            for entry in listing:
                if entry.name.startswith(b".") or entry.path in _HIDDEN_PLACES:
                    continue
                try:
                    mode = entry.stat().st_mode
                except OSError:
                    continue
                if stat.S_ISDIR(mode) or stat.S_ISREG(mode):
                    found.append(_Entry(path=entry.path, is_folder=stat.S_ISDIR(mode)))
                if len(found) == _MOST_ENTRIES:
                    break
    except OSError as error:
        raise NotFoundError(error.strerror or "the folder cannot be read") from error
    return found


def _node(entry: _Entry) -> Node:
    text = entry.path.decode("utf-8", "replace")
    title = os.path.basename(entry.path).decode("utf-8", "replace") or text  # noqa: PTH119  # bytes, as on disk
    if entry.is_folder:
        return Node("Path", {"home": 0, "key": _key(entry.path), "network": 0, "path": text, "title": title})
    return Node("File", {"key": _key(entry.path), "path": text, "title": title})


@routes.get(
    "/services/browse",
    "/services/browse/{name}",
    policy=Policy.OWNER,
    takes=(flag("includeFiles", "Lists files as well as folders."),),
    answers=Answer.CONTAINER,
)
async def browse(call: Call) -> Reply:
    """The folders, and with ``includeFiles=1`` the files, of a folder whose path is in base64."""
    path = _decode(call.params["name"]) if "name" in call.params else b"/"
    entries = await asyncio.to_thread(_entries, path)
    files = call.flag("includeFiles", default=True)
    children = [_node(entry) for entry in entries if entry.is_folder or files]
    return call.reply(Container({"size": len(children)}, list(children)))
