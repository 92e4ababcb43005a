"""Where shows and artists lie on disk: the folder of each that holds everything below it, once for each root."""

import posixpath
from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from vitascope.core.naming import season_of
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import files, items, locations, parts

# One file for each folder, so that a show of a thousand episodes costs as many rows as it has seasons.
_one_each = (
    select(items.c.grandparent_id, func.min(files.c.id).label("file_id"))
    .join(parts, parts.c.item_id == items.c.id)
    .join(files, files.c.id == parts.c.file_id)
    .where(any_of(items.c.grandparent_id, "ids"), items.c.extra_type.is_(None))
    .group_by(items.c.grandparent_id, files.c.location_id, files.c.dir_hash)
    .limit(bindparam("most"))
    .subquery()
)
_folders = (
    select(_one_each.c.grandparent_id, locations.c.path, files.c.path)
    .join(files, files.c.id == _one_each.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .order_by(_one_each.c.grandparent_id, locations.c.path)
)
_MOST = 2_000


def folders_of(r: Reader, shows: Collection[int], artists: Collection[int]) -> dict[int, list[bytes]]:
    """The absolute paths of the folders of shows and artists."""
    asked = [*shows, *artists]
    if not asked:
        return {}
    by_root: dict[tuple[int, bytes], list[bytes]] = {}
    for item_id, root, path in r.tuples(_folders, {"ids": asked, "most": _MOST}):
        by_root.setdefault((item_id, bytes(root)), []).append(posixpath.dirname(bytes(path)))
    found: dict[int, list[bytes]] = {}
    for (item_id, root), folders in by_root.items():
        own = _own(folders, is_show=item_id in shows)
        found.setdefault(item_id, []).append(posixpath.join(root.rstrip(b"/"), own).rstrip(b"/"))
    return found


def _own(folders: list[bytes], *, is_show: bool) -> bytes:
    """The folder of a show above its seasons, of an artist above its albums; the root's own when there is none."""
    common = posixpath.commonpath(folders)
    if common not in folders:
        return common  # several lie below it
    above, _, name = common.rpartition(b"/")
    in_part = season_of(name.decode("utf-8", "replace")) is not None if is_show else bool(above)
    return above if in_part else common


__all__ = ["folders_of"]
