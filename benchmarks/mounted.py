"""The same remote mounted by the server's own code and by a bare ``rclone mount``, and ranges read from both."""

import asyncio
import contextlib
import http.client
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.servers import processor_s, tree
from vitascope.media import reach
from vitascope.media.reach.file import FarFile
from vitascope.sources.mounts import mounted_at, unmount
from vitascope.sources.rclone.command import Places, source_command
from vitascope.sources.rclone.direct import Direct, point_of
from vitascope.sources.rclone.mount import Mount
from vitascope.sources.rclone.program import confined_environment, find_rclone
from vitascope.sources.rclone.registry import Registry
from vitascope.sources.rclone.source import Source, Way

_PIECE = 512 * 1024
_LOOK_S, _NOTHING_S = 0.3, 0.02
"""Who took so little in so long rests."""


@contextlib.contextmanager
def bare_mount(source: Source, places: Places, point: Path) -> Iterator[None]:
    """``rclone mount`` with the flags of a source and a cache of its own, and nobody who looks after it."""
    cache = Places(root=places.root, cache=point.with_name(f"{point.name}-cache"))
    point.mkdir()
    line = source_command(find_rclone(), msgspec.structs.replace(source, mount=str(point)), cache)
    process = subprocess.Popen(
        [part for part in line if not part.startswith("--rc")],
        stderr=subprocess.DEVNULL,
        env=confined_environment(places.root),
    )
    try:
        while mounted_at(os.fsencode(point)) is None:
            if process.poll() is not None:
                raise RuntimeError("rclone did not mount")
            time.sleep(0.002)
        yield
    finally:
        process.terminate()
        process.wait(20)
        unmount(os.fsencode(point))


@contextlib.contextmanager
def our_mount(source: Source, registry: Registry) -> Iterator[None]:
    """The mount as the server makes it."""

    async def expected() -> frozenset[bytes]:
        return frozenset()

    with asyncio.Runner() as runner:
        mount = Mount(source, registry, told=lambda _: None, expected=expected)
        runner.run(mount.start())
        try:
            yield
        finally:
            runner.run(mount.stop())


@contextlib.contextmanager
def our_direct(source: Source, registry: Registry) -> Iterator[reach.Point]:
    """The same remote served without a mount, as the server does it."""

    async def expected() -> frozenset[bytes]:
        return frozenset()

    source = msgspec.structs.replace(source, way=Way.DIRECT)
    with asyncio.Runner() as runner:
        direct = Direct(source, registry, told=lambda _: None, expected=expected)
        runner.run(direct.start())
        try:
            yield point_of(source, registry.places)
        finally:
            runner.run(direct.stop())


def read_first_far_byte(point: reach.Point, name: str) -> None:
    with FarFile(reach.Far(point, name.encode())) as file:
        if len(file.read_at(0, 1)) != 1:
            raise RuntimeError(f"{name} is empty")


def read_first_byte(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        if len(file.read(1)) != 1:
            raise RuntimeError(f"{path} is empty")


def read_file(path: Path, start: int, size: int) -> float:
    """Seconds that a range of a file takes, opened anew."""
    buffer = memoryview(bytearray(_PIECE))
    started = time.perf_counter()
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while size > 0:
            got = file.readinto(buffer[: min(size, _PIECE)])
            if not got:
                raise RuntimeError(f"{path} ended")
            size -= got
    return time.perf_counter() - started


def read_http(port: int, path: str, start: int, size: int) -> float:
    """Seconds that a range takes over HTTP, over a connection that is open."""
    buffer = memoryview(bytearray(_PIECE))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.connect()
    started = time.perf_counter()
    connection.request("GET", path, headers={"Range": f"bytes={start}-{start + size - 1}"})
    answer = connection.getresponse()
    while size > 0:
        got = answer.readinto(buffer[: min(size, _PIECE)])
        if not got:
            raise RuntimeError(f"GET {path}: {answer.status}, and {size} bytes are missing")
        size -= got
    took = time.perf_counter() - started
    connection.close()
    return took


def rest() -> None:
    """Waits until no rclone that was started here has anything to do: what is read ahead would cost the next reader."""
    before = -1.0
    while (now := sum(processor_s(pid) for pid in tree(os.getpid()) if _is_rclone(pid))) > before + _NOTHING_S:
        before = now
        time.sleep(_LOOK_S)


def _is_rclone(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text("ascii").startswith("rclone")
    return False
