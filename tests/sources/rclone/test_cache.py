"""The cache of a mount when it is full, or its disk is: what plays goes on or fails clearly, and nothing is lost."""

import asyncio
import errno
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.support.remotes import Remote

from vitascope.ops.atomic import write_atomically
from vitascope.sources.mounts import missing_fuse, unmount
from vitascope.sources.rclone.flags import parse_flags
from vitascope.sources.rclone.registry import Registry, Wish
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source
from vitascope.sources.rclone.supervisor import Pace, State

pytestmark = pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")

MB = 1 << 20
FILM_MB = 12
FILMS = 3
_LIMIT_S = 240.0


def block(film: int, number: int) -> bytes:
    """A megabyte that lies nowhere else."""
    return bytes((film, number)) * (MB // 2)


@pytest.fixture
def remote(serve: Callable[[str], Remote]) -> Remote:
    """A bucket with films of some megabytes."""
    served = serve("s3")
    for film in range(FILMS):
        (served.folder / "media" / f"{film}.mkv").write_bytes(b"".join(block(film, n) for n in range(FILM_MB)))
    return served


@pytest.fixture
def small_disk(registry: Registry) -> Iterator[Path]:
    """The cache of the source on a disk of 28 MB."""
    place = registry.places.cache / "media"
    place.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=28m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def read(source: Source, film: int) -> None:
    """Reads a film, and looks whether it is right. Raises ``OSError``."""
    with (Path(source.mount) / f"{film}.mkv").open("rb", buffering=0) as file:
        for number in range(FILM_MB):
            data = b""
            while len(data) < MB:
                piece = file.read(MB - len(data))
                assert piece, "the film ends too early"
                data += piece
            assert data == block(film, number)


async def read_at_last(source: Source, film: int) -> None:
    """Reads a film that may be refused for a moment: a file that was just closed may not have been let go of yet."""
    while True:
        try:
            return await asyncio.to_thread(read, source, film)
        except OSError as error:
            assert error.errno == errno.EIO
            await asyncio.sleep(0.05)


def mounted(
    registry: Registry, remote: Remote, talk: Callable[[SourceService, Source], Awaitable[None]], **flags: str
) -> None:
    """A source with these flags and the limits of a small disk, once it is ready."""

    async def expected(_source: Source) -> frozenset[bytes]:
        return frozenset({b"0.mkv"})

    async def main() -> None:
        given = {"buffer-size": "0", "vfs-read-chunk-size": "1M", "low-level-retries": "1"}
        given |= {name.replace("_", "-"): value for name, value in flags.items()}
        wish = Wish(address="far:media", kind=remote.kind, options=remote.options, flags=parse_flags(given))
        source = registry.add(wish, ask_remote=False)
        service = SourceService(registry, write=write_atomically, expected=expected, pace=Pace(look_every_s=0.05))
        ready = asyncio.Event()
        service.listen(lambda _name, standing: ready.set() if standing.state == State.READY else None)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await service.start()
                await ready.wait()
                await talk(service, source)
        finally:
            await service.close()
            unmount(source.point)

    asyncio.run(main())


def cached(registry: Registry) -> int:
    """Bytes that the cache takes on its disk."""
    total = 0
    for path in (registry.places.cache / "media" / "vfs").rglob("*.mkv"):
        with suppress(FileNotFoundError):
            total += path.stat().st_blocks * 512
    return total


def bucket_is_whole(remote: Remote) -> bool:
    return all(
        (remote.folder / "media" / f"{film}.mkv").read_bytes() == b"".join(block(film, n) for n in range(FILM_MB))
        for film in range(FILMS)
    )


def test_a_full_cache_lets_go_of_what_was_read_and_what_plays_goes_on(registry: Registry, remote: Remote) -> None:
    async def talk(service: SourceService, source: Source) -> None:
        with closing(os.fdopen(os.open(f"{source.mount}/0.mkv", os.O_RDONLY), "rb", buffering=0)) as playing:
            assert playing.read(4096) == block(0, 0)[:4096]
            for film in range(FILMS):
                await asyncio.to_thread(read, source, film)
            while cached(registry) > 14 * MB:  # rclone leaves alone what was read within the last seconds
                await asyncio.sleep(0.05)
            for number in (5, 0, FILM_MB - 1):
                playing.seek(number * MB)
                assert playing.read(4096) == block(0, number)[:4096]
        await asyncio.to_thread(read, source, 1)
        assert service.standing("media").state == State.READY

    mounted(registry, remote, talk, vfs_cache_max_size="14M", vfs_cache_poll_interval="1s")
    assert bucket_is_whole(remote)


@needs_root
@pytest.mark.usefixtures("small_disk")
def test_the_cache_makes_room_on_a_small_disk(registry: Registry, remote: Remote) -> None:
    async def talk(service: SourceService, source: Source) -> None:
        for film in (*range(FILMS), *range(FILMS)):
            await read_at_last(source, film)
        assert service.standing("media").state == State.READY

    mounted(registry, remote, talk, vfs_cache_min_free_space="2M")
    assert bucket_is_whole(remote)


@needs_root
def test_a_disk_that_others_fill_costs_reads_and_nothing_else(
    registry: Registry, remote: Remote, small_disk: Path
) -> None:
    others = small_disk / "others"

    async def talk(service: SourceService, source: Source) -> None:
        with others.open("wb") as file, pytest.raises(OSError, match="No space left"):
            while True:
                os.write(file.fileno(), bytes(MB))
        with pytest.raises(OSError, match="Input/output error"):
            await asyncio.to_thread(read, source, 1)
        assert service.standing("media").state == State.READY, "the library is there all the same"
        others.unlink()
        for film in range(FILMS):
            await read_at_last(source, film)

    mounted(registry, remote, talk, vfs_cache_min_free_space="2M")
    assert bucket_is_whole(remote)
