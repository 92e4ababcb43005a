"""Nothing outlives the server, and an ffmpeg that a file took over gets nowhere."""

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.films import film

from vitascope.media.transcoding.launcher.client import Ended, Launcher
from vitascope.media.transcoding.launcher.messages import Order, packed
from vitascope.media.workers import landlock

_SERVER = """
import asyncio, sys
from vitascope.media.transcoding.launcher.client import Launcher
from vitascope.media.transcoding.launcher.messages import Order

async def main():
    launcher = Launcher()
    await launcher.start()
    arguments = ("-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2", "-f", "rawvideo", "pipe:1")
    child = await launcher.run(Order(program=sys.argv[2], arguments=arguments))
    if sys.argv[1] == "held":
        await child.hold()
    print(launcher.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def _of_session(session: int) -> list[tuple[str, str]]:
    """Name and state of each process of a session that is not dead."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(") ")
            except OSError:
                continue
            fields = rest.split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append((name, fields[0]))
    return found


def _until(condition: object, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return bool(condition())  # type: ignore[operator]


@pytest.mark.parametrize("whom", ["server", "launcher"])
@pytest.mark.parametrize("state", ["starting", "running", "held"])
def test_nothing_is_left_after_a_kill(state: str, whom: str) -> None:
    command = [sys.executable, "-c", _SERVER, state, kit.FFMPEG]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            launcher = int(server.stdout.readline())
            if state != "starting":
                wanted = "T" if state == "held" else "SRD"
                assert _until(
                    lambda: any(name.startswith("ffmpeg") and at in wanted for name, at in _of_session(launcher)), 120
                )
            os.kill(server.pid if whom == "server" else launcher, signal.SIGKILL)
            assert _until(lambda: not _of_session(launcher), 120)
        finally:
            server.kill()


def _run(*arguments: str, readable: tuple[str, ...] = ()) -> Ended:
    async def work() -> Ended:
        launcher = Launcher()
        try:
            child = await launcher.run(
                Order(program=kit.FFMPEG, arguments=("-v", "error", "-nostdin", *arguments), readable=readable)
            )
            return await child.wait()
        finally:
            await launcher.close()

    return asyncio.run(work())


_NOTHING = ("-f", "lavfi", "-i", "testsrc2=duration=0.1:size=64x64")


@pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")
def test_a_conversion_reads_its_own_file_alone(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    for path in (own, other):
        path.write_bytes(b"text")
    read = ("-f", "data", "-i")
    write = ("-map", "0", "-c", "copy", "-f", "data", "pipe:1")
    assert _run(*read, f"file:{own}", *write, readable=(str(own),)).wrote_bytes == 4
    refused = _run(*read, f"file:{other}", *write, readable=(str(own),))
    assert refused.code != 0 and "Permission denied" in refused.words and not refused.wrote_bytes


@pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")
def test_a_conversion_writes_no_file(tmp_path: Path) -> None:
    refused = _run(*_NOTHING, "-f", "rawvideo", str(tmp_path / "new"), readable=(str(tmp_path),))
    assert refused.code != 0
    assert list(tmp_path.iterdir()) == []


def test_a_conversion_has_no_network() -> None:
    refused = _run(*_NOTHING, "-f", "rawvideo", "tcp://127.0.0.1:9")
    assert refused.code != 0
    assert "Operation not permitted" in refused.words or "Permission denied" in refused.words


def test_the_launcher_comes_back_after_it_was_lost() -> None:
    async def work() -> None:
        launcher = Launcher()
        arguments = ("-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2", "-f", "rawvideo", "pipe:1")
        child = await launcher.run(Order(program=kit.FFMPEG, arguments=arguments))
        assert launcher.pid is not None
        os.kill(launcher.pid, signal.SIGKILL)
        assert (await child.wait()).lost
        again = await launcher.run(Order(program=kit.FFMPEG, arguments=("-version",)))
        assert (await again.wait()).code == 0
        await launcher.close()

    asyncio.run(work())


def _takes_more(launcher: Launcher) -> bool:
    assert launcher._connection is not None
    return bool(select.select([], [launcher._connection], [], 0)[1])


def test_an_order_that_is_given_up_half_way_spoils_none_that_follows() -> None:
    async def work() -> None:
        launcher = Launcher()
        await launcher.start()
        assert launcher.pid is not None
        os.kill(launcher.pid, signal.SIGSTOP)
        large = Order(program=kit.FFMPEG, arguments=("-v", "error", *["-nostdin"] * 40_000))
        giving_up = asyncio.ensure_future(launcher.run(large))
        while _takes_more(launcher):
            await asyncio.sleep(0)
        giving_up.cancel()
        await asyncio.sleep(0)
        os.kill(launcher.pid, signal.SIGCONT)
        with pytest.raises(asyncio.CancelledError):
            await giving_up
        stopped = launcher.pid
        child = await launcher.run(Order(program=kit.FFMPEG, arguments=("-version",)))
        assert (await child.wait()).code == 0
        assert launcher.pid == stopped
        await launcher.close()

    asyncio.run(work())


def test_an_order_with_a_pipe_waits_for_its_turn() -> None:
    async def work() -> None:
        launcher = Launcher()
        await launcher.start()
        assert launcher.pid is not None
        os.kill(launcher.pid, signal.SIGSTOP)
        stuffing = packed({"do": "hold", "run": 0})
        connection = launcher._connection
        assert connection is not None
        with suppress(BlockingIOError):
            while True:
                assert connection.send(stuffing) == len(stuffing)
        reading, writing = os.pipe()
        order = Order(
            program=kit.FFMPEG, arguments=("-v", "error", "-nostdin", *_NOTHING, "-f", "rawvideo", "pipe:1"), pipe=True
        )
        begun = asyncio.ensure_future(launcher.run(order, pipe=writing))
        await asyncio.wait([begun], timeout=0.1)
        assert not begun.done()
        os.kill(launcher.pid, signal.SIGCONT)
        child = await begun
        os.close(writing)
        assert (await child.wait()).code == 0
        assert os.read(reading, 10)
        os.close(reading)
        await launcher.close()

    asyncio.run(work())


def test_a_held_conversion_stands_still_and_goes_on(tmp_path: Path) -> None:
    from vitascope.core.playback.renditions import SegmentFormat, VideoCodec, VideoRendition

    rendition = VideoRendition(
        name="v", index=0, format=SegmentFormat.FMP4, codec=VideoCodec.H264, width=320, height=180, bitrate_kbps=500
    )

    async def work() -> list[int]:
        async with kit.workshop(tmp_path) as shop:
            production = await shop.producer.produce(kit.source(film("plain.mp4")), rendition, kit.GRID, tmp_path, 0, 3)
            production.hold()
            assert production.status.held
            production.go_on()
            made = [number async for number in production.finished()]
            ended = await shop.producer.produce(kit.source(film("plain.mp4")), rendition, kit.GRID, tmp_path, 0, 3)
            await ended.end()
            assert [number async for number in ended.finished()] != [0, 1, 2, 3]
            return made

    assert asyncio.run(work()) == [0, 1, 2, 3]
