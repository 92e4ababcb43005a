"""Deleting what was worked out of a section's media, in steps that hold up nobody."""

import asyncio

from sqlalchemy import bindparam, select

from vitascope.library.derived.places import Bundles
from vitascope.store import bulk, derived
from vitascope.store.engine import Database
from vitascope.store.schema import items, markers
from vitascope.store.writer import Writer

_STEP = 1_000
_of_section = (
    select(markers.c.id)
    .join(items, items.c.id == markers.c.item_id)
    .where(items.c.section_id == bindparam("section_id"), markers.c.type == bindparam("type"))
    .limit(_STEP)
)


async def delete_markers(database: Database, section_id: int, kind: str) -> int:
    """Delete the markers of one type of a section's items, and forget where they were found; returns how many there
    were."""
    while some := await database.read(derived.of_section, section_id, kind, _STEP):
        for fingerprint in some:
            await database.awrite(derived.forget, fingerprint, kind, urgent=False)
    deleted = 0
    while number := await database.awrite(_some_markers, section_id, kind, urgent=False):
        deleted += number
    return deleted


async def delete_previews(database: Database, bundles: Bundles, section_id: int) -> int:
    """Delete the small pictures along a section's films; returns of how many."""
    deleted = 0
    while some := await database.read(derived.of_section, section_id, derived.PREVIEWS, _STEP):
        for fingerprint in some:
            await database.awrite(derived.forget, fingerprint, derived.PREVIEWS, urgent=False)
            await asyncio.to_thread(bundles.index(fingerprint).unlink, missing_ok=True)
        deleted += len(some)
    return deleted


def _some_markers(tx: Writer, section_id: int, kind: str) -> int:
    found = tx.scalars(_of_section, {"section_id": section_id, "type": kind})
    if found:
        bulk.delete_where(tx, markers, "id", found)
        tx.touch(section_id, edit=True)
    return len(found)
