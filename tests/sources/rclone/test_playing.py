"""Who plays from a mount has something in advance, also while the mount itself reads nothing ahead (a scan runs)."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.remotes import Remote

from vitascope.api.pieces import MOST_AHEAD_BYTES, FilePieces
from vitascope.ops.atomic import write_atomically
from vitascope.sources.mounts import missing_fuse, unmount
from vitascope.sources.rclone.flags import Flags
from vitascope.sources.rclone.registry import Registry, Wish
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source
from vitascope.sources.rclone.supervisor import Pace, State

pytestmark = pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")

MB = 1 << 20
FILM_MB = 40
_LIMIT_S = 240.0
_OVERSHOT = 2 * MB
"""The next piece, and what rclone reads of an answer before it notices that it is enough."""


def block(number: int) -> bytes:
    return bytes((7, number)) * (MB // 2)


async def fetched(service: SourceService) -> int:
    usage = await service.usage("media")
    assert usage is not None
    return usage.transferred_bytes


async def fetched_at_rest(service: SourceService) -> int:
    """What was fetched once nothing more is."""
    before = -1
    while (now := await fetched(service)) != before:
        before = now
        await asyncio.sleep(1)
    return now


async def play(source: Source, service: SourceService) -> None:
    gone = asyncio.create_task(asyncio.sleep(_LIMIT_S))
    fd = await asyncio.to_thread(os.open, Path(source.mount) / "film.mkv", os.O_RDONLY)
    try:
        pieces = FilePieces(fd, FILM_MB * MB)
        first = await pieces.read(0, 4096, gone)
        assert bytes(first) == block(0)[:4096]
        # A look costs little: as much ahead as the smallest piece.
        assert await fetched_at_rest(service) < 2 * MB + _OVERSHOT
        at, got = len(first), bytes(first)
        while at < 12 * MB:
            piece = await pieces.read(at, FILM_MB * MB - at, gone)
            at, got = at + len(piece), got + bytes(piece)
        assert got == b"".join(block(number) for number in range(FILM_MB))[:at]
        # The player pauses here. What it will need next comes meanwhile, and no more than that.
        while await fetched(service) < at + MOST_AHEAD_BYTES - MB:
            await asyncio.sleep(0.05)
        assert await fetched_at_rest(service) < at + MOST_AHEAD_BYTES + _OVERSHOT
        await pieces.close()
    finally:
        gone.cancel()
        os.close(fd)


def test_a_player_has_megabytes_in_advance_though_the_mount_reads_nothing_ahead(
    registry: Registry, serve: Callable[[str], Remote]
) -> None:
    remote = serve("s3")
    film = remote.folder / "media" / "film.mkv"
    film.write_bytes(b"".join(block(number) for number in range(FILM_MB)))

    async def expected(_source: Source) -> frozenset[bytes]:
        return frozenset({b"film.mkv"})

    async def main() -> None:
        wish = Wish(address="far:media", kind="s3", options=remote.options, flags=Flags())
        source = registry.add(wish, ask_remote=False)
        service = SourceService(registry, write=write_atomically, expected=expected, pace=Pace(look_every_s=0.05))
        ready = asyncio.Event()
        service.listen(lambda _name, standing: ready.set() if standing.state == State.READY else None)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await service.start()
                await ready.wait()
                async with service.sparing():
                    await play(source, service)
        finally:
            await service.close()
            unmount(source.point)

    asyncio.run(main())
