"""Sessions of streams that are made: whose they are, when they end, what they leave behind, and the room they take."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.playback.transcode.workshop import SIX_SECONDS, SOUND, SOURCE, Clock, Workshop, settle

from vitascope.media.transcoding.production import OutOfSpace, RunStatus
from vitascope.playback.transcode.described import Conversion, Made
from vitascope.playback.transcode.errors import NoSuchSegment, NoSuchSession, SessionEnded
from vitascope.playback.transcode.room import Room
from vitascope.playback.transcode.service import Transcoder
from vitascope.playback.transcode.stream_session import Handle, Piece, StreamPlan, StreamSession

TV = Handle(person_id=1, client="tv", name="one")
PIECE = Piece(source=SOURCE, grid=SIX_SECONDS, renditions={"sound": SOUND})
PLAN = StreamPlan(item_id=1, part_id=2, pieces=(PIECE,))
CONVERSION = Conversion(
    protocol="hls", container="mp4", duration_ms=600_000, source_audio_codec="flac", audio=Made.TRANSCODE
)


@dataclass
class Bench:
    """A transcoder over a workshop."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    work: Workshop = field(default_factory=Workshop)
    quota: int = 0
    free: int = 1 << 40

    def __post_init__(self) -> None:
        room = Room(self.folder, quota_bytes=lambda: self.quota, free=lambda _: (self.free, 1 << 40), clock=self.clock)
        self.room = room
        self.transcoder = Transcoder(self.folder, lambda _: self.work, room=room, idle_s=lambda: 20.0, clock=self.clock)

    async def read(self, session: StreamSession, number: int) -> bytes:
        """A segment, by whichever run makes it."""
        task = asyncio.create_task(self.transcoder.segment(session, "sound", number, "tv"))
        while not task.done():
            await asyncio.sleep(0.001)
            for run in self.work.runs:
                if not run.ended and run.first + run.made <= number <= run.last:
                    await run.make()
        return (await task).read_bytes()

    @property
    def folders(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


def run(body: Callable[[Bench], Awaitable[None]], folder: Path) -> None:
    async def all_of_it() -> None:
        bench = Bench(folder)
        await bench.transcoder.open()
        await body(bench)
        await bench.transcoder.close()
        assert bench.folders == []
        assert bench.work.alive == []
        assert bench.room.used_bytes == 0

    asyncio.run(all_of_it())


def test_what_a_crash_left_behind_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "old" / "video").mkdir(parents=True)
    (tmp_path / "old" / "video" / "00000.ts").write_bytes(b"old")
    elsewhere = tmp_path.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (tmp_path / "link").symlink_to(elsewhere)

    async def body(bench: Bench) -> None:
        assert bench.folders == []
        assert (elsewhere / "kept").exists()

    run(body, tmp_path)


def test_a_player_that_begins_the_same_again_has_the_same_session(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        first = await bench.transcoder.start(TV, PLAN, CONVERSION)
        assert await bench.transcoder.start(TV, PLAN, CONVERSION) is first
        other = await bench.transcoder.start(TV, replace(PLAN, part_id=3), CONVERSION)
        assert bench.transcoder.sessions() == [other]
        with pytest.raises(NoSuchSession):
            bench.transcoder.get(first.key)

    run(body, tmp_path)


def test_players_with_one_name_for_their_sessions_have_one_each(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        handles = [TV, replace(TV, client="phone"), replace(TV, person_id=2)]
        sessions = [await bench.transcoder.start(handle, PLAN, CONVERSION) for handle in handles]
        assert len({session.key for session in sessions}) == 3
        for session, handle in zip(sessions, handles, strict=True):
            assert bench.transcoder.find(handle) is session
        await bench.transcoder.stop(sessions[0])
        assert await bench.read(sessions[1], 0) == b"s" * 100

    run(body, tmp_path)


def test_keys_cannot_be_guessed(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        sessions = [await bench.transcoder.start(replace(TV, name=str(n)), PLAN, CONVERSION) for n in range(20)]
        assert all(len(session.key) >= 24 for session in sessions)
        with pytest.raises(NoSuchSession):
            bench.transcoder.get("one")

    run(body, tmp_path)


def test_nothing_works_for_a_player_that_left_and_what_it_had_goes_on_when_it_is_back(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(session, 0)
        bench.clock.now += 19.0
        await bench.transcoder.look_after()
        assert bench.work.alive
        bench.clock.now += 2.0
        await bench.transcoder.look_after()
        await settle()
        assert bench.work.alive == []
        assert await bench.read(session, 0) == b"s" * 100
        assert await bench.read(session, 1) == b"s" * 100
        bench.clock.now += 6 * 3600.0 + 1.0
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == []

    run(body, tmp_path)


def test_who_waits_for_a_segment_is_there_however_long_it_takes(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        waiting = asyncio.create_task(bench.transcoder.segment(session, "sound", 3, "tv"))
        while not bench.work.runs:
            await asyncio.sleep(0.001)
        bench.clock.now += 60.0
        await bench.transcoder.look_after()
        await bench.work.runs[0].make()
        assert (await waiting).name == "00003.m4s"

    run(body, tmp_path)


def test_a_ping_keeps_it_going(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(session, 0)
        for _ in range(5):
            bench.clock.now += 15.0
            bench.transcoder.ping(session)
            await bench.transcoder.look_after()
        assert bench.work.alive

    run(body, tmp_path)


def test_a_player_that_said_stopped_is_waited_for_a_moment(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        bench.transcoder.player_stopped(1, "tv", 1)
        await bench.transcoder.look_after()
        assert await bench.read(session, 0) == b"s" * 100, "it only changed the quality"
        bench.clock.now += 60.0
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == [session]
        bench.transcoder.player_stopped(1, "tv", 2)
        bench.transcoder.player_stopped(2, "tv", 1)
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == [session]
        bench.transcoder.player_stopped(1, "tv", 1)
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == []

    run(body, tmp_path)


def test_how_it_goes_is_told(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        assert (session.progress.percent, session.progress.size_bytes) == (0.0, 0)
        for number in range(3):
            await bench.read(session, number)
        told = session.progress
        assert (told.percent, told.made_ms, told.size_bytes, told.complete) == (3.0, 18_000, 300, False)
        await bench.read(session, 98)
        await bench.read(session, 99)
        assert session.progress.complete

    run(body, tmp_path)


def test_stop_leaves_nothing(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(session, 0)
        waiting = asyncio.create_task(bench.transcoder.segment(session, "sound", 50, "tv"))
        await settle()
        await bench.transcoder.stop(session)
        assert isinstance(await asyncio.gather(waiting, return_exceptions=True), list)
        assert waiting.exception() is not None
        assert bench.folders == []

    run(body, tmp_path)


@pytest.mark.parametrize("fails", [False, True], ids=["made", "not made"])
def test_who_waits_for_a_header_when_the_stream_ends_is_told_so(tmp_path: Path, fails: bool) -> None:
    async def body(bench: Bench) -> None:
        bench.work.headers_wait = asyncio.Event()
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        asking = [asyncio.create_task(bench.transcoder.header(session, "sound")) for _ in range(2)]
        while not bench.work.headers_asked:
            await asyncio.sleep(0.001)
        if fails:
            (session.folder / "sound").rmdir()
        ending = asyncio.create_task(bench.transcoder.stop(session))
        await settle()
        assert not ending.done()  # somebody writes in its folder
        bench.work.headers_wait.set()
        for task in asking:
            with pytest.raises(SessionEnded):
                await task
        await ending
        assert bench.work.headers_asked == 1
        assert bench.folders == []

    run(body, tmp_path)


def test_what_is_asked_of_a_stream_that_ended_makes_nothing_of_it(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        asking = asyncio.create_task(bench.transcoder.segment(session, "sound", 0, "tv"))
        await asyncio.sleep(0)  # its folder is being made
        await bench.transcoder.stop(session)
        with pytest.raises(SessionEnded):
            await asking
        with pytest.raises(SessionEnded):
            await bench.transcoder.header(session, "sound")
        assert bench.work.runs == []

    run(body, tmp_path)


def test_who_is_cancelled_while_it_ends_a_stream_leaves_no_half_of_it(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(session, 0)
        (made,) = bench.work.runs
        made.may_end = asyncio.Event()
        ending = asyncio.create_task(bench.transcoder.stop(session))
        await made.ending.wait()
        ending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ending
        made.may_end.set()
        # that nothing is left is looked at when all is closed

    run(body, tmp_path)


def test_a_player_that_begins_anew_twice_at_once_has_one_session(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        before = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(before, 0)
        (made,) = bench.work.runs
        made.may_end = asyncio.Event()
        seek = replace(PLAN, start_us=60_000_000)
        both = [asyncio.create_task(bench.transcoder.start(TV, seek, CONVERSION)) for _ in range(2)]
        await made.ending.wait()
        made.may_end.set()
        first, second = await asyncio.gather(*both)
        assert first is second
        assert bench.transcoder.sessions() == [first]

    run(body, tmp_path)


def test_nobody_piles_sessions_up(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        other = await bench.transcoder.start(replace(TV, person_id=2), PLAN, CONVERSION)
        for number in range(30):
            bench.clock.now += 1.0
            await bench.transcoder.start(replace(TV, name=f"{number}"), PLAN, CONVERSION)
        names = [session.handle.name for session in bench.transcoder.sessions() if session is not other]
        assert names == [f"{number}" for number in range(10, 30)]
        assert other in bench.transcoder.sessions()

    run(body, tmp_path)


def test_a_rendition_or_segment_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session = await bench.transcoder.start(TV, PLAN, CONVERSION)
        for name in ("../sound", "video", ""):
            with pytest.raises(NoSuchSegment):
                await bench.transcoder.segment(session, name, 0, "tv")
        with pytest.raises(NoSuchSegment):
            await bench.transcoder.segment(session, "sound", 10_000, "tv")
        assert (await bench.transcoder.header(session, "sound")).read_bytes() == b"header"

    run(body, tmp_path)


@pytest.mark.parametrize("limit", ["quota", "disk"])
def test_a_full_disk_costs_the_sessions_nobody_uses_first_and_is_then_said(tmp_path: Path, limit: str) -> None:
    async def body(bench: Bench) -> None:
        old = await bench.transcoder.start(replace(TV, name="old"), PLAN, CONVERSION)
        for number in range(4):
            await bench.read(old, number)
        bench.clock.now += 60.0
        new = await bench.transcoder.start(TV, PLAN, CONVERSION)
        await bench.read(new, 0)
        if limit == "quota":
            bench.quota = 450
        else:
            bench.free = 0
        bench.clock.now += 5.0
        with pytest.raises(OutOfSpace) if limit == "disk" else nullcontext():
            await bench.read(new, 40)
        assert bench.transcoder.sessions() == [new]
        bench.free = 0
        bench.clock.now += 5.0
        with pytest.raises(OutOfSpace, match="room"):
            await bench.read(new, 80)
        bench.quota, bench.free = 0, 1 << 40
        bench.clock.now += 5.0
        assert await bench.read(new, 80) == b"s" * 100

    run(body, tmp_path)


@pytest.mark.parametrize("read", [True, False], ids=["when it is read", "when nobody reads"])
def test_who_may_have_it_no_more_has_it_no_more(tmp_path: Path, read: bool) -> None:
    async def body(bench: Bench) -> None:
        rights = {TV.person_id}

        async def permitted() -> bool:
            return TV.person_id in rights

        session = await bench.transcoder.start(TV, PLAN, CONVERSION, permitted)
        await bench.read(session, 0)
        await bench.transcoder.look_after()
        assert await bench.transcoder.admit(session.key) is session
        rights.clear()
        if read:
            with pytest.raises(NoSuchSession):
                await bench.transcoder.admit(session.key)
        else:
            await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == []
        assert bench.work.alive == []
        assert bench.folders == []
        rights.add(TV.person_id)
        with pytest.raises(NoSuchSession):
            await bench.transcoder.admit(session.key)

    run(body, tmp_path)


def test_who_copies_gets_ready_once_and_only_when_something_is_copied(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        warmed: list[asyncio.Event] = []

        async def warm() -> None:
            warmed.append(asyncio.Event())
            await warmed[-1].wait()

        transcoder = Transcoder(tmp_path, lambda _: bench.work, room=bench.room, warm=warm)
        transcoder.expect([SOUND])
        await settle()
        assert warmed == []
        for _ in range(3):
            transcoder.expect([SOUND, replace(SOUND, codec=None)])
            await settle()
        assert len(warmed) == 1
        warmed[0].set()
        await settle()
        transcoder.expect([replace(SOUND, codec=None)])
        await settle()
        assert len(warmed) == 2
        await transcoder.close()

    run(body, tmp_path)


# --- in one piece ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Poured:
    """A stream in one piece that goes on until a test says so."""

    ended: bool = False
    complete: bool = False
    size_bytes: int = 100
    status: RunStatus = RunStatus(made_us=60_000_000, speed=2.0, held=True)  # noqa: RUF009  # it is frozen

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b""

    async def close(self) -> None:
        self.ended = True


WHOLE = replace(PLAN, pieces=(replace(PIECE, renditions={}),))


async def pour(bench: Bench, handle: Handle = TV) -> tuple[StreamSession, Poured]:
    made = Poured()

    async def make(_folder: Path) -> Poured:
        return made

    session, _ = await bench.transcoder.start_whole(handle, WHOLE, CONVERSION, make)
    return session, made


def test_a_stream_in_one_piece_lasts_as_long_as_its_player_holds_it(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session, made = await pour(bench)
        bench.quota, bench.room.used_bytes = 1, 2
        bench.clock.now += 3600.0
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == [session]
        assert not made.ended
        assert (session.progress.percent, session.progress.held, session.progress.speed) == (10.0, True, 2.0)
        bench.quota = bench.room.used_bytes = 0
        await bench.transcoder.stop(session)
        assert made.ended

    run(body, tmp_path)


def test_one_that_all_went_out_is_listed_until_it_was_played(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        session, made = await pour(bench)
        made.ended = made.complete = True
        bench.clock.now += 599.0
        await bench.transcoder.look_after()
        assert session.progress.percent == 100.0
        assert not session.is_made
        bench.clock.now += 2.0
        await bench.transcoder.look_after()
        assert bench.transcoder.sessions() == []

    run(body, tmp_path)


def test_the_next_one_of_a_name_takes_its_place_even_while_it_begins(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        first, made = await pour(bench)
        late = Poured()

        async def make(_folder: Path) -> Poured:
            assert made.ended
            await pour(bench)
            return late

        with pytest.raises(SessionEnded):
            await bench.transcoder.start_whole(TV, WHOLE, CONVERSION, make)
        assert late.ended
        assert len(bench.transcoder.sessions()) == 1
        assert first not in bench.transcoder.sessions()

    run(body, tmp_path)


def test_one_that_cannot_be_made_leaves_no_session(tmp_path: Path) -> None:
    async def body(bench: Bench) -> None:
        async def make(_folder: Path) -> Poured:
            raise OutOfSpace("full")

        with pytest.raises(OutOfSpace):
            await bench.transcoder.start_whole(TV, WHOLE, CONVERSION, make)
        assert bench.transcoder.sessions() == []

    run(body, tmp_path)
