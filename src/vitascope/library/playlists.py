"""What playlists hold, as answers need it: plain and smart ones alike, at a cost that does not depend on their length.

The entries of a plain playlist are gathered once and kept, as arrays, until somebody changes the list or its sections
change; a page is a slice of them. What a smart one holds is a listing like any other, answered by positions.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import func, select

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.core.query.source_uri import (
    CollectionSource,
    FolderSource,
    SectionSource,
    SourceError,
    SourceUri,
    parse_source_uri,
)
from vitascope.library import selection
from vitascope.library.selection import SelectionError, Wanted
from vitascope.store import entries as store_entries
from vitascope.store.entries import Entries
from vitascope.store.errors import NotFound
from vitascope.store.playlists import Playlist
from vitascope.store.positions import Ids, Positions
from vitascope.store.positions.cache import ArrayCache, Versions
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.schema import items

_CACHE_BYTES = 16 * 2**20
_PIECE = 2_000
_MOST_ADDED_UP = 20_000
"""Of a smart playlist with more items nobody waits for the sum of their durations."""


class PlaylistError(Exception):
    """What was asked of a playlist means nothing; the message says why. The API answers 400 with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a playlist shows to the person it belongs to."""

    item_ids: Ids
    numbers: Ids | None
    """The ``playlistItemID`` of each; a smart playlist has none."""


class Playlists:
    """Answers what playlists hold; one for a server process, shared by all its readers."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions
        self._entries: ArrayCache[Entries] = ArrayCache(_CACHE_BYTES, size_of=lambda found: found.nbytes)
        self._durations: ArrayCache[int] = ArrayCache(_CACHE_BYTES // 16, size_of=lambda _: 300)

    def contents(
        self, r: Reader, playlist: Playlist, viewer: Viewer, *, now: datetime | None = None, seed: int = 0
    ) -> Contents:
        """Everything in a playlist that the viewer may see. A smart one whose section is gone is empty."""
        if playlist.row.content is None:
            found = self._of_plain(r, playlist, viewer)
            return Contents(item_ids=found.item_ids, numbers=found.numbers)
        wanted = Wanted(now=now or datetime.now(UTC), kind=kind_of(playlist), playable=True, shuffle_seed=seed)
        try:
            source = selection.saved_source(playlist.row.content)
            return Contents(item_ids=selection.ids(r, self._positions, source, viewer, wanted), numbers=None)
        except (SourceError, SelectionError, NotFound):
            return Contents(item_ids=np.empty(0, dtype=np.int64), numbers=None)

    def figures(self, r: Reader, playlist: Playlist, viewer: Viewer) -> tuple[int, int | None]:
        """How many items a playlist shows, and how long they are together (milliseconds; ``None``: not added up)."""
        if playlist.row.content is None:
            found = self._of_plain(r, playlist, viewer)
            return int(found.item_ids.size), found.duration_ms
        ids = self.contents(r, playlist, viewer).item_ids
        if ids.size > _MOST_ADDED_UP:
            return int(ids.size), None
        key = (playlist.id, int(ids.size), hash(ids.tobytes()))
        return int(ids.size), self._durations.get(key, _versions(r), lambda: _duration(r, ids.tolist()))

    def _of_plain(self, r: Reader, playlist: Playlist, viewer: Viewer) -> Entries:
        key: Hashable = (playlist.id, playlist.row.revision, viewer)
        return self._entries.get(key, _versions(r), lambda: store_entries.entries(r, playlist.id, viewer))


def kind_of(playlist: Playlist) -> MediaKind | None:
    """What a playlist plays; ``None`` for a folder."""
    return None if playlist.row.kind is None else MediaKind(playlist.row.kind)


def _versions(r: Reader) -> Versions:
    """Changes with everything that may become visible or invisible, in any section."""
    sections = sorted(r.versions.sections.items())
    return Versions(
        tuple((section_id, edit) for section_id, (edit, _) in sections),
        tuple((section_id, scan) for section_id, (_, scan) in sections),
    )


_total = select(func.sum(items.c.duration_ms)).where(any_of(items.c.id, "ids"))


def _duration(r: Reader, ids: Sequence[int]) -> int:
    return sum(int(r.scalar(_total, {"ids": list(some)}) or 0) for some in chunks(ids, _PIECE))


# --- what goes in ----------------------------------------------------------------------------------------------

_types = select(items.c.type).where(any_of(items.c.id, "ids")).distinct()
_AUDIO, _PHOTO = {ItemType.TRACK}, {ItemType.PHOTO}


def smart_source(uri: str, machine_identifier: str) -> SourceUri:
    """What a smart playlist follows: a query of sections, a folder or a collection. Raises :class:`PlaylistError`."""
    try:
        source = parse_source_uri(uri, machine_identifier=machine_identifier)
    except SourceError as error:
        raise PlaylistError(str(error)) from error
    if not isinstance(source.source, SectionSource | FolderSource | CollectionSource):
        raise PlaylistError("uri: a smart playlist follows a section, a folder or a collection")
    return source


def check_smart(r: Reader, positions: Positions, source: SourceUri, viewer: Viewer) -> None:
    """Asks for what a smart playlist would hold, so that a query that means nothing is refused when it is saved."""
    try:
        selection.ids(r, positions, source, viewer, Wanted(now=datetime.now(UTC), playable=True))
    except (SelectionError, NotFound) as error:
        raise PlaylistError(str(error)) from error


def playable(r: Reader, positions: Positions, uri: str, machine_identifier: str, viewer: Viewer) -> list[int]:
    """What is played of a source, in order: what a playlist is given. Raises :class:`PlaylistError`."""
    try:
        source = parse_source_uri(uri, machine_identifier=machine_identifier)
        found = selection.ids(r, positions, source, viewer, Wanted(now=datetime.now(UTC), playable=True))
    except (SourceError, SelectionError) as error:
        raise PlaylistError(str(error)) from error
    if found.size > store_entries.MOST_ENTRIES:
        raise PlaylistError(f"uri: a playlist holds at most {store_entries.MOST_ENTRIES} items")
    return found.tolist()  # type: ignore[no-any-return]  # numpy says any


def fitting_kind(r: Reader, ids: Sequence[int], kind: MediaKind | None) -> MediaKind:
    """The kind of playlist that these items make: ``kind`` where it is given. Raises :class:`PlaylistError` for what
    does not go together."""
    types = {ItemType(number) for some in chunks(ids, _PIECE) for number in r.scalars(_types, {"ids": list(some)})}
    if kind is None:
        kind = MediaKind.AUDIO if types & _AUDIO else MediaKind.PHOTO if types & _PHOTO else MediaKind.VIDEO
    strange = sorted(found.api_name for found in types - kind.types)
    if strange:
        raise PlaylistError(f"uri: a playlist of type {kind.value} holds no {' and no '.join(strange)}")
    return kind


# --- several of them -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """A playlist with its figures."""

    playlist: Playlist
    item_count: int = 0
    duration_ms: int | None = None


def needs_figures(sort: str) -> bool:
    """Whether an order depends on how much playlists hold."""
    return any(part.partition(":")[0].rpartition(".")[2] in _BY_FIGURES for part in sort.split(","))


def sorted_by(found: Sequence[Figured], sort: str) -> list[Figured]:
    """Playlists in the order ``sort`` names (``titleSort``, ``lastViewedAt:desc``, …; several by commas). Raises
    :class:`PlaylistError`."""
    ordered = sorted(found, key=lambda one: (one.playlist.item.sort_key, one.playlist.id))
    for part in reversed([part for part in sort.split(",") if part]):
        name, _, direction = part.partition(":")
        key = _SORTS.get(name.rpartition(".")[2])
        if key is None or direction not in ("", "asc", "desc", "nullsLast"):
            raise PlaylistError(f"sort: {part[:80]!r} is none of {', '.join(_SORTS)}, with :asc or :desc")
        ordered.sort(key=key, reverse=direction == "desc")
    return ordered


_BY_FIGURES = frozenset({"mediaCount", "leafCount", "duration"})
_SORTS = {
    "titleSort": lambda one: one.playlist.item.sort_key,
    "title": lambda one: one.playlist.item.title_folded,
    "addedAt": lambda one: one.playlist.item.added_at,
    "updatedAt": lambda one: one.playlist.item.updated_at,
    "lastViewedAt": lambda one: (one.playlist.state and one.playlist.state.last_viewed_at) or 0,
    "viewCount": lambda one: (one.playlist.state and one.playlist.state.view_count) or 0,
    "lastRatedAt": lambda one: (one.playlist.state and one.playlist.state.last_rated_at) or 0,
    "userRating": lambda one: (one.playlist.state and one.playlist.state.rating) or 0.0,
    "mediaCount": lambda one: one.item_count,
    "leafCount": lambda one: one.item_count,
    "duration": lambda one: one.duration_ms or 0,
}
