"""What is known of the files below a folder of the disk, whichever roots lie there: some of their names, and how much
they are."""

from sqlalchemy import bindparam, func, select

from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import LocationRow
from vitascope.store.schema import files
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


def _roots(r: Reader, folder: bytes) -> list[LocationRow]:
    prefix = folder.rstrip(b"/") + b"/"
    found = []
    for root in locations(r):
        path = root.path.rstrip(b"/") + b"/"
        if path.startswith(prefix) or prefix.startswith(path):
            found.append(root)
    return found
