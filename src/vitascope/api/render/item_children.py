"""What stands inside an item: its versions, tags, pictures, ratings, markers and the like.

Lists carry at most three roles, tags without ids and no external guids unless asked; full items carry everything.
"""

from collections.abc import Iterable

from vitascope.api.render.media import CHAPTER, LISTED_MEDIA, MEDIA
from vitascope.api.render.reviews import REVIEW
from vitascope.api.render.shown import Shown, chapters_shown
from vitascope.api.render.table import Children, Mixed, Ready, Shape, Table, flag, number, text
from vitascope.core.model import TagType
from vitascope.store.rows import MarkerRow, MarkRow
from vitascope.store.views import TagView

_FEW_ROLES = 3


def _detail(shape: Shape) -> bool:
    return shape.detail


TAG_ELEMENTS: dict[int, str] = {
    TagType.GENRE: "Genre",
    TagType.COLLECTION: "Collection",
    TagType.DIRECTOR: "Director",
    TagType.WRITER: "Writer",
    TagType.ROLE: "Role",
    TagType.PRODUCER: "Producer",
    TagType.COUNTRY: "Country",
    TagType.LABEL: "Label",
    TagType.AUTOTAG: "Tag",
    TagType.MOOD: "Mood",
    TagType.STYLE: "Style",
    TagType.FORMAT: "Format",
    TagType.SUBFORMAT: "Subformat",
    TagType.SIMILAR: "Similar",
    TagType.STUDIO: "Studio",
    TagType.NETWORK: "Network",
    TagType.PLACE: "Place",
}
FILTERS: dict[int, str] = {
    TagType.GENRE: "genre",
    TagType.COLLECTION: "collection",
    TagType.DIRECTOR: "director",
    TagType.WRITER: "writer",
    TagType.ROLE: "actor",
    TagType.PRODUCER: "producer",
    TagType.COUNTRY: "country",
    TagType.LABEL: "label",
    TagType.AUTOTAG: "autotag",
    TagType.MOOD: "mood",
    TagType.STYLE: "style",
    TagType.FORMAT: "format",
    TagType.SUBFORMAT: "subformat",
    TagType.SIMILAR: "similar",
    TagType.STUDIO: "studio",
    TagType.NETWORK: "network",
    TagType.PLACE: "place",
}


def tag_filter(tag: TagView) -> str | None:
    """The filter that finds what carries a tag: ``genre=12``."""
    name = FILTERS.get(tag.type)
    return None if name is None else f"{name}={tag.id}"


def _tag_table(element: str) -> Table[TagView]:
    role = (text("role", "text"),) if element == "Role" else ()
    return Table(
        element,
        (
            number("id", "id", when=_detail),
            text("filter", tag_filter, when=_detail),
            text("tag", "tag", key=True),
            *role,
            text("thumb", "thumb", when=_detail if element != "Role" else None),
        ),
    )


def _listed_tags(shown: Shown) -> Iterable[tuple[str, TagView]]:
    roles = 0
    for tag in shown.tags:
        element = TAG_ELEMENTS.get(tag.type)
        if element is None:
            continue
        if element == "Role":
            roles += 1
            if roles > _FEW_ROLES:
                continue
        yield element, tag


def _all_tags(shown: Shown) -> Iterable[tuple[str, TagView]]:
    for tag in shown.tags:
        element = TAG_ELEMENTS.get(tag.type)
        if element is not None:
            yield element, tag


_ELEMENTS = tuple(TAG_ELEMENTS.values())
_TAG_TABLES = tuple(_tag_table(element) for element in _ELEMENTS)

_GUID: Table[str] = Table("Guid", (text("id", lambda found: found),))
_LOCATION: Table[bytes] = Table("Location", (text("path", lambda path: path.decode("utf-8", "replace")),))
_FIELD: Table[str] = Table("Field", (flag("locked", lambda _: True), text("name", lambda name: name)))
_MARKER: Table[MarkerRow | MarkRow] = Table(
    "Marker",
    (
        number("id", "id"),
        text("type", "type"),
        number("startTimeOffset", "start_ms"),
        number("endTimeOffset", "end_ms"),
        flag("final", "final"),
        text("title", lambda row: getattr(row, "title", None)),
    ),
    # clients take the version of the detection from it, and fail on a marker without
    (Children("Attributes", lambda row: [row], Table("Attributes", (number("version", lambda _: 4),))),),
)
_RATING: Table[tuple[str | None, float, str]] = Table(
    "Rating",
    (text("image", lambda row: row[0]), number("value", lambda row: row[1]), text("type", lambda row: row[2])),
    json_always=("tag",),
)
_IMAGE: Table[tuple[str, str, str]] = Table(
    "Image",
    (text("alt", lambda row: row[0]), text("type", lambda row: row[1]), text("url", lambda row: row[2])),
)
_CORNERS = ("topLeft", "topRight", "bottomRight", "bottomLeft")
_ULTRA_BLUR: Table[list[str]] = Table(
    "UltraBlurColors",
    tuple(text(name, lambda corners, at=at: corners[at]) for at, name in enumerate(_CORNERS)),  # type: ignore[misc]  # a default argument binds the corner
)


def _ratings(shown: Shown) -> list[tuple[str | None, float, str]]:
    """What every source thinks; of what was scanned before that was kept, the two that are shown."""
    if shown.view.ratings:
        return [(row.image, row.value, row.type) for row in shown.view.ratings]
    found: list[tuple[str | None, float, str]] = []
    if shown.item.rating is not None and shown.detail.rating_image:
        found.append((shown.detail.rating_image, shown.item.rating, "critic"))
    if shown.item.audience_rating is not None and shown.detail.audience_rating_image:
        found.append((shown.detail.audience_rating_image, shown.item.audience_rating, "audience"))
    return found


def _images(shown: Shown) -> list[tuple[str, str, str]]:
    item = shown.item
    found: list[tuple[str, str, str]] = []
    for kind, name, stamp in (
        ("coverPoster", "thumb", item.thumb_at),
        ("background", "art", item.art_at),
        ("clearLogo", "clearLogo", item.clear_logo_at),
        ("backgroundSquare", "squareArt", item.square_art_at),
    ):
        if stamp is not None:
            found.append((item.title, kind, f"/library/metadata/{item.id}/{name}/{stamp}"))
    return found


def _ultra_blur(shown: Shown) -> list[list[str]]:
    corners = (shown.detail.ultra_blur or "").split(",")
    return [corners] if len(corners) == len(_CORNERS) else []


CHILDREN: tuple[Children[Shown] | Mixed[Shown] | Ready[Shown], ...] = (
    Children("Media", lambda shown: shown.media, MEDIA, when=lambda shape: shape.detail or shape.check_files),
    Children(
        "Media", lambda shown: shown.media, LISTED_MEDIA, when=lambda shape: not (shape.detail or shape.check_files)
    ),
    Children("Image", _images, _IMAGE),
    Children("UltraBlurColors", _ultra_blur, _ULTRA_BLUR),
    Mixed(_ELEMENTS, _all_tags, _TAG_TABLES, when=_detail),
    Mixed(_ELEMENTS, _listed_tags, _TAG_TABLES, when=lambda shape: not shape.detail),
    Children("Guid", lambda shown: shown.view.guids, _GUID, when=lambda shape: shape.guids),
    Children("Location", lambda shown: shown.view.folders, _LOCATION, when=_detail),
    Children("Rating", _ratings, _RATING, when=_detail),
    Children("Field", lambda shown: shown.view.locks, _FIELD, when=_detail),
    Children("Chapter", lambda shown: chapters_shown(shown.view), CHAPTER, when=lambda shape: shape.chapters),
    Children("Review", lambda shown: list(enumerate(shown.view.reviews, 1)), REVIEW, when=lambda shape: shape.reviews),
    Children("Marker", lambda shown: shown.view.markers, _MARKER, when=lambda shape: shape.markers),
    Ready(lambda shown: shown.below),
)
