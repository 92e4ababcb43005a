"""Files of this machine as clients name them: by their absolute path, or as ``file:///…`` (RFC 8089)."""

import os
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from vitascope.api.call import Call
from vitascope.api.errors import BadRequestError, NotFoundError
from vitascope.api.far_files import open_media
from vitascope.api.files import is_below
from vitascope.store import files, items
from vitascope.store.rows import ItemRow, LocationRow
from vitascope.store.sections import locations


def path_of(url: str) -> bytes:
    """The path that a file's address names; 400 for what is none."""
    if url.startswith("file://"):
        parts = urlsplit(url)
        if parts.netloc not in ("", "localhost"):
            raise BadRequestError("url: a file of another machine")
        # clients encode the whole path: file:///storage%2FFilm.mkv
        url = unquote(parts.path)
    path = os.path.normpath(url)
    if not path.startswith("/") or "\0" in path:
        raise BadRequestError("url is neither an address nor the absolute path of a file")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise BadRequestError("url: a name that is no text") from None
    return os.fsencode(path)


def lies_below(path: bytes, roots: Sequence[bytes]) -> bool:
    """Whether there is a file of that path that can be read without leaving the folders."""
    if not is_below(path, roots):
        return False
    try:
        open_media(path, roots).close()
    except NotFoundError:
        return False
    return True


async def roots_above(call: Call, path: bytes) -> list[LocationRow]:
    """The folders of sections that a path names something in, as far as the caller may see them; innermost first."""
    roots = await call.house.database.read(locations)
    visible = [root for root in roots if call.viewer.may_see_section(root.section_id)]
    above = [root for root in visible if path.startswith(root.path.rstrip(b"/") + b"/")]
    return sorted(above, key=lambda root: -len(root.path))


async def items_at(call: Call, path: bytes) -> list[ItemRow]:
    """What a file of a section is shown as."""
    for root in await roots_above(call, path):
        below = path[len(root.path.rstrip(b"/")) + 1 :]
        file = await call.house.database.read(files.file_by_path, root.id, below)
        if file is not None:
            ids = await call.house.database.read(files.items_of_files, [file.id])
            return await call.house.database.read(items.get_items, ids.get(file.id, []), call.viewer)
    return []
