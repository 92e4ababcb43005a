"""Optimized versions on disk: what is wanted, the order of the queue, and what becomes of it."""

import pytest

from vitascope.store import optimised as store
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.optimised import Status
from vitascope.store.rows import ConversionRow, GeneratorRow

_WISH = GeneratorRow(0, 7, "Show", "TV", 2, "/library/metadata/1", "uuid", "Universal TV", "{}")


def write(database: Database, function: object, *args: object, **more: object) -> object:
    return database.write(function, *args, **more).result()  # type: ignore[arg-type]  # any function of the store


def wish(database: Database, *identities: int) -> int:
    made = database.write(store.add, _WISH).result()
    write(database, store.want, made, identities)
    return made


def queued(database: Database) -> list[int]:
    return [row.identity_id for row in database.read_sync(store.queue)]


def numbers(database: Database, generator_id: int) -> dict[int, int]:
    return {row.identity_id: row.id for row in database.read_sync(store.conversions_of, [generator_id])}


def test_what_is_wanted_waits_in_its_order(database: Database) -> None:
    first = wish(database, 3, 1, 2)
    wish(database, 1)
    assert queued(database) == [3, 1, 2, 1]
    ids = numbers(database, first)
    write(database, store.move, ids[2], -1)
    assert queued(database) == [2, 3, 1, 1]
    write(database, store.move, ids[2], ids[1])
    assert queued(database) == [3, 1, 2, 1]
    with pytest.raises(NotFound):
        write(database, store.move, ids[2], 999)
    with pytest.raises(NotFound):
        write(database, store.move, 999, -1)


def test_what_is_wanted_no_more_leaves_only_the_queue(database: Database) -> None:
    made = wish(database, 1, 2, 3)
    ids = numbers(database, made)
    write(database, store.change, ids[1], Status.PROCESSING, after=[Status.WAITING])
    write(database, store.note_done, ids[1], path=b"/a", size_bytes=5, mtime_ns=6)
    write(database, store.want, made, [3, 4])
    assert queued(database) == [3, 4]
    assert set(numbers(database, made)) == {1, 3, 4}


def test_a_state_follows_only_what_it_may(database: Database) -> None:
    made = wish(database, 1)
    (number,) = numbers(database, made).values()
    with pytest.raises(NotFound):
        write(database, store.note_done, number)
    assert write(database, store.change, number, Status.PROCESSING, after=[Status.WAITING])
    assert not write(database, store.change, number, Status.PROCESSING, after=[Status.WAITING])
    write(database, store.note_plan, number, "{}")
    write(database, store.reset)
    row = database.read_sync(store.next_waiting)
    assert row is not None
    assert (row.id, row.plan) == (number, "{}")
    write(database, store.want_again, number)
    assert database.read_sync(store.next_waiting, [number]) is None
    write(database, store.change, number, Status.DISABLED, after=[Status.WAITING])
    with pytest.raises(NotFound):
        write(database, store.note_done, number)
    write(database, store.want_again, number)
    assert database.read_sync(store.conversion, number) == ConversionRow(number, made, 1, 2000, "waiting")


def test_two_identities_become_one(database: Database) -> None:
    made, other = wish(database, 1, 2), wish(database, 2)
    write(database, store.unite, 1, 2)
    assert set(numbers(database, made)) == set(numbers(database, other)) == {1}


def test_what_goes_takes_its_conversions_along(database: Database) -> None:
    made, other = wish(database, 1, 2), wish(database, 3)
    gone = write(database, store.remove, [made])
    assert isinstance(gone, list)
    assert sorted(row.identity_id for row in gone) == [1, 2]
    assert queued(database) == [3]
    write(database, store.want, made, [1])  # nobody wants it any more
    assert queued(database) == [3]
    write(database, store.rename, other, "New")
    assert [row.title for row in database.read_sync(store.all_generators)] == ["New"]
    with pytest.raises(NotFound):
        write(database, store.rename, made, "New")


def test_what_did_not_get_its_name_is_not_done(database: Database) -> None:
    made = wish(database, 1, 2)
    number, other = numbers(database, made).values()
    write(database, store.change, number, Status.PROCESSING, after=[Status.WAITING])
    write(database, store.note_done, number, path=b"/a", size_bytes=5, mtime_ns=6)
    assert database.read_sync(store.open_ids) == {other}
    write(database, store.note_undone, number)
    row = database.read_sync(store.conversion, number)
    assert row is not None
    assert (row.status, row.path, row.size_bytes) == (Status.PROCESSING, None, 0)
    assert database.read_sync(store.open_ids) == {number, other}
    write(database, store.note_undone, other)
    assert database.read_sync(store.next_waiting) is not None


def test_what_was_made_moves_with_the_servers_own_data(database: Database) -> None:
    made = wish(database, 1, 2, 3)
    for (identity, number), path in zip(numbers(database, made).items(), (b"/a/1/x", b"/ab/2/x", None), strict=True):
        write(database, store.change, number, Status.PROCESSING, after=[Status.WAITING])
        write(database, store.note_done, number, path=path, size_bytes=identity, mtime_ns=1)
    write(database, store.rebase, b"/a/", b"/b/")
    assert [row.path for row in database.read_sync(store.made)] == [b"/b/1/x", b"/ab/2/x"]
