"""Shows of which the owner does not keep every episode, and the state of their episodes."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Integer, and_, bindparam, exists, func, select
from sqlalchemy import cast as sql_cast

from vitascope.core.expiry import Episode, Wish
from vitascope.core.model import OWNER_PERSON_ID, ItemType
from vitascope.store.reader import Reader
from vitascope.store.schema import item_preferences, items, states

UNWATCHED = "autoDeletionItemPolicyUnwatchedLibrary"
WATCHED = "autoDeletionItemPolicyWatchedLibrary"

_wishes = (
    select(items.c.id, items.c.title, item_preferences.c.name, item_preferences.c.value)
    .join(items, items.c.identity_id == item_preferences.c.identity_id)
    .where(
        item_preferences.c.name.in_([UNWATCHED, WATCHED]),
        items.c.type == int(ItemType.SHOW),
        items.c.deleted_at.is_(None),
    )
    .order_by(items.c.id)
)
_mine = and_(states.c.identity_id == items.c.identity_id, states.c.person_id == OWNER_PERSON_ID)
_others = states.alias("others")
_begun = exists().where(_others.c.identity_id == items.c.identity_id, _others.c.view_offset_ms > 0)
_episodes = (
    select(
        items.c.id,
        func.coalesce(items.c.parent_index, 0),
        func.coalesce(items.c.index_number, 0),
        items.c.added_at,
        states.c.view_count,
        states.c.last_viewed_at,
        sql_cast(_begun, Integer),
    )
    .outerjoin(states, _mine)
    .where(
        items.c.grandparent_id == bindparam("show_id"),
        items.c.type == int(ItemType.EPISODE),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
)


class Show(Struct, frozen=True, kw_only=True):
    """A show with such a wish."""

    item_id: int
    title: str
    wish: Wish


def shows(r: Reader) -> list[Show]:
    """All shows of which not everything is kept."""
    found: dict[int, tuple[str, dict[str, int]]] = {}
    for item_id, title, name, value in r.tuples(_wishes):
        found.setdefault(item_id, (title, {}))[1][name] = int(value)
    return [
        Show(
            item_id=item_id, title=title, wish=Wish(unwatched=set_to.get(UNWATCHED, 0), watched=set_to.get(WATCHED, 0))
        )
        for item_id, (title, set_to) in found.items()
    ]


def episodes(r: Reader, show_id: int) -> Sequence[Episode]:
    """The episodes of a show, as far as the owner saw them."""
    return [
        Episode(
            item_id=item_id,
            season=season,
            number=number,
            added_at=added_at,
            watched_at=viewed_at if views else None,
            begun=bool(begun),
        )
        for item_id, season, number, added_at, views, viewed_at, begun in r.tuples(_episodes, {"show_id": show_id})
    ]
