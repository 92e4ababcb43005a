"""What a play queue's source holds, and which trailers come before a film."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import bindparam, select

from vitascope.core.model import ExtraType, ItemType, MediaKind, Viewer
from vitascope.core.query.source_uri import HubSource, ItemsSource, PlaylistSource, SourceUri
from vitascope.library import selection, stations
from vitascope.library.playlists import Playlists
from vitascope.library.selection import SelectionError, Wanted
from vitascope.store import items as store_items
from vitascope.store import playlists, relations, states
from vitascope.store.positions import Ids, Positions
from vitascope.store.reader import Reader
from vitascope.store.schema import items

_TRAILERS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """What can be played of a source; one number for each item in each array."""

    item_ids: Ids
    numbers: Ids
    """What each is called, once only: the item's id, or the number of an entry."""
    endless: bool = False
    """There may be more later, or another time."""


class QueueSources:
    """Answers what sources hold, for play queues."""

    def __init__(self, positions: Positions, playlists: Playlists, *, rest_days: Callable[[], int]) -> None:
        self._positions = positions
        self._playlists = playlists
        self._rest_days = rest_days

    def playable(
        self, r: Reader, uri: str, viewer: Viewer, *, kind: MediaKind, continuous: bool, seed: int, turn: int = 0
    ) -> Playable:
        """What a source holds at this moment. ``turn`` is how much of it was played already, which a station needs to
        play something else. Raises :class:`SelectionError`."""
        source = selection.saved_source(uri)
        if isinstance(source.source, HubSource):
            return self._of_station(r, source, viewer, seed + turn)
        if isinstance(source.source, PlaylistSource):
            found = self._playlists.contents(r, playlists.get(r, source.source.playlist_id, viewer), viewer, seed=seed)
            numbers = found.item_ids if found.numbers is None else found.numbers
            return Playable(item_ids=found.item_ids, numbers=numbers)
        if continuous and isinstance(source.source, ItemsSource) and len(source.source.ids) == 1:
            rest = _rest_of_show(r, source.source.ids[0], viewer)
            if rest is not None:
                return rest
        wanted = Wanted(now=datetime.now(UTC), kind=kind, playable=True, shuffle_seed=seed)
        ids = selection.ids(r, self._positions, source, viewer, wanted)
        if isinstance(source.source, ItemsSource) and np.unique(ids).size < ids.size:
            # one is named twice: then they are counted
            return Playable(item_ids=ids, numbers=-1 - np.arange(ids.size, dtype=np.int64))
        return Playable(item_ids=ids, numbers=ids)

    def _of_station(self, r: Reader, source: SourceUri, viewer: Viewer, seed: int) -> Playable:
        now = int(datetime.now(UTC).timestamp())
        tracks = stations.tracks(
            r, self._positions, source.key, viewer, now=now, seed=seed, rest_days=self._rest_days()
        )
        if tracks is None:
            raise SelectionError(f"uri: {source.key[:200]!r} cannot be played")
        ids: Ids = np.array(tracks, dtype=np.int64)
        return Playable(item_ids=ids, numbers=ids, endless=True)


def _rest_of_show(r: Reader, item_id: int, viewer: Viewer) -> Playable | None:
    """An episode and those that come after it; ``None`` for what is no episode."""
    item = store_items.get_item(r, item_id, viewer)
    if item is None or item.type != ItemType.EPISODE or item.grandparent_id is None:
        return None
    found, _ = relations.all_leaves(r, item.grandparent_id, viewer)
    rest: Ids = np.array(found[found.index(item_id) :], dtype=np.int64)
    return Playable(item_ids=rest, numbers=rest, endless=True)


# --- trailers --------------------------------------------------------------------------------------------------

_trailers = (
    select(items.c.id, items.c.parent_id)
    .where(
        items.c.section_id == bindparam("section_id"),
        items.c.type == int(ItemType.CLIP),
        items.c.extra_type == int(ExtraType.TRAILER),
        items.c.parent_id.is_not(None),
        items.c.parent_id != bindparam("film_id"),
    )
    .order_by(items.c.added_at.desc(), items.c.id)
    .limit(_TRAILERS_LOOKED_AT)
)


def trailers(r: Reader, film_id: int, viewer: Viewer, count: int, *, unwatched: bool, seed: int) -> tuple[int, ...]:
    """Trailers of other films of the same section, chosen among the newest; with ``unwatched`` of films that the
    viewer has not seen."""
    film = store_items.get_item(r, film_id, viewer)
    if film is None or film.type != ItemType.MOVIE or count <= 0:
        return ()
    statement = store_items.visible(_trailers, viewer)
    found = r.tuples(statement, {"section_id": film.section_id, "film_id": film_id})
    films = {row.id: row for row in store_items.get_items(r, [parent for _, parent in found], viewer)}
    seen: set[int] = set()
    if unwatched:
        known = states.states_of(r, viewer.person_id, [row.identity_id for row in films.values()])
        seen = {row.id for row in films.values() if (state := known.get(row.identity_id)) and state.view_count}
    fitting = [trailer for trailer, parent in found if parent in films and parent not in seen]
    chosen = random.Random(seed)  # noqa: S311 - which film one is told of is no secret
    return tuple(chosen.sample(fitting, min(count, len(fitting))))
