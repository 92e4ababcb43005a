"""Chapters: those of a file, those of a service where it has none or they are preferred, and those that the owner wrote
instead of either.

The owner's are an edit like any other (field ``chapterSource`` of table ``edits``, locked), so they stay when a file is
scanned again or comes back under another name, and go when the field is unlocked.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import bindparam, select

from vitascope.core.book_chapters import ToldChapters
from vitascope.core.chapters import Chapter, of_file
from vitascope.core.model import ChapterInfo
from vitascope.store import kept_edits
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import PartRow
from vitascope.store.schema import edits, item_details, items, media, parts
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
_extra = select(item_details.c.extra).where(item_details.c.item_id == bindparam("id"))
_without = (
    select(items.c.id)
    .join(parts, parts.c.item_id == items.c.id)
    .where(any_of(items.c.parent_id, "ids"), items.c.deleted_at.is_(None), parts.c.chapters.is_(None))
    .limit(1)
)


class _Extra(Struct, frozen=True):
    chapters: ToldChapters | None = None


_decode_extra = msgspec.json.Decoder(_Extra).decode


def chapters_of(part: PartRow) -> Sequence[ChapterInfo]:
    """The chapters that a part's file has."""
    if not part.chapters:
        return ()
    try:
        return _decode_infos(part.chapters)
    except msgspec.MsgspecError:
        return ()


def told(extra: str | None) -> ToldChapters | None:
    """The chapters that a service knows, in what is kept of an item (``item_details.extra``)."""
    if not extra or '"chapters"' not in extra:
        return None
    try:
        return _decode_extra(extra).chapters
    except msgspec.MsgspecError:
        return None


def unwritten(files: Iterable[PartRow], said: ToldChapters | None) -> list[Chapter]:
    """The chapters of an item of which the owner wrote none: those of the first file that has some, or a service's."""
    if said is not None and said.preferred:
        return of_file(said.chapters)
    own = next(filter(None, map(chapters_of, files)), None)
    return of_file(own or (said.chapters if said is not None else ()))


def are_lacking(r: Reader, album_ids: Sequence[int]) -> bool:
    """Whether a track of these albums has a file without chapters."""
    return bool(r.tuples(_without, {"ids": list(album_ids)}))


def are_told(r: Reader, item_id: int) -> bool:
    """Whether a service knows chapters of an item."""
    return told(r.scalar(_extra, {"id": item_id})) is not None


def read(value: str | None) -> list[Chapter] | None:
    """The chapters in the value of an edit; ``None``: others count."""
    return None if value is None else _decode(value)


def change(tx: Writer, item_id: int, how: Callable[[list[Chapter]], Sequence[Chapter]]) -> list[Chapter]:
    """Let an item have the chapters that ``how`` makes of those it has. :class:`NotFound` when there is no item."""
    identity_id = tx.scalar(_identity, {"id": item_id})
    if identity_id is None:
        raise NotFound(f"no item {item_id}")
    before = written(tx, identity_id)
    if before is None:
        before = unwritten(tx.rows(PartRow, _parts, {"id": item_id}), told(tx.scalar(_extra, {"id": item_id})))
    after = list(how(before))
    kept_edits.edit(tx, identity_id, FIELD, msgspec.json.encode(after).decode())
    _touch(tx, identity_id)
    return after


def forget(tx: Writer, item_id: int) -> None:
    """Let an item have the chapters of its file, or a service's, again. :class:`NotFound` when there is no item."""
    identity_id = tx.scalar(_identity, {"id": item_id})
    if identity_id is None:
        raise NotFound(f"no item {item_id}")
    kept_edits.forget_edit(tx, identity_id, FIELD)
    _touch(tx, identity_id)


def written(r: Reader, identity_id: int) -> list[Chapter] | None:
    """The chapters that the owner wrote; ``None``: others count."""
    return read(r.scalar(_written, {"identity_id": identity_id}))


def _touch(tx: Writer, identity_id: int) -> None:
    for section_id in tx.scalars(_sections, {"identity_id": identity_id}):
        tx.touch(section_id, edit=True)
