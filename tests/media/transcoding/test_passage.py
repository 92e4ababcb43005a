"""A conversion of a far file reads what that of a file of this machine does, and speaks to nobody else."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.support import conversions as kit
from tests.support.far import FarFolder
from tests.support.films import film

from vitascope.core.playback.commands.inputs import Input
from vitascope.media.transcoding.launcher.client import Ended, Launcher
from vitascope.media.transcoding.launcher.messages import Order
from vitascope.media.transcoding.launcher.trial import passage_missing

_ACTIONS = Path("/proc/sys/kernel/seccomp/actions_avail")
pytestmark = pytest.mark.skipif(
    not _ACTIONS.exists() or "user_notif" not in _ACTIONS.read_text(), reason="this kernel asks nobody about calls"
)

PROGRAMS = sorted({kit.FFMPEG, *filter(None, [shutil.which("ffmpeg")])})
NAME = "Ä b#?%25 & c.mkv"


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarFolder]:
    root = tmp_path_factory.mktemp("far")
    (root / "media").mkdir()
    shutil.copy(film("plain.mkv"), root / "media" / NAME)
    served = FarFolder(root / "media", "/nowhere/media", root / "run")
    served.start()
    yield served
    served.die()


async def _ended(order: Order) -> Ended:
    launcher = Launcher()
    try:
        return await (await launcher.run(order)).wait()
    finally:
        await launcher.close()


def _run(program: str, arguments: Sequence[str], *, source: str = "", readable: Sequence[str] = ()) -> Ended:
    order = Order(
        program=program,
        arguments=("-v", "error", "-nostdin", *arguments),
        source=source,
        readable=tuple(readable),
    )
    return asyncio.run(_ended(order))


_SUMS = ("-map", "0:v:0", "-c", "copy", "-f", "framemd5", "pipe:2")
"""Of every packet, to where complaints go: that is what a run tells of at its end."""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("from_us", [0, 3_000_000])
def test_it_reads_what_a_conversion_of_a_local_file_reads(far: FarFolder, program: str, from_us: int) -> None:
    local = far.folder / NAME
    here = Input(path=str(local).encode(), container="mkv").arguments(from_us=from_us)
    there = Input(path=NAME.encode(), container="mkv", far=True).arguments(from_us=from_us)
    one = _run(program, [*here, "-t", "1", *_SUMS], readable=[str(local)])
    other = _run(program, [*there, "-t", "1", *_SUMS], source=far.point.socket)
    assert (one.code, other.code) == (0, 0), other.words
    assert one.words.count("\n") > 10
    assert one.words == other.words


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_speaks_to_its_source_whatever_address_it_names(far: FarFolder, program: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        port = elsewhere.getsockname()[1]
        address = f"http://127.0.0.1:{port}/nothing.mkv"
        asked = _run(program, ["-f", "matroska", "-i", address, "-f", "null", "-"], source=far.point.socket)
        assert "404" in asked.words
        sent = ["-f", "lavfi", "-i", "testsrc2=duration=0.1:size=64x64", "-f", "rawvideo"]
        _run(program, [*sent, f"tcp://127.0.0.1:{port}"], source=far.point.socket)
        refused = _run(program, [*sent, f"udp://127.0.0.1:{port}"], source=far.point.socket)
        assert refused.wrote_bytes == 0
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


_SOCKETS = """
import os, socket, sys
def tried(family, kind, address):
    try:
        with socket.socket(family, kind) as one:
            one.connect(address)
            return one.getpeername()
    except OSError as error:
        return error.strerror
for family, kind, address in (
    (socket.AF_UNIX, socket.SOCK_STREAM, sys.argv[1]),
    (socket.AF_NETLINK, socket.SOCK_RAW, (0, 0)),
    (socket.AF_PACKET, socket.SOCK_RAW, ("lo", 0)),
):
    print(tried(family, kind, address), file=sys.stderr)
one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
other, theirs = socket.socketpair()
try:
    socket.socket(fileno=os.dup(other.fileno())).connect(sys.argv[1])
except OSError as error:
    print(error.strerror, file=sys.stderr)
"""


def test_other_sockets_are_refused(far: FarFolder, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as elsewhere:
        elsewhere.bind(str(tmp_path / "s"))
        elsewhere.listen()
        elsewhere.setblocking(False)
        readable = [sys.base_prefix, sys.prefix, *sys.path]
        order = Order(
            program=sys.executable,
            arguments=("-I", "-c", _SOCKETS, str(tmp_path / "s")),
            source=far.point.socket,
            readable=tuple(path for path in readable if path),
        )
        ended = asyncio.run(_ended(order))
        assert ended.words.splitlines() == ["Operation not permitted"] * 4
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_without_its_source_it_says_so(far: FarFolder) -> None:
    gone = _run(
        kit.FFMPEG,
        ["-f", "matroska", "-i", "http://127.0.0.1/x.mkv", "-f", "null", "-"],
        source=f"{far.point.socket}.gone",
    )
    assert gone.code != 0
    assert "No such file" in gone.words or "refused" in gone.words


_ASKED_ALREADY = """
from vitascope.media.transcoding.launcher.passage import open_passage
from vitascope.media.transcoding.launcher.trial import passage_missing
open_passage()
print(passage_missing())
"""


def test_the_doctor_finds_whether_there_is_a_passage_by_going_through_one() -> None:
    assert passage_missing() is None
    told = subprocess.run(
        [sys.executable, "-c", _ASKED_ALREADY], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout == "Device or resource busy\n"
