"""The history: one line for each time somebody played something to its end.

A line hangs on the identity of what was played, so it follows a file that is renamed, moved or scanned again; what the
item was called is written into it, so that it can still be read when nothing is left of the item.

Flat cost: a page comes from an index that is in the order of time (of everybody, a person, a section, a device or an
identity), whatever the length of the history; only its length is counted, from the same index.
"""

import enum
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, case, exists, func, or_, select
from sqlalchemy.sql import Select

from vitascope.core.model import Viewer
from vitascope.store import bulk, visibility
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import HistoryRow, ItemRow
from vitascope.store.schema import history, items
from vitascope.store.writer import Writer


class Comparison(enum.Enum):
    """How a time of the history is compared with one that is asked for."""

    EQUAL = "="
    NOT_EQUAL = "!="
    FROM = ">="
    AFTER = ">"
    UNTIL = "<="
    BEFORE = "<"


class HistoryOrder(enum.Enum):
    """What lines can be ordered by."""

    VIEWED_AT = "viewedAt"
    PERSON = "accountID"
    DEVICE = "deviceID"
    SECTION = "librarySectionID"
    ID = "id"


class Asked(Struct, frozen=True, kw_only=True):
    """Which lines are wanted; ``None`` is anything."""

    person_id: int | None = None
    section_id: int | None = None
    item_id: int | None = None
    """Also those of what lies below it: of a show or an album only episodes and tracks are played."""
    device_id: int | None = None
    times: tuple[tuple[Comparison, int], ...] = ()
    """Comparisons with when it was played, epoch seconds; all of them hold."""
    order: tuple[tuple[HistoryOrder, bool], ...] = ((HistoryOrder.VIEWED_AT, True),)
    """By what, and whether the greatest comes first."""


_above = select(items.c.id, items.c.title).where(any_of(items.c.id, "ids"))
_played = (
    select(history.c.device_id)
    .where(
        history.c.person_id == bindparam("person_id"),
        history.c.identity_id == bindparam("identity_id"),
        history.c.viewed_at >= bindparam("since"),
        history.c.viewed_at <= bindparam("until"),
    )
    .limit(100)
)
_identities_below = select(items.c.identity_id).where(
    or_(
        items.c.id == bindparam("item_id"),
        items.c.parent_id == bindparam("item_id"),
        items.c.grandparent_id == bindparam("item_id"),
    )
)
_one = select(history).where(history.c.id == bindparam("id"))
_ORDERS = {
    HistoryOrder.VIEWED_AT: history.c.viewed_at,
    HistoryOrder.PERSON: history.c.person_id,
    HistoryOrder.DEVICE: history.c.device_id,
    HistoryOrder.SECTION: history.c.section_id,
    HistoryOrder.ID: history.c.id,
}


def add(tx: Writer, item: ItemRow, person_id: int, device_id: int | None, at: int) -> HistoryRow:
    """A person played an item to its end."""
    above = [number for number in (item.parent_id, item.grandparent_id) if number is not None]
    titles = dict(tx.tuples(_above, {"ids": above})) if above else {}
    row = HistoryRow(
        id=tx.id("history"),
        person_id=person_id,
        identity_id=item.identity_id,
        item_id=item.id,
        device_id=device_id,
        section_id=item.section_id,
        viewed_at=at,
        item_type=item.type,
        title=item.title,
        parent_title=titles.get(item.parent_id),
        grandparent_title=titles.get(item.grandparent_id),
        index_number=item.index_number,
        parent_index=item.parent_index,
        available_at=item.available_at,
        duration_ms=item.duration_ms,
    )
    bulk.insert_rows(tx, history, [row])
    return row


def was_played(
    r: Reader, person_id: int, identity_id: int, since: int, until: int, device_id: int | None = None
) -> bool:
    """Whether a person has played something between two times (of the latest hundred: on a device)."""
    params = {"person_id": person_id, "identity_id": identity_id, "since": since, "until": until}
    devices = r.scalars(_played, params)
    return bool(devices) if device_id is None else device_id in devices


def compared(column: ColumnElement[Any], how: Comparison, value: int) -> ColumnElement[bool]:
    """The condition that a column compares so with a value."""
    match how:
        case Comparison.EQUAL:
            return column == value
        case Comparison.NOT_EQUAL:
            return column != value
        case Comparison.FROM:
            return column >= value
        case Comparison.AFTER:
            return column > value
        case Comparison.UNTIL:
            return column <= value
        case Comparison.BEFORE:
            return column < value


def _conditions(r: Reader, asked: Asked, viewer: Viewer) -> list[ColumnElement[bool]]:
    plain = (
        (history.c.person_id, asked.person_id),
        (history.c.section_id, asked.section_id),
        (history.c.device_id, asked.device_id),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in plain if value is not None]
    conditions += [compared(history.c.viewed_at, how, value) for how, value in asked.times]
    if asked.item_id is not None:
        found = set(r.scalars(_identities_below, {"item_id": asked.item_id}))
        conditions.append(history.c.identity_id.in_(sorted(found)))
    seen = visibility.condition(viewer)
    if seen is not None:
        # What a person may not see any more is not told of either; what is gone was theirs.
        mine = select(items.c.id).where(items.c.identity_id == history.c.identity_id)
        conditions.append(or_(exists(mine.where(seen)), ~exists(mine)))
    return conditions


def _ordered(statement: Select[Any], asked: Asked) -> Select[Any]:
    clauses: list[Any] = []
    for name, falling in (*asked.order, (HistoryOrder.ID, asked.order[-1][1] if asked.order else True)):
        column: ColumnElement[Any] = _ORDERS[name]
        if name is HistoryOrder.DEVICE:  # the engines do not agree on where NULL stands
            column = case((column.is_(None), -1), else_=column)
        clauses.append(column.desc() if falling else column)
    return statement.order_by(*clauses)


def lines(r: Reader, asked: Asked, viewer: Viewer, *, start: int = 0, size: int = 100) -> tuple[list[HistoryRow], int]:
    """A page of the lines that are wanted, and how many there are in all."""
    conditions = _conditions(r, asked, viewer)
    total = int(r.scalar(select(func.count()).select_from(history).where(*conditions)))
    if size <= 0 or start >= total:
        return [], total
    ids = r.scalars(_ordered(select(history.c.id).where(*conditions), asked).limit(size).offset(start))
    found = {
        row.id: row for row in r.rows(HistoryRow, select(history).where(any_of(history.c.id, "ids")), {"ids": ids})
    }
    return [found[number] for number in ids], total


def line(r: Reader, history_id: int) -> HistoryRow | None:
    """One line."""
    return r.row(HistoryRow, _one, {"id": history_id})


def delete(tx: Writer, history_ids: Sequence[int]) -> int:
    """Forget lines; states stay. How many there were."""
    return bulk.delete_where(tx, history, "id", history_ids)


_items_of = select(items.c.identity_id, items.c.id, items.c.section_id).where(any_of(items.c.identity_id, "ids"))


def items_now(r: Reader, rows: Sequence[HistoryRow]) -> dict[int, int]:
    """The item that each line (by its id) is about today: the one of then while it is there, else one with the same
    identity, of the same section where there is one; lines of what is gone are absent."""
    places: dict[int, list[tuple[int, int]]] = {}
    for identity_id, item_id, section_id in r.tuples(_items_of, {"ids": list({row.identity_id for row in rows})}):
        places.setdefault(identity_id, []).append((item_id, section_id))
    found: dict[int, int] = {}
    for row in rows:
        there = places.get(row.identity_id)
        if there:
            found[row.id] = min(
                there, key=lambda place: (place[0] != row.item_id, place[1] != row.section_id, place[0])
            )[0]
    return found
