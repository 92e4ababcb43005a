"""Ids at the databases of the world, in the one form the library keeps: ``scheme://value``.

Read from whatever a file holds: an id with the name of its database, a bare id, or the address of a page.
"""

import re
from collections.abc import Iterable

_SCHEMES = {
    "imdb": "imdb", "tmdb": "tmdb", "themoviedb": "tmdb", "moviedb": "tmdb", "tvdb": "tvdb", "thetvdb": "tvdb",
    "tvmaze": "tvmaze", "anidb": "anidb", "trakt": "trakt", "tvrage": "tvrage", "wikidata": "wikidata",
    "musicbrainz": "mbid", "mbid": "mbid", "audiodb": "audiodb", "theaudiodb": "audiodb", "discogs": "discogs",
    "asin": "asin", "audible": "asin",
}  # fmt: skip
_VALUES = {
    "imdb": re.compile(r"(?:tt|nm|co)\d{5,12}"),
    "mbid": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "wikidata": re.compile(r"q\d{1,12}"),
    "asin": re.compile(r"b0[0-9a-z]{8}|\d{9}[\dx]"),
}
_UPPER = frozenset({"wikidata", "asin"})
_PLAIN_NUMBER = re.compile(r"\d{1,12}")
_PAGES = (
    ("imdb", re.compile(r"imdb\.com/(?:[a-z-]+/)?title/(tt\d{5,12})", re.IGNORECASE)),
    ("tmdb", re.compile(r"themoviedb\.org/(?:movie|tv)/(\d{1,12})", re.IGNORECASE)),
    ("tmdb", re.compile(r"api\.themoviedb\.org/3/(?:movie|tv)/(\d{1,12})", re.IGNORECASE)),
    ("tvdb", re.compile(r"thetvdb\.com/(?:index\.php)?\?(?:[^\s\"'<>]*&)?(?:series)?id=(\d{1,12})", re.IGNORECASE)),
    ("tvdb", re.compile(r"thetvdb\.com/(?:dereferrer/)?(?:series|movies)/(\d{1,12})(?![\w-])", re.IGNORECASE)),
    ("tvmaze", re.compile(r"tvmaze\.com/shows/(\d{1,12})", re.IGNORECASE)),
    (
        "mbid",
        re.compile(
            r"musicbrainz\.org/(?:artist|release|release-group|recording)/"
            r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
            re.IGNORECASE,
        ),
    ),
)


def guid(scheme: str, value: str | None) -> str | None:
    """``imdb``, ``tt0133093`` to ``imdb://tt0133093``; ``None`` for an unknown database or a value of another form."""
    known = _SCHEMES.get(scheme.strip().lower().replace(" ", ""))
    if known is None or value is None:
        return None
    cleaned = value.strip().lower()
    if not _VALUES.get(known, _PLAIN_NUMBER).fullmatch(cleaned) or not cleaned.strip("0"):
        return None
    return f"{known}://{cleaned.upper() if known in _UPPER else cleaned}"


def from_text(text: str) -> tuple[str, ...]:
    """Every id that is named by the address of a page in ``text``, in order of appearance, one for each database."""
    found = sorted(
        (match.start(), scheme, match[1]) for scheme, pattern in _PAGES for match in pattern.finditer(text[:200_000])
    )
    return united(guid(scheme, value) for _, scheme, value in found)


def united(*groups: Iterable[str | None]) -> tuple[str, ...]:
    """All ids of the groups in order; of one database the first wins."""
    by_scheme: dict[str, str] = {}
    for group in groups:
        for each in group:
            if each:
                by_scheme.setdefault(each.partition("://")[0], each)
    return tuple(by_scheme.values())
