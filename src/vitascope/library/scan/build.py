"""Make the rows of one item, leaf or container, from a joined record."""

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from vitascope.core.book_chapters import still_fits
from vitascope.core.model import ArtKind, ItemType, TagType
from vitascope.core.naming.titles import filing_key, fold
from vitascope.library.scan.media_rows import BestMedia
from vitascope.library.scan.records import tags_of
from vitascope.metadata import MetadataRecord, audience_rating, critic_rating
from vitascope.store import search_rows
from vitascope.store.artworks import LASTING
from vitascope.store.rows import (
    ArtworkRow,
    ItemDetailRow,
    ItemGuidRow,
    ItemRatingRow,
    ItemRow,
    SearchTextRow,
    SectionRow,
    TaggingRow,
)

_PICTURE_COLUMNS = {
    ArtKind.THUMB: "thumb_at",
    ArtKind.ART: "art_at",
    ArtKind.BANNER: "banner_at",
    ArtKind.CLEAR_LOGO: "clear_logo_at",
    ArtKind.SQUARE_ART: "square_art_at",
    ArtKind.THEME: "theme_at",
}
# Shown before what lies with the media although nobody locked the field.
_PREFERRED = frozenset({"provider"})


class Place(Struct, kw_only=True):
    """Where an item stands."""

    section_id: int
    parent_id: int | None = None
    grandparent_id: int | None = None
    location_id: int | None = None
    index: int | None = None
    parent_index: int | None = None
    absolute_index: int | None = None
    extra_type: int | None = None


class Art(Struct, frozen=True, kw_only=True):
    """A picture an item could show: a file beside it, or one inside a media file."""

    kind: ArtKind
    source: str
    file_id: int
    at: int


def item_row(
    *,
    item_id: int,
    item_type: ItemType,
    identity_id: int,
    place: Place,
    record: MetadataRecord,
    best: BestMedia,
    media_count: int,
    added_at: int,
    now: int,
    pictures: dict[str, int],
    articles: tuple[str, ...],
) -> ItemRow:
    """``pictures`` holds the time of each picture column that has one."""
    title = record.title or "?"
    critic, audience = critic_rating(record), audience_rating(record)
    return ItemRow(
        id=item_id,
        section_id=place.section_id,
        type=int(item_type),
        identity_id=identity_id,
        parent_id=place.parent_id,
        grandparent_id=place.grandparent_id,
        location_id=place.location_id,
        index_number=place.index,
        parent_index=place.parent_index,
        absolute_index=place.absolute_index,
        title=title,
        title_sort=record.title_sort,
        sort_key=filing_key(title, record.title_sort, articles),
        title_folded=fold(title),
        original_title=record.original_title,
        edition=record.edition,
        studio=record.studio,
        year=record.year,
        available_at=record.available_at or None,
        added_at=added_at,
        updated_at=now,
        duration_ms=best.duration_ms or record.duration_ms,
        content_rating=record.content_rating,
        content_rating_age=record.content_rating_age,
        rating=critic.value if critic else None,
        audience_rating=audience.value if audience else None,
        extra_type=place.extra_type,
        media_count=media_count,
        height=best.height,
        bitrate_kbps=best.bitrate_kbps,
        size_bytes=best.size_bytes,
        hdr=best.hdr,
        dovi=best.dovi,
        thumb_at=pictures.get("thumb_at"),
        art_at=pictures.get("art_at"),
        banner_at=pictures.get("banner_at"),
        clear_logo_at=pictures.get("clear_logo_at"),
        square_art_at=pictures.get("square_art_at"),
        theme_at=pictures.get("theme_at"),
    )


def detail_row(
    item_id: int, record: MetadataRecord, extra: dict[str, object], old: ItemDetailRow | None
) -> ItemDetailRow:
    """What is long. Colours and hashes of pictures are kept: a job makes them anew when the picture changes."""
    critic, audience = critic_rating(record), audience_rating(record)
    return ItemDetailRow(
        item_id=item_id,
        summary=record.summary or "",
        tagline=record.tagline,
        rating_image=critic.image if critic else None,
        audience_rating_image=audience.image if audience else None,
        ultra_blur=old.ultra_blur if old else None,
        thumb_blur_hash=old.thumb_blur_hash if old else None,
        art_blur_hash=old.art_blur_hash if old else None,
        extra=msgspec.json.encode(extra).decode() if extra else None,
    )


def extra_of(item_type: ItemType, record: MetadataRecord, length_ms: int | None = None) -> dict[str, object]:
    """What only one type of item has; ``length_ms`` is that of its media."""
    extra: dict[str, object] = {}
    if record.photo is not None:
        extra["photo"] = msgspec.to_builtins(record.photo)
    if item_type is ItemType.ALBUM and record.compilation:
        extra["compilation"] = True
    if record.disc_title:
        extra["disc_title"] = record.disc_title
    if record.chapters is not None and still_fits(record.chapters, length_ms):
        extra["chapters"] = msgspec.to_builtins(record.chapters)
    return extra


def guid_rows(item_id: int, record: MetadataRecord) -> list[ItemGuidRow]:
    return [ItemGuidRow(item_id=item_id, guid=guid) for guid in dict.fromkeys(record.guids)]


_SOURCES = {"imdb": ("imdb",), "themoviedb": ("themoviedb", "tmdb"), "rottentomatoes": ("tomato", "rotten")}


def rated_by(record: MetadataRecord, source: str) -> MetadataRecord:
    """The record with the ratings of one source before others; ``local`` leaves them as the files say."""
    names = _SOURCES.get(source, ())
    wanted = [rating for rating in record.ratings if any(name in rating.source for name in names)]
    if not wanted:
        return record
    first = [msgspec.structs.replace(rating, default=True) for rating in wanted]
    rest = [msgspec.structs.replace(rating, default=False) for rating in record.ratings if rating not in wanted]
    return msgspec.structs.replace(record, ratings=(*first, *rest))


def ratings_source(section: SectionRow) -> str:
    """Whose ratings a section shows (its preference ``ratingsSource``)."""
    try:
        return str(msgspec.json.decode(section.prefs or "{}", type=dict[str, object]).get("ratingsSource", "local"))
    except msgspec.MsgspecError:
        return "local"


def rating_rows(item_id: int, record: MetadataRecord) -> list[ItemRatingRow]:
    """What every source thinks of an item, in their order."""
    return [
        ItemRatingRow(
            item_id=item_id,
            ordering=ordering,
            source=rating.source,
            type="critic" if rating.by_critics else "audience",
            image=rating.image,
            value=rating.value,
            votes=rating.votes,
        )
        for ordering, rating in enumerate(record.ratings)
    ]


def search_row(item_id: int, item_type: ItemType, record: MetadataRecord) -> SearchTextRow | None:
    return search_rows.search_row(item_id, item_type, record.title or "", record.original_title)


def tagging_rows(item_id: int, record: MetadataRecord, tag_ids: dict[tuple[TagType, str], int]) -> list[TaggingRow]:
    """One row for each tag, in order; a person with two roles is one row with both."""
    rows: dict[int, TaggingRow] = {}
    for ordering, (kind, tag, text) in enumerate(tags_of(record)):
        tag_id = tag_ids[kind, tag]
        known = rows.get(tag_id)
        if known is not None:
            text = " / ".join(filter(None, (known.text, text))) or None
            ordering = known.ordering
        rows[tag_id] = TaggingRow(item_id=item_id, tag_id=tag_id, tag_type=int(kind), ordering=ordering, text=text)
    return list(rows.values())


def picture_rows(
    item_id: int,
    found: list[Art],
    old: list[ArtworkRow],
    old_item: ItemRow | None,
    new_ids: Callable[[str], int],
    locked: Mapping[ArtKind, str | None],
) -> tuple[list[ArtworkRow], dict[str, int], bool]:
    """The artworks of an item, the time of each picture column, and whether anything differs from before.

    Of a ``locked`` kind what is shown stays shown (also nothing at all, when that was chosen: an empty name); else
    files beside the media come first, then pictures inside it, and what was made.
    """
    if not found and not old and old_item is None:
        return [], {}, False
    lasting = [row for row in old if row.source in LASTING]
    before = {(row.kind, row.source, row.file_id): row for row in old}
    rows: list[ArtworkRow] = []
    times: dict[str, int] = {}
    for kind in ArtKind:
        mine = [art for art in found if art.kind is kind]
        rest = [row for row in lasting if row.kind == kind.value]
        column = _PICTURE_COLUMNS[kind]
        previous = getattr(old_item, column) if old_item is not None else None
        candidates: list[ArtworkRow] = []
        at: dict[int, int] = {}
        for art in mine:
            known = before.get((kind.value, art.source, art.file_id))
            picture = ArtworkRow(
                id=known.id if known else new_ids("artworks"),
                item_id=item_id,
                kind=kind.value,
                source=art.source,
                file_id=art.file_id,
                selected=known is not None and known.selected,
            )
            at[picture.id] = art.at
            candidates.append(picture)
        candidates += rest
        shown = _shown(candidates, kind in locked, locked.get(kind) == "")
        for picture in candidates:
            rows.append(msgspec.structs.replace(picture, ordering=len(rows), selected=picture is shown))
        if shown is not None:
            times[column] = at.get(shown.id) or previous or 1
    changed = {_shape(row) for row in rows} != {_shape(row) for row in old} or any(
        times.get(column) != (getattr(old_item, column) if old_item is not None else None)
        for column in _PICTURE_COLUMNS.values()
    )
    return rows, times, changed


def _shown(candidates: list[ArtworkRow], is_locked: bool, wants_none: bool) -> ArtworkRow | None:
    """Which of the pictures of a kind is shown; they are in order of preference, uploads last."""
    if is_locked:
        chosen = next((row for row in candidates if row.selected), None)
        if chosen is not None or wants_none:
            return chosen
    preferred = next((row for row in candidates if row.selected and row.source in _PREFERRED), None)
    return preferred or next(
        (row for row in candidates if row.source != "upload"), candidates[0] if candidates else None
    )


def _shape(row: ArtworkRow) -> tuple[int, bool, int]:
    return row.id, row.selected, row.ordering
