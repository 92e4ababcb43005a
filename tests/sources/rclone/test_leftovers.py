"""The cache of a source that was removed goes, but for what was written through the mount and never uploaded."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.remotes import Remote

from vitascope.ops.atomic import write_atomically
from vitascope.sources.mounts import missing_fuse, unmount
from vitascope.sources.rclone.leftovers import clear_leftovers
from vitascope.sources.rclone.registry import Registry, Wish
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source
from vitascope.sources.rclone.supervisor import State

needs_mounts = pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")
_LIMIT_S = 120.0


async def _expected(_source: Source) -> frozenset[bytes]:
    return frozenset({b"film.mkv"})


@needs_mounts
@pytest.mark.parametrize("writes", [False, True])
def test_a_removed_source_leaves_nothing_but_what_was_never_uploaded(
    registry: Registry, serve: Callable[[str], Remote], writes: bool, caplog: pytest.LogCaptureFixture
) -> None:
    remote = serve("s3")
    (remote.folder / "media" / "film.mkv").write_bytes(b"film" * 1000)
    source = registry.add(Wish(address="far:media", kind=remote.kind, options=remote.options), ask_remote=False)
    cache = registry.places.cache / source.name

    async def main() -> None:
        service = SourceService(registry, write=write_atomically, expected=_expected)
        ready = asyncio.Event()
        service.listen(lambda _name, standing: ready.set() if standing.state == State.READY else None)
        try:
            async with asyncio.timeout(_LIMIT_S):
                await service.start()
                await ready.wait()
                point = Path(source.mount)
                assert await asyncio.to_thread((point / "film.mkv").read_bytes) == b"film" * 1000
                assert [each.name for each in (cache / "vfs").rglob("film.mkv")] == ["film.mkv"]
                if writes:
                    remote.die()
                    await asyncio.to_thread((point / "mine.mkv").write_bytes, b"mine")
                await service.remove(source.name)
        finally:
            await service.close()
            unmount(source.point)

    with caplog.at_level(logging.WARNING, "vitascope.sources.rclone.leftovers"):
        asyncio.run(main())
    kept = [each.read_bytes() for each in cache.rglob("mine.mkv") if "vfsMeta" not in each.parts]
    assert kept == ([b"mine"] if writes else [])
    assert cache.exists() is writes
    assert ("mine.mkv was never uploaded" in caplog.text) is writes


def test_only_folders_of_unknown_sources_go(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for place in (elsewhere, tmp_path / "caches" / "known", tmp_path / "caches" / "gone" / "vfs"):
        place.mkdir(parents=True)
        (place / "file").write_bytes(b"x")
    (tmp_path / "caches" / "link").symlink_to(elsewhere)
    (tmp_path / "caches" / "gone" / "vfs" / "link").symlink_to(elsewhere)
    clear_leftovers(tmp_path / "caches", {"known"})
    assert sorted(each.name for each in (tmp_path / "caches").iterdir()) == ["known", "link"]
    assert (elsewhere / "file").read_bytes() == b"x"
    clear_leftovers(tmp_path / "missing", ())


def test_what_rclone_says_in_words_of_its_own_stays(tmp_path: Path) -> None:
    meta = tmp_path / "gone" / "vfsMeta" / "far" / "media"
    meta.mkdir(parents=True)
    (meta / "film.mkv").write_bytes(b"half a senten")
    clear_leftovers(tmp_path, ())
    assert (meta / "film.mkv").exists()
