"""Source URIs: what a collection, a playlist or a play queue is made of, as clients write it.

The forms of the PMS API:

- ``server://{machineIdentifier}/com.plexapp.plugins.library{key}``: a key of that server;
- ``library://{sectionUuid}/item/{key}`` and ``library://{sectionUuid}/directory/{key}``, the key percent-encoded
  (some clients leave it as it is), the identifier of the section empty when the key says it;
- ``provider://com.plexapp.plugins.library{key}``: a key of whichever server is asked;
- a key alone: ``/library/metadata/1,2``, ``/library/sections/1/all?type=1&year>>=1990``, ``/playlists/7/items``.

Parsing looks nothing up: :mod:`vitascope.library.selection` turns the value into items. The query of a key stays in
its order, since the order of ``push`` and ``pop`` is what it means.
"""

from base64 import b64decode
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

LIBRARY_PROVIDER = "com.plexapp.plugins.library"

MAX_CHARACTERS = 256 * 1024
MAX_ITEMS = 20_000
"""More ids than this in one URI are refused."""
MAX_PARAMETERS = 1_000

_LARGEST_ID = 2**63 - 1

Pairs = tuple[tuple[str, str], ...]


class SourceError(ValueError):
    """A source URI that cannot be understood, or that is another server's; the message names the part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsSource:
    """``/library/metadata/1,2,3``: these items, in this order, as often as they are named. Without ids: nothing, as
    some clients begin an empty list."""

    ids: tuple[int, ...]


class Level(StrEnum):
    """Which items below one are meant, named as the last part of the key."""

    CHILDREN = "children"
    GRANDCHILDREN = "grandchildren"
    LEAVES = "allLeaves"
    EXTRAS = "extras"


@dataclass(frozen=True, slots=True, kw_only=True)
class BelowSource:
    """``/library/metadata/5/children`` and the like."""

    item_id: int
    level: Level


class View(StrEnum):
    """Which of its lists a section is asked for, named as the last part of the key."""

    ALL = "all"
    COLLECTIONS = "collections"
    ALBUMS = "albums"
    RECENTLY_ADDED = "recentlyAdded"
    ON_DECK = "onDeck"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSource:
    """``/library/sections/1/all?…``; ``/library/all?…`` asks every section."""

    section_id: int | None
    view: View
    pairs: Pairs
    """The decoded query, in its order: what :func:`vitascope.core.query.parse_listing` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """``/library/sections/1/folder?parent=…``: what lies in a folder; without ``parent``, in the roots."""

    section_id: int
    location_id: int | None
    """The root the folder is below; ``None`` for the roots themselves."""
    path: bytes
    """Relative to the root, as on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSource:
    """``/library/collections/9/children``: what is in a collection."""

    collection_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSource:
    """``/playlists/7/items``: what is in a playlist."""

    playlist_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSource:
    """A key of a hub or of a station, which is made when it is asked for."""

    path: str
    pairs: Pairs


Source = ItemsSource | BelowSource | SectionSource | FolderSource | CollectionSource | PlaylistSource | HubSource


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceUri:
    """A source as it was sent, and what it means."""

    text: str
    """Verbatim."""
    key: str
    """The path and query on this server, verbatim where the form leaves them so."""
    source: Source
    section_uuid: str | None = None
    """The section that a ``library://`` names; ``None`` when it names none."""


def parse_source_uri(text: str, *, machine_identifier: str | None) -> SourceUri:
    """What a source URI means. Raises :class:`SourceError`, also for one of another provider, or of another server
    than the one named; ``None`` for one that was accepted before, whatever the server is called now."""
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"uri: longer than {MAX_CHARACTERS} characters")
    if "\0" in text:
        raise SourceError("uri: a NUL is part of no address")
    uuid = None
    scheme, mark, rest = text.partition("://")
    if text.startswith("/"):
        key = text
    elif not mark:
        raise SourceError("uri: neither a key (/library/…) nor server://, library:// or provider://")
    elif scheme == "server":
        key = _of_server(rest, machine_identifier)
    elif scheme == "provider":
        key = _of_provider(rest)
    elif scheme == "library":
        uuid, key = _of_library(rest)
    else:
        raise SourceError(f"uri: {scheme[:40]!r} is none of server, library and provider")
    return SourceUri(text=text, key=key, source=parse_key(key), section_uuid=uuid)


def _of_server(rest: str, machine_identifier: str | None) -> str:
    machine, _, path = rest.partition("/")
    if machine_identifier is not None and machine != machine_identifier:
        raise SourceError(f"uri: {machine[:80]!r} is not this server's machine identifier")
    return _of_provider(path)


def _of_provider(rest: str) -> str:
    provider, slash, path = rest.partition("/")
    if provider != LIBRARY_PROVIDER:
        raise SourceError(f"uri: {provider[:80]!r} is no provider of this server; {LIBRARY_PROVIDER} is")
    return slash + path


def _of_library(rest: str) -> tuple[str | None, str]:
    uuid, _, path = rest.partition("/")
    kind, slash, key = path.partition("/")
    if kind not in {"item", "directory"} or not slash:
        raise SourceError("uri: library:// is followed by the section's uuid and by item/ or directory/ with a key")
    if not key.startswith("/"):
        key = unquote(key, errors="replace") if key[:3].lower() == "%2f" else f"/{key}"
    return uuid or None, key


# --- keys ------------------------------------------------------------------------------------------------------


def parse_key(key: str) -> Source:
    """What a key of this server means as a list of items. Raises :class:`SourceError`."""
    try:
        parts = urlsplit(key)
        pairs = tuple(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
    except ValueError as error:
        raise SourceError("uri: the key cannot be read") from error
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        raise SourceError("uri: the key is no path of this server")
    if any("\0" in text for pair in pairs for text in pair) or "%00" in parts.path:
        raise SourceError("uri: a NUL is part of no address")
    found: Source
    match parts.path.strip("/").split("/"):
        case ["library", "metadata"]:
            found = ItemsSource(ids=())
        case ["library", "metadata", *rest]:
            found = _metadata(rest, parts.path, pairs)
        case ["library", "sections", section, *rest]:
            found = _section(_id(section, "section"), rest, parts.path, pairs)
        case ["library", "collections", collection, ("children" | "items")] | ["library", "collections", collection]:
            found = CollectionSource(collection_id=_id(collection, "collection"))
        case ["library", ("all" | "recentlyAdded" | "onDeck") as view]:
            found = SectionSource(section_id=None, view=View(view), pairs=pairs)
        case ["playlists", playlist, "items"] | ["playlists", playlist]:
            found = PlaylistSource(playlist_id=_id(playlist, "playlist"))
        case ["hubs", _, *_]:
            found = HubSource(path=parts.path, pairs=pairs)
        case _:
            raise SourceError(f"uri: {parts.path[:200]!r} is no list of items")
    return found


def _metadata(rest: list[str], path: str, pairs: Pairs) -> Source:
    match rest:
        case [ids]:
            return ItemsSource(ids=_ids(ids))
        case [item, ("children" | "grandchildren" | "allLeaves" | "extras") as level]:
            return BelowSource(item_id=_id(item, "item"), level=Level(level))
        case [item, ("related" | "similar" | "station" | "computePath" | "nearest"), *_]:
            _id(item, "item")
            return HubSource(path=path, pairs=pairs)
        case _:
            raise SourceError(f"uri: {path[:200]!r} is no list of items")


def _section(section_id: int, rest: list[str], path: str, pairs: Pairs) -> Source:
    match rest:
        case ["folder"]:
            return _folder(section_id, dict(pairs).get("parent", ""))
        case [("all" | "collections" | "albums" | "recentlyAdded" | "onDeck") as view]:
            return SectionSource(section_id=section_id, view=View(view), pairs=pairs)
        case [("stations" | "computePath" | "continueWatching"), *_]:
            return HubSource(path=path, pairs=pairs)
        case _:
            raise SourceError(f"uri: {path[:200]!r} is no list of items")


def _folder(section_id: int, parent: str) -> FolderSource:
    """``parent`` is ``{location}.{path in base64}``, as the folders of a section name themselves."""
    if not parent:
        return FolderSource(section_id=section_id, location_id=None, path=b"")
    location, _, name = parent.partition(".")
    try:
        path = b64decode(name + "=" * (-len(name) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise SourceError("uri: parent names no folder") from None
    if b"\0" in path:
        raise SourceError("uri: parent names no folder")
    return FolderSource(section_id=section_id, location_id=_id(location, "folder"), path=path)


def _ids(text: str) -> tuple[int, ...]:
    pieces = unquote(text).split(",")
    if len(pieces) > MAX_ITEMS:
        raise SourceError(f"uri: more than {MAX_ITEMS} items")
    return tuple(_id(piece, "item") for piece in pieces)


def _id(text: str, what: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 19 or not 0 < int(text) <= _LARGEST_ID:
        raise SourceError(f"uri: {text[:40]!r} is no id ({what})")
    return int(text)
