"""What a station needs to know of tracks: whose they are, and how the person liked them. Every question is about a
bounded number of ids."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select

from vitascope.core.model import ItemType, Viewer
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of, chunks, plainly
from vitascope.store.schema import items, states

_ALBUMS_AT_ONCE = 20


class TrackFacts(NamedTuple):
    """One track, as one person knows it."""

    id: int
    artist_id: int | None
    album_id: int | None
    plays: int
    last_viewed_at: int
    rating: float | None


_album = items.alias("album")
_facts: Select[Any] = (
    select(
        items.c.id,
        items.c.grandparent_id,
        items.c.parent_id,
        func.coalesce(states.c.view_count, 0),
        func.coalesce(states.c.last_viewed_at, 0),
        states.c.rating,
    )
    .outerjoin(states, and_(states.c.person_id == bindparam("person_id"), states.c.identity_id == items.c.identity_id))
    .where(
        any_of(items.c.id, "ids"),
        plainly(items.c.type) == int(ItemType.TRACK),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
)
_years = select(_album.c.id, _album.c.year).where(any_of(_album.c.id, "ids"), _album.c.year.is_not(None))
_tracks = (plainly(items.c.type) == int(ItemType.TRACK), items.c.extra_type.is_(None), items.c.deleted_at.is_(None))
_of_artist: Select[Any] = (
    select(items.c.id).where(items.c.grandparent_id == bindparam("id"), *_tracks).limit(bindparam("most"))
)
_of_albums: Select[Any] = (
    select(items.c.id, items.c.parent_id)
    .where(any_of(items.c.parent_id, "ids"), *_tracks)
    .order_by(items.c.parent_index, items.c.index_number, items.c.id)
)


def track_facts(r: Reader, ids: Sequence[int], viewer: Viewer) -> list[TrackFacts]:
    """These tracks in this order; those that are gone or not for this person are left out."""
    found = r.tuples(visible(_facts, viewer), {"ids": list(ids), "person_id": viewer.person_id})
    known = {row[0]: TrackFacts(*row) for row in found}
    return [known[id_] for id_ in ids if id_ in known]


def album_years(r: Reader, album_ids: Sequence[int]) -> dict[int, int]:
    """The years of these albums; those without one are absent."""
    return dict(r.tuples(_years, {"ids": list(album_ids)}))


def tracks_of_artists(r: Reader, artist_ids: Sequence[int], viewer: Viewer, *, most_each: int) -> list[int]:
    """Ids of the artists' tracks, of each at most so many."""
    statement = visible(_of_artist, viewer)
    return [id_ for artist in artist_ids for id_ in r.scalars(statement, {"id": artist, "most": most_each})]


def tracks_of_albums(r: Reader, album_ids: Sequence[int], viewer: Viewer, *, enough: int) -> list[int]:
    """Ids of the albums' tracks, album by album as they are given, each in its order. Albums are looked at until
    there are ``enough`` tracks; the last one stays whole."""
    statement = visible(_of_albums, viewer)
    found: list[int] = []
    for some in chunks(album_ids, _ALBUMS_AT_ONCE):
        by_album: dict[int, list[int]] = {album_id: [] for album_id in some}
        for track_id, album_id in r.tuples(statement, {"ids": list(some)}):
            by_album[album_id].append(track_id)
        found += [track_id for tracks in by_album.values() for track_id in tracks]
        if len(found) >= enough:
            break
    return found
