"""Versions that the owner has made, on disk: what is wanted (generators), and the queue of conversions it comes to.

Both hang on identities, so a rename, a new match or a section made anew keep them. As with downloads, every change of
state names the states it may follow, and :func:`reset` has what was under way when the server ended go on.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from msgspec.structs import replace
from sqlalchemy import and_, bindparam, delete, exists, func, select, update

from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ConversionRow, GeneratorRow
from vitascope.store.schema import conversions, generators
from vitascope.store.writer import Writer

MOST_GENERATORS = 1_000
MOST_CONVERSIONS = 20_000
"""Of one generator."""
_STEP = 1_000


class Status(StrEnum):
    """What became of a conversion."""

    WAITING = "waiting"
    PROCESSING = "processing"
    DONE = "done"
    """Made; or, without a path, nothing had to be made."""
    FAILED = "failed"
    DISABLED = "disabled"
    """Taken out of the queue by the owner."""


GOOD = "good"
"""The context of what did not go wrong."""


class TooMany(Exception):
    """There are as many as there may be."""


_generators = select(generators).order_by(generators.c.id)
_generator = select(generators).where(generators.c.id == bindparam("id"))
_conversions = select(conversions).where(any_of(conversions.c.generator_id, "ids")).order_by(conversions.c.id)
_made = select(conversions).where(conversions.c.path.is_not(None)).order_by(conversions.c.id)
_conversion = select(conversions).where(conversions.c.id == bindparam("id"))
_of_item = select(conversions).where(
    conversions.c.generator_id == bindparam("generator_id"), conversions.c.identity_id == bindparam("identity_id")
)
_open = conversions.c.status.in_([Status.WAITING.value, Status.PROCESSING.value])
_queue = select(conversions).where(_open).order_by(conversions.c.ordering, conversions.c.id)
_next = (
    select(conversions)
    .where(conversions.c.status == Status.WAITING.value, conversions.c.id.not_in(bindparam("passed", expanding=True)))
    .order_by(conversions.c.ordering, conversions.c.id)
    .limit(1)
)
_last = select(func.max(conversions.c.ordering))
_numbers = select(conversions.c.id).where(_open)
_reset = update(conversions).where(conversions.c.status == Status.PROCESSING.value).values(status=Status.WAITING.value)
_same = conversions.alias("same")
_twice = delete(conversions).where(
    conversions.c.identity_id == bindparam("gone"),
    exists().where(and_(_same.c.generator_id == conversions.c.generator_id, _same.c.identity_id == bindparam("kept"))),
)
_move = [
    update(table).where(table.c.identity_id == bindparam("gone")).values(identity_id=bindparam("kept"))
    for table in (conversions, generators)
]


def all_generators(r: Reader) -> list[GeneratorRow]:
    """Everything the owner wants made, in the order it was asked for."""
    return r.rows(GeneratorRow, _generators)


def generator(r: Reader, generator_id: int) -> GeneratorRow:
    """One of them. Raises :class:`NotFound`."""
    found = r.row(GeneratorRow, _generator, {"id": generator_id})
    if found is None:
        raise NotFound(f"there are no optimized versions {generator_id}")
    return found


def conversions_of(r: Reader, generator_ids: Collection[int]) -> list[ConversionRow]:
    """The conversions of generators, in the order they came."""
    return r.rows(ConversionRow, _conversions, {"ids": list(generator_ids)})


def made(r: Reader) -> list[ConversionRow]:
    """The conversions that came to a file."""
    return r.rows(ConversionRow, _made)


def conversion(r: Reader, conversion_id: int) -> ConversionRow | None:
    """One conversion."""
    return r.row(ConversionRow, _conversion, {"id": conversion_id})


def of_item(r: Reader, generator_id: int, identity_id: int) -> ConversionRow:
    """What a generator has for an item. Raises :class:`NotFound`."""
    found = r.row(ConversionRow, _of_item, {"generator_id": generator_id, "identity_id": identity_id})
    if found is None:
        raise NotFound("the item is none of these optimized versions")
    return found


def queue(r: Reader) -> list[ConversionRow]:
    """What is under way and what waits, in the order in which it is made."""
    return r.rows(ConversionRow, _queue)


def next_waiting(r: Reader, passed: Collection[int] = ()) -> ConversionRow | None:
    """What is made next, but for those that were passed over."""
    return r.row(ConversionRow, _next, {"passed": list(passed)})


def open_ids(r: Reader) -> set[int]:
    """The conversions that are under way or wait."""
    return set(r.scalars(_numbers))


# --- writing -----------------------------------------------------------------------------------------------------


def add(tx: Writer, row: GeneratorRow) -> int:
    """Want something made; ``row`` without its id and times. Raises :class:`TooMany`."""
    if len(all_generators(tx)) >= MOST_GENERATORS:
        raise TooMany(f"there are {MOST_GENERATORS} optimized versions; delete some")
    made = replace(row, id=tx.id("generators"), created_at=tx.now, updated_at=tx.now)
    bulk.insert_rows(tx, generators, [made])
    return made.id


def rename(tx: Writer, generator_id: int, title: str) -> None:
    """Give it another title. Raises :class:`NotFound`."""
    row = generator(tx, generator_id)
    bulk.update_rows(tx, generators, [replace(row, title=title, updated_at=tx.now)])


def want(tx: Writer, generator_id: int, identity_ids: Sequence[int]) -> None:
    """These are the items that a generator is about now: what is new waits at the end of the queue, what waited and is
    not wanted any more goes. What was made, failed or was taken out stays as it is."""
    if tx.row(GeneratorRow, _generator, {"id": generator_id}) is None:
        return
    known = {row.identity_id: row for row in conversions_of(tx, [generator_id])}
    wanted = dict.fromkeys(identity_ids)
    dropped = [row.id for row in known.values() if row.status == Status.WAITING and row.identity_id not in wanted]
    bulk.delete_where(tx, conversions, "id", dropped)
    fresh = [identity_id for identity_id in wanted if identity_id not in known][:MOST_CONVERSIONS]
    at = int(tx.scalar(_last) or 0)
    rows = [
        ConversionRow(number, generator_id, identity_id, at + _STEP * place, Status.WAITING.value)
        for place, (number, identity_id) in enumerate(
            zip(tx.ids("conversions", len(fresh)) if fresh else (), fresh, strict=True), start=1
        )
    ]
    bulk.insert_rows(tx, conversions, rows)


def remove(tx: Writer, generator_ids: Collection[int]) -> list[ConversionRow]:
    """Want them no more; returns the conversions that they had."""
    gone = conversions_of(tx, generator_ids)
    bulk.delete_where(tx, conversions, "generator_id", generator_ids)
    bulk.delete_where(tx, generators, "id", generator_ids)
    return gone


def change(
    tx: Writer,
    conversion_id: int,
    status: Status,
    *,
    after: Collection[Status],
    context: str = GOOD,
    error: str | None = None,
) -> bool:
    """Bring a conversion from one of some states to another; whether it was in one of them."""
    row = conversion(tx, conversion_id)
    if row is None or row.status not in after:
        return False
    bulk.update_rows(tx, conversions, [replace(row, status=status.value, context=context, error=error)])
    return True


def want_again(tx: Writer, conversion_id: int) -> None:
    """What was made, failed or was taken out waits again, at the end of the queue. Raises :class:`NotFound`."""
    row = conversion(tx, conversion_id)
    if row is None:
        raise NotFound(f"no conversion {conversion_id}")
    if row.status in (Status.WAITING, Status.PROCESSING):
        return
    at = int(tx.scalar(_last) or 0) + _STEP
    bulk.update_rows(
        tx, conversions, [ConversionRow(row.id, row.generator_id, row.identity_id, at, Status.WAITING.value)]
    )


def note_plan(tx: Writer, conversion_id: int, plan: str | None) -> None:
    """What is made for a conversion, so that it goes on after a crash."""
    row = conversion(tx, conversion_id)
    if row is not None:
        bulk.update_rows(tx, conversions, [replace(row, plan=plan)])


def note_done(
    tx: Writer, conversion_id: int, *, path: bytes | None = None, size_bytes: int = 0, mtime_ns: int = 0
) -> None:
    """The version is there, or none is needed (without a path). Raises :class:`NotFound` when nobody wants it any
    more."""
    row = conversion(tx, conversion_id)
    if row is None or row.status != Status.PROCESSING:
        raise NotFound("the conversion was taken out of the queue")
    done = replace(
        row, status=Status.DONE.value, context=GOOD, error=None, plan=None,
        path=path, size_bytes=size_bytes, mtime_ns=mtime_ns,
    )  # fmt: skip
    bulk.update_rows(tx, conversions, [done])


def note_undone(tx: Writer, conversion_id: int) -> None:
    """What was done is not, and is under way again."""
    row = conversion(tx, conversion_id)
    if row is not None and row.status == Status.DONE:
        undone = replace(row, status=Status.PROCESSING.value, path=None, size_bytes=0, mtime_ns=0)
        bulk.update_rows(tx, conversions, [undone])


def rebase(tx: Writer, before: bytes, now: bytes) -> None:
    """What lay below one folder lies below another one."""
    rows = [row for row in made(tx) if row.path is not None and row.path.startswith(before)]
    moved = [replace(row, path=now + row.path[len(before) :]) for row in rows if row.path is not None]
    bulk.update_rows(tx, conversions, moved)


def move(tx: Writer, conversion_id: int, after: int) -> None:
    """Put what waits behind another one of the queue; -1: in front of all that waits. Raises :class:`NotFound`."""
    rows = queue(tx)
    moved = next((row for row in rows if row.id == conversion_id), None)
    rest = [row for row in rows if row.id != conversion_id]
    place = 0 if after == -1 else next((at for at, row in enumerate(rest, start=1) if row.id == after), None)
    if moved is None or place is None:
        raise NotFound("there is no such conversion in the queue")
    rest.insert(place, moved)
    changed = [replace(row, ordering=_STEP * at) for at, row in enumerate(rest, start=1)]
    bulk.update_rows(tx, conversions, changed)


def reset(tx: Writer) -> None:
    """What was being made when the server ended waits again."""
    tx.conn.execute(_reset)


def unite(tx: Writer, kept_id: int, gone_id: int) -> None:
    """Two identities are one: what was wanted of either is wanted of it."""
    bound = {"kept": kept_id, "gone": gone_id}
    tx.conn.execute(_twice, bound)
    for statement in _move:
        tx.conn.execute(statement, bound)
