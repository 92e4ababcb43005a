"""What was made of the content of files, and of which files something is still to be made.

What is made hangs on the content alone, so a file that was moved or renamed keeps it, and a second file of the same
content has it at once. An attempt that failed is written down too: it is not made again every night.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Boolean, Select, and_, bindparam, delete, func, not_, or_, select

from vitascope.core.model import ItemType, StreamType
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import DerivedRow
from vitascope.store.schema import derived, files, items, locations, media, parts, streams
from vitascope.store.writer import Writer

PREVIEWS = "previews"
"""The kind of small pictures along a film."""
CHAPTERS = "chapters"
"""The kind of pictures of chapters."""
BANDWIDTHS = "bandwidths"
"""The kind of the bandwidth that a file needs moment by moment; the value is text as the API says it."""
VOICE = "voice"
"""The kind of the map of where somebody speaks: a bit for each step (``library.derived.voice``)."""
FILMED = (ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP)


class Subject(Struct, frozen=True, array_like=True):
    """A file of which something can be made, with the item that it is played for."""

    file_id: int
    fingerprint: bytes
    root: bytes
    relative: bytes
    item_id: int
    part_id: int
    title: str
    duration_ms: int
    chapters: str | None = None
    """JSON list of core.model.ChapterInfo."""

    @property
    def path(self) -> bytes:
        """Absolute."""
        return self.root.rstrip(b"/") + b"/" + self.relative


_made = and_(
    derived.c.fingerprint == files.c.fingerprint,
    derived.c.kind == bindparam("kind"),
    derived.c.made_with == bindparam("made_with"),
)
_there = (
    files.c.fingerprint.is_not(None),
    files.c.missing_since.is_(None),
    items.c.type.in_([int(kind) for kind in FILMED]),
    items.c.deleted_at.is_(None),
    parts.c.duration_ms.is_not(None),
    locations.c.available,
    media.c.target.is_(None),  # what was made of another file shows nothing else than that
)


def _subjects(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(files)
        .join(parts, parts.c.file_id == files.c.id)
        .join(items, items.c.id == parts.c.item_id)
        .join(locations, locations.c.id == files.c.location_id)
        .join(media, media.c.id == parts.c.media_id)
        .where(*_there)
    )


_subject = _subjects(
    files.c.id,
    files.c.fingerprint,
    locations.c.path,
    files.c.path,
    items.c.id,
    parts.c.id,
    items.c.title,
    parts.c.duration_ms,
    parts.c.chapters,
)
_without = or_(bindparam("any_section", type_=Boolean()), not_(any_of(items.c.section_id, "without")))
_lacks = (
    derived.c.kind.is_(None),
    parts.c.duration_ms >= bindparam("least_ms"),
    or_(bindparam("any_chapters", type_=Boolean()), parts.c.chapters.is_not(None)),
    or_(bindparam("section_id") == 0, items.c.section_id == bindparam("section_id")),
    _without,
)
_lacking = (
    _subject.outerjoin(derived, _made)
    .where(*_lacks, files.c.id > bindparam("after"))
    .order_by(files.c.id)
    .limit(bindparam("size"))
)
_number = _subjects(func.count()).outerjoin(derived, _made).where(*_lacks)
_of_items = _subject.where(any_of(items.c.id, "ids")).order_by(items.c.id, parts.c.id)
_of_files = _subject.where(any_of(files.c.id, "ids")).order_by(items.c.id, parts.c.id)
_leaves = select(items.c.id).where(
    or_(
        any_of(items.c.id, "ids"),
        and_(
            or_(any_of(items.c.parent_id, "ids"), any_of(items.c.grandparent_id, "ids")), items.c.extra_type.is_(None)
        ),
    ),
    items.c.type.in_([int(kind) for kind in FILMED]),
)
_seasons = (
    select(items.c.parent_id)
    .where(
        items.c.type == int(ItemType.EPISODE),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
        items.c.parent_id > bindparam("after"),
        or_(bindparam("section_id") == 0, items.c.section_id == bindparam("section_id")),
        _without,
    )
    .distinct()
    .order_by(items.c.parent_id)
    .limit(bindparam("size"))
)
_seasons_of = (
    select(items.c.parent_id)
    .where(any_of(items.c.id, "ids"), items.c.type == int(ItemType.EPISODE), items.c.parent_id.is_not(None))
    .distinct()
    .order_by(items.c.parent_id)
)
_episodes_of = _subject.where(
    items.c.parent_id == bindparam("season_id"), items.c.type == int(ItemType.EPISODE), items.c.extra_type.is_(None)
).order_by(items.c.index_number, items.c.id, parts.c.id)
_one = select(derived).where(derived.c.fingerprint == bindparam("fingerprint"), derived.c.kind == bindparam("kind"))
_some = select(derived).where(
    derived.c.fingerprint.in_(bindparam("fingerprints", expanding=True)), derived.c.kind == bindparam("kind")
)
_have = (
    select(derived.c.fingerprint)
    .join(files, files.c.fingerprint == derived.c.fingerprint)
    .where(any_of(files.c.id, "ids"), derived.c.kind == bindparam("kind"), derived.c.error.is_(None))
)
_forget = delete(derived).where(derived.c.fingerprint == bindparam("fingerprint"), derived.c.kind == bindparam("kind"))
_of_section = (
    select(derived.c.fingerprint)
    .join(files, files.c.fingerprint == derived.c.fingerprint)
    .join(locations, locations.c.id == files.c.location_id)
    .where(derived.c.kind == bindparam("kind"), locations.c.section_id == bindparam("section_id"))
    .distinct()
    .limit(bindparam("size"))
)
_unused = (
    select(derived.c.fingerprint)
    .outerjoin(files, files.c.fingerprint == derived.c.fingerprint)
    .where(files.c.id.is_(None))
    .distinct()
    .limit(bindparam("size"))
)
_still_there = select(files.c.fingerprint).where(files.c.fingerprint.in_(bindparam("fingerprints", expanding=True)))
_forget_all = delete(derived).where(derived.c.fingerprint == bindparam("fingerprint"))
_contents_with = (
    select(derived.c.fingerprint)
    .where(derived.c.kind == bindparam("kind"), derived.c.error.is_(None), derived.c.fingerprint > bindparam("after"))
    .order_by(derived.c.fingerprint)
    .limit(bindparam("size"))
)
_video_infos = select(streams.c.info).where(
    streams.c.part_id == bindparam("part_id"), streams.c.type == int(StreamType.VIDEO)
)


class Wanted(Struct, frozen=True, kw_only=True):
    """Which files something is to be made of."""

    kind: str
    made_with: str
    least_ms: int = 0
    only_with_chapters: bool = False
    section_id: int = 0
    """0: every section."""
    without: tuple[int, ...] = ()
    """Sections in which it is not wanted."""

    @property
    def bound(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "made_with": self.made_with,
            "least_ms": self.least_ms,
            "any_chapters": not self.only_with_chapters,
            "section_id": self.section_id,
            "any_section": not self.without,
            "without": list(self.without),
        }


def lacking(r: Reader, wanted: Wanted, *, after: int = 0, size: int = 100) -> list[Subject]:
    """Files of which it was not made yet, by their id."""
    return r.rows(Subject, _lacking, wanted.bound | {"after": after, "size": size})


def number_lacking(r: Reader, wanted: Wanted) -> int:
    """How many files there are of which it was not made yet."""
    return int(r.scalar(_number, wanted.bound) or 0)


def subjects_of(r: Reader, item_ids: Sequence[int]) -> list[Subject]:
    """The files of items."""
    return r.rows(Subject, _of_items, {"ids": list(item_ids)})


def subjects_of_files(r: Reader, file_ids: Sequence[int]) -> list[Subject]:
    """These files, for each item that is made of them."""
    return r.rows(Subject, _of_files, {"ids": list(file_ids)})


def leaves_of(r: Reader, item_ids: Sequence[int]) -> list[int]:
    """Films, episodes and clips that are among these items, or lie below them."""
    return r.scalars(_leaves, {"ids": list(item_ids)})


def find(r: Reader, fingerprint: bytes, kind: str) -> DerivedRow | None:
    """What was made of a content."""
    return r.row(DerivedRow, _one, {"fingerprint": fingerprint, "kind": kind})


def of_contents(r: Reader, fingerprints: Sequence[bytes], kind: str) -> dict[bytes, DerivedRow]:
    """What was made of some contents."""
    if not fingerprints:
        return {}
    rows = r.rows(DerivedRow, _some, {"fingerprints": list(fingerprints), "kind": kind})
    return {row.fingerprint: row for row in rows}


def of_files(r: Reader, file_ids: Sequence[int], kind: str) -> frozenset[bytes]:
    """The contents of these files of which something was made."""
    return frozenset(bytes(one) for one in r.scalars(_have, {"ids": list(file_ids), "kind": kind}))


def video_infos(r: Reader, part_id: int) -> list[str]:
    """JSON of core.model.StreamInfo of the video streams of a part."""
    return r.scalars(_video_infos, {"part_id": part_id})


def keep(tx: Writer, rows: Sequence[DerivedRow]) -> None:
    """Write down what was made, or why nothing was."""
    bulk.insert_rows(tx, derived, rows, "replace")


def forget(tx: Writer, fingerprint: bytes, kind: str) -> None:
    """Let something be made again."""
    tx.conn.execute(_forget, {"fingerprint": fingerprint, "kind": kind})


def of_section(r: Reader, section_id: int, kind: str, size: int = 100) -> list[bytes]:
    """Contents in a section of which something was made."""
    return [bytes(one) for one in r.scalars(_of_section, {"section_id": section_id, "kind": kind, "size": size})]


def unused(r: Reader, size: int = 100) -> list[bytes]:
    """Contents of which something was made, and that no file has any more."""
    return [bytes(one) for one in r.scalars(_unused, {"size": size})]


def forget_unused(tx: Writer, fingerprints: Sequence[bytes]) -> list[bytes]:
    """Forget everything made of these contents, but of those that a file has again; which were forgotten."""
    back = {bytes(one) for one in tx.scalars(_still_there, {"fingerprints": list(fingerprints)})}
    gone = [one for one in fingerprints if one not in back]
    for one in gone:
        tx.conn.execute(_forget_all, {"fingerprint": one})
    return gone


def contents_with(r: Reader, kind: str, after: bytes = b"", size: int = 100) -> list[bytes]:
    """Contents of which something was made, in their order."""
    return [bytes(one) for one in r.scalars(_contents_with, {"kind": kind, "after": after, "size": size})]


def known_contents(r: Reader, fingerprints: Sequence[bytes]) -> frozenset[bytes]:
    """Which of these contents a file has. A file that is missing for now has its own too."""
    return frozenset(bytes(one) for one in r.scalars(_still_there, {"fingerprints": list(fingerprints)}))


def seasons(r: Reader, section_id: int, without: Sequence[int], after: int = 0, size: int = 100) -> list[int]:
    """Ids of seasons, in one section (0: in all) but not in those of ``without``."""
    bound = {"section_id": section_id, "any_section": not without, "without": list(without)}
    return r.scalars(_seasons, bound | {"after": after, "size": size})


def seasons_of(r: Reader, item_ids: Sequence[int]) -> list[int]:
    """Ids of the seasons of those of these items that are episodes."""
    return r.scalars(_seasons_of, {"ids": list(item_ids)})


def episodes_of(r: Reader, season_id: int) -> list[Subject]:
    """The files of the episodes of a season, in order."""
    return r.rows(Subject, _episodes_of, {"season_id": season_id})
