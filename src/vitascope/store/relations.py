"""What lies below an item, in its order: seasons, episodes, albums, tracks, photos, extras, concerts."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from vitascope.core.model import ExtraType, ItemType, Viewer
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import items

PRIMARY_EXTRAS = (
    ExtraType.TRAILER,
    ExtraType.MUSIC_VIDEO,
    ExtraType.LIVE_MUSIC_VIDEO,
    ExtraType.LYRIC_MUSIC_VIDEO,
)
"""Of these one stands for an item: what a player's *Play trailer* or *Play music video* plays."""
_by_number = (items.c.parent_index, items.c.index_number, items.c.sort_key, items.c.id)
_listed = items.c.extra_type.is_(None)
_children = (
    select(items.c.id)
    .where(items.c.parent_id == bindparam("id"), _listed)
    .order_by(items.c.index_number, items.c.sort_key, items.c.id)
)
_leaves_of_parent = select(items.c.id).where(items.c.parent_id == bindparam("id"), _listed).order_by(*_by_number)
_leaves_of_grandparent = (
    select(items.c.id).where(items.c.grandparent_id == bindparam("id"), _listed).order_by(*_by_number)
)
_album = items.alias("album")
_tracks_of_artist = (
    select(items.c.id)
    .join(_album, _album.c.id == items.c.parent_id)
    .where(items.c.grandparent_id == bindparam("id"), _listed)
    .order_by(_album.c.year.is_(None), _album.c.year, _album.c.sort_key, _album.c.id, *_by_number)
)
_extras = (
    select(items.c.id)
    .where(items.c.parent_id == bindparam("id"), items.c.extra_type.is_not(None))
    .order_by(items.c.extra_type, items.c.sort_key, items.c.id)
)
_first_extras = (
    select(items.c.parent_id, items.c.id)
    .where(any_of(items.c.parent_id, "ids"), items.c.extra_type.in_([int(kind) for kind in PRIMARY_EXTRAS]))
    .order_by(items.c.extra_type.desc(), items.c.sort_key.desc(), items.c.id.desc())
)  # backwards: the last of each is kept
_concert = items.c.extra_type == int(ExtraType.CONCERT)
_concerts = select(items.c.id).where(items.c.parent_id == bindparam("id"), _concert).order_by(items.c.sort_key)
_of_artist = items.alias("of_artist")
_all_concerts = (
    select(items.c.id)
    .where(
        _concert,
        or_(
            items.c.parent_id == bindparam("id"),
            items.c.parent_id.in_(
                select(_of_artist.c.id).where(
                    or_(_of_artist.c.parent_id == bindparam("id"), _of_artist.c.grandparent_id == bindparam("id")),
                    _of_artist.c.extra_type.is_(None),
                )
            ),
        ),
    )
    .order_by(items.c.sort_key, items.c.id)
)
_LEAVES = {ItemType.SHOW: _leaves_of_grandparent, ItemType.ARTIST: _tracks_of_artist}
_type = select(items.c.type).where(items.c.id == bindparam("id"))


def children(r: Reader, item_id: int, viewer: Viewer, start: int = 0, size: int | None = None) -> tuple[list[int], int]:
    """Ids of the seasons, episodes, albums, tracks, photos below an item, in order, and how many there are."""
    return _window(r.scalars(visible(_children, viewer), {"id": item_id}), start, size)


def all_leaves(
    r: Reader, item_id: int, viewer: Viewer, start: int = 0, size: int | None = None
) -> tuple[list[int], int]:
    """Ids of all episodes of a show or season, all tracks of an artist or album, all photos of an album."""
    kind = r.scalar(_type, {"id": item_id})
    statement = _LEAVES.get(kind, _leaves_of_parent) if kind is not None else _leaves_of_parent
    return _window(r.scalars(visible(statement, viewer), {"id": item_id}), start, size)


def extras(r: Reader, item_id: int, viewer: Viewer) -> list[int]:
    """Ids of an item's trailers, deleted scenes and other extras."""
    return r.scalars(visible(_extras, viewer), {"id": item_id})


def primary_extras(r: Reader, item_ids: Sequence[int], viewer: Viewer) -> dict[int, int]:
    """The trailer, or else the music video, of each of these items that has one: the first by title."""
    return dict(r.tuples(visible(_first_extras, viewer), {"ids": list(item_ids)}))


def concerts(r: Reader, artist_id: int, viewer: Viewer, *, all_of_them: bool = False) -> list[int]:
    """Ids of an artist's concerts; ``all_of_them``: also those that belong to an album or a track of theirs."""
    return r.scalars(visible(_all_concerts if all_of_them else _concerts, viewer), {"id": artist_id})


def _window(ids: list[int], start: int, size: int | None) -> tuple[list[int], int]:
    return ids[start:] if size is None else ids[start : start + size], len(ids)
