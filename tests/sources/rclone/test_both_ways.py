"""What happens to a source is the same story whether it is mounted or read directly: how it ends, and what is made of
everything that can go wrong before."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.sources.rclone.kit import Seen, added, names, rclone_of, run, serving
from tests.support.processes import is_alive
from tests.support.remotes import KEY_ID, Remote
from tests.support.running import ROOT, environment

from vitascope.media import reach
from vitascope.sources.errors import SourceError
from vitascope.sources.folders import Away, Present, check
from vitascope.sources.mounts import missing_fuse, mounted_at
from vitascope.sources.rclone.registry import Registry
from vitascope.sources.rclone.source import Source, Way
from vitascope.sources.rclone.supervisor import Pace, Standing, State

_LACKING = missing_fuse()
_MOUNTED = pytest.param(
    Way.MOUNT, marks=pytest.mark.skipif(_LACKING is not None, reason=f"no mounts here: {_LACKING}"), id="mount"
)
_DIRECT = pytest.param(Way.DIRECT, id="direct")
pytestmark = [pytest.mark.usefixtures("nothing_stays"), pytest.mark.parametrize("way", [_MOUNTED, _DIRECT])]


def test_rclone_that_is_killed_is_there_again_and_was_away_meanwhile(
    registry: Registry, remote: Remote, way: Way
) -> None:
    async def story() -> None:
        source = added(registry, remote, way=way)
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
            await seen.until(State.WAITING, after=before)
            if way is Way.DIRECT:
                assert reach.lexists(source.point + b"/Film/Film.mkv"), "nothing is taken for gone"
            await seen.until(State.READY, after=before)
            assert service.standing("media").restarts >= 1
            assert answers
            assert all(isinstance(answer, Away) for answer in answers)
            assert isinstance(await asyncio.to_thread(check, source.point), Present)
            assert await asyncio.to_thread(names, source) == [b"Film"]

    run(story)


def test_a_remote_that_dies_is_away_until_it_is_back(registry: Registry, remote: Remote, way: Way) -> None:
    async def story() -> None:
        source = added(registry, remote, way=way)
        async with serving(registry, frozenset({b"Film"})) as service:
            await service.start()
            seen = Seen(service, "media")
            await seen.until(State.READY)
            before = len(seen.all)
            remote.die()
            await seen.until(State.AWAY, after=before, reason="input/output error")
            assert isinstance(await asyncio.to_thread(check, source.point), Away)
            with pytest.raises(OSError, match="Input/output"):
                await asyncio.to_thread(names, source)
            before = len(seen.all)
            await asyncio.to_thread(remote.start)
            await seen.until(State.READY, after=before)
            assert isinstance(await asyncio.to_thread(check, source.point), Present)

    run(story)


def test_a_wrong_key_is_said(registry: Registry, remote: Remote, way: Way) -> None:
    async def story() -> None:
        added(registry, remote, way=way, options={"secret_access_key": "wrong-wrong-wrong-wrong"})
        async with serving(registry) as service:
            await service.start()
            away = await Seen(service, "media").until(State.AWAY, reason="the remote refuses the key")
            assert "wrong-wrong" not in away.reason

    run(story)


def test_one_that_says_nothing_is_away_and_begun_anew(registry: Registry, remote: Remote, way: Way) -> None:
    async def story() -> None:
        added(registry, remote, way=way)
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


def test_it_hides_no_files_of_this_machine(registry: Registry, remote: Remote, way: Way) -> None:
    async def story() -> None:
        source = added(registry, remote, way=way)
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


def test_removing_one_deletes_nothing(registry: Registry, remote: Remote, way: Way) -> None:
    async def story() -> None:
        source = added(registry, remote, way=way)
        async with serving(registry) as service:
            await service.start()
            await Seen(service, "media").until(State.READY)
            await service.remove("media")
            assert service.sources() == []
            assert mounted_at(source.point) is None
            assert reach.points() == ()
            assert (remote.folder / "media" / "Film" / "Film.mkv").stat().st_size == 4000
            assert KEY_ID not in registry.places.config.read_text("utf-8")

    run(story)


def test_a_renamed_one_stays_where_it_is(registry: Registry, remote: Remote, way: Way) -> None:
    playing = ["A Film"]

    async def plays(_source: Source) -> list[str]:
        return playing

    async def story() -> None:
        source = added(registry, remote, way=way)
        async with serving(registry) as service:
            service.ask_what_plays(plays)
            await service.start()
            seen, later = Seen(service, "media"), Seen(service, "films")
            await seen.until(State.READY)
            assert await asyncio.to_thread(reach.read_whole, source.point + b"/Film/Film.mkv", 9_999) == b"film" * 1000
            await service.usage("media")
            fetched = service.fetched_bytes("media")
            assert fetched >= 4000
            first = rclone_of(registry)
            for name, reason in (("films", "A Film plays"), ("media", "already"), ("../films", "name"), ("", "name")):
                with pytest.raises(SourceError, match=reason):
                    await service.rename("media", name)
            assert (rclone_of(registry), service.standing("media").state) == (first, State.READY)
            (registry.places.cache / "media" / "kept").touch()
            playing.clear()
            renamed = await service.rename("media", "films")
            assert renamed == replace(source, name="films")
            await later.until(State.READY)
            assert service.sources() == [renamed] == registry.list()
            assert await asyncio.to_thread(names, renamed) == [b"Film"]
            assert service.fetched_bytes("films") >= fetched
            assert [each.name for each in registry.places.cache.iterdir()] == ["films"]
            assert (registry.places.cache / "films" / "kept").exists()
            assert not is_alive(first)
            assert not [each for each in os.listdir(registry.places.running) if each.startswith("media")]

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
    registry: Registry, remote: Remote, monkeypatch: pytest.MonkeyPatch, way: Way, hangs: bool
) -> None:
    monkeypatch.setattr("vitascope.sources.rclone.process._END_S", 0.5)
    source = added(registry, remote, way=way)
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(registry.places.root.parent)],
        stdout=subprocess.PIPE,
        env=environment({"PYTHONPATH": str(ROOT / "src")}),
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    left = rclone_of(registry)
    if hangs:
        os.kill(left, signal.SIGSTOP)
    server.kill()
    server.wait()
    server.stdout.close()

    async def story() -> None:
        if not hangs:
            while is_alive(left):
                await asyncio.sleep(0.02)
        async with serving(registry) as service:
            await service.start()
            await Seen(service, "media").until(State.READY)
            assert rclone_of(registry) != left
            assert not is_alive(left)
            assert await asyncio.to_thread(names, source) == [b"Film"]
        assert mounted_at(source.point) is None

    run(story)
