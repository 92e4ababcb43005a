"""How a route describes itself: what it takes and what it answers, declared beside its endpoint.

The server's own description (OpenAPI 3.1) is generated from this, so a parameter that is read and not declared is one
that nobody can know of. Path parameters describe themselves by their pattern, the summary is the first line of the
endpoint's docstring, the policy is the route's.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Kind = Literal["integer", "number", "string", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of the query."""

    name: str
    """As it is sent; ``prefs[*]`` stands for any name in the brackets."""
    kind: Kind
    what: str
    """What it means, in a sentence, with its unit and its default."""
    required: bool = False
    many: bool = False
    """It may be repeated, or hold several values separated by commas."""
    choices: tuple[str, ...] = ()
    example: str | int | float | bool | None = None


def integer(
    name: str, what: str, *, required: bool = False, many: bool = False, example: int | None = None
) -> Parameter:
    """A whole number."""
    return Parameter(name=name, kind="integer", what=what, required=required, many=many, example=example)


def decimal(name: str, what: str, *, required: bool = False, example: float | None = None) -> Parameter:
    """A number that may have decimals."""
    return Parameter(name=name, kind="number", what=what, required=required, example=example)


def text(
    name: str,
    what: str,
    *,
    required: bool = False,
    many: bool = False,
    choices: tuple[str, ...] = (),
    example: str | None = None,
) -> Parameter:
    """Text."""
    return Parameter(
        name=name, kind="string", what=what, required=required, many=many, choices=choices, example=example
    )


def flag(name: str, what: str) -> Parameter:
    """Yes or no: ``1`` or ``0``."""
    return Parameter(name=name, kind="boolean", what=what)


class Answer(Enum):
    """What a route answers when all went well."""

    ITEMS = "items"
    """A container of items: films, episodes, albums, playlists, …"""
    HUBS = "hubs"
    """A container of hubs, each of which holds items."""
    DIRECTORY = "directory"
    """A container of ``Directory`` elements: sections, filters, values, people."""
    SETTINGS = "settings"
    """A container of ``Setting`` elements."""
    CONTAINER = "container"
    """A container whose elements are this route's own."""
    NOTHING = "nothing"
    """An empty body."""
    FILE = "file"
    """Bytes of a file or picture."""
    EVENTS = "events"
    """A stream of notifications."""
    PAGE = "page"
    """A page of the web application."""
    OBJECT = "object"
    """An object of another name than a container."""


class State(Enum):
    """How far what a route stands for is there. Whatever it is, the route answers, and never with something made up."""

    WORKS = "works"
    NO_TUNER = "no tuner"
    """Answered as a server without a tuner does: nothing is listed, and nothing can be made."""


PAGING = (
    integer("X-Plex-Container-Start", "Where the wanted part of the list begins, counted from 0; also a header."),
    integer("X-Plex-Container-Size", "How many of the list are wanted, 0 for its length alone; also a header."),
)
"""What every list that can be long takes."""

TRIMMING = (
    flag("includeGuids", "Adds the external ids."),
    flag("checkFiles", "Looks whether each file is there, and says so."),
    text("includeOptionalFields", "Attributes to add.", many=True),
    text("includeFields", "Attributes to add (to keep alone from version 1.0 of the API on).", many=True),
    text("excludeFields", "Attributes to leave out.", many=True),
    text("includeElements", "Elements to keep alone, from version 1.0 of the API on.", many=True),
    text("excludeElements", "Elements to leave out.", many=True),
    text("includeOptionalElements", "Accepted: no element is left out unless it is asked for.", many=True),
)
"""What every answer that shows items takes."""

DETAIL = (
    flag("includeChapters", "Adds the chapters."),
    flag("includeMarkers", "Adds the markers."),
    flag("includeReviews", "Adds what critics wrote."),
    flag("includeExtras", "Adds trailers, deleted scenes and the like."),
    flag("includeRelated", "Adds hubs of what is like it."),
    flag("includeOnDeck", "Adds the episode to go on with."),
    flag("includeChildren", "Adds what lies directly below it."),
    flag("includePreferences", "Adds what can be set of it."),
    flag("includeStations", "Adds its radio stations."),
    flag("includePopularLeaves", "Of an artist: adds the tracks that the viewer plays most."),
    flag("includeConcerts", "Of an artist: adds the recordings of concerts."),
    flag("includeAllConcerts", "The same with those that belong to an album or a track."),
    flag("includeRelatedCount", "Says how much is like it, as `relatedCount`; 200 at most."),
    flag("includeExternalMedia", "Accepted: only the account service knows where else it can be watched."),
    flag("includeGeolocation", "Accepted: only the account service knows the names of places."),
    flag(
        "includeBandwidths", "Accepted: what bandwidth a file needs moment by moment is told whenever it was measured."
    ),
    flag("includeLoudnessRamps", "Accepted: how tracks begin and end is not analysed."),
    integer("count", "How many items a hub has at most."),
)
"""What the full form of an item takes besides."""

LISTING = PAGING + TRIMMING

QUERY = (
    *LISTING,
    integer("type", "The number of the type of items; the section's own when it is left out.", example=1),
    text("sort", "What to sort by, `:desc` for the other way round.", many=True, example="titleSort:desc"),
    integer("limit", "How many there may be at most; then nothing is counted."),
    text("*", "Any filter of the media query language, such as `genre=12`, `year>>=1990` or `title=snow`."),
)
"""What a listing of a section takes."""
