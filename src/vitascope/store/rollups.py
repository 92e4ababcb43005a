"""Numbers that listings read instead of counting: kept right by the writer with every change.

- ``item_counts``, ``tag_counts``: listed items (extras are not listed) by section and type, and by tag.
- ``items.child_count``, ``leaf_count``, ``latest_leaf_added_at``, ``latest_leaf_available_at`` of containers.
- ``progress``: watched leaves of a container by person, and the leaf watched last.

Additions are applied as differences, so that adding to an artist with fifty thousand tracks costs no count of them;
what was removed or moved is counted anew for the containers it touched.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Select, and_, bindparam, case, delete, func, select, update

from vitascope.core.model import LEAF_TYPES
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow, ProgressRow
from vitascope.store.schema import item_counts, items, progress, states, tag_counts, taggings

OWNED_BY_STORE = frozenset({"child_count", "leaf_count", "latest_leaf_added_at", "latest_leaf_available_at"})
"""Columns of ``items`` that only this module sets; what a scan sends in them is ignored."""

_LEAVES = sorted(int(kind) for kind in LEAF_TYPES)
_is_leaf = and_(items.c.type.in_(_LEAVES), items.c.extra_type.is_(None))

# --- counts ----------------------------------------------------------------------------------------------------

_no_items = delete(item_counts).where(item_counts.c.item_count <= 0)
_no_tags = delete(tag_counts).where(any_of(tag_counts.c.tag_id, "ids"), tag_counts.c.item_count <= 0)


def count_items(tx: Reader, deltas: Counter[tuple[int, int]]) -> None:
    """Add differences by (section, item type)."""
    rows = [(*key, delta) for key, delta in deltas.items() if delta]
    bulk.insert_tuples(tx, item_counts, rows, "add")
    if any(delta < 0 for *_, delta in rows):
        tx.conn.execute(_no_items)


def count_tags(tx: Reader, deltas: Counter[tuple[int, int, int]]) -> None:
    """Add differences by (section, item type, tag)."""
    rows = [(*key, delta) for key, delta in deltas.items() if delta]
    bulk.insert_tuples(tx, tag_counts, rows, "add")
    falling = {row[2] for row in rows if row[3] < 0}
    if falling:
        tx.conn.execute(_no_tags, {"ids": sorted(falling)})


_tagged = (
    select(items.c.section_id, items.c.type, taggings.c.tag_id, func.count())
    .join(items, items.c.id == taggings.c.item_id)
    .where(any_of(taggings.c.item_id, "ids"), items.c.extra_type.is_(None))
    .group_by(items.c.section_id, items.c.type, taggings.c.tag_id)
)


def tags_of(r: Reader, item_ids: Collection[int]) -> Counter[tuple[int, int, int]]:
    """What the taggings of these items add to ``tag_counts``."""
    if not item_ids:
        return Counter()
    return Counter({(s, t, g): n for s, t, g, n in r.tuples(_tagged, {"ids": list(item_ids)})})


# --- containers ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Gain:
    children: int = 0
    leaves: int = 0
    added_at: int | None = None
    available_at: str | None = None


_gain = update(items).values(
    child_count=items.c.child_count + bindparam("children"),
    leaf_count=items.c.leaf_count + bindparam("leaves"),
    latest_leaf_added_at=case(
        (items.c.latest_leaf_added_at > bindparam("added1"), items.c.latest_leaf_added_at),
        else_=func.coalesce(bindparam("added2"), items.c.latest_leaf_added_at),
    ),
    latest_leaf_available_at=case(
        (items.c.latest_leaf_available_at > bindparam("available1"), items.c.latest_leaf_available_at),
        else_=func.coalesce(bindparam("available2"), items.c.latest_leaf_available_at),
    ),
)
_gain = _gain.where(items.c.id == bindparam("container"))


def add_to_containers(tx: Reader, added: Iterable[ItemRow]) -> None:
    """Add new items to the numbers of the containers above them."""
    gains: dict[int, _Gain] = {}
    for item in added:
        if item.extra_type is not None or item.parent_id is None:
            continue
        parent = gains.setdefault(item.parent_id, _Gain())
        parent.children += 1
        if item.type not in LEAF_TYPES:
            continue
        above = [parent]
        if item.grandparent_id is not None:
            above.append(gains.setdefault(item.grandparent_id, _Gain()))
        for gain in above:
            gain.leaves += 1
            gain.added_at = max(gain.added_at or 0, item.added_at)
            if item.available_at is not None:
                gain.available_at = max(gain.available_at or "", item.available_at)
    bulk.executemany(
        tx,
        _gain,
        (
            (g.children, g.leaves, g.added_at, g.added_at, g.available_at, g.available_at, container)
            for container, g in gains.items()
        ),
    )


_children = (
    select(items.c.parent_id, func.count())
    .where(any_of(items.c.parent_id, "ids"), items.c.extra_type.is_(None))
    .group_by(items.c.parent_id)
)


def _leaves_by(column: str) -> Select[tuple[int, int, int, str]]:
    key = items.c[column]
    return (
        select(key, func.count(), func.max(items.c.added_at), func.max(items.c.available_at))
        .where(any_of(key, "ids"), _is_leaf)
        .group_by(key)
    )


_leaves = (_leaves_by("parent_id"), _leaves_by("grandparent_id"))
_set = (
    update(items)
    .values(
        child_count=bindparam("children"),
        leaf_count=bindparam("leaves"),
        latest_leaf_added_at=bindparam("added"),
        latest_leaf_available_at=bindparam("available"),
    )
    .where(items.c.id == bindparam("container"))
)


def recount_containers(tx: Reader, container_ids: Collection[int]) -> None:
    """Count the children and leaves of these containers anew."""
    if not container_ids:
        return
    ids = {"ids": sorted(container_ids)}
    children = dict(tx.tuples(_children, ids))
    found: dict[int, tuple[int, int, str | None]] = {}
    for statement in _leaves:
        for key, number, added_at, available_at in tx.tuples(statement, ids):
            known = found.get(key, (0, 0, None))
            available = max(filter(None, (known[2], available_at)), default=None)
            found[key] = (known[0] + number, max(known[1], added_at), available)
    rows = []
    for container in sorted(container_ids):
        leaves, added, available = found.get(container, (0, None, None))
        rows.append((children.get(container, 0), leaves, added, available, container))
    bulk.executemany(tx, _set, rows)


# --- progress --------------------------------------------------------------------------------------------------


def _watched_by(column: str) -> Select[tuple[int, int, int, int]]:
    key = items.c[column]
    return (
        select(states.c.person_id, key, items.c.id, states.c.last_viewed_at)
        .join(states, states.c.identity_id == items.c.identity_id)
        .where(any_of(key, "ids"), _is_leaf, states.c.view_count > 0)
    )


_watched = (_watched_by("parent_id"), _watched_by("grandparent_id"))
_types = select(items.c.id, items.c.type).where(any_of(items.c.id, "ids"))
_above = select(items.c.parent_id, items.c.grandparent_id).where(any_of(items.c.identity_id, "ids"), _is_leaf)
_has_state = select(states.c.identity_id).where(any_of(states.c.identity_id, "ids"), states.c.view_count > 0)


def recount_progress(tx: Reader, container_ids: Collection[int]) -> None:
    """Work out the progress of every person in these containers anew."""
    if not container_ids:
        return
    ids = {"ids": sorted(container_ids)}
    kinds = dict(tx.tuples(_types, ids))
    counts: Counter[tuple[int, int]] = Counter()
    latest: dict[tuple[int, int], tuple[int, int]] = {}
    for statement in _watched:
        for person, container, leaf, viewed_at in tx.tuples(statement, ids):
            key = (person, container)
            counts[key] += 1
            latest[key] = max(latest.get(key, (-1, 0)), (-1 if viewed_at is None else viewed_at, leaf))
    bulk.delete_where(tx, progress, "item_id", container_ids)
    bulk.insert_rows(
        tx,
        progress,
        [
            ProgressRow(
                person_id=person,
                item_id=container,
                item_type=kinds[container],
                viewed_leaf_count=number,
                last_viewed_at=latest[person, container][0] if latest[person, container][0] >= 0 else None,
                last_leaf_id=latest[person, container][1],
            )
            for (person, container), number in counts.items()
            if container in kinds
        ],
    )


def containers_above(r: Reader, identity_ids: Collection[int]) -> set[int]:
    """The containers of all leaves that are one of these identities."""
    if not identity_ids:
        return set()
    rows = r.tuples(_above, {"ids": list(identity_ids)})
    return {container for row in rows for container in row if container is not None}


def watched_identities(r: Reader, identity_ids: Collection[int]) -> set[int]:
    """Those of the identities that anyone has watched."""
    return set(r.scalars(_has_state, {"ids": list(identity_ids)})) if identity_ids else set()


__all__ = [
    "OWNED_BY_STORE",
    "add_to_containers",
    "containers_above",
    "count_items",
    "count_tags",
    "recount_containers",
    "recount_progress",
    "tags_of",
    "watched_identities",
]
