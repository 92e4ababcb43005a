"""What a station needs to know of tracks: whose they are, and how the person liked them. Every question is about a
bounded number of ids."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, select

from vitascope.core.model import ItemType, Viewer
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import items, states


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
        items.c.type == int(ItemType.TRACK),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
)
_years = select(_album.c.id, _album.c.year).where(any_of(_album.c.id, "ids"), _album.c.year.is_not(None))
_of_artists: Select[Any] = (
    select(items.c.id)
    .where(any_of(items.c.grandparent_id, "ids"), items.c.type == int(ItemType.TRACK), items.c.extra_type.is_(None))
    .limit(bindparam("most"))
)
_of_albums: Select[Any] = (
    select(items.c.id)
    .where(any_of(items.c.parent_id, "ids"), items.c.type == int(ItemType.TRACK), items.c.extra_type.is_(None))
    .order_by(items.c.parent_id, items.c.parent_index, items.c.index_number, items.c.id)
    .limit(bindparam("most"))
)


def track_facts(r: Reader, ids: Sequence[int], viewer: Viewer) -> list[TrackFacts]:
    """These tracks in this order; those that are gone or not for this person are left out."""
    found = r.tuples(visible(_facts, viewer), {"ids": list(ids), "person_id": viewer.person_id})
    known = {row[0]: TrackFacts(*row) for row in found}
    return [known[id_] for id_ in ids if id_ in known]


def album_years(r: Reader, album_ids: Sequence[int]) -> dict[int, int]:
    """The years of these albums; those without one are absent."""
    return dict(r.tuples(_years, {"ids": list(album_ids)}))


def tracks_of_artists(r: Reader, artist_ids: Sequence[int], viewer: Viewer, *, most: int = 2_000) -> list[int]:
    """Ids of the artists' tracks, at most so many."""
    return r.scalars(visible(_of_artists, viewer), {"ids": list(artist_ids), "most": most})


def tracks_of_albums(r: Reader, album_ids: Sequence[int], viewer: Viewer, *, most: int = 2_000) -> list[int]:
    """Ids of the albums' tracks, album by album as they are given, in the order of the album; at most so many."""
    found = r.scalars(visible(_of_albums, viewer), {"ids": list(album_ids), "most": most})
    order = {album_id: at for at, album_id in enumerate(album_ids)}
    facts = track_facts(r, found, viewer)
    return [track.id for track in sorted(facts, key=lambda track: order.get(track.album_id or 0, 0))]
