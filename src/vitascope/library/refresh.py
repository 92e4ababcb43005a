"""Read one item again: its files, NFO, tags and pictures, as ``PUT /library/metadata/{id}/refresh`` asks for it.

An item has no way to be read that a scan does not have, so this is a forced scan of the folders its files lie in.
"""

import os
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from vitascope.library.scanner import ScanService
from vitascope.store.engine import Database
from vitascope.store.reader import Reader
from vitascope.store.schema import files, items, locations, parts

_folders = (
    select(items.c.section_id, locations.c.path, files.c.path)
    .select_from(parts)
    .join(items, items.c.id == parts.c.item_id)
    .join(files, files.c.id == parts.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(
        (items.c.id == bindparam("id"))
        | (items.c.parent_id == bindparam("id"))
        | (items.c.grandparent_id == bindparam("id"))
    )
)


async def refresh_items(database: Database, scans: ScanService, item_ids: Sequence[int]) -> list[str]:
    """Queue what reads the items again; returns the ids of the activities (none when they have no files)."""
    folders: dict[tuple[int, bytes], None] = {}
    for item_id in item_ids:
        folders.update(dict.fromkeys(await database.read(folders_of, item_id)))
    return [await scans.start(section_id, folder, True) for section_id, folder in folders]


def folders_of(r: Reader, item_id: int) -> list[tuple[int, bytes]]:
    """(section, absolute folder) of everything the item is made of, without folders inside others of them."""
    found = {
        (row[0], os.path.dirname(bytes(row[1]).rstrip(b"/") + b"/" + bytes(row[2])))
        for row in r.tuples(_folders, {"id": item_id})
    }
    return sorted(
        (section_id, folder)
        for section_id, folder in found
        if not any(section_id == other and folder.startswith(above + b"/") for other, above in found)
    )
