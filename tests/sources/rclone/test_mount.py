"""Real mounts of a real remote: how they begin and end, and what is made of everything that can go wrong between."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from tests.support.processes import command_lines, is_alive
from tests.support.remotes import KEY_ID, Remote
from tests.support.running import ROOT, environment

from vitascope.ops.atomic import write_atomically
from vitascope.sources.errors import RemoteRefused
from vitascope.sources.folders import Away, Present, check, expect_mounts
from vitascope.sources.mounts import missing_fuse, mounted_at, unmount
from vitascope.sources.rclone.flags import parse_flags
from vitascope.sources.rclone.process import note_of
from vitascope.sources.rclone.registry import Change, Registry, Wish
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source
from vitascope.sources.rclone.supervisor import Pace, Standing, State

pytestmark = pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")

T = TypeVar("T")

QUICK = Pace(look_every_s=0.05, first_wait_s=0.05, longest_wait_s=0.2, silent_looks=2)
IMPATIENT = parse_flags(
    {"dir-cache-time": "10ms", "contimeout": "1s", "timeout": "1s", "low-level-retries": "1", "vfs-cache-mode": "off"}
)
_LIMIT_S = 120.0


@pytest.fixture(autouse=True)
def nothing_stays_mounted(tmp_path: Path) -> Iterator[None]:
    yield
    expect_mounts({})
    for line in Path("/proc/self/mounts").read_text("utf-8").splitlines():
        point = line.split(" ")[1]
        if point.startswith(str(tmp_path)):
            unmount(os.fsencode(point))


@pytest.fixture
def remote(serve: Callable[[str], Remote]) -> Remote:
    """A bucket with one film."""
    served = serve("s3")
    (served.folder / "media" / "Film").mkdir()
    (served.folder / "media" / "Film" / "Film.mkv").write_bytes(b"film" * 1000)
    return served


def run(story: Callable[[], Awaitable[T]]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(_LIMIT_S):
            return await story()

    return asyncio.run(limited())


class Seen:
    """Every standing that a source had."""

    def __init__(self, service: SourceService, name: str) -> None:
        self._name = name
        self._changed = asyncio.Event()
        self.all: list[Standing] = []
        service.listen(self._note)

    def _note(self, name: str, standing: Standing) -> None:
        if name == self._name:
            self.all.append(standing)
            self._changed.set()

    async def until(self, state: State, *, after: int = 0, reason: str = "") -> Standing:
        """The first standing of that state, with that in its reason, from the ``after``-th on."""
        while True:
            for standing in self.all[after:]:
                if standing.state == state and reason in standing.reason:
                    return standing
            self._changed.clear()
            await self._changed.wait()


@asynccontextmanager
async def serving(registry: Registry, names: frozenset[bytes] = frozenset(), pace: Pace = QUICK):  # type: ignore[no-untyped-def]
    """A service that ends with the block, whatever happens in it."""

    async def expected(_source: Source) -> frozenset[bytes]:
        return names

    service = SourceService(registry, write=write_atomically, expected=expected, pace=pace)
    try:
        yield service
    finally:
        await service.close()


def added(registry: Registry, remote: Remote, **more: object) -> Source:
    """The bucket as a source, with flags that let it notice quickly when the remote is gone."""
    options = dict(remote.options)
    options.update(more.pop("options", {}))  # type: ignore[call-overload]
    wish = Wish(address="far:media", kind=remote.kind, options=options, flags=IMPATIENT, **more)  # type: ignore[arg-type]
    return registry.add(wish, ask_remote=False)


def rclone_of(registry: Registry) -> int:
    """The process of the mount."""
    note = note_of(registry.places.running, "media").read_text("utf-8")
    return int(note.partition(":")[2].partition(",")[0])


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


def test_a_mount_whose_process_is_killed_is_there_again_and_was_away_meanwhile(
    registry: Registry, remote: Remote
) -> None:
    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            await service.start()
            seen = Seen(service, "media")
            answers: list[Away | Present] = []
            await seen.until(State.READY)

            def look(_name: str, standing: Standing) -> None:
                if standing.state != State.READY:
                    answers.append(check(source.point))

            service.listen(look)
            before = len(seen.all)
            os.kill(rclone_of(registry), signal.SIGKILL)
            await seen.until(State.READY, after=before)
            assert State.WAITING in [standing.state for standing in seen.all[before:]]
            assert service.standing("media").restarts >= 1
            assert answers
            assert all(isinstance(answer, Away) for answer in answers)
            assert isinstance(check(source.point), Present)

    run(story)


def test_a_remote_that_dies_is_away_until_it_is_back(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry, frozenset({b"Film"})) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            before = len(seen.all)
            remote.die()
            await seen.until(State.AWAY, after=before, reason="input/output error")
            assert isinstance(check(source.point), Away)
            before = len(seen.all)
            await asyncio.to_thread(remote.start)
            await seen.until(State.READY, after=before)
            assert isinstance(check(source.point), Present)

    run(story)


def test_a_wrong_key_is_said(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        added(registry, remote, options={"secret_access_key": "wrong-wrong-wrong-wrong"})
        async with serving(registry) as service:
            await service.start()
            seen = Seen(service, "media")
            away = await seen.until(State.AWAY, reason="the remote refuses the key")
            assert "wrong-wrong" not in away.reason

    run(story)


def test_a_remote_that_says_nothing_is_away_and_begun_anew(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        added(registry, remote)
        pace = Pace(look_every_s=0.05, look_limit_s=1, first_wait_s=0.05, longest_wait_s=0.2, silent_looks=2)
        async with serving(registry, pace=pace) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            before = len(seen.all)
            os.kill(rclone_of(registry), signal.SIGSTOP)
            await seen.until(State.AWAY, after=before, reason="the disk does not answer")
            await seen.until(State.WAITING, after=before)
            await seen.until(State.READY, after=before + 2)

    run(story)


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


def test_nothing_is_mounted_over_files(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        point = Path(source.mount)
        point.mkdir(parents=True)
        (point / "mine.txt").write_text("mine")
        async with serving(registry) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.WAITING, reason="is not empty")
            assert (point / "mine.txt").read_text() == "mine"
            (point / "mine.txt").unlink()
            await seen.until(State.READY)

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


_SERVER = """
import asyncio, sys
from pathlib import Path
from vitascope.ops.atomic import write_atomically
from vitascope.sources.rclone.registry import registry_of
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.supervisor import State

async def main():
    support = Path(sys.argv[1])
    registry = registry_of(support / "Sources", support / "Cache", support.parent, write_atomically)
    async def expected(_source):
        return frozenset()
    service = SourceService(registry, write=write_atomically, expected=expected)
    ready = asyncio.Event()
    service.listen(lambda _name, standing: ready.set() if standing.state == State.READY else None)
    await service.start()
    await ready.wait()
    print("ready", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


@pytest.mark.parametrize("hangs", [False, True])
def test_a_server_that_is_killed_leaves_nothing_that_the_next_cannot_clear(
    registry: Registry, remote: Remote, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr("vitascope.sources.rclone.process._END_S", 0.5)
    source = added(registry, remote)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(registry.places.root.parent)],
        stdout=subprocess.PIPE,
        env=environment({"PYTHONPATH": str(ROOT / "src")}),
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    rclone = rclone_of(registry)
    if hangs:
        os.kill(rclone, signal.SIGSTOP)
    server.kill()
    server.wait()
    server.stdout.close()

    async def story() -> None:
        if not hangs:
            while is_alive(rclone):
                await asyncio.sleep(0.02)
        async with serving(registry) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            assert rclone_of(registry) != rclone
            assert os.listdir(source.mount) == ["Film"]
        assert mounted_at(source.point) is None

    run(story)


def test_removing_a_source_unmounts_it_and_deletes_nothing(registry: Registry, remote: Remote) -> None:
    async def story() -> None:
        source = added(registry, remote)
        async with serving(registry) as service:
            await service.start()
            await Seen(service, "media").until(State.READY)
            await service.remove("media")
            assert service.sources() == []
            assert mounted_at(source.point) is None
            assert (remote.folder / "media" / "Film" / "Film.mkv").stat().st_size == 4000
            assert KEY_ID not in registry.places.config.read_text("utf-8")

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
