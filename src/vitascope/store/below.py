"""What is known of the files below a folder of the disk, whichever roots lie there: some of their names, how much they
are, and which items are made of them."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import LocationRow
from vitascope.store.schema import files, items, parts
from vitascope.store.sections import locations

_SOME = 500

_some = (
    select(files.c.location_id, files.c.path)
    .where(any_of(files.c.location_id, "ids"), files.c.missing_since.is_(None))
    .limit(bindparam("size"))
)
_sizes = select(func.coalesce(func.sum(files.c.size_bytes), 0)).where(
    any_of(files.c.location_id, "ids"), files.c.missing_since.is_(None)
)
_items = (
    select(items.c.title, files.c.location_id, files.c.path)
    .join(parts, parts.c.item_id == items.c.id)
    .join(files, files.c.id == parts.c.file_id)
    .where(any_of(items.c.id, "items"))
    .order_by(items.c.title)
)


def top_names(r: Reader, folder: bytes) -> frozenset[bytes]:
    """Names in ``folder`` that files known to be below it begin with: of some of them, and always of one of each root.

    A root above the folder counts too, for the part of it that lies below the folder.
    """
    prefix = folder.rstrip(b"/") + b"/"
    roots = _roots(r, folder)
    found = set()
    for root in roots:
        for _, path in r.tuples(_some, {"ids": [root.id], "size": _SOME}):
            full = root.path.rstrip(b"/") + b"/" + path
            if full.startswith(prefix):
                found.add(full[len(prefix) :].partition(b"/")[0])
    return frozenset(found)


def size_below(r: Reader, folder: bytes) -> int:
    """The bytes of all files known below roots that lie in ``folder``. Reads a row of each: for now and then."""
    prefix = folder.rstrip(b"/") + b"/"
    ids = [root.id for root in _roots(r, folder) if (root.path.rstrip(b"/") + b"/").startswith(prefix)]
    return int(r.scalar(_sizes, {"ids": ids})) if ids else 0


def titles_below(r: Reader, folder: bytes, item_ids: Collection[int]) -> list[str]:
    """The titles of those of some items that have a file below ``folder``."""
    prefix = folder.rstrip(b"/") + b"/"
    roots = {root.id: root.path.rstrip(b"/") + b"/" for root in _roots(r, folder)}
    rows = r.tuples(_items, {"items": list(item_ids)}) if roots and item_ids else []
    found = [title for title, root, path in rows if root in roots and (roots[root] + path).startswith(prefix)]
    return list(dict.fromkeys(found))


def _roots(r: Reader, folder: bytes) -> list[LocationRow]:
    prefix = folder.rstrip(b"/") + b"/"
    found = []
    for root in locations(r):
        path = root.path.rstrip(b"/") + b"/"
        if path.startswith(prefix) or prefix.startswith(path):
            found.append(root)
    return found
