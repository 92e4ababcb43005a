"""What a person did with an item: watched, stopped in the middle, rated.

States hang on identities (design rule 1), so one film in two sections is watched in both. The rules when something
counts as watched are ``playback.timeline``'s; here they are written down, and ``progress`` (watched leaves of every
container) follows. What comes next of all this is :mod:`vitascope.store.deck`.

What a device did while it was offline is told later: ``at`` is then when it happened, and what a person did after that
stays as it is.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import CONTAINER_TYPES, LEAF_TYPES, ItemType
from vitascope.store import bulk, history, rollups
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow, ProgressRow, StateRow
from vitascope.store.schema import items, progress, states
from vitascope.store.writer import Writer

_item = select(items).where(items.c.id == bindparam("id"))
_states = select(states).where(states.c.person_id == bindparam("person_id"), any_of(states.c.identity_id, "ids"))
_leaf_types = sorted(int(kind) for kind in LEAF_TYPES)
_leaves_below = select(items.c.identity_id).where(
    (items.c.parent_id == bindparam("id")) | (items.c.grandparent_id == bindparam("id")),
    items.c.type.in_(_leaf_types),
    items.c.extra_type.is_(None),
)
_places = select(items.c.id, items.c.parent_id, items.c.grandparent_id).where(
    items.c.identity_id == bindparam("identity_id"), items.c.type.in_(_leaf_types), items.c.extra_type.is_(None)
)
_kinds = select(items.c.id, items.c.type).where(any_of(items.c.id, "ids"))
_progress = select(progress).where(progress.c.person_id == bindparam("person_id"), any_of(progress.c.item_id, "ids"))


def _get(tx: Reader, item_id: int) -> ItemRow:
    found = tx.row(ItemRow, _item, {"id": item_id})
    if found is None:
        raise NotFound(f"no item {item_id}")
    return found


def states_of(r: Reader, person_id: int, identity_ids: Sequence[int]) -> dict[int, StateRow]:
    """A person's states by identity; identities without one are absent."""
    found = r.rows(StateRow, _states, {"person_id": person_id, "ids": list(identity_ids)})
    return {row.identity_id: row for row in found}


def state_of(r: Reader, person_id: int, item_id: int) -> StateRow:
    """A person's state of an item, all zero when there is none; :class:`NotFound` when there is no item."""
    identity_id = _get(r, item_id).identity_id
    return states_of(r, person_id, [identity_id]).get(identity_id) or StateRow(person_id, identity_id)


def _change(tx: Writer, person_id: int, identity_id: int, **values: Any) -> tuple[StateRow, StateRow]:
    before = states_of(tx, person_id, [identity_id]).get(identity_id) or StateRow(person_id, identity_id)
    after = replace(before, updated_at=tx.now, **values)
    bulk.insert_rows(tx, states, [after], "replace")
    tx.touch_person(person_id)
    return before, after


def report_progress(
    tx: Writer, person_id: int, item_id: int, time_ms: int | None, *, at: int | None = None
) -> StateRow:
    """A person is ``time_ms`` into an item, now or since ``at``; ``None``: at its beginning, with nothing to resume."""
    item = _get(tx, item_id)
    at = tx.now if at is None else min(at, tx.now)
    before = states_of(tx, person_id, [item.identity_id]).get(item.identity_id)
    if before is not None and (before.last_viewed_at or 0) > at:
        return before
    _, after = _change(tx, person_id, item.identity_id, view_offset_ms=time_ms or None, last_viewed_at=at)
    if after.view_count:
        _follow(tx, person_id, item.identity_id, 0, at)
    return after


def mark_played(
    tx: Writer, person_id: int, item_id: int, device_id: int | None = None, *, at: int | None = None
) -> StateRow:
    """A person has watched a leaf to its end, now or at ``at``: one view more, nothing to resume, a line of history.

    Told of the same play twice (person, item and ``at``), it counts once.
    """
    item = _get(tx, item_id)
    before = states_of(tx, person_id, [item.identity_id]).get(item.identity_id) or StateRow(person_id, item.identity_id)
    if at is not None and history.was_played(tx, person_id, item.identity_id, at, at):
        return before
    at = tx.now if at is None else min(at, tx.now)
    newer = (before.last_viewed_at or 0) > at
    _, after = _change(
        tx,
        person_id,
        item.identity_id,
        view_count=before.view_count + 1,
        view_offset_ms=before.view_offset_ms if newer else None,
        last_viewed_at=before.last_viewed_at if newer else at,
    )
    history.add(tx, item, person_id, device_id, at)
    _follow(tx, person_id, item.identity_id, 0 if before.view_count else 1, at)
    return after


def mark_watched(tx: Writer, person_id: int, item_id: int, watched: bool = True) -> int:
    """Declare an item watched or not, without history; of a container all its leaves. How many leaves changed."""
    item = _get(tx, item_id)
    if item.type in CONTAINER_TYPES:
        return _mark_below(tx, person_id, item, watched=watched)
    before = states_of(tx, person_id, [item.identity_id]).get(item.identity_id)
    count = before.view_count if before else 0
    if watched:
        _change(tx, person_id, item.identity_id, view_count=count + 1, view_offset_ms=None, last_viewed_at=tx.now)
        _follow(tx, person_id, item.identity_id, 0 if count else 1)
    elif before is not None:
        _change(tx, person_id, item.identity_id, view_count=0, view_offset_ms=None, last_viewed_at=None)
        if count:
            _follow(tx, person_id, item.identity_id, -1)
    return 1


def mark_each(tx: Writer, person_id: int, item_ids: Sequence[int], watched: bool = True) -> None:
    """Declare all of these watched or not, as what lies below a container: what is so already stays as it is."""
    for item_id in item_ids:
        item = _get(tx, item_id)
        known = states_of(tx, person_id, [item.identity_id]).get(item.identity_id) or StateRow(0, 0)
        if item.type in CONTAINER_TYPES or bool(known.view_count) is not watched or known.view_offset_ms:
            mark_watched(tx, person_id, item_id, watched)


def _mark_below(tx: Writer, person_id: int, item: ItemRow, *, watched: bool) -> int:
    leaves = sorted(set(tx.scalars(_leaves_below, {"id": item.id})))
    known = states_of(tx, person_id, leaves)
    changed: list[StateRow] = []
    for identity_id in leaves:
        before = known.get(identity_id) or StateRow(person_id, identity_id)
        if watched:
            after = replace(before, view_count=max(before.view_count, 1), view_offset_ms=None)
            if not before.view_count:
                after = replace(after, last_viewed_at=tx.now)
        else:
            after = replace(before, view_count=0, view_offset_ms=None, last_viewed_at=None)
        if after != before:
            changed.append(replace(after, updated_at=tx.now))
    bulk.insert_rows(tx, states, changed, "replace")
    rollups.recount_progress(tx, rollups.containers_above(tx, [row.identity_id for row in changed]))
    tx.touch_person(person_id)
    return len(changed)


def _follow(tx: Writer, person_id: int, identity_id: int, delta: int, at: int | None = None) -> None:
    """Bring ``progress`` of one person in step with one leaf, without counting the others again."""
    places: dict[int, int] = {}
    for leaf, *containers in tx.tuples(_places, {"identity_id": identity_id}):
        for container in containers:
            if container is not None:
                # one identity may be several leaves of one container: two files that prove to be the same
                if container in places:
                    rollups.recount_progress(tx, rollups.containers_above(tx, [identity_id]))
                    return
                places[container] = leaf
    if not places:
        return
    ids = {"ids": list(places)}
    known = {row.item_id: row for row in tx.rows(ProgressRow, _progress, ids | {"person_id": person_id})}
    kinds = dict(tx.tuples(_kinds, ids))
    changed: list[ProgressRow] = []
    again: set[int] = set()
    for container, leaf in places.items():
        row = known.get(container)
        count = (row.viewed_leaf_count if row else 0) + delta
        if delta < 0 and (row is None or count <= 0 or row.last_leaf_id == leaf):
            again.add(container)
        elif delta < 0 and row is not None:
            changed.append(replace(row, viewed_leaf_count=count))
        elif container in kinds:
            viewed_at, last = tx.now if at is None else at, leaf
            if row is not None and row.last_viewed_at is not None and row.last_viewed_at > viewed_at:
                viewed_at, last = row.last_viewed_at, row.last_leaf_id or leaf
            changed.append(ProgressRow(person_id, container, kinds[container], count, viewed_at, last))
    bulk.insert_rows(tx, progress, changed, "replace")
    rollups.recount_progress(tx, again)


def rate(tx: Writer, person_id: int, item_id: int, rating: float | None, *, at: int | None = None) -> StateRow:
    """A person's rating of an item, 0 to 10, made now or at ``at``; ``None`` takes it back."""
    if rating is not None and not 0 <= rating <= 10:
        raise ValueError("a rating lies between 0 and 10")
    item = _get(tx, item_id)
    at = tx.now if at is None else min(at, tx.now)
    before = states_of(tx, person_id, [item.identity_id]).get(item.identity_id)
    if before is not None and (before.last_rated_at or 0) > at:
        return before
    return _change(tx, person_id, item.identity_id, rating=rating, last_rated_at=at)[1]


def skipped(tx: Writer, person_id: int, item_id: int) -> StateRow:
    """A person skipped a track."""
    item = _get(tx, item_id)
    known = states_of(tx, person_id, [item.identity_id]).get(item.identity_id)
    return _change(tx, person_id, item.identity_id, skip_count=(known.skip_count if known else 0) + 1)[1]


def hide_from_continue(tx: Writer, person_id: int, item_id: int) -> None:
    """Take an item (of an episode: its show too) out of Continue Watching until it is watched again."""
    item = _get(tx, item_id)
    _change(tx, person_id, item.identity_id, hidden_from_continue_at=tx.now)
    if item.type == ItemType.EPISODE and item.grandparent_id is not None:
        show = _get(tx, item.grandparent_id)
        _change(tx, person_id, show.identity_id, hidden_from_continue_at=tx.now)
