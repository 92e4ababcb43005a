"""Which types of items a section has, and the fields and sorts of each.

Keys, kinds and the split into advertised and merely accepted fields follow the PMS API (``Meta`` of ``includeMeta=1``
and what python-plexapi adds by hand). Titles are ours.
"""

from dataclasses import dataclass
from functools import cache

from vitascope.core.model import ItemType, SectionKind, TagType
from vitascope.core.query.fields import Field, FieldKind, Sort, Source, SourceKind

_K = FieldKind
_S = SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryType:
    """A type of item as the query language sees it."""

    type: ItemType
    name: str
    """The scope: ``movie``, ``show``, ``photo``, …"""
    title: str
    """In the plural, for people."""
    fields: dict[str, Field]
    sorts: dict[str, Sort]
    default_sort: str = "titleSort"

    def prefix(self) -> str:
        """What precedes its keys in ``Field/@key``: nothing for movies, the scope and a dot for the others."""
        return "" if self.type is ItemType.MOVIE else f"{self.name}."


def _column(name: str) -> Source:
    return Source(kind=_S.COLUMN, name=name)


def _fact(name: str) -> Source:
    return Source(kind=_S.FACT, name=name)


def _state(name: str) -> Source:
    return Source(kind=_S.STATE, name=name)


def _text(key: str, title: str, column: str, *, advertised: bool = True) -> Field:
    source = Source(kind=_S.TEXT, name=column)
    return Field(key=key, title=title, kind=_K.STRING, source=source, advertised=advertised)


def _tag(key: str, title: str, tag: TagType, *, is_filter: bool = True, advertised: bool = True) -> Field:
    source = Source(kind=_S.TAG, tag=tag)
    return Field(key=key, title=title, kind=_K.TAG, source=source, is_filter=is_filter, advertised=advertised)


def _choice(key: str, title: str, column: str) -> Field:
    return Field(key=key, title=title, kind=_K.TAG, source=Source(kind=_S.CHOICE, name=column), is_filter=True)


def _coded(key: str, title: str, fact: str) -> Field:
    return Field(key=key, title=title, kind=_K.TAG, source=_fact(fact), advertised=False)


def _integer(
    key: str,
    title: str,
    source: Source,
    *,
    sub_type: str | None = None,
    is_filter: bool = False,
    advertised: bool = True,
) -> Field:
    return Field(
        key=key,
        title=title,
        kind=_K.INTEGER,
        source=source,
        sub_type=sub_type,
        is_filter=is_filter,
        advertised=advertised,
    )


def _date(key: str, title: str, source: Source, *, advertised: bool = True) -> Field:
    return Field(key=key, title=title, kind=_K.DATE, source=source, advertised=advertised)


def _switch(key: str, title: str, fact: str, *, is_filter: bool = False) -> Field:
    return Field(key=key, title=title, kind=_K.BOOLEAN, source=_fact(fact), is_filter=is_filter)


_RELEASED = Source(kind=_S.ISO_DATE, name="available_at")

# Accepted on every type though never listed.
_HIDDEN = (
    Field(key="guid", title="Guid", kind=_K.GUID, source=Source(kind=_S.GUID), advertised=False),
    _integer("id", "Rating key", _column("id"), advertised=False),
    _integer("index", "Number", _column("index_number"), advertised=False),
    _date("updatedAt", "Date updated", _column("updated_at"), advertised=False),
    _date("lastRatedAt", "Last rated", _state("last_rated_at"), advertised=False),
    _date("addedAt", "Date added", _column("added_at"), advertised=False),
    _integer("userRating", "Rating", _state("rating"), advertised=False),
    _integer("rating", "Critic rating", _column("rating"), advertised=False),
    _integer("audienceRating", "Audience rating", _column("audience_rating"), advertised=False),
    _integer("viewCount", "Plays", _state("view_count"), advertised=False),
    _date("lastViewedAt", "Last played", _state("last_viewed_at"), advertised=False),
    _integer("viewOffset", "View offset", _state("view_offset_ms"), advertised=False),
    _integer("year", "Year", _column("year"), advertised=False),
    _integer("duration", "Duration", _column("duration_ms"), sub_type="duration", advertised=False),
    _date("originallyAvailableAt", "Release date", _RELEASED, advertised=False),
    _text("title", "Title", "title_folded", advertised=False),
    _tag("label", "Label", TagType.LABEL, is_filter=False, advertised=False),
    _tag("genre", "Genre", TagType.GENRE, is_filter=False, advertised=False),
    _tag("collection", "Collection", TagType.COLLECTION, is_filter=False, advertised=False),
)

_OPINION = (
    _integer("userRating", "Rating", _state("rating"), sub_type="rating"),
    _integer("viewCount", "Plays", _state("view_count")),
    _date("lastViewedAt", "Last played", _state("last_viewed_at")),
    _date("addedAt", "Date added", _column("added_at")),
)
_UNMATCHED = _switch("unmatched", "Unmatched", "unmatched", is_filter=True)
_TRASH = _switch("trash", "Trashed", "trash")
_LABEL = _tag("label", "Label", TagType.LABEL)
_COLLECTION = _tag("collection", "Collection", TagType.COLLECTION)
_GENRE = _tag("genre", "Genre", TagType.GENRE)
_COUNTRY = _tag("country", "Country", TagType.COUNTRY)
_YEAR = _integer("year", "Year", _column("year"), is_filter=True)
_DECADE = _integer("decade", "Decade", _fact("decade"), is_filter=True)
_RELEASE = _date("originallyAvailableAt", "Release date", _RELEASED)
_CONTENT_RATING = _choice("contentRating", "Content rating", "content_rating")
_CREW = (
    _tag("director", "Director", TagType.DIRECTOR),
    _tag("actor", "Actor", TagType.ROLE),
    _tag("writer", "Writer", TagType.WRITER),
    _tag("producer", "Producer", TagType.PRODUCER),
)
_VIDEO_FILE = (
    Field(key="resolution", title="Resolution", kind=_K.RESOLUTION, source=_fact("resolution"), is_filter=True),
    Field(
        key="audioLanguage",
        title="Audio language",
        kind=_K.AUDIO_LANGUAGE,
        source=_fact("audio_language"),
        is_filter=True,
    ),
    Field(
        key="subtitleLanguage",
        title="Subtitle language",
        kind=_K.SUBTITLE_LANGUAGE,
        source=_fact("subtitle_language"),
        is_filter=True,
    ),
    _switch("hdr", "HDR", "hdr", is_filter=True),
    _switch("dovi", "Dolby Vision", "dovi"),
    _integer("mediaSize", "File size", _column("size_bytes"), sub_type="fileSize"),
    _integer("mediaBitrate", "Bitrate", _column("bitrate_kbps"), sub_type="bitrate"),
)
_SOUND = (
    _coded("audioCodec", "Audio codec", "audio_codec"),
    _coded("audioLayout", "Audio layout", "audio_layout"),
)
_CODED = (
    _coded("videoCodec", "Video codec", "video_codec"),
    _coded("subtitleCodec", "Subtitle codec", "subtitle_codec"),
    *_SOUND,
)
"""What the files are made of: with value lists of their own, but not among what is offered."""
_UNWATCHED = _switch("unwatched", "Unplayed", "unwatched", is_filter=True)
_IN_PROGRESS = _switch("inProgress", "In progress", "in_progress", is_filter=True)
_DUPLICATE = _switch("duplicate", "Duplicates", "duplicate", is_filter=True)
_UNWATCHED_LEAVES = _switch("unwatchedLeaves", "Unplayed", "unwatched_leaves", is_filter=True)
_UNVIEWED_COUNT = _integer("unviewedLeafCount", "Unplayed episodes", _fact("unviewed_leaf_count"), advertised=False)

# --- sorts -----------------------------------------------------------------------------------------------------

_BY_TITLE = Sort(key="titleSort", title="Title", source=_column("sort_key"), first_character=True)
_BY_YEAR = Sort(key="year", title="Year", source=_column("year"), descending_first=True)
_BY_RELEASE = Sort(
    key="originallyAvailableAt", title="Release date", source=_column("available_at"), descending_first=True
)
_BY_RATING = Sort(key="rating", title="Critic rating", source=_column("rating"), descending_first=True)
_BY_AUDIENCE = Sort(
    key="audienceRating", title="Audience rating", source=_column("audience_rating"), descending_first=True
)
_BY_USER_RATING = Sort(key="userRating", title="Rating", source=_state("rating"), descending_first=True)
_BY_CONTENT_RATING = Sort(
    key="contentRating", title="Content rating", source=_column("content_rating"), descending_first=True
)
_BY_DURATION = Sort(key="duration", title="Duration", source=_column("duration_ms"), descending_first=True)
_BY_OFFSET = Sort(key="viewOffset", title="Progress", source=_state("view_offset_ms"), descending_first=True)
_BY_PLAYS = Sort(key="viewCount", title="Plays", source=_state("view_count"), descending_first=True)
_BY_ADDED = Sort(key="addedAt", title="Date added", source=_column("added_at"), descending_first=True)
_BY_VIEWED = Sort(key="lastViewedAt", title="Date played", source=_state("last_viewed_at"), descending_first=True)
_BY_RATED = Sort(key="lastRatedAt", title="Date rated", source=_state("last_rated_at"), descending_first=True)
_BY_HEIGHT = Sort(key="mediaHeight", title="Resolution", source=_column("height"), descending_first=True)
_BY_BITRATE = Sort(key="mediaBitrate", title="Bitrate", source=_column("bitrate_kbps"), descending_first=True)
_BY_SIZE = Sort(key="mediaSize", title="File size", source=_column("size_bytes"), descending_first=True)
_BY_INDEX = Sort(key="index", title="Number", source=_column("index_number"))
# How many listeners elsewhere play a track is not known here; what is popular is what the viewer plays.
_BY_POPULARITY = Sort(key="ratingCount", title="Popularity", source=_state("view_count"), descending_first=True)
_BY_DISC = Sort(key="parentIndex", title="Disc", source=_column("parent_index"))
_RANDOM = Sort(key="random", title="Random", source=_fact("random"), descending_first=True)
_UNVIEWED = Sort(
    key="unviewedLeafCount", title="Unplayed episodes", source=_fact("unviewed_leaf_count"), descending_first=True
)
_LEAF_ADDED = Sort(
    key="episode.addedAt",
    title="Last episode added",
    source=_column("latest_leaf_added_at"),
    descending_first=True,
)
_LEAF_RELEASED = Sort(
    key="episode.originallyAvailableAt",
    title="Last episode aired",
    source=_column("latest_leaf_available_at"),
    descending_first=True,
)
_TRACK_ADDED = Sort(
    key="track.addedAt", title="Last track added", source=_column("latest_leaf_added_at"), descending_first=True
)

_HIDDEN_SORTS = tuple(
    Sort(
        key=sort.key,
        title=sort.title,
        source=sort.source,
        descending_first=sort.descending_first,
        advertised=False,
    )
    for sort in (
        _BY_TITLE,
        _BY_YEAR,
        _BY_RELEASE,
        _BY_RATING,
        _BY_AUDIENCE,
        _BY_USER_RATING,
        _BY_CONTENT_RATING,
        _BY_DURATION,
        _BY_OFFSET,
        _BY_PLAYS,
        _BY_ADDED,
        _BY_VIEWED,
        _BY_RATED,
        _BY_HEIGHT,
        _BY_BITRATE,
        _BY_SIZE,
        _BY_INDEX,
        _RANDOM,
        Sort(key="guid", title="Guid", source=_column("identity_id")),
        Sort(key="id", title="Rating key", source=_column("id")),
        _BY_DISC,
        Sort(key="absoluteIndex", title="Absolute number", source=_column("absolute_index")),
        Sort(key="summary", title="Summary", source=Source(kind=_S.DETAIL, name="summary")),
        Sort(key="tagline", title="Tagline", source=Source(kind=_S.DETAIL, name="tagline")),
        Sort(key="updatedAt", title="Date updated", source=_column("updated_at"), descending_first=True),
        Sort(key="viewUpdatedAt", title="Date viewed", source=_state("last_viewed_at"), descending_first=True),
    )
)


def _composed(key: str, title: str, *keys: str, first_character: bool = False) -> Sort:
    return Sort(key=key, title=title, source=_column("sort_key"), keys=keys, first_character=first_character)


def _make(
    item_type: ItemType,
    title: str,
    fields: tuple[Field, ...],
    sorts: tuple[Sort, ...],
    *,
    default_sort: str = "titleSort",
    name: str | None = None,
) -> LibraryType:
    return LibraryType(
        type=item_type,
        name=name or item_type.api_name,
        title=title,
        fields={field.key: field for field in (*_HIDDEN, *fields)},
        sorts={sort.key: sort for sort in (*_HIDDEN_SORTS, *sorts)},
        default_sort=default_sort,
    )


_TYPES = (
    _make(
        ItemType.MOVIE,
        "Movies",
        (
            _text("title", "Title", "title_folded"),
            _choice("studio", "Studio", "studio"),
            _choice("editionTitle", "Edition", "edition"),
            *_OPINION,
            _CONTENT_RATING,
            _YEAR,
            _DECADE,
            _RELEASE,
            _UNMATCHED,
            _DUPLICATE,
            _GENRE,
            _COLLECTION,
            *_CREW,
            _COUNTRY,
            _UNWATCHED,
            _IN_PROGRESS,
            *_VIDEO_FILE,
            *_CODED,
            _TRASH,
            _LABEL,
            _integer("duration", "Duration", _column("duration_ms"), sub_type="duration"),
        ),
        (
            _BY_TITLE,
            _BY_YEAR,
            _BY_RELEASE,
            _BY_RATING,
            _BY_AUDIENCE,
            _BY_USER_RATING,
            _BY_CONTENT_RATING,
            _BY_DURATION,
            _BY_OFFSET,
            _BY_PLAYS,
            _BY_ADDED,
            _BY_VIEWED,
            _BY_HEIGHT,
            _BY_BITRATE,
            _RANDOM,
        ),
    ),
    _make(
        ItemType.SHOW,
        "Shows",
        (
            _text("title", "Show title", "title_folded"),
            _choice("studio", "Studio", "studio"),
            _tag("network", "Network", TagType.NETWORK),
            _COUNTRY,
            *_OPINION,
            _CONTENT_RATING,
            _YEAR,
            _DECADE,
            _RELEASE,
            _UNMATCHED,
            _GENRE,
            _COLLECTION,
            *_CREW,
            _UNWATCHED_LEAVES,
            _UNVIEWED_COUNT,
            _LABEL,
        ),
        (
            _BY_TITLE,
            _BY_YEAR,
            _BY_RELEASE,
            _BY_RATING,
            _BY_AUDIENCE,
            _BY_USER_RATING,
            _BY_CONTENT_RATING,
            _UNVIEWED,
            _LEAF_ADDED,
            _LEAF_RELEASED,
            _BY_ADDED,
            _BY_VIEWED,
            _BY_PLAYS,
            _RANDOM,
        ),
    ),
    _make(
        ItemType.SEASON,
        "Seasons",
        (
            _text("title", "Season title", "title_folded"),
            _integer("index", "Season number", _column("index_number")),
            _integer("userRating", "Rating", _state("rating"), sub_type="rating"),
            _UNWATCHED_LEAVES,
            _UNVIEWED_COUNT,
            _LABEL,
            _COLLECTION,
        ),
        (
            _composed("season.index", "Season number", "season.index", "season.titleSort"),
            _composed("show.titleSort", "Show", "show.titleSort", "season.index", first_character=True),
            _BY_USER_RATING,
            _BY_ADDED,
            _RANDOM,
        ),
        default_sort="show.titleSort",
    ),
    _make(
        ItemType.EPISODE,
        "Episodes",
        (
            _text("title", "Episode title", "title_folded"),
            *_OPINION,
            _YEAR,
            _RELEASE,
            _UNMATCHED,
            _DUPLICATE,
            _COLLECTION,
            *_CREW,
            _UNWATCHED,
            _IN_PROGRESS,
            *_VIDEO_FILE,
            *_CODED,
            _TRASH,
            _LABEL,
        ),
        (
            _composed(
                "show.titleSort", "Show", "show.titleSort", "season.index", "episode.index", first_character=True
            ),
            _BY_TITLE,
            _BY_RELEASE,
            _BY_YEAR,
            _BY_RATING,
            _BY_AUDIENCE,
            _BY_USER_RATING,
            _BY_DURATION,
            _BY_OFFSET,
            _BY_PLAYS,
            _BY_ADDED,
            _BY_VIEWED,
            _BY_HEIGHT,
            _BY_BITRATE,
            _RANDOM,
        ),
        default_sort="show.titleSort",
    ),
    _make(
        ItemType.ARTIST,
        "Artists",
        (
            _text("title", "Artist", "title_folded"),
            *_OPINION,
            _GENRE,
            _COLLECTION,
            _COUNTRY,
            _tag("mood", "Mood", TagType.MOOD),
            _tag("style", "Style", TagType.STYLE),
            _UNMATCHED,
            _LABEL,
        ),
        (_BY_TITLE, _BY_USER_RATING, _BY_ADDED, _TRACK_ADDED, _BY_VIEWED, _BY_PLAYS, _RANDOM),
    ),
    _make(
        ItemType.ALBUM,
        "Albums",
        (
            _text("title", "Album", "title_folded"),
            *_OPINION,
            _YEAR,
            _DECADE,
            _RELEASE,
            _GENRE,
            _COLLECTION,
            _tag("mood", "Mood", TagType.MOOD),
            _tag("style", "Style", TagType.STYLE),
            _tag("format", "Format", TagType.FORMAT),
            _tag("subformat", "Type", TagType.SUBFORMAT),
            _choice("studio", "Record label", "studio"),
            _UNMATCHED,
            _LABEL,
        ),
        (
            _composed(
                "artist.titleSort", "Artist", "artist.titleSort", "album.year", "album.titleSort", first_character=True
            ),
            _BY_TITLE,
            _BY_YEAR,
            _BY_RELEASE,
            _BY_RATING,
            _BY_USER_RATING,
            _BY_ADDED,
            _BY_VIEWED,
            _BY_PLAYS,
            _RANDOM,
        ),
        default_sort="artist.titleSort",
    ),
    _make(
        ItemType.TRACK,
        "Tracks",
        (
            _text("title", "Track", "title_folded"),
            *_OPINION,
            _integer("skipCount", "Skips", _state("skip_count")),
            _tag("mood", "Mood", TagType.MOOD),
            _GENRE,
            _integer("mediaSize", "File size", _column("size_bytes"), sub_type="fileSize"),
            _integer("mediaBitrate", "Bitrate", _column("bitrate_kbps"), sub_type="bitrate"),
            _integer("ratingCount", "Popularity", _state("view_count"), advertised=False),
            *_SOUND,
            _TRASH,
            _LABEL,
        ),
        (
            _composed(
                "artist.titleSort",
                "Artist",
                "artist.titleSort",
                "album.year",
                "album.titleSort",
                "track.parentIndex",
                "track.index",
                first_character=True,
            ),
            _composed(
                "album.titleSort", "Album", "album.titleSort", "track.parentIndex", "track.index", first_character=True
            ),
            _BY_TITLE,
            _BY_DISC,
            _BY_POPULARITY,
            _BY_USER_RATING,
            _BY_DURATION,
            _BY_PLAYS,
            _BY_ADDED,
            _BY_VIEWED,
            _BY_RATED,
            _BY_BITRATE,
            _RANDOM,
        ),
        default_sort="artist.titleSort",
    ),
    _make(
        ItemType.PHOTO_ALBUM,
        "Photo albums",
        (_text("title", "Album title", "title_folded"), *_OPINION, _LABEL),
        (_BY_TITLE, _BY_RELEASE, _BY_ADDED, _RANDOM),
    ),
    _make(
        ItemType.PHOTO,
        "Photos",
        (
            _text("title", "Title", "title_folded"),
            *_OPINION,
            _YEAR,
            _RELEASE,
            _tag("make", "Camera make", TagType.MAKE),
            _tag("model", "Camera model", TagType.MODEL),
            _tag("lens", "Lens", TagType.LENS),
            _tag("aperture", "Aperture", TagType.APERTURE),
            _tag("exposure", "Exposure", TagType.EXPOSURE),
            _tag("iso", "ISO", TagType.ISO),
            _tag("autotag", "Tag", TagType.AUTOTAG),
            _tag("place", "Place", TagType.PLACE),
            _TRASH,
            _LABEL,
        ),
        (_BY_RELEASE, _BY_TITLE, _BY_USER_RATING, _BY_ADDED, _BY_VIEWED, _BY_HEIGHT, _RANDOM),
        default_sort="originallyAvailableAt",
    ),
    _make(
        ItemType.CLIP,
        "Clips",
        (
            _text("title", "Title", "title_folded"),
            *_OPINION,
            _YEAR,
            _RELEASE,
            _UNWATCHED,
            _IN_PROGRESS,
            *_VIDEO_FILE,
            *_CODED,
            _TRASH,
            _LABEL,
        ),
        (_BY_RELEASE, _BY_TITLE, _BY_USER_RATING, _BY_DURATION, _BY_ADDED, _BY_VIEWED, _BY_HEIGHT, _RANDOM),
    ),
    _make(
        ItemType.COLLECTION,
        "Collections",
        (
            _text("title", "Title", "title_folded"),
            _CONTENT_RATING,
            _integer("userRating", "Rating", _state("rating"), sub_type="rating"),
            _date("addedAt", "Date added", _column("added_at")),
            _LABEL,
        ),
        (_BY_TITLE, _BY_ADDED, _BY_USER_RATING, _RANDOM),
    ),
)

_BY_TYPE = {library_type.type: library_type for library_type in _TYPES}
TYPE_NAMES = {library_type.name: library_type.type for library_type in _TYPES}

_SECTION_TYPES = {
    SectionKind.MOVIE: (ItemType.MOVIE,),
    SectionKind.OTHER: (ItemType.MOVIE,),
    SectionKind.SHOW: (ItemType.SHOW, ItemType.SEASON, ItemType.EPISODE),
    SectionKind.ARTIST: (ItemType.ARTIST, ItemType.ALBUM, ItemType.TRACK),
    SectionKind.PHOTO: (ItemType.PHOTO_ALBUM, ItemType.PHOTO, ItemType.CLIP),
}


def library_type(item_type: ItemType) -> LibraryType | None:
    """The fields and sorts of a type, or ``None`` for types that cannot be listed by query."""
    return _BY_TYPE.get(item_type)


@cache
def types_of_section(kind: SectionKind) -> tuple[LibraryType, ...]:
    """The types a section lists, the one shown first coming first."""
    return tuple(_BY_TYPE[item_type] for item_type in _SECTION_TYPES[kind])
