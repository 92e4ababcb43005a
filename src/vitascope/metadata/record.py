"""What any source can say about an item: the one value that readers produce and :mod:`~vitascope.metadata.merge` joins.

A field that is ``None`` or empty means that the source says nothing about it, never that there is nothing: so a poorer
source does not erase a richer one. Names are those of the database's columns and the API's attributes in snake case;
lists keep the order of the source. Durations are milliseconds, ratings run from 0 to 10, dates are ``YYYY-MM-DD``.
"""

from msgspec import Struct

from vitascope.core.book_chapters import ToldChapters
from vitascope.core.model import ArtKind, TagType
from vitascope.core.reviews import Review


class Rating(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rating of 0..10 by ``source`` (``imdb``, ``themoviedb``, ``tomatometerallcritics``, ``default``, …)."""

    source: str
    value: float
    votes: int | None = None
    default: bool = False

    @property
    def by_critics(self) -> bool:
        return "critic" in self.source or self.source in {"metacritic", "rottentomatoes"}

    @property
    def image(self) -> str | None:
        """The image address that tells clients which badge to show."""
        if self.source == "imdb":
            return "imdb://image.rating"
        if self.source in {"themoviedb", "tmdb"}:
            return "themoviedb://image.rating"
        if "tomato" not in self.source:
            return None
        good = self.value >= 6
        if self.by_critics:
            return f"rottentomatoes://image.rating.{'ripe' if good else 'rotten'}"
        return f"rottentomatoes://image.rating.{'upright' if good else 'spilled'}"


class RoleCredit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who is seen or heard, and as whom."""

    name: str
    role: str | None = None
    thumb: str | None = None
    """A local picture, relative to the file that names it."""


class ArtReference(Struct, frozen=True, kw_only=True):
    """A local picture that a source names: a relative path without ``..``."""

    kind: ArtKind
    path: str


class TrackEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an album's track list."""

    title: str
    position: int | None = None
    disc: int | None = None
    duration_ms: int | None = None
    guid: str | None = None


class TagEntry(Struct, frozen=True, kw_only=True):
    """A tag of a kind that has no field of its own (what a camera wrote)."""

    type: TagType
    tag: str


class PhotoDetails(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is shown about one photograph and belongs to no other type of item."""

    taken_at: int | None = None
    """Epoch seconds."""
    taken_local: str | None = None
    """As the camera's clock showed it: ``YYYY-MM-DDTHH:MM:SS``, with the offset when it is known."""
    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None


class MetadataRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything one source says about one item."""

    title: str | None = None
    original_title: str | None = None
    title_sort: str | None = None
    summary: str | None = None
    tagline: str | None = None
    year: int | None = None
    available_at: str | None = None
    duration_ms: int | None = None
    content_rating: str | None = None
    content_rating_age: int | None = None
    studio: str | None = None
    edition: str | None = None
    ratings: tuple[Rating, ...] = ()
    reviews: tuple[Review, ...] = ()
    user_rating: float | None = None
    guids: tuple[str, ...] = ()
    """``imdb://tt…``, ``tmdb://…``, ``tvdb://…``, ``mbid://…``"""

    genres: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    studios: tuple[str, ...] = ()
    directors: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    producers: tuple[str, ...] = ()
    roles: tuple[RoleCredit, ...] = ()
    tags: tuple[TagEntry, ...] = ()
    art: tuple[ArtReference, ...] = ()

    # episodes, seasons, shows
    season: int | None = None
    episode: int | None = None
    display_season: int | None = None
    display_episode: int | None = None
    season_titles: dict[int, str] = {}
    show_title: str | None = None

    # music
    artist: str | None = None
    """Of a track, when it differs from the album's artist; of a music video."""
    artist_sort: str | None = None
    album_artist: str | None = None
    album_artist_sort: str | None = None
    album: str | None = None
    album_sort: str | None = None
    track_number: int | None = None
    disc_number: int | None = None
    disc_title: str | None = None
    compilation: bool | None = None
    album_formats: tuple[str, ...] = ()
    """``Album``, ``Single``, ``EP``: one kind of release."""
    album_subformats: tuple[str, ...] = ()
    """``Compilation``, ``Live``, ``Soundtrack``, …"""
    tracks: tuple[TrackEntry, ...] = ()

    photo: PhotoDetails | None = None
    chapters: ToldChapters | None = None
    """Of a track of an audiobook, by the word of a service."""


def critic_rating(record: MetadataRecord) -> Rating | None:
    """The rating for the API's ``rating``: by critics."""
    return next((rating for rating in record.ratings if rating.by_critics), None)


def audience_rating(record: MetadataRecord) -> Rating | None:
    """The rating for the API's ``audienceRating``: the default one, or the first that is not by critics."""
    audience = [rating for rating in record.ratings if not rating.by_critics]
    return next((rating for rating in audience if rating.default), audience[0] if audience else None)
