"""The tables of items: Video, Track, Photo and Directory.

One table of attributes serves all types, since each attribute's source gives ``None`` where a type has none; what a
list leaves out is marked by ``when``. What stands inside an item is in :mod:`vitascope.api.render.item_children`.
"""

from collections.abc import Callable, Iterable

from vitascope.api.render.item_children import CHILDREN
from vitascope.api.render.shown import Shown, chapters_shown
from vitascope.api.render.table import (
    Attribute,
    Plan,
    Shape,
    Table,
    count,
    flag,
    number,
    text,
)
from vitascope.core.model import CONTAINER_TYPES, ItemType
from vitascope.core.naming import filed_under
from vitascope.core.naming.made_versions import PROXY_TYPE
from vitascope.library.collection_figures import CollectionFigures
from vitascope.ops import item_prefs
from vitascope.store.rows import ItemRow


def _detail(shape: Shape) -> bool:
    return shape.detail


def _converted(shape: Shape) -> bool:
    return shape.conversions


def _playing(shape: Shape) -> bool:
    return shape.playing


# --- addresses -------------------------------------------------------------------------------------------------


def metadata_key(item: ItemRow) -> str:
    """Where an item, or what lies below it, is read."""
    kind = ItemType(item.type)
    if kind in CONTAINER_TYPES:
        return f"/library/metadata/{item.id}/children"
    if kind is ItemType.COLLECTION:
        return f"/library/collections/{item.id}/children"
    return f"/library/metadata/{item.id}"


def _picture(name: str, at: Callable[[Shown], int | None]) -> Callable[[Shown], str | None]:
    def address(shown: Shown) -> str | None:
        stamp = at(shown)
        return None if stamp is None else f"/library/metadata/{shown.item.id}/{name}/{stamp}"

    return address


def _picture_of(which: str, name: str, field: str) -> Callable[[Shown], str | None]:
    def address(shown: Shown) -> str | None:
        item: ItemRow | None = getattr(shown, which)
        stamp: int | None = None if item is None else getattr(item, field)
        return None if item is None or stamp is None else f"/library/metadata/{item.id}/{name}/{stamp}"

    return address


def _thumb(shown: Shown) -> str | None:
    own = _own_thumb(shown)
    if own is None and shown.type is ItemType.TRACK:
        return _parent_thumb(shown)
    if own is None and shown.type is ItemType.COLLECTION:
        return f"/library/collections/{shown.item.id}/composite/{shown.item.updated_at}"
    return own


_own_thumb = _picture("thumb", lambda shown: shown.item.thumb_at)
_parent_thumb = _picture_of("parent", "thumb", "thumb_at")
_art = _picture("art", lambda shown: shown.item.art_at)


def _inherited_art(shown: Shown) -> str | None:
    return _art(shown) or _show_art(shown) or _parent_art(shown)


_show_art = _picture_of("grandparent", "art", "art_at")
_parent_art = _picture_of("parent", "art", "art_at")

# Of what the original server's agents would match, and of what they would not.
_MATCHED = frozenset(
    {
        ItemType.MOVIE,
        ItemType.SHOW,
        ItemType.SEASON,
        ItemType.EPISODE,
        ItemType.ARTIST,
        ItemType.ALBUM,
        ItemType.TRACK,
    }
)


_NAMES = {kind: kind.api_name for kind in ItemType}


def _guid_above(which: str) -> Callable[[Shown], str | None]:
    def get(shown: Shown) -> str | None:
        item: ItemRow | None = getattr(shown, which)
        uuid: str | None = getattr(shown.view, f"{which}_uuid")
        if item is None or uuid is None:
            return None
        if "://" in uuid:
            return uuid
        kind = ItemType(item.type)
        return f"plex://{_NAMES[kind]}/{uuid}" if kind in _MATCHED else f"local://{uuid}"

    return get


def guid(shown: Shown) -> str:
    """The guid of an item: it stays when the item is renamed, moved or scanned again."""
    kind = ItemType.CLIP if shown.item.extra_type is not None else shown.type
    return guid_of(kind, shown.view.identity_uuid)


def guid_of(kind: ItemType, uuid: str) -> str:
    """The guid of an item of this type (of an extra: ``CLIP``), by its identity."""
    if "://" in uuid:
        return uuid
    if kind in _MATCHED:
        return f"plex://{_NAMES[kind]}/{uuid}"
    return f"collection://{uuid}" if kind is ItemType.COLLECTION else f"local://{uuid}"


# --- values ----------------------------------------------------------------------------------------------------


_TYPE_NAMES = _NAMES | {ItemType.PHOTO_ALBUM: "photo"}


def _type_name(shown: Shown) -> str:
    return _TYPE_NAMES[shown.type]


def _parent_key(which: str, *, key: bool) -> Callable[[Shown], str | None]:
    def get(shown: Shown) -> str | None:
        item: ItemRow | None = getattr(shown, which)
        if item is None:
            return None
        return f"/library/metadata/{item.id}" if key else str(item.id)

    return get


def _of(which: str, field: str) -> Callable[[Shown], str | int | None]:
    def get(shown: Shown) -> str | int | None:
        item: ItemRow | None = getattr(shown, which)
        value: str | int | None = None if item is None else getattr(item, field)
        return value

    return get


def _text_of(which: str, field: str, otherwise: str | None = None) -> Callable[[Shown], str | None]:
    get = _of(which, field)

    def shown_text(shown: Shown) -> str | None:
        value = get(shown)
        return otherwise if value is None else str(value)

    return shown_text


def _parent_index(shown: Shown) -> int | None:
    """The number of what an item belongs to; a show has the number 1, as in :func:`_index`."""
    return 1 if shown.type is ItemType.SEASON else shown.item.parent_index


def _title_sort(shown: Shown) -> str | None:
    """What an item is filed under, where that is not its title."""
    title = shown.item.title
    filed = shown.item.title_sort or filed_under(title, shown.item.sort_key)
    return filed if filed != title else None


def _index(shown: Shown) -> int | None:
    if shown.item.index_number is not None:
        return shown.item.index_number
    return 1 if shown.type is ItemType.SHOW else None


def _extra_text(key: str) -> Callable[[Shown], str | None]:
    def get(shown: Shown) -> str | None:
        value = shown.extra.get(key)
        return None if value is None or isinstance(value, list | dict) else str(value)

    return get


_EXTRA_SUBTYPES = {
    1: "trailer",
    2: "deletedScene",
    3: "interview",
    4: "musicVideo",
    5: "behindTheScenes",
    6: "sceneOrSample",
    7: "liveMusicVideo",
    8: "lyricMusicVideo",
    9: "concert",
    10: "featurette",
    11: "short",
    12: "other",
}


def _chapter_source(shown: Shown) -> str | None:
    """Where the chapters come from: the file, or somebody who wrote or knows them."""
    found = chapters_shown(shown.view)
    return found[0].source if found else None


def _primary_extra(shown: Shown) -> str | None:
    found = shown.view.primary_extra_id
    return None if found is None else f"/library/metadata/{found}"


def _setting_text(name: str) -> Callable[[Shown], str | None]:
    return lambda shown: shown.settings.get(name)


def _setting_number(name: str) -> Callable[[Shown], int | None]:
    return lambda shown: int(shown.settings[name]) if name in shown.settings else None


def _in_section(shape: Shape) -> bool:
    return shape.detail or shape.across_sections


_FIRST: tuple[Attribute[Shown], ...] = (
    text("ratingKey", lambda shown: str(shown.item.id), key=True),
    text("key", lambda shown: metadata_key(shown.item), key=True),
    text("guid", guid),
    text("type", _type_name, key=True),
    text("title", "item.title", key=True),
    text("titleSort", _title_sort),
    number("playlistItemID", "entry_id", when=lambda shape: shape.entries == "playlistItemID"),
    number("playQueueItemID", "entry_id", when=lambda shape: shape.entries == "playQueueItemID"),
    number("generatorID", "conversion.generator_id", when=_converted),
    number("generatorType", lambda _: PROXY_TYPE, when=_converted),
    number("playlistID", "conversion.playlist_id", when=_converted),
    text("target", "conversion.target", when=_converted),
    text("processingState", "conversion.state", when=_converted),
    text("processingStateContext", "conversion.context", when=_converted),
    text("processingStateReason", "conversion.reason", when=_converted),
    number("userID", "conversion.person_id", when=_converted),
    text("username", "conversion.person", when=_converted),
    text("sessionKey", "session_key"),
    text("score", "score"),
    text("reason", "reason"),
    text("reasonTitle", "reason_title"),
    number("reasonID", "reason_id"),
    number("distance", "distance"),
    number("relatedCount", "related_count"),
    text("title.queryRange", "query_range"),
    text("studio", "item.studio"),
    text("editionTitle", "item.edition"),
    text("originalTitle", "item.original_title"),
    text("librarySectionTitle", _text_of("section", "title"), when=_in_section),
    number("librarySectionID", "item.section_id", when=_in_section),
    text("librarySectionKey", lambda shown: f"/library/sections/{shown.item.section_id}", when=_in_section),
    text("contentRating", "item.content_rating"),
    number("contentRatingAge", "item.content_rating_age"),
    text("summary", "detail.summary"),
    text("tagline", "detail.tagline"),
    number("rating", "item.rating"),
    number("audienceRating", "item.audience_rating"),
    text("ratingImage", "detail.rating_image"),
    text("audienceRatingImage", "detail.audience_rating_image"),
    number("userRating", "state.rating"),
    number("lastRatedAt", "state.last_rated_at"),
    count("viewCount", "state.view_count"),
    number("viewOffset", "view_offset_ms", when=_playing),
    Attribute("viewOffset", "count", "view_offset_ms", when=lambda shape: not shape.playing),
    count("skipCount", "state.skip_count"),
    number("lastViewedAt", "view.last_viewed_at"),
    number("year", "item.year"),
    text("thumb", _thumb),
    text("art", _inherited_art),
    text("theme", _picture("theme", lambda shown: shown.item.theme_at)),
    number("duration", "item.duration_ms"),
    text("originallyAvailableAt", "item.available_at"),
    number("addedAt", "item.added_at"),
    number("updatedAt", "item.updated_at"),
    number("deletedAt", "item.deleted_at"),
    number("extraType", "item.extra_type"),
    text("subtype", lambda shown: _EXTRA_SUBTYPES.get(shown.item.extra_type or 0)),
    text("thumbBlurHash", "detail.thumb_blur_hash", optional=True),
    text("artBlurHash", "detail.art_blur_hash", optional=True),
    text("chapterSource", _chapter_source, when=_detail),
    text("primaryExtraKey", _primary_extra, when=_detail),
    text("createdAtAccuracy", _extra_text("createdAtAccuracy"), when=_detail),
    text("orientation", _extra_text("orientation"), when=_detail),
)
# A preference that differs from its default, as the original shows it; clients compare before they set one.
_SETTINGS: tuple[Attribute[Shown], ...] = (
    *(number(name, _setting_number(name), when=_detail) for name in item_prefs.NUMBERS),
    *(text(name, _setting_text(name), when=_detail) for name in item_prefs.TEXTS),
)
_FLAT: tuple[Attribute[Shown], ...] = (
    flag("skipChildren", lambda shown: True if shown.flat and shown.type is ItemType.SHOW else None),
    flag("skipParent", lambda shown: True if shown.flat and shown.type is ItemType.EPISODE else None),
)
_NUMBERED: tuple[Attribute[Shown], ...] = (
    number("index", _index),
    number("parentIndex", _parent_index),
    number("absoluteIndex", "item.absolute_index"),
)
_BELOW_ONE: tuple[Attribute[Shown], ...] = (
    text("parentRatingKey", _parent_key("parent", key=False)),
    text("parentKey", _parent_key("parent", key=True)),
    text("parentGuid", _guid_above("parent")),
    text("parentTitle", _text_of("parent", "title")),
    number("parentYear", _of("parent", "year")),
    text("parentStudio", _text_of("parent", "studio")),
    text("parentThumb", _picture_of("parent", "thumb", "thumb_at")),
    text("parentTheme", _picture_of("parent", "theme", "theme_at")),
    text("parentArt", _parent_art),
)
_BELOW_TWO: tuple[Attribute[Shown], ...] = (
    text("grandparentRatingKey", _parent_key("grandparent", key=False)),
    text("grandparentKey", _parent_key("grandparent", key=True)),
    text("grandparentGuid", _guid_above("grandparent")),
    text("grandparentTitle", _text_of("grandparent", "title")),
    text("grandparentThumb", _picture_of("grandparent", "thumb", "thumb_at")),
    text("grandparentArt", _show_art),
    text("grandparentTheme", _picture_of("grandparent", "theme", "theme_at")),
)
_HOLDS_OTHERS: tuple[Attribute[Shown], ...] = (
    text("banner", _picture("banner", lambda shown: shown.item.banner_at)),
    number("leafCount", "item.leaf_count"),
    number("viewedLeafCount", "view.viewed_leaf_count"),
    number("childCount", "item.child_count"),
)


def _figure(get: Callable[[CollectionFigures], str | int | bool | None]) -> Callable[[Shown], str | int | bool | None]:
    def value(shown: Shown) -> str | int | bool | None:
        return None if shown.collection is None else get(shown.collection)

    return value


# What differs from its default is shown, as the original does: a client takes the default for what is missing.
_COLLECTION: tuple[Attribute[Shown], ...] = (
    *(attribute for attribute in _FIRST if attribute.name not in ("contentRating", "contentRatingAge", "subtype")),
    text("contentRating", _figure(lambda figures: figures.content_rating)),
    text("subtype", _figure(lambda figures: figures.subtype)),
    flag("smart", _figure(lambda figures: figures.is_smart)),
    text("content", _figure(lambda figures: figures.settings.content)),
    number("index", _figure(lambda figures: figures.tag_id)),
    number("ratingCount", _figure(lambda figures: figures.child_count or None)),
    number("childCount", _figure(lambda figures: figures.child_count)),
    number("minYear", _figure(lambda figures: figures.min_year)),
    number("maxYear", _figure(lambda figures: figures.max_year)),
    number("collectionMode", _figure(lambda figures: _unless(figures.settings.mode, -1))),
    number("collectionSort", _figure(lambda figures: _unless(figures.settings.sort, 0))),
    flag("collectionPublished", _figure(lambda figures: figures.is_published)),
    number(
        "collectionFilterBasedOnUser",
        _figure(lambda figures: int(figures.settings.filter_by_user) if figures.is_smart else None),
    ),
)


def _unless(value: int, default: int) -> int | None:
    return None if value == default else value


_LEAF = (*_FIRST, *_FLAT, *_NUMBERED, *_BELOW_ONE, *_BELOW_TWO)
VIDEO: Table[Shown] = Table("Video", (*_FIRST, *_SETTINGS), CHILDREN, json_name="Metadata")
EPISODE: Table[Shown] = Table("Video", _LEAF, CHILDREN, json_name="Metadata")
TRACK: Table[Shown] = Table("Track", _LEAF, CHILDREN, json_name="Metadata")
PHOTO: Table[Shown] = Table("Photo", (*_FIRST, *_NUMBERED, *_BELOW_ONE), CHILDREN, json_name="Metadata")
DIRECTORY: Table[Shown] = Table(
    "Directory", (*_FIRST, *_SETTINGS, *_FLAT, *_NUMBERED, *_BELOW_ONE, *_HOLDS_OTHERS), CHILDREN, json_name="Metadata"
)
COLLECTION: Table[Shown] = Table("Directory", _COLLECTION, CHILDREN, json_name="Metadata")

_TABLES: dict[ItemType, Table[Shown]] = {
    ItemType.COLLECTION: COLLECTION,
    ItemType.MOVIE: VIDEO,
    ItemType.EPISODE: EPISODE,
    ItemType.CLIP: EPISODE,
    ItemType.TRAILER: VIDEO,
    ItemType.TRACK: TRACK,
    ItemType.PHOTO: PHOTO,
}


def table_of(kind: ItemType) -> Table[Shown]:
    """The table of an item's element."""
    return _TABLES.get(kind, DIRECTORY)


def item_rows(shown: Iterable[Shown], shape: Shape) -> list[tuple[Plan, Shown]]:
    """Items with the plans to write them by."""
    plans: dict[ItemType, Plan] = {}
    rows: list[tuple[Plan, Shown]] = []
    for item in shown:
        plan = plans.get(item.type)
        if plan is None:
            plan = plans[item.type] = table_of(item.type).plan(shape)
        rows.append((plan, item))
    return rows
