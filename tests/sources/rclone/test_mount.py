"""Real mounts of a real remote: what only mounts do. What they share with sources that are read directly is told in
:mod:`.test_both_ways`."""

import asyncio
import logging
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from tests.sources.rclone.kit import IMPATIENT, QUICK, Seen, added, rclone_of, run, serving
from tests.support.processes import command_lines
from tests.support.remotes import Remote

from vitascope.sources.errors import RemoteRefused
from vitascope.sources.folders import Present, check
from vitascope.sources.mounts import missing_fuse, mounted_at
from vitascope.sources.rclone.registry import Change, Registry
from vitascope.sources.rclone.source import Source
from vitascope.sources.rclone.supervisor import Pace, State

pytestmark = [
    pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}"),
    pytest.mark.usefixtures("nothing_stays"),
]


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_a_source_is_mounted_read_and_unmounted(
    registry: Registry, serve: Callable[[str], Remote], kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    remote = serve(kind)
    (remote.folder / "media" / "a.txt").write_text("hello")
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            assert await asyncio.to_thread((Path(source.mount) / "a.txt").read_text) == "hello"
            assert isinstance(check(source.point), Present)
            usage = await service.usage("media")
            assert usage is not None
            assert 5 <= usage.transferred_bytes == service.fetched_bytes("media")
            ours = [line for line in command_lines() if os.fsencode(source.mount) in line]
            assert ours
            assert not any(remote.secret.encode() in line for line in ours)
            environ = Path(f"/proc/{rclone_of(registry)}/environ").read_bytes()
            assert b"AWS_" not in environ and b"VITASCOPE_" not in environ and remote.secret.encode() not in environ
        assert mounted_at(source.point) is None
        assert os.listdir(source.mount) == []
        assert os.listdir(registry.places.running) == []

    run(story)
    assert remote.secret not in caplog.text
    assert remote.secret not in registry.places.sources.read_text("utf-8")


def test_a_listing_that_hangs_is_away_until_it_comes(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        added(registry, remote)
        pace = Pace(look_every_s=0.05, look_limit_s=1, first_wait_s=0.05, longest_wait_s=0.2, silent_looks=1000)
        async with serving(registry, pace=pace) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            before = len(seen.all)
            remote.pause()
            await seen.until(State.AWAY, after=before)
            before = len(seen.all)
            remote.go_on()
            await seen.until(State.READY, after=before)

    run(story)


def test_an_empty_answer_and_another_bucket_are_away(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        added(registry, remote)
        async with serving(registry, frozenset({b"Film"})) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            film, other = remote.folder / "media" / "Film", remote.folder / "media" / "Other"
            before = len(seen.all)
            film.rename(other)
            await seen.until(State.AWAY, after=before, reason="nothing of what the last scan saw is in it")
            before = len(seen.all)
            other.rename(film)
            await seen.until(State.READY, after=before)
            before = len(seen.all)
            (film / "Film.mkv").rename(remote.folder / "Film.mkv")
            film.rmdir()
            await seen.until(State.AWAY, after=before, reason="the folder is empty where it was not")

    run(story)


def test_nothing_is_mounted_where_a_link_leads(registry: Registry, remote: Remote, tmp_path: Path) -> None:
    async def story() -> None:
        source = added(registry, remote)
        (tmp_path / "elsewhere").mkdir()
        Path(source.mount).parent.mkdir(parents=True)
        Path(source.mount).symlink_to(tmp_path / "elsewhere")
        async with serving(registry) as service:
            await service.start()
            await Seen(service, "media").until(State.WAITING, reason="is a link")
            assert mounted_at(os.fsencode(tmp_path / "elsewhere")) is None

    run(story)


def test_what_somebody_else_mounted_there_stays(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        Path(source.mount).mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "theirs", source.mount], check=False).returncode != 0:
            pytest.skip("nothing can be mounted here")
        try:
            async with serving(registry) as service:
                await service.start()
                seen = Seen(service, "media")
                reason = (await seen.until(State.WAITING)).reason
                assert reason == "something else is mounted there: theirs (tmpfs)"
            there = mounted_at(source.point)
            assert there is not None
            assert there.source == "theirs"
        finally:
            subprocess.run(["umount", source.mount], check=True)

    run(story)


def test_a_changed_source_is_mounted_anew_once_nobody_plays_from_it(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        playing = ["Film"]
        asked = asyncio.Event()

        async def plays(_source: Source) -> list[str]:
            asked.set()
            return list(playing)

        async with serving(registry, pace=replace(QUICK, first_wait_s=60.0)) as service:
            service.ask_what_plays(plays)
            seen = Seen(service, "media")
            await service.start()
            await seen.until(State.READY)
            first = rclone_of(registry)
            # A price needs no new mount, and nobody is asked.
            await service.change("media", Change(storage_usd_per_gb=1.0))
            assert (rclone_of(registry), asked.is_set()) == (first, False)
            assert service.sources()[0].storage_usd_per_gb == 1.0
            # A flag does, and waits as long as somebody plays.
            await service.change("media", Change(flags={"read-only": ""}))
            assert (service.held("media"), rclone_of(registry)) == (["Film"], first)
            asked.clear()
            await asked.wait()
            assert rclone_of(registry) == first
            assert Path(source.mount, "Film", "Film.mkv").read_bytes() == b"film" * 1000
            mark = len(seen.all)
            playing.clear()
            await seen.until(State.READY, after=mark)
            second = rclone_of(registry)
            assert (service.held("media"), second != first) == ([], True)
            with pytest.raises(OSError, match="Read-only"):
                Path(source.mount, "new").touch()
            # Who asks for it now does not wait, and what was fetched is counted on.
            playing.append("Film")
            await service.usage("media")
            fetched = service.fetched_bytes("media")
            assert fetched > 0
            await service.change("media", Change(flags={"read-only": "false"}))
            mark = len(seen.all)
            await service.mount_now("media")
            await seen.until(State.READY, after=mark)
            assert rclone_of(registry) != second
            assert service.held("media") == []
            assert service.fetched_bytes("media") >= fetched
            # One that is away is not waited for: whoever plays from it has nothing of it any more.
            await service.change("media", Change(flags={"read-only": ""}))
            assert service.held("media") == ["Film"]
            mark = len(seen.all)
            remote.die()
            await seen.until(State.MOUNTING, after=mark)
            assert service.held("media") == []

    run(story)


def test_a_new_key_is_mounted_with_and_a_wrong_one_never(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        added(registry, remote)
        async with serving(registry) as service:
            seen = Seen(service, "media")
            await service.start()
            await seen.until(State.READY)
            first = rclone_of(registry)
            with pytest.raises(RemoteRefused, match="refuses the key"):
                await service.change("media", Change(options={"secret_access_key": "wrong" * 5}))
            assert rclone_of(registry) == first
            mark = len(seen.all)
            await service.change("media", Change(options={"secret_access_key": remote.secret}))
            await seen.until(State.READY, after=mark)
            assert rclone_of(registry) != first

    run(story)


def test_a_change_that_cannot_be_mounted_is_taken_back(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote, flags=structs.replace(IMPATIENT, allow_non_empty=True))
        point = Path(source.mount)
        point.mkdir(parents=True)
        (point / "mine.txt").write_text("mine")
        async with serving(registry) as service:
            seen = Seen(service, "media")
            await service.start()
            await seen.until(State.READY)
            mark = len(seen.all)
            await service.change("media", Change(flags={"allow-non-empty": "false"}, storage_usd_per_gb=1.0))
            await seen.until(State.WAITING, after=mark, reason="is not empty")
            await seen.until(State.READY, after=mark)
            (now,) = service.sources()
            assert (now.flags, now.storage_usd_per_gb) == (source.flags, 1.0)
            assert registry.get("media") == now
            assert "is not empty" in service.taken_back("media")
            assert os.listdir(point) == ["Film"]
            # The next change is another matter.
            mark = len(seen.all)
            await service.change("media", Change(flags={"read-only": ""}))
            assert service.taken_back("media") == ""
            await seen.until(State.READY, after=mark)
            assert service.sources()[0].flags.read_only
            # So is what cannot be mounted some time after a change.
            os.kill(rclone_of(registry), signal.SIGKILL)
            mark = len(seen.all)
            await seen.until(State.WAITING, after=mark)
            await seen.until(State.READY, after=mark)
            assert service.sources()[0].flags.read_only
            assert service.taken_back("media") == ""

    run(story)


def test_what_somebody_changed_meanwhile_is_not_taken_back(registry: Registry, remote: Remote) -> None:
    before = added(registry, remote)
    failed = registry.change("media", Change(flags={"read-only": ""}))
    now = registry.change("media", Change(flags={"buffer-size": "1M"}))
    assert not registry.put_back(before, failed)
    assert registry.get("media") == now
    assert registry.put_back(before, now)
    assert registry.get("media") == before
