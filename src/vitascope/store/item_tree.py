"""Small questions about items: what lies below one, level by level, and who played it most."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import bindparam, func, or_, select

from vitascope.core.model import TagType, Viewer
from vitascope.store import visibility
from vitascope.store.hydration import matched_names
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow, TagRow
from vitascope.store.schema import identities, items, states, taggings, tags

MOST_BELOW = 20_000

_below = (
    select(items, identities.c.uuid)
    .join(identities, identities.c.id == items.c.identity_id)
    .where(
        or_(
            items.c.id == bindparam("id"),
            items.c.parent_id == bindparam("id"),
            items.c.grandparent_id == bindparam("id"),
        ),
        items.c.extra_type.is_(None),
    )
    .order_by(items.c.parent_index, items.c.index_number, items.c.sort_key, items.c.id)
    .limit(MOST_BELOW)
)
_played = (
    select(states.c.person_id, func.sum(states.c.view_count))
    .join(items, items.c.identity_id == states.c.identity_id)
    .where(
        or_(
            items.c.id == bindparam("id"),
            items.c.parent_id == bindparam("id"),
            items.c.grandparent_id == bindparam("id"),
        ),
        states.c.view_count > 0,
    )
    .group_by(states.c.person_id)
    .order_by(func.sum(states.c.view_count).desc(), states.c.person_id)
)
_PEOPLE = (TagType.ROLE, TagType.DIRECTOR, TagType.WRITER, TagType.PRODUCER)
_person = select(tags).where(tags.c.id == bindparam("id"), tags.c.type.in_([int(kind) for kind in _PEOPLE]))
_carriers = (
    select(items.c.id)
    .join(taggings, taggings.c.item_id == items.c.id)
    .where(any_of(taggings.c.tag_id, "ids"), items.c.extra_type.is_(None))
    .order_by(items.c.year.desc().nulls_last(), items.c.sort_key, items.c.id)
)
_same_name = select(tags.c.id).where(tags.c.tag == bindparam("tag"), tags.c.type.in_([int(kind) for kind in _PEOPLE]))


class Below(Struct, frozen=True):
    """An item, its identity's guid digits, and what lies directly below it."""

    item: ItemRow
    uuid: str
    children: "Sequence[Below]" = ()


def tree(r: Reader, item_id: int, viewer: Viewer) -> Below | None:
    """An item with everything below it that the viewer may see; ``None`` when it is not there or not visible."""
    condition = visibility.condition(viewer, items)
    statement = _below if condition is None else _below.where(condition)
    found = [(ItemRow(*row[:-1]), str(row[-1])) for row in r.tuples(statement, {"id": item_id})]
    names = {item.identity_id: uuid for item, uuid in found}
    names |= matched_names(r, names)
    found = [(item, names[item.identity_id]) for item, _ in found]
    by_parent: dict[int | None, list[tuple[ItemRow, str]]] = {}
    for item, uuid in found:
        by_parent.setdefault(item.parent_id, []).append((item, uuid))

    def grown(item: ItemRow, uuid: str) -> Below:
        return Below(item, uuid, [grown(*child) for child in by_parent.get(item.id, ())])

    top = next(((item, uuid) for item, uuid in found if item.id == item_id), None)
    return None if top is None else grown(*top)


def top_viewers(r: Reader, item_id: int) -> list[tuple[int, int]]:
    """(person, views) of an item and of what lies below it, the most first."""
    return [(int(person), int(views)) for person, views in r.tuples(_played, {"id": item_id})]


def person(r: Reader, tag_id: int) -> TagRow | None:
    """Somebody who played in, directed, wrote or produced something."""
    return r.row(TagRow, _person, {"id": tag_id})


def media_of_person(r: Reader, row: TagRow, viewer: Viewer) -> list[int]:
    """Ids of what a person took part in, in whatever part, the newest first."""
    ids = r.scalars(_same_name, {"tag": row.tag})
    condition = visibility.condition(viewer, items)
    statement = _carriers if condition is None else _carriers.where(condition)
    return list(dict.fromkeys(r.scalars(statement, {"ids": ids})))
