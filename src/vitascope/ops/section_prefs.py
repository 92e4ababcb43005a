"""The preferences that each section has: a small catalogue, and how they are stored.

A section keeps a JSON object of those that differ from their default. Only what has an effect is listed; others that a
client writes are passed over, and what was stored once stays stored.
"""

from collections.abc import Mapping

import msgspec

from vitascope.core.model import SectionKind
from vitascope.metadata.audiobooks.regions import DOMAINS
from vitascope.ops.countries import CHOICES as COUNTRIES
from vitascope.ops.setting import PreferenceValueError, Setting, SettingKind, SettingValue

ORDERINGS = (
    ("tmdbAiring", "The Movie Database (Aired)"),
    ("aired", "TheTVDB (Aired)"),
    ("dvd", "TheTVDB (DVD)"),
    ("absolute", "TheTVDB (Absolute)"),
)
"""Orders of episodes that providers may know, as clients know them."""
_VISIBILITY = (("0", "everywhere"), ("1", "not on the home page"), ("2", "not on the home page and in search"))
_COLLECTIONS = (("0", "off"), ("1", "hide items"), ("2", "show both"), ("3", "only collections"))


def _bool(name: str, label: str, *, default: bool = False, hidden: bool = False, summary: str = "") -> Setting:
    return Setting(id=name, kind=SettingKind.BOOL, default=default, label=label, hidden=hidden, summary=summary)


_COMMON = (
    Setting(id="hidden", kind=SettingKind.INT, default=0, label="Shown", choices=_VISIBILITY),
    _bool(
        "followOutsideLinks",
        "Follow links that lead out of the folders",
        summary="Off: a link is followed only where it leads to a place inside the section's folders.",
    ),
)
_PREVIEWS = _bool("enableBIFGeneration", "Preview pictures", default=True, summary="When the server makes them.")
_CREDITS = _bool("enableCreditsMarkerGeneration", "Find credits", default=True, summary="When the server does.")
_INTROS = _bool("enableIntroMarkerGeneration", "Find intros", default=True, summary="When the server does.")
_COLLECTION_MODE = Setting(
    id="collectionMode", kind=SettingKind.INT, default=2, label="Collections", choices=_COLLECTIONS
)
_RATINGS = Setting(
    id="ratingsSource",
    kind=SettingKind.TEXT,
    default="local",
    label="Ratings from",
    choices=(("local", "local files"), ("imdb", "IMDb"), ("rottentomatoes", "Rotten Tomatoes"), ("themoviedb", "TMDB")),
)
_SEASONS = Setting(
    id="flattenSeasons",
    kind=SettingKind.INT,
    default=0,
    label="Seasons",
    choices=(("0", "show"), ("1", "hide"), ("2", "hide for shows with one season")),
)
_SORTING = Setting(
    id="episodeSort",
    kind=SettingKind.INT,
    default=0,
    label="Sorting of episodes",
    choices=(("0", "oldest first"), ("1", "newest first")),
)
_ALBUMS = Setting(
    id="albumSort",
    kind=SettingKind.INT,
    default=0,
    label="Sorting of albums",
    choices=(("0", "newest first"), ("1", "oldest first"), ("2", "by name")),
)
_COUNTRY = Setting(
    id="country",
    kind=SettingKind.INT,
    default=-1,
    label="Country",
    summary="Whose release dates and content ratings metadata providers are asked for.",
    choices=(("-1", "by the language, or as the agent is set"), *COUNTRIES),
)
_ORDERING = Setting(
    id="showOrdering",
    kind=SettingKind.TEXT,
    default="",
    label="Episode ordering",
    summary="How the files count their episodes: metadata providers are asked for this order.",
    choices=(("", "as the provider likes"), *ORDERINGS),
)
_REGION = Setting(
    id="region",
    kind=SettingKind.TEXT,
    default="",
    label="Region of audiobooks",
    summary="Whose catalogue of Audible is asked, in sections with an audiobook agent.",
    choices=(("", "by the language"), *((code, f"audible.{end}") for code, end in DOMAINS.items())),
)
_CHAPTERS = Setting(
    id="audiobookChapters",
    kind=SettingKind.TEXT,
    default="missing",
    label="Chapters of audiobooks",
    summary="Whose chapters books have, in sections with an audiobook agent.",
    choices=(
        ("missing", "those of the files, and the service's where a file has none"),
        ("service", "the service's, and those of the files where it knows none"),
        ("files", "those of the files alone"),
    ),
)
_SERIES = _bool(
    "seriesCollections",
    "A collection for each series",
    default=True,
    summary="Books of one series are in a collection of its name, in sections with an audiobook agent.",
)
_OF_BOOKS = (_REGION, _CHAPTERS, _SERIES)
_BY_KIND: dict[SectionKind, tuple[Setting, ...]] = {
    SectionKind.MOVIE: (
        _COLLECTION_MODE,
        _RATINGS,
        _bool("enableCinemaTrailers", "Trailers before films", default=True),
        _PREVIEWS,
        _CREDITS,
        _COUNTRY,
    ),
    SectionKind.SHOW: (
        _COLLECTION_MODE,
        _RATINGS,
        _SEASONS,
        _SORTING,
        _ORDERING,
        _PREVIEWS,
        _INTROS,
        _CREDITS,
    ),
    SectionKind.ARTIST: (
        _ALBUMS,
        *_OF_BOOKS,
        _bool(
            "enableTrackOffsets",
            "Store track progress",
            summary="For audiobooks: a track resumes where it was left. Long tracks and those with chapters always do.",
        ),
    ),
    SectionKind.PHOTO: (),
    SectionKind.OTHER: (_PREVIEWS,),
}


def catalogue(kind: SectionKind) -> dict[str, Setting]:
    """The settings of a section of this kind."""
    return {setting.id: setting for setting in (*_COMMON, *_BY_KIND[kind])}


def values(kind: SectionKind, stored: str) -> list[tuple[Setting, SettingValue]]:
    """Every setting of a section with its value."""
    kept = _decode(stored)
    return [(setting, _fitting(setting, kept.get(name))) for name, setting in catalogue(kind).items()]


def of_books(stored: str) -> list[SettingValue]:
    """What the audiobook agent of a section is asked for: where that changes, it is to be asked again."""
    kept = _decode(stored)
    return [_fitting(setting, kept.get(setting.id)) for setting in _OF_BOOKS]


def merged(kind: SectionKind, stored: str, changes: Mapping[str, str]) -> str:
    """The stored form with changes made. Raises :class:`PreferenceValueError` for a value that does not fit."""
    kept: dict[str, SettingValue] = dict(_decode(stored))
    known = catalogue(kind)
    for name, text in changes.items():
        setting = known.get(name)
        if setting is None:
            continue
        value = setting.parse(text)
        setting.check(value)
        if value == setting.default:
            kept.pop(name, None)
        else:
            kept[name] = value
    return msgspec.json.encode(kept).decode()


def _decode(stored: str) -> dict[str, SettingValue]:
    try:
        return msgspec.json.decode(stored or "{}", type=dict[str, str | int | float | bool])
    except msgspec.MsgspecError:
        return {}


def _fitting(setting: Setting, value: SettingValue | None) -> SettingValue:
    if value is None:
        return setting.default
    try:
        fitting = setting.parse(str(int(value)) if isinstance(value, bool) else str(value))
        setting.check(fitting)
    except PreferenceValueError:
        return setting.default
    return fitting
