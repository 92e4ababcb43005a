"""What happens at once: headers while other runs come and go, one text for two runs, and what is cancelled half-way."""

import asyncio
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.core.playback.commands import TextSubtitle
from vitascope.core.playback.grid import fixed_grid
from vitascope.core.playback.renditions import Burned, SegmentFormat, VideoCodec, VideoRendition
from vitascope.media.transcoding import texts
from vitascope.media.transcoding.converting import ConvertingProducer
from vitascope.media.transcoding.launcher.client import Child, Launcher
from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.transcoding.production import RunStatus
from vitascope.media.transcoding.progressive import ProgressiveStream
from vitascope.media.transcoding.script_tasks import ScriptArgs
from vitascope.media.transcoding.settings import ConversionSettings
from vitascope.media.workers import Task, WorkerPool

A = TypeVar("A")
R = TypeVar("R")
GRID = fixed_grid(8_000_000, target_us=2_000_000)
RENDITION = VideoRendition(
    name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=160, height=90, bitrate_kbps=400
)


class Gate:
    """Holds up who comes to it."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    async def wait(self) -> None:
        self.reached.set()
        await self.open.wait()


class HeldUp(Launcher):
    """Starts nothing before it may."""

    gate: Gate | None = None

    async def run(self, order: Order, *, pipe: int | None = None) -> Child:
        if self.gate is not None:
            await self.gate.wait()
        return await super().run(order, pipe=pipe)


def test_a_header_is_waited_for_while_other_runs_begin(tmp_path: Path) -> None:
    async def work() -> bool:
        launcher = HeldUp()
        launcher.gate = gate = Gate()
        with WorkerPool(1) as pool:
            producer = ConvertingProducer(
                launcher, kit.abilities(launcher, tmp_path), ConversionSettings, texts.Texts(pool)
            )
            made_of = kit.source(film("plain.mp4"))
            folders = [tmp_path / name for name in ("asked", "other", "another")]
            runs = [await producer.produce(made_of, RENDITION, kit.GRID, folders[0], 0, 0)]
            asking = asyncio.create_task(producer.header(made_of, RENDITION, folders[0]))
            await gate.reached.wait()
            assert not asking.done()
            runs += [await producer.produce(made_of, RENDITION, kit.GRID, folder, 0, 0) for folder in folders[1:]]
            gate.open.set()
            path = await asking
            for run in runs:
                await run.end()
            await launcher.close()
            return path is not None and path.exists()

    assert asyncio.run(work())


class SlowReader(WorkerPool):
    """Who reads on in a film only when it may."""

    gate: Gate

    async def run(self, task: Task[A, R], argument: A) -> R:
        if isinstance(argument, ScriptArgs) and argument.window is not None and argument.window[0] > 0:
            await self.gate.wait()
        return await super().run(task, argument)


def test_nothing_is_read_ahead_for_a_run_that_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "FIRST_WINDOW_US", 2_000_000)
    monkeypatch.setattr(texts, "LONGEST_WINDOW_US", 2_000_000)
    rendition = replace(RENDITION, burned=Burned(index=1))

    async def work() -> list[str]:
        launcher = Launcher()
        with SlowReader(1) as pool:
            pool.gate = Gate()
            producer = ConvertingProducer(
                launcher, kit.abilities(launcher, tmp_path), ConversionSettings, texts.Texts(pool)
            )
            run = await producer.produce(kit.source(film("written.mkv")), rendition, GRID, tmp_path / "v", 0, 3)
            await pool.gate.reached.wait()
            await run.end()
            left = [str(task.get_coro()) for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            await launcher.close()
        return [name for name in left if "_text" in name]

    assert asyncio.run(work()) == []


def test_two_runs_that_need_the_same_text_write_it_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_written = threading.Barrier(2, timeout=30)
    write_bytes = Path.write_bytes

    def written_together(path: Path, data: bytes) -> int:
        size = write_bytes(path, data)
        if path.parent.name == "v" or path.suffix == ".ttf":
            both_written.wait()
        return size

    beside = tmp_path / "beside.srt"
    beside.write_text("1\n00:00:01,000 --> 00:00:02,000\nHELLO\n")
    made_of = replace(kit.source(film("written.mkv")), has_fonts=True)
    monkeypatch.setattr(Path, "write_bytes", written_together)

    async def work() -> list[TextSubtitle]:
        with WorkerPool(2) as pool:
            maker = texts.Texts(pool)
            subtitle = Burned(index=None, path=bytes(beside))
            return await asyncio.gather(*(maker.whole(made_of, subtitle, tmp_path / "v") for _ in range(2)))

    first, second = asyncio.run(work())
    assert first == second
    assert first.fonts is not None
    assert sorted(path.name for path in (tmp_path / "v").iterdir()) == sorted([Path(first.path).name, "fonts"])


def test_who_goes_while_the_launcher_starts_leaves_none() -> None:
    async def work() -> None:
        launcher = Launcher()
        starting = asyncio.create_task(launcher.start())
        await asyncio.sleep(0)
        pid = launcher.pid
        assert pid is not None
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        assert launcher.pid is None
        assert not Path(f"/proc/{pid}").exists()
        await launcher.start()
        await launcher.close()

    asyncio.run(work())


def test_who_goes_before_a_stream_begins_leaves_no_pipe_open() -> None:
    async def work() -> None:
        launcher = HeldUp()
        launcher.gate = Gate()
        before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208  # numbers, not paths
        order = Order(program=kit.FFMPEG, arguments=("-version",), pipe=True)
        beginning = asyncio.create_task(ProgressiveStream.begin(launcher, order, RunStatus()))
        await launcher.gate.reached.wait()
        beginning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await beginning
        await asyncio.sleep(0)  # a transport closes its pipe in the next turn of the loop
        assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208

    asyncio.run(work())
