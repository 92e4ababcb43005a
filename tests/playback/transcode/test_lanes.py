"""Which segments are made, for whom, and which are given up."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.playback.transcode.workshop import SIX_SECONDS, SOUND, SOURCE, Clock, Scripted, Workshop, settle

from vitascope.core.playback.grid import fixed_grid
from vitascope.media.transcoding.production import OutOfSpace, Production, ProductionError, Unplayable
from vitascope.playback.transcode.errors import NoSuchSegment, SessionEnded
from vitascope.playback.transcode.lanes import Lane, Pace


@dataclass
class Bench:
    """A lane over a workshop."""

    folder: Path
    pace: Pace
    clock: Clock = field(default_factory=Clock)
    work: Workshop = field(default_factory=Workshop)
    bytes: int = 0

    def __post_init__(self) -> None:
        self.lane = Lane(
            rendition=SOUND,
            grid=SIX_SECONDS,
            folder=self.folder,
            start=self.start,
            pace=self.pace,
            clock=self.clock,
            grew=self.grew,
        )

    async def start(self, first: int, last: int) -> Production:
        return await self.work.produce(SOURCE, SOUND, SIX_SECONDS, self.folder, first, last)

    def grew(self, size: int) -> None:
        self.bytes += size

    async def ask(self, number: int, reader: str = "tv") -> "asyncio.Task[Path]":
        task = asyncio.create_task(self.lane.segment(number, reader))
        await settle()
        return task

    async def watch(self, first: int, last: int, reader: str = "tv") -> None:
        """Asks for segments one after the other; whatever run is at it makes them."""
        for number in range(first, last + 1):
            task = await self.ask(number, reader)
            while not task.done():
                await self.running(number).make()
            await task

    def running(self, number: int) -> Scripted:
        return next(run for run in reversed(self.work.runs) if not run.ended and run.first <= number <= run.last)


_NEAR = Pace(ahead_us=30_000_000, behind_us=60_000_000)


def run(body: Callable[[Bench], Awaitable[None]], folder: Path, pace: Pace = _NEAR) -> None:
    async def all_of_it() -> None:
        bench = Bench(folder, pace)
        await body(bench)
        await bench.lane.close()
        assert bench.bytes == 0
        assert bench.work.alive == []

    asyncio.run(all_of_it())


def test_a_segment_is_made_when_it_is_asked_for_and_once(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        first = await bench.ask(0)
        assert not first.done()
        assert bench.work.alive == [(0, 99)]
        await bench.work.runs[0].make()
        assert (await first).read_bytes() == b"s" * 100
        assert bench.bytes == 100
        await (await bench.ask(0, "phone"))
        assert len(bench.work.runs) == 1

    run(body, tmp_path)


def test_who_comes_next_waits_for_the_run_that_is_about_to_make_it(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        tasks = [await bench.ask(number) for number in (0, 1, 2)]
        await bench.work.runs[0].make(3)
        assert [(await task).name for task in tasks] == ["00000.m4s", "00001.m4s", "00002.m4s"]
        assert len(bench.work.runs) == 1

    run(body, tmp_path)


def test_a_seek_begins_at_the_segment_asked_for_and_ends_what_nobody_needs(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 1)
        there = await bench.ask(50)
        assert bench.work.alive == [(50, 99)]
        await bench.work.runs[1].make()
        await there
        back = await bench.ask(30)
        assert bench.work.alive == [(30, 49)], "it ends where the others begin"
        await bench.work.runs[2].make()
        await back

    run(body, tmp_path)


def test_two_players_far_apart_have_a_run_each(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 0, "tv")
        await bench.watch(50, 50, "phone")
        for number in range(1, 5):
            await bench.watch(number, number, "tv")
            await bench.watch(50 + number, 50 + number, "phone")
        assert len(bench.work.runs) == 2
        assert bench.work.alive == [(0, 99), (50, 99)]

    run(body, tmp_path)


def test_a_player_that_is_silent_gives_its_run_up(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 0, "tv")
        await bench.watch(50, 50, "phone")
        bench.clock.now += 200.0
        await bench.watch(80, 80, "phone")
        assert bench.work.alive == [(80, 99)]

    run(body, tmp_path)


def test_a_run_is_held_when_it_is_far_enough_ahead_and_goes_on_when_it_is_not(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 0)
        made = bench.work.runs[0]
        held: list[bool] = []
        for _ in range(4):
            await made.make()
            held.append(made.held)
        assert held == [False, False, False, True], "thirty seconds ahead"
        await (await bench.ask(1))
        assert (made.first, made.held) == (0, False)

    run(body, tmp_path)


def test_a_run_that_is_held_goes_on_for_who_skips_a_little_ahead(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 0)
        await bench.work.runs[0].make(4)
        there = await bench.ask(6)
        assert bench.work.alive == [(0, 99)]
        assert not bench.work.runs[0].held
        await bench.work.runs[0].make(2)
        await there

    run(body, tmp_path)


def test_what_was_made_is_not_made_again_when_a_player_comes_back(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(10, 14)
        await bench.watch(0, 0)
        assert bench.work.alive == [(0, 9)]
        await bench.work.runs[1].make(20)
        assert bench.work.runs[1].made == 10
        await bench.work.runs[1].finish()
        await bench.watch(1, 14)
        assert [run.first for run in bench.work.runs] == [10, 0, 15], "the next one begins ahead of the player"

    run(body, tmp_path, pace=Pace(ahead_us=600_000_000, behind_us=600_000_000))


def test_what_lies_behind_is_given_up_but_not_in_front_of_anybody(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 0, "phone")
        await bench.watch(1, 20, "tv")
        assert bench.bytes == 2_100
        bench.clock.now += 200.0
        await bench.watch(21, 21, "tv")
        kept = sorted(path.name for path in tmp_path.iterdir())
        assert kept == [f"{number:05d}.m4s" for number in range(11, 22)]
        assert bench.bytes == len(kept) * 100
        assert bench.lane.give_up_behind() == 1_000

    run(body, tmp_path)


def test_a_file_that_cannot_be_played_is_not_tried_again(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        task = await bench.ask(3)
        await bench.work.runs[0].fail(Unplayable("the decoder died"))
        with pytest.raises(Unplayable, match="decoder"):
            await task
        with pytest.raises(Unplayable):
            await bench.lane.segment(4, "tv")
        assert len(bench.work.runs) == 1

    run(body, tmp_path)


@pytest.mark.parametrize("error", [OutOfSpace("the disk is full"), ProductionError("no process left"), OSError("?")])
def test_what_may_pass_is_tried_again(tmp_path: Path, error: Exception) -> None:
    async def body(bench: Bench) -> None:
        task = await bench.ask(3)
        await bench.work.runs[0].fail(error)
        with pytest.raises(type(error)):
            await task
        await bench.watch(3, 3)
        assert len(bench.work.runs) == 2

    run(body, tmp_path)


def test_a_file_that_is_shorter_than_it_says_ends_with_what_there_is(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        task = await bench.ask(98)
        await bench.work.runs[0].make()
        await task
        last = await bench.ask(99)
        await bench.work.runs[0].finish()
        with pytest.raises(NoSuchSegment, match="ends"):
            await last

    run(body, tmp_path)


def test_there_is_no_segment_outside_of_the_stream(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        for number in (-1, len(fixed_grid(600_000_000, target_us=6_000_000))):
            with pytest.raises(NoSuchSegment):
                await bench.lane.segment(number, "tv")

    run(body, tmp_path)


def test_who_waits_is_told_when_it_ends(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        task = await bench.ask(7)
        await bench.lane.close()
        with pytest.raises(SessionEnded):
            await task
        with pytest.raises(SessionEnded):
            await bench.lane.segment(7, "tv")

    run(body, tmp_path)


def test_a_run_that_a_seek_ended_is_waited_for_before_the_lane_is_closed(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 1)
        first = bench.work.runs[0]
        first.may_end = asyncio.Event()  # what works for it writes yet
        there = await bench.ask(50)
        await first.ending.wait()
        closing = asyncio.create_task(bench.lane.close())
        await settle()
        assert not closing.done()
        first.may_end.set()
        await closing
        with pytest.raises(SessionEnded):
            await there

    run(body, tmp_path)


def test_when_making_stops_what_is_there_stays_and_it_goes_on_when_asked(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        await bench.watch(0, 2)
        bench.lane.stop_making()
        await settle()
        assert bench.work.alive == []
        await (await bench.ask(1))
        await bench.watch(2, 3)
        assert [run.first for run in bench.work.runs] == [0, 3]

    run(body, tmp_path)
