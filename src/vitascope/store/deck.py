"""On Deck and Continue Watching: what a person stopped in the middle of, and what comes next of their shows.

Flat cost: it starts from the person's newest states and shows (two indexes read from their end), and finds the next
episode of each show by one step in the index over (show, season, episode), whatever the library holds.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import and_, bindparam, func, select, tuple_

from vitascope.core.model import ItemType, Viewer
from vitascope.store import visibility
from vitascope.store.reader import Reader
from vitascope.store.schema import items, progress, states

_VIDEO = (ItemType.MOVIE, ItemType.EPISODE, ItemType.CLIP)
_MARGIN = 3
"""How many times more candidates are read than entries are wanted: some are hidden, some are one show twice."""


class DeckEntry(Struct, frozen=True):
    """One entry: an item to go on with, and when the person last was at it (or at its show)."""

    item_id: int
    last_viewed_at: int
    show_id: int | None = None
    started: bool = False
    """In the middle of it, rather than next."""


# Read from the index over what is started, newest first; the order of the join is written so that it stays that way.
_newest_started = (
    select(states.c.identity_id, states.c.last_viewed_at, states.c.hidden_from_continue_at)
    .where(
        states.c.person_id == bindparam("person_id"),
        states.c.view_offset_ms.is_not(None),
        states.c.last_viewed_at >= bindparam("since"),
    )
    .order_by(states.c.last_viewed_at.desc())
    .limit(bindparam("most"))
    .subquery("started")
)
_started = (
    select(
        items.c.id,
        _newest_started.c.last_viewed_at,
        items.c.grandparent_id,
        items.c.type,
    )
    .join(_newest_started, _newest_started.c.identity_id == items.c.identity_id)
    .where(
        items.c.type.in_([int(kind) for kind in _VIDEO]),
        items.c.extra_type.is_(None),
        func.coalesce(_newest_started.c.hidden_from_continue_at, -1) < _newest_started.c.last_viewed_at,
    )
    .order_by(_newest_started.c.last_viewed_at.desc(), items.c.id)
)

_show_state = states.alias("show_state")
_last = items.alias("last")
_next = items.alias("next")
_next_state = states.alias("next_state")
_newest_shows = (
    select(progress.c.item_id, progress.c.last_viewed_at, progress.c.last_leaf_id)
    .where(
        progress.c.person_id == bindparam("person_id"),
        progress.c.item_type == int(ItemType.SHOW),
        progress.c.last_viewed_at >= bindparam("since"),
    )
    .order_by(progress.c.last_viewed_at.desc())
    .limit(bindparam("most"))
    .subquery("newest_shows")
)
_next_episode = (
    select(_next.c.id)
    .outerjoin(
        _next_state,
        and_(_next_state.c.person_id == bindparam("person_id"), _next_state.c.identity_id == _next.c.identity_id),
    )
    .where(
        _next.c.grandparent_id == items.c.id,
        tuple_(_next.c.parent_index, _next.c.index_number) > tuple_(_last.c.parent_index, _last.c.index_number),
        _next.c.extra_type.is_(None),
        func.coalesce(_next_state.c.view_count, 0) == 0,
    )
    .order_by(_next.c.parent_index, _next.c.index_number)
    .limit(1)
    .correlate(items, _last)
    .scalar_subquery()
)
_shows = (
    select(items.c.id, _newest_shows.c.last_viewed_at, _next_episode.label("next_id"), _last.c.parent_index)
    .join(_newest_shows, _newest_shows.c.item_id == items.c.id)
    .join(_last, _last.c.id == _newest_shows.c.last_leaf_id)
    .outerjoin(
        _show_state,
        and_(_show_state.c.person_id == bindparam("person_id"), _show_state.c.identity_id == items.c.identity_id),
    )
    .where(func.coalesce(_show_state.c.hidden_from_continue_at, -1) < _newest_shows.c.last_viewed_at)
    .order_by(_newest_shows.c.last_viewed_at.desc(), items.c.id)
)
_season = select(items.c.parent_index).where(items.c.id == bindparam("id"))


def on_deck(
    r: Reader,
    viewer: Viewer,
    section_id: int | None = None,
    *,
    now: int,
    window_s: int = 16 * 7 * 86_400,
    limit: int = 40,
    include_premieres: bool = True,
) -> list[DeckEntry]:
    """What to go on with, the latest first: started films, clips and episodes, and the next unwatched episode of each
    show watched within the window. A show appears once. ``include_premieres`` lets the next season's first episode be
    next; without it a show waits for its person to begin the season."""
    params: dict[str, Any] = {
        "person_id": viewer.person_id,
        "since": now - window_s,
        "most": limit * _MARGIN + 20,
    }
    entries: list[DeckEntry] = []
    seen_shows: set[int] = set()
    started = r.tuples(_limited(_started, viewer, section_id), params)
    for item_id, viewed_at, show_id, item_type in started:
        show = show_id if item_type == ItemType.EPISODE else None
        if show is not None:
            if show in seen_shows:
                continue
            seen_shows.add(show)
        entries.append(DeckEntry(item_id, viewed_at, show, started=True))
    for show_id, viewed_at, next_id, last_season in r.tuples(_limited(_shows, viewer, section_id), params):
        if next_id is None or show_id in seen_shows:
            continue
        if not include_premieres and r.scalar(_season, {"id": next_id}) != last_season:
            continue
        entries.append(DeckEntry(next_id, viewed_at, show_id))
    entries.sort(key=lambda entry: (-entry.last_viewed_at, not entry.started, entry.item_id))
    return entries[:limit]


continue_watching = on_deck

_watchers = select(progress.c.person_id).where(
    progress.c.item_id == bindparam("show_id"), progress.c.viewed_leaf_count > 0
)


def who_watches(r: Reader, show_id: int) -> list[int]:
    """The people who have watched something of a show."""
    return r.scalars(_watchers, {"show_id": show_id})


def _limited(statement: Any, viewer: Viewer, section_id: int | None) -> Any:
    if section_id is not None:
        statement = statement.where(items.c.section_id == section_id)
    condition = visibility.condition(viewer)
    return statement if condition is None else statement.where(condition)
