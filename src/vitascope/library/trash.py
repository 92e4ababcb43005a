"""The trash: items whose files are gone while their root is there. Emptying it deletes them for good.

What a person did to them stays with their identities (design rule 1): should the files come back, so does it. Items
of a root that is away are left alone even if they were trashed before: nobody can say what is there now.
"""

from sqlalchemy import bindparam, delete, exists, func, or_, select

from vitascope.store import deletion
from vitascope.store.engine import Database
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import files, items, locations, parts
from vitascope.store.writer import Writer

_STEP = 300

_is_trashed = (
    (items.c.section_id == bindparam("section"))
    & items.c.deleted_at.is_not(None)
    & or_(
        items.c.location_id.is_(None),
        ~exists().where(locations.c.id == items.c.location_id, locations.c.available.is_(False)),
    )
)
_trashed = select(items.c.id).where(_is_trashed).limit(_STEP)
_count = select(func.count()).select_from(items).where(_is_trashed)
_orphans = (
    select(files.c.id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(
        locations.c.section_id == bindparam("section"),
        files.c.missing_since.is_not(None),
        ~exists().where(parts.c.file_id == files.c.id),
    )
    .limit(_STEP)
)
_drop_files = delete(files).where(any_of(files.c.id, "ids"))


def size(r: Reader, section_id: int) -> int:
    """How many items of a section emptying its trash would delete."""
    return int(r.scalar(_count, {"section": section_id}))


async def empty(database: Database, section_id: int) -> int:
    """Delete what is in the trash of a section; returns the number of items deleted."""
    deleted = 0
    while number := await database.awrite(_empty_some, section_id, urgent=False):
        deleted += number
    await forget_files(database, section_id)
    return deleted


async def forget_files(database: Database, section_id: int) -> int:
    """Forgets files that are gone and that no item is made of any more; returns how many."""
    forgotten = 0
    while number := await database.awrite(_forget_some_files, section_id, urgent=False):
        forgotten += number
    return forgotten


def _empty_some(tx: Writer, section_id: int) -> int:
    doomed = tx.scalars(_trashed, {"section": section_id})
    if not doomed:
        return 0
    tx.touch(section_id, edit=True)
    return len(deletion.delete_items(tx, doomed))


def _forget_some_files(tx: Writer, section_id: int) -> int:
    gone = tx.scalars(_orphans, {"section": section_id})
    if gone:
        tx.conn.execute(_drop_files, {"ids": gone})
    return len(gone)
