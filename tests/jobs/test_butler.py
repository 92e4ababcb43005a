"""The butler: once a night, one after the other, giving way, and over a restart."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from vitascope.core.butler import Window
from vitascope.jobs import butler as butler_module
from vitascope.jobs.butler import Butler, ButlerError, Run, Task, UnknownTaskError
from vitascope.library.activities import ActivityBoard, ActivityEvent
from vitascope.store import butler as store
from vitascope.store.engine import Database

T = TypeVar("T")
NIGHT = Window(start=120, end=300)


class Clock:
    def __init__(self) -> None:
        self.now = at(4, 12)

    def __call__(self) -> float:
        return self.now


def at(day: int, hour: int) -> float:
    return datetime(2026, 5, day, hour, tzinfo=UTC).timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    with Database(Path(sqlite_url), readers=2) as opened:
        yield opened


class World:
    """A butler whose tasks write down that they were done."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.done: list[str] = []
        self.events: list[tuple[ActivityEvent, str]] = []
        self.busy = False
        self.enabled = True
        self.held = asyncio.Event()
        self.held.set()
        self.board = ActivityBoard(lambda event, one: self.events.append((event, one.type)))

    async def _note(self, name: str, run: Run) -> None:
        await run.step()
        await self.held.wait()
        self.done.append(name)

    def task(self, name: str, interval_days: int = 1, work: Callable[[Run], Awaitable[None]] | None = None) -> Task:
        return Task(
            name=name,
            title=name,
            description="",
            interval_days=interval_days,
            work=work or (lambda run: self._note(name, run)),
            enabled=lambda: self.enabled,
        )

    def lengthy(self, name: str, *pieces: str, waits: Callable[[], bool] = lambda: False) -> Task:
        """A task that does pieces one after the other, and gives way before each."""

        async def work(run: Run) -> None:
            for piece in pieces:
                await run.step()
                await self.held.wait()
                self.done.append(piece)

        return Task(name=name, title=name, description="", interval_days=1, work=work, lengthy=True, gives_way_to=waits)

    def butler(self, *tasks: Task) -> Butler:
        return Butler(
            self.database,
            self.board,
            tasks,
            window=lambda: NIGHT,
            busy=lambda: self.busy,
            clock=self.clock,
            zone=UTC,
        )

    async def look(self, butler: Butler, when: float, *, missed: bool = False) -> list[str]:
        """What was done when the butler looked at a time."""
        self.clock.now, before = when, len(self.done)
        await butler.look(missed=missed)
        await butler.idle()
        return self.done[before:]


def test_each_is_done_once_a_night_after_its_interval(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        butler = world.butler(world.task("a"), world.task("b", 2))
        assert await world.look(butler, at(4, 3)) == [], "seen for the first time"
        assert await world.look(butler, at(5, 1)) == []
        assert await world.look(butler, at(5, 2)) == ["a"]
        assert await world.look(butler, at(5, 3)) == []
        assert await world.look(butler, at(6, 4)) == ["a", "b"]
        assert await world.look(butler, at(6, 5)) == []
        assert world.board.activities() == []
        assert world.events[0] == (ActivityEvent.STARTED, "butler.a")

    asyncio.run(main())


def test_a_restart_neither_repeats_nor_forgets(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        first = world.butler(world.task("a"))
        await world.look(first, at(4, 3))
        assert await world.look(first, at(5, 3)) == ["a"]
        second = world.butler(world.task("a"))
        assert await world.look(second, at(5, 4), missed=True) == []
        third = world.butler(world.task("a"))
        assert await world.look(third, at(6, 9)) == []
        assert await world.look(third, at(6, 9), missed=True) == ["a"], "the machine was off at night"
        assert await world.look(third, at(6, 10), missed=True) == []

    asyncio.run(main())


def test_what_a_stop_of_the_server_cut_short_is_done_again(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        first = world.butler(world.task("a"))
        await world.look(first, at(4, 3))
        world.held.clear()
        clock.now = at(5, 3)
        first.start()
        while not world.events:
            await asyncio.sleep(0)
        await first.close()
        world.held.set()
        assert world.board.activities() == []
        assert await world.look(world.butler(world.task("a")), at(5, 4)) == ["a"]

    asyncio.run(main())


def test_what_a_person_stopped_is_not_begun_again_that_night(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        butler = world.butler(world.task("a"))
        await world.look(butler, at(4, 3))
        world.held.clear()
        clock.now = at(5, 3)
        await butler.look()
        await asyncio.sleep(0)
        (activity,) = world.board.activities()
        assert activity.cancellable
        assert world.board.cancel(activity.uuid)
        await butler.idle()
        world.held.set()
        assert world.board.activities() == []
        assert await world.look(butler, at(5, 4)) == []
        assert await world.look(butler, at(6, 3)) == ["a"]

    asyncio.run(main())


def test_it_gives_way_and_puts_off_what_it_cannot_do(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(butler_module, "_GIVE_WAY_S", 0.0)

    async def main() -> None:
        world = World(database, clock)
        butler = world.butler(world.task("a"))
        await world.look(butler, at(4, 3))
        world.busy = True
        clock.now = at(5, 3)
        await butler.look()
        for _ in range(20):
            await asyncio.sleep(0)
        assert (world.done, butler.is_running("a")) == ([], True)
        world.busy = False
        await butler.idle()
        assert world.done == ["a"]
        world.busy = True
        clock.now = at(6, 4)
        await butler.look()
        clock.now = at(6, 5)
        await butler.idle()
        assert world.done == ["a"], "somebody watched until five"
        world.busy = False
        assert await world.look(butler, at(7, 2)) == ["a"]

    asyncio.run(main())


def test_by_hand_it_begins_at_once_and_only_once(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        world.busy, world.enabled = True, False
        butler = world.butler(world.task("a"))
        world.held.clear()
        assert butler.begin("a") is not None
        assert butler.begin("a") is None
        world.held.set()
        await butler.idle()
        assert world.done == ["a"]
        with pytest.raises(UnknownTaskError):
            butler.begin("b")
        with pytest.raises(UnknownTaskError):
            butler.stop("b")
        assert not butler.stop("a")

    asyncio.run(main())


def test_all_by_hand_are_those_that_have_their_turn(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        butler = world.butler(world.task("a"), world.task("b"), world.task("weekly", 7))
        await world.look(butler, at(4, 1))
        clock.now = at(5, 12)
        assert await butler.begin_all() == ["a", "b"]
        await butler.idle()
        assert world.done == ["a", "b"]
        assert await butler.begin_all() == [], "they had their turn"
        world.enabled = False
        clock.now = at(6, 12)
        assert await butler.begin_all() == []

    asyncio.run(main())


def test_what_cannot_be_done_is_said_and_what_fails_is_tried_the_next_night(database: Database, clock: Clock) -> None:
    attempts: list[int] = []

    async def fails(_: Run) -> None:
        attempts.append(1)
        raise OSError("the disk is full")

    async def main() -> None:
        world = World(database, clock)
        impossible = Task(
            name="x", title="", description="", interval_days=1, work=fails, obstacle=lambda: "there is no disk"
        )
        butler = world.butler(world.task("a", work=fails), impossible)
        with pytest.raises(ButlerError, match="no disk"):
            butler.begin("x")
        await world.look(butler, at(4, 3))
        for hour in (2, 3, 4):
            await world.look(butler, at(5, hour))
        assert len(attempts) == 1
        await world.look(butler, at(6, 2))
        assert len(attempts) == 2

    asyncio.run(main())


def test_work_that_knows_better_when_it_was_done_is_believed(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        told: list[float | None] = [at(1, 3)]
        task = Task(
            name="backup",
            title="",
            description="",
            interval_days=1,
            work=lambda run: world._note("backup", run),
            window=lambda: Window(start=180, end=180),
            last_run=lambda: told[0],
            beside=True,
        )
        butler = world.butler(task)
        assert await world.look(butler, at(4, 12)) == ["backup"], "one of three days ago, and it is due since three"
        assert await world.look(butler, at(4, 13)) == []
        assert await world.look(butler, at(5, 2)) == []
        assert await world.look(butler, at(5, 3)) == ["backup"]

    asyncio.run(main())


def test_the_line_of_runs_survives_nonsense(database: Database) -> None:
    database.write(store.note_runs, {"a": 1.0}).result()
    database.write(store.note_runs, {"b": 2.0}).result()
    with database.reader() as r:
        assert store.runs(r) == {"a": 1.0, "b": 2.0}


# --- what may take days ----------------------------------------------------------------------------------------


def test_lengthy_work_holds_up_only_its_like(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        world.held.clear()
        butler = world.butler(world.lengthy("Films", "a"), world.lengthy("Chapters", "b"), world.task("Short"))
        await butler.look()
        clock.now = at(5, 3)
        await butler.look()
        await asyncio.sleep(0)
        world.held.set()
        await butler.idle()
        assert sorted(world.done) == ["Short", "a", "b"]
        assert world.done.index("a") < world.done.index("b")

    asyncio.run(main())


def test_lengthy_work_stops_with_the_night_and_goes_on_in_the_next(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)

        async def work(run: Run) -> None:
            await run.step()
            world.done.append("a piece")
            clock.now = at(5, 6)
            await run.step()
            world.done.append("a piece by day")

        task = Task(name="Films", title="", description="", interval_days=1, work=work, lengthy=True)
        butler = world.butler(task)
        await butler.look()
        clock.now = at(5, 3)
        await butler.look()
        await butler.idle()
        assert world.done == ["a piece"]
        clock.now = at(6, 3)
        await butler.look()
        await butler.idle()
        assert world.done == ["a piece", "a piece"], "it was put off, not done"

    asyncio.run(main())


def test_what_there_is_to_do_by_day_is_done_then_and_gives_way(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(butler_module, "_GIVE_WAY_S", 0.0)

    async def main() -> None:
        world = World(database, clock)
        scanning = [True, True, False]
        world.busy = True
        butler = world.butler(world.lengthy("Films", "a", waits=lambda: bool(scanning) and scanning.pop(0)))
        butler.prompt("Films")
        assert butler.is_running("Films")
        butler.prompt("Films")
        for _ in range(20):
            await asyncio.sleep(0)
        assert world.done == []
        world.busy = False
        await butler.idle()
        assert (world.done, scanning) == (["a"], [])
        world.enabled = False
        with pytest.raises(UnknownTaskError):
            butler.prompt("Nothing")

    asyncio.run(main())


class LateAnswers(Database):
    """One whose answers are handed over when they are allowed to be: by then more has happened than they tell."""

    gate: asyncio.Event | None = None
    answered = False

    async def read(self, fn: Callable[..., T], *args: object, **kwargs: object) -> T:
        answer = await super().read(fn, *args, **kwargs)
        if self.gate is not None:
            self.answered = True
            await self.gate.wait()
        return answer


@pytest.fixture
def late(sqlite_url: str) -> Iterator[LateAnswers]:
    with LateAnswers(Path(sqlite_url), readers=2) as opened:
        yield opened


@pytest.mark.parametrize("whose", ["the night's", "the owner's"])
def test_what_is_done_while_somebody_looks_is_not_begun_again(late: LateAnswers, clock: Clock, whose: str) -> None:
    async def main() -> None:
        world = World(late, clock)
        butler = world.butler(world.task("a"))
        await world.look(butler, at(4, 3))
        clock.now = at(5, 3)
        world.held.clear()
        butler.begin("a")
        late.gate = asyncio.Event()
        looking = asyncio.create_task(butler.look() if whose == "the night's" else butler.begin_all())
        while not late.answered:
            await asyncio.sleep(0.001)
        world.held.set()
        await butler.idle()
        late.gate.set()
        await looking
        await butler.idle()
        assert world.done == ["a"]

    asyncio.run(main())


def test_what_there_is_to_do_while_it_is_at_work_is_done_after_that(database: Database, clock: Clock) -> None:
    async def main() -> None:
        world = World(database, clock)
        wanted, done = ["first"], []
        looked, may_end = asyncio.Event(), asyncio.Event()

        async def work(run: Run) -> None:
            await run.step()
            done.extend(wanted)
            wanted.clear()
            looked.set()
            await may_end.wait()

        butler = world.butler(world.task("a", work=work))
        butler.prompt("a")
        await looked.wait()
        wanted.append("second")
        butler.prompt("a")
        may_end.set()
        await butler.idle()
        assert done == ["first", "second"]

    asyncio.run(main())


def test_nothing_is_begun_once_it_is_closed(late: LateAnswers, clock: Clock) -> None:
    async def main() -> None:
        world = World(late, clock)
        butler = world.butler(world.task("a"))
        await world.look(butler, at(4, 3))
        clock.now = at(5, 3)
        late.gate = asyncio.Event()
        all_of_it = asyncio.create_task(butler.begin_all())
        while not late.answered:
            await asyncio.sleep(0.001)
        await butler.close()
        late.gate.set()
        assert await all_of_it == []
        butler.prompt("a")
        with pytest.raises(ButlerError):
            butler.begin("a")
        await butler.idle()
        assert (world.done, world.board.activities()) == ([], [])

    asyncio.run(main())
