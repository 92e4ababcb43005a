"""Chapters: those of a file, and those that the owner wrote instead.

The owner's are an edit like any other (field ``chapterSource`` of table ``edits``, locked), so they stay when a file is
scanned again or comes back under another name, and go when the field is unlocked.
"""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import bindparam, select

from vitascope.core.chapters import Chapter, of_file
from vitascope.core.model import ChapterInfo
from vitascope.store import kept_edits
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader
from vitascope.store.rows import PartRow
from vitascope.store.schema import edits, items, media, parts
from vitascope.store.writer import Writer

FIELD = "chapterSource"
"""Under which the owner's are kept, and locked."""

_decode_infos = msgspec.json.Decoder(list[ChapterInfo]).decode
_decode = msgspec.json.Decoder(list[Chapter]).decode
_identity = select(items.c.identity_id).where(items.c.id == bindparam("id"))
_sections = select(items.c.section_id).where(items.c.identity_id == bindparam("identity_id")).distinct()
_written = select(edits.c.value).where(edits.c.identity_id == bindparam("identity_id"), edits.c.field == FIELD)
_parts = (
    select(parts)
    .join(media, media.c.id == parts.c.media_id)
    .where(parts.c.item_id == bindparam("id"))
    .order_by(media.c.ordering, media.c.id, parts.c.ordering, parts.c.id)
)


def chapters_of(part: PartRow) -> Sequence[ChapterInfo]:
    """The chapters that a part's file has."""
    if not part.chapters:
        return ()
    try:
        return _decode_infos(part.chapters)
    except msgspec.MsgspecError:
        return ()


def read(value: str | None) -> list[Chapter] | None:
    """The chapters in the value of an edit; ``None``: the file's count."""
    return None if value is None else _decode(value)


def change(tx: Writer, item_id: int, how: Callable[[list[Chapter]], Sequence[Chapter]]) -> list[Chapter]:
    """Let an item have the chapters that ``how`` makes of those it has. :class:`NotFound` when there is no item."""
    identity_id = tx.scalar(_identity, {"id": item_id})
    if identity_id is None:
        raise NotFound(f"no item {item_id}")
    before = written(tx, identity_id)
    if before is None:
        of_parts = (chapters_of(part) for part in tx.rows(PartRow, _parts, {"id": item_id}))
        before = of_file(next(filter(None, of_parts), ()))
    after = list(how(before))
    kept_edits.edit(tx, identity_id, FIELD, msgspec.json.encode(after).decode())
    _touch(tx, identity_id)
    return after


def forget(tx: Writer, item_id: int) -> None:
    """Let an item have the chapters of its file again. :class:`NotFound` when there is no item."""
    identity_id = tx.scalar(_identity, {"id": item_id})
    if identity_id is None:
        raise NotFound(f"no item {item_id}")
    kept_edits.forget_edit(tx, identity_id, FIELD)
    _touch(tx, identity_id)


def written(r: Reader, identity_id: int) -> list[Chapter] | None:
    """The chapters that the owner wrote; ``None``: those of the file count."""
    return read(r.scalar(_written, {"identity_id": identity_id}))


def _touch(tx: Writer, identity_id: int) -> None:
    for section_id in tx.scalars(_sections, {"identity_id": identity_id}):
        tx.touch(section_id, edit=True)
