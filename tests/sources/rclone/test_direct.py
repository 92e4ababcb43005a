"""Sources that are read directly: what only they do. What they share with mounts is told in :mod:`.test_both_ways`."""

import asyncio
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.sources.rclone.kit import Seen, names, run, serving
from tests.sources.rclone.kit import added as mounted
from tests.support.processes import command_lines
from tests.support.remotes import Remote

from vitascope.media import reach
from vitascope.sources.errors import InvalidSource
from vitascope.sources.folders import Away, Present, check
from vitascope.sources.mounts import missing_fuse, mounted_at
from vitascope.sources.rclone.command import Places, source_command
from vitascope.sources.rclone.flags import parse_flags
from vitascope.sources.rclone.registry import Change, Registry
from vitascope.sources.rclone.source import Source, Way, checked_flags, parse_way
from vitascope.sources.rclone.supervisor import State
from vitascope.sources.removal import Root, RootUnusable

added = partial(mounted, way=Way.DIRECT)


pytestmark = pytest.mark.usefixtures("nothing_stays")


def test_the_command_serves_what_a_mount_would_hold_and_to_nobody_else() -> None:
    source = Source(name="media", remote="b2", kind="b2", path="bucket", mount="/mnt/media", way=Way.DIRECT)
    source = replace(source, flags=parse_flags({"read-only": "", "vfs-cache-mode": "off"}))
    line = source_command(Path("/bin/rclone"), source, Places(root=Path("/c/Sources"), cache=Path("/c/Cache")))
    assert line[:5] == ["/bin/rclone", "serve", "webdav", "b2:bucket", "--read-only"]
    assert line.count("--read-only") == 1
    assert "--addr=unix://media.media.sock" in line
    assert {"--vfs-cache-mode=off", "--no-modtime", "--buffer-size=50M"} <= set(line)
    assert "/mnt/media" not in line


def test_ways_are_named_and_flags_of_mounts_mean_nothing_without_one() -> None:
    assert (parse_way(""), parse_way("auto"), parse_way("mount"), parse_way("direct")) == (
        None,
        None,
        Way.MOUNT,
        Way.DIRECT,
    )
    with pytest.raises(InvalidSource, match="auto, mount, direct"):
        parse_way("fuse")
    for flag in ("allow-other", "allow-non-empty"):
        flags = parse_flags({flag: ""})
        assert checked_flags(flags, Way.MOUNT) is flags
        with pytest.raises(InvalidSource, match=flag):
            checked_flags(flags, Way.DIRECT)


@pytest.mark.parametrize(("lacking", "way"), [(None, Way.MOUNT), ("no /dev/fuse", Way.DIRECT)])
def test_it_is_mounted_where_that_can_be_done(
    registry: Registry, remote: Remote, monkeypatch: pytest.MonkeyPatch, lacking: str | None, way: Way
) -> None:
    monkeypatch.setattr("vitascope.sources.rclone.registry.missing_fuse", lambda: lacking)
    assert mounted(registry, remote).way is way


def test_a_source_is_served_read_and_ended(
    registry: Registry, serve: Callable[[str], Remote], caplog: pytest.LogCaptureFixture
) -> None:
    remote = serve("s3")
    (remote.folder / "media" / "a.txt").write_text("hello")

    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            await service.start()
            assert isinstance(check(source.point), Away)
            await Seen(service, "media").until(State.READY)
            assert await asyncio.to_thread(reach.read_whole, source.point + b"/a.txt", 100) == b"hello"
            assert await asyncio.to_thread(check, source.point) == Present(device=0, inode=0)
            assert mounted_at(source.point) is None
            assert not os.path.lexists(source.mount)
            usage = await service.usage("media")
            assert usage is not None
            assert 5 <= usage.transferred_bytes == service.fetched_bytes("media")
            (running,) = {registry.places.running, registry.places.running.resolve()}
            assert stat.S_IMODE(running.stat().st_mode) == 0o700
            assert not any(remote.secret.encode() in line for line in command_lines())
            async with service.sparing():
                assert await asyncio.to_thread(reach.read_whole, source.point + b"/a.txt", 100) == b"hello"
        assert os.listdir(registry.places.running) == []
        assert reach.points() == ()

    run(story)
    assert remote.secret not in caplog.text


def test_nothing_can_be_written_or_deleted(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            await service.start()
            await Seen(service, "media").until(State.READY)
            with pytest.raises(RootUnusable, match="read directly"), Root(source.point):
                pass
            (point,) = reach.points()
            for method, path in (("PUT", b"new"), ("DELETE", b"Film/Film.mkv"), ("MKCOL", b"x"), ("MOVE", b"Film")):
                assert await asyncio.to_thread(_status, point, method, path) >= 400
            for method, path in (("LOCK", b"locked"), ("COPY", b"Film/Film.mkv"), ("PROPPATCH", b"Film/Film.mkv")):
                await asyncio.to_thread(_status, point, method, path)
            assert sorted(os.listdir(remote.folder / "media")) == ["Film"]
            assert (remote.folder / "media" / "Film" / "Film.mkv").stat().st_size == 4000

    run(story)


def _status(point: reach.Point, method: str, path: bytes) -> int:
    from vitascope.media.reach.webdav import Line

    line = Line(point)
    try:
        return line.ask(method, path, {"Destination": "http://localhost/elsewhere"}, b"abc").status
    finally:
        line.close()


@pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")
def test_while_it_plays_it_is_read_as_before_and_mounted_after_that(registry: Registry, remote: Remote) -> None:
    playing = ["A Film"]

    async def plays(_source: Source) -> list[str]:
        return playing

    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            service.ask_what_plays(plays)
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            await service.change("media", Change(way="mount"))
            assert service.held("media") == playing
            assert [point.path for point in reach.points()] == [source.point]
            assert await asyncio.to_thread(names, source) == [b"Film"]
            before = len(seen.all)
            playing.clear()
            await service.renew()
            await seen.until(State.READY, after=before)
            assert reach.points() == ()
            assert mounted_at(source.point) is not None
            assert await asyncio.to_thread(os.listdir, source.mount) == ["Film"]
        assert mounted_at(source.point) is None

    run(story)


def test_one_that_cannot_be_mounted_after_all_is_read_directly_again(
    registry: Registry, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vitascope.sources.rclone.registry.missing_fuse", lambda: None)
    monkeypatch.setattr("vitascope.sources.rclone.mount.missing_fuse", lambda: "this machine has no /dev/fuse")

    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            seen = Seen(service, "media")
            await service.start()
            await seen.until(State.READY)
            mark = len(seen.all)
            await service.change("media", Change(way="mount"))
            await seen.until(State.READY, after=mark)
            assert service.sources() == [source] == registry.list()
            assert service.taken_back("media") == "this machine has no /dev/fuse"
            assert await asyncio.to_thread(names, source) == [b"Film"]

    run(story)
