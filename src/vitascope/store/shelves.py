"""What hubs need to know that no listing tells: every question starts from the end of an index or from a bounded number
of ids."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select, tuple_

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of, plainly
from vitascope.store.rows import ItemRow
from vitascope.store.schema import history, items, progress, states, tag_counts, taggings, tags

_NEWEST_STATES = 60
_PEOPLE = 20
_LEADING = 3
_NEWEST_ARTISTS = 40
_PERIOD_ROWS = 5_000
_DAY_S = 86_400


# --- people ----------------------------------------------------------------------------------------------------


class Person(NamedTuple):
    """Somebody who directs or plays in films of a section."""

    tag_id: int
    name: str
    directs: bool


_newest = (
    select(states.c.identity_id, states.c.last_viewed_at)
    .where(states.c.person_id == bindparam("person_id"), states.c.last_viewed_at.is_not(None))
    .order_by(states.c.last_viewed_at.desc())
    .limit(_NEWEST_STATES)
    .subquery("newest")
)
_watched_films = (
    select(items.c.id)
    .join(_newest, _newest.c.identity_id == items.c.identity_id)
    .where(
        plainly(items.c.section_id) == bindparam("section_id"),
        plainly(items.c.type) == int(ItemType.MOVIE),
        items.c.extra_type.is_(None),
    )
    .order_by(_newest.c.last_viewed_at.desc(), items.c.id)
)
_films_of = (
    select(tag_counts.c.item_count)
    .where(
        tag_counts.c.section_id == bindparam("section_id"),
        tag_counts.c.item_type == int(ItemType.MOVIE),
        tag_counts.c.tag_id == taggings.c.tag_id,
    )
    .correlate(taggings)
    .scalar_subquery()
)
_people = (
    select(taggings.c.item_id, tags.c.id, tags.c.tag, tags.c.type)
    .select_from(taggings)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(
        any_of(taggings.c.item_id, "ids"),
        taggings.c.tag_type.in_((int(TagType.DIRECTOR), int(TagType.ROLE))),
        _films_of > 1,
    )
    .order_by(taggings.c.item_id, taggings.c.tag_type, taggings.c.ordering, tags.c.id)
)


def people_watched(r: Reader, viewer: Viewer, section_id: int) -> list[Person]:
    """Directors and leading actors of the films the person watched last, those of most of them first; only such as
    have more than one film in the section."""
    found = r.scalars(visible(_watched_films, viewer), {"person_id": viewer.person_id, "section_id": section_id})
    return people_of(r, section_id, found)


def people_of(r: Reader, section_id: int, item_ids: Sequence[int]) -> list[Person]:
    """Directors and leading actors of these films, those of most of them first; only such as have more than one film
    in the section."""
    if not item_ids:
        return []
    counts: Counter[Person] = Counter()
    billed: Counter[tuple[int, int]] = Counter()
    for item_id, tag_id, name, kind in r.tuples(_people, {"ids": list(item_ids), "section_id": section_id}):
        billed[item_id, kind] += 1
        if billed[item_id, kind] <= _LEADING:
            counts[Person(tag_id, name, kind == TagType.DIRECTOR)] += 1
    return [person for person, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].tag_id))[:_PEOPLE]]


# --- what came last of a show ----------------------------------------------------------------------------------

_show = items.alias("show")
_newest_of_shows: Select[Any] = (
    select(
        items.c.grandparent_id,
        func.count(),
        func.max(items.c.id),
        func.min(items.c.parent_id),
        func.max(items.c.parent_id),
    )
    .join(_show, _show.c.id == items.c.grandparent_id)
    .where(
        any_of(items.c.grandparent_id, "ids"),
        plainly(items.c.type) == int(ItemType.EPISODE),
        items.c.added_at >= _show.c.latest_leaf_added_at - _DAY_S,
    )
    .group_by(items.c.grandparent_id)
)


def newest_of_shows(r: Reader, show_ids: Sequence[int], viewer: Viewer) -> dict[int, int]:
    """By show, what came last of it: the episode, when one came within a day of the newest; the season, when several of
    one came; else the show."""
    found: dict[int, int] = {}
    rows = r.tuples(visible(_newest_of_shows, viewer), {"ids": list(show_ids)}) if show_ids else []
    for show_id, episodes, episode_id, first_season, last_season in rows:
        if episodes == 1:
            found[show_id] = episode_id
        elif first_season is not None and first_season == last_season:
            found[show_id] = first_season
        else:
            found[show_id] = show_id
    return found


# --- music -----------------------------------------------------------------------------------------------------

_newest_artists = (
    select(progress.c.item_id, progress.c.last_viewed_at)
    .where(
        progress.c.person_id == bindparam("person_id"),
        progress.c.item_type == int(ItemType.ARTIST),
        progress.c.last_viewed_at.is_not(None),
    )
    .order_by(progress.c.last_viewed_at.desc())
    .limit(_NEWEST_ARTISTS)
    .subquery("newest_artists")
)
_artists = (
    select(items.c.id)
    .join(_newest_artists, _newest_artists.c.item_id == items.c.id)
    .where(plainly(items.c.section_id) == bindparam("section_id"))
    .order_by(_newest_artists.c.last_viewed_at.desc(), items.c.id)
)
_heard = (
    select(history.c.item_id)
    .where(
        history.c.viewed_at >= bindparam("since"),
        history.c.person_id == bindparam("person_id"),
        history.c.section_id == bindparam("section_id"),
    )
    .order_by(history.c.viewed_at.desc())
    .limit(_PERIOD_ROWS)
)
_albums_of: Select[Any] = select(items.c.id, items.c.parent_id).where(
    any_of(items.c.id, "ids"), plainly(items.c.type) == int(ItemType.TRACK), items.c.parent_id.is_not(None)
)


def artists_played(r: Reader, viewer: Viewer, section_id: int) -> list[int]:
    """Ids of the artists the person heard last, the latest first."""
    return r.scalars(visible(_artists, viewer), {"person_id": viewer.person_id, "section_id": section_id})


def albums_heard_since(r: Reader, viewer: Viewer, section_id: int, since: int, *, most: int) -> list[int]:
    """Ids of the albums the person heard most since a moment (epoch seconds), by the history's newest entries."""
    params = {"since": since, "person_id": viewer.person_id, "section_id": section_id}
    plays = Counter(r.scalars(_heard, params))
    if not plays:
        return []
    albums: Counter[int] = Counter()
    for track_id, album_id in r.tuples(visible(_albums_of, viewer), {"ids": list(plays)}):
        albums[album_id] += plays[track_id]
    return [album for album, _ in sorted(albums.items(), key=lambda pair: (-pair[1], pair[0]))[:most]]


# --- photos ----------------------------------------------------------------------------------------------------

_taken_on: Select[Any] = (
    select(items.c.id)
    .where(
        items.c.section_id == bindparam("section_id"),
        items.c.type == int(ItemType.PHOTO),
        func.substr(items.c.available_at, 6, 5) == bindparam("day"),
        items.c.available_at < bindparam("before"),
    )
    .order_by(items.c.available_at.desc(), items.c.id)
    .limit(bindparam("most"))
)


def taken_on(r: Reader, viewer: Viewer, section_id: int, day: str, *, before: str, most: int) -> list[int]:
    """Ids of the photos taken on a day of any year (``11-28``) before a date, the newest first. Reads one index of the
    section's photos whole: once a day, for a hub that is kept."""
    params = {"section_id": section_id, "day": day, "before": before, "most": most}
    return r.scalars(visible(_taken_on, viewer), params)


# --- beside an item --------------------------------------------------------------------------------------------

_after = (
    select(items.c.id)
    .where(
        items.c.grandparent_id == bindparam("show_id"),
        tuple_(items.c.parent_index, items.c.index_number) > tuple_(bindparam("season"), bindparam("number")),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
    .order_by(items.c.parent_index, items.c.index_number, items.c.id)
    .limit(1)
)
_collections_named: Select[Any] = (
    select(items.c.id)
    .where(
        items.c.type == int(ItemType.COLLECTION),
        any_of(items.c.title_folded, "names", text=True),
        plainly(items.c.section_id) == bindparam("section_id"),
    )
    .order_by(items.c.id)
)


def episode_after(r: Reader, episode: ItemRow, viewer: Viewer) -> int | None:
    """The episode that follows, in this season or the next."""
    if episode.grandparent_id is None or episode.parent_index is None or episode.index_number is None:
        return None
    place = {"show_id": episode.grandparent_id, "season": episode.parent_index, "number": episode.index_number}
    found: int | None = r.scalar(visible(_after, viewer), place)
    return found


def collections_named(r: Reader, section_id: int, folded: Sequence[str]) -> list[int]:
    """Ids of the collections of a section with one of these folded titles."""
    return r.scalars(_collections_named, {"section_id": section_id, "names": list(folded)}) if folded else []


# --- by somebody, of an artist: few enough to be put in order here ------------------------------------------------

MANY = 500
"""Of more a listing is the cheaper way."""

_all_carriers = (
    select(taggings.c.item_id)
    .where(taggings.c.tag_id == bindparam("tag_id"))
    .order_by(taggings.c.item_id)
    .limit(MANY + 1)
    .subquery("all_carriers")
)
_carried: Select[Any] = (
    select(items.c.id, items.c.audience_rating, items.c.rating, items.c.sort_key)
    .join(_all_carriers, _all_carriers.c.item_id == items.c.id)
    .where(
        plainly(items.c.section_id) == bindparam("section_id"),
        plainly(items.c.type) == bindparam("type"),
        items.c.extra_type.is_(None),
    )
)
_carrier_count = select(func.count()).select_from(_all_carriers)
_albums_by_year: Select[Any] = (
    select(items.c.id, items.c.year, items.c.sort_key)
    .where(items.c.parent_id == bindparam("id"), plainly(items.c.type) == int(ItemType.ALBUM))
    .limit(MANY)
)


def carriers_by_rating(
    r: Reader, viewer: Viewer, section_id: int, item_type: ItemType, tag_id: int
) -> list[int] | None:
    """Ids of a section's items that carry a tag, as ``sort=audienceRating:desc,rating:desc`` has them; ``None`` when
    many items carry it."""
    params = {"section_id": section_id, "type": int(item_type), "tag_id": tag_id}
    if r.scalar(_carrier_count, params) > MANY:
        return None
    rows = r.tuples(visible(_carried, viewer), params)
    rows.sort(key=lambda row: (-_rank(row[1]), -_rank(row[2]), row[3].encode(), row[0]))
    return [row[0] for row in rows]


def albums_by_year(r: Reader, viewer: Viewer, artist_id: int) -> list[int]:
    """Ids of an artist's albums, as ``sort=year:desc`` has them."""
    rows = r.tuples(visible(_albums_by_year, viewer), {"id": artist_id})
    rows.sort(key=lambda row: (-(row[1] if row[1] is not None else -1), row[2].encode(), row[0]))
    return [row[0] for row in rows]


def _rank(rating: float | None) -> int:
    """A rating as listings compare it."""
    return -1 if rating is None else int(rating * 1000)


# --- pictures of tags ------------------------------------------------------------------------------------------

_CARRIERS = 200
_newest_carriers = (
    select(taggings.c.item_id)
    .where(taggings.c.tag_id == bindparam("tag_id"))
    .order_by(taggings.c.item_id.desc())
    .limit(_CARRIERS)
    .subquery("newest_carriers")
)
_with_art: Select[Any] = (
    select(items.c.id, items.c.art_at)
    .join(_newest_carriers, _newest_carriers.c.item_id == items.c.id)
    .where(
        plainly(items.c.section_id) == bindparam("section_id"),
        plainly(items.c.type) == bindparam("type"),
        items.c.art_at.is_not(None),
    )
    .order_by(items.c.id.desc())
    .limit(1)
)


def art_of_tag(r: Reader, viewer: Viewer, section_id: int, item_type: ItemType, tag_id: int) -> tuple[int, int] | None:
    """An item that carries the tag and has a background, with when that was chosen."""
    params = {"section_id": section_id, "type": int(item_type), "tag_id": tag_id}
    found = r.tuples(visible(_with_art, viewer), params)
    return (found[0][0], found[0][1]) if found else None
