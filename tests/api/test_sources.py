"""A library on object storage: a real S3 server, a real mount, a real server that scans, plays, and survives."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.clips import clip
from tests.support.processes import command_lines
from tests.support.remotes import Remote
from tests.support.running import command, environment, start_server
from tests.support.samples import sample

from vitascope.sources.mounts import missing_fuse, mounted_at, unmount

pytestmark = pytest.mark.skipif(missing_fuse() is not None, reason=f"no mounts here: {missing_fuse()}")

FILM_BYTES = 48_000_000
FILMS = 3
FETCHED_AT_MOST = 1_500_000
"""Of each film for a scan, its picture and its key frames. Of two films 600,000 are all that is in them but for the
emptiness at their ends; one has 28 seconds of 8 Mbit/s."""
OBJECTS, TRACKS = 10_000, 20
MOST_MEMORY = 300_000_000
"""Of the server, and of the rclone that mounts the bucket: with a handful of objects they take half of that."""
IMPATIENT = ("contimeout=1s", "timeout=2s", "low-level-retries=1", "dir-cache-time=100ms")
_LIMIT_S = 120.0


def long_film(path: Path, film: Path) -> None:
    """A real film that is much larger than what one needs to read of it to know what it is."""
    path.parent.mkdir(parents=True)
    shutil.copy(film, path)
    missing = FILM_BYTES - path.stat().st_size
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(missing.to_bytes(4, "big") + b"free")
        file.truncate(FILM_BYTES)


def make_objects(bucket: Path) -> list[Path]:
    """Ten thousand objects, most of them in one folder that takes several pages to list; the tracks among them."""
    tracks = []
    bucket.mkdir()
    (bucket / "note.txt").write_text("a note")
    for number in range(TRACKS):
        album = bucket / f"Artist {number // 10}" / f"Album {number // 5}"
        album.mkdir(parents=True, exist_ok=True)
        tracks.append(album / f"{number % 5 + 1:02} - Track {number}.flac")
        shutil.copy(sample("tone.flac"), tracks[-1])
    (bucket / "Artist 0" / "Notes").mkdir()
    for number in range(OBJECTS - TRACKS - 1):
        os.link(bucket / "note.txt", bucket / "Artist 0" / "Notes" / f"{number:05}.txt")
    return tracks


def peak_bytes(process: int) -> int:
    """The most memory that a process has had so far."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


class World:
    """A server with a bucket of films."""

    def __init__(self, folder: Path, database: Sequence[str]) -> None:
        self.database = database
        self.bucket = folder / "remote" / "media"
        self.bucket.mkdir(parents=True)
        for number in range(1, FILMS + 1):
            film = clip("dense-film.mp4") if number == FILMS else sample("h264.mp4")
            long_film(self.bucket / f"Film {number} (200{number})" / f"Film {number} (200{number}).mp4", film)
        self.remote = Remote(self.bucket.parent)
        self.remote.start()
        self.config = folder / "config"
        self.mount = folder / "mnt"
        self.start()

    def start(self) -> None:
        self.server = start_server(self.config, *self.database)
        self.http = self.server.client(accept="application/json")

    def make_library(self) -> None:
        """A section of the films, which is scanned."""
        made = self.http.post(
            "/library/sections",
            params={
                "name": "Films",
                "type": "movie",
                "agent": "tv.plex.agents.movie",
                "scanner": "Plex Movie",
                "language": "en",
                "location": str(self.mount),
            },
        )
        assert made.status_code == 201, made.text

    def source(self) -> dict[str, Any]:
        (found,) = self.http.get("/vitascope/sources").json()["MediaContainer"]["Source"]
        return dict(found)

    def until(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _LIMIT_S
        while not what():
            assert time.monotonic() < deadline, self.source()
            time.sleep(0.1)

    def until_state(self, state: str) -> dict[str, Any]:
        self.until(lambda: self.looked_at()["state"] == state)
        return self.source()

    def looked_at(self) -> dict[str, Any]:
        """How the source is, and let it be looked at again without waiting for its turn."""
        found = self.source()
        self.http.post("/vitascope/sources/media/mount")
        return found

    def films(self) -> list[dict[str, Any]]:
        """Those that are listed, whether their files are there or not."""
        found = self.http.get("/library/sections/1/all").json()["MediaContainer"]
        return list(found.get("Metadata", []))

    def try_read(self, start: int, size: int) -> bytes | None:
        """A range of the first film; ``None`` when it cannot be read."""
        try:
            answer = self.read(start, size)
        except httpx.HTTPError:
            return None
        return answer.content if answer.status_code == 206 else None

    def expected(self, start: int, size: int) -> bytes:
        """What the range of the first film is."""
        with (self.bucket / "Film 1 (2001)" / "Film 1 (2001).mp4").open("rb") as file:
            file.seek(start)
            return file.read(size)

    def named(self, name: str) -> dict[str, Any]:
        """How a source is."""
        found = self.http.get("/vitascope/sources").json()["MediaContainer"]["Source"]
        return next(dict(one) for one in found if one["name"] == name)

    def rclone(self, name: str = "media") -> int:
        """The process of a mount."""
        note = self.server.support / "Sources" / "run" / f"{name}.pid"
        return int(json.loads(note.read_bytes())["pid"])

    def add(self) -> None:
        """The bucket as a source, by the verb, with its secret piped in."""
        flags = [part for flag in IMPATIENT for part in ("--flag", flag)]
        line = ("source", "add", "far:media", "--type", "s3", "--mount", str(self.mount), *self.remote.arguments)
        subprocess.run(
            command(*line, *flags, "--config", str(self.config)),
            input=f"{self.remote.secret}\n",
            text=True,
            check=True,
            timeout=_LIMIT_S,
            env=environment(),
        )

    def read(self, start: int, size: int) -> httpx.Response:
        part = self.films()[0]["Media"][0]["Part"][0]["key"]
        return self.http.get(part, headers={"Range": f"bytes={start}-{start + size - 1}"})

    def close(self) -> None:
        self.server.end()
        self.remote.die()
        if mounted_at(os.fsencode(self.mount)) is not None:
            unmount(os.fsencode(self.mount))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("cloud"), database_arguments())
    yield made
    made.close()


def test_a_bucket_becomes_a_library_and_only_headers_are_fetched(world: World) -> None:
    world.add()
    assert "reason" not in world.until_state("ready")
    world.server.find_no_markers()
    world.make_library()
    world.until(lambda: len(world.films()) == FILMS)
    world.server.wait_idle()
    world.server.cli("scan", "--wait")
    assert f"{FILMS} files, 0 new or changed" in world.server.log_with(f"{FILMS} files, 0 new or changed")
    source = world.source()
    assert source["storedBytes"] == FILMS * FILM_BYTES
    assert 0 < source["fetchedBytes"] < FILMS * FETCHED_AT_MOST
    assert (source["storageCost"], source["storagePrice"], source["downloadPrice"]) == (0.0007, 0.005, 0.01)


def test_status_shows_what_it_holds_and_costs_and_no_secret_shows_anywhere(world: World) -> None:
    shown = world.server.cli("source", "status").stdout
    assert "ready" in shown
    assert "0.14 GB" in shown
    everything = [shown, world.server.log(), world.http.get("/vitascope/sources").text]
    everything += [line.decode("utf-8", "replace") for line in command_lines()]
    assert not any(world.remote.secret in text for text in everything)


def test_a_range_is_what_lies_in_the_bucket(world: World) -> None:
    answer = world.read(1_000, 50_000)
    assert answer.status_code == 206
    assert answer.content == world.expected(1_000, 50_000)


def test_a_remote_that_dies_while_a_range_is_read_loses_nothing(world: World) -> None:
    world.remote.die()
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(world.try_read, 30_000_000, 100_000)
        assert world.until_state("away")["reason"]
        world.server.cli("scan", "--wait")
        assert len(world.films()) == FILMS
        world.remote.start()
        world.until_state("ready")
        # rclone tries again by itself: what was being read goes on, unless it was away for too long.
        assert reading.result() in (None, world.expected(30_000_000, 100_000))
    answer = world.read(30_000_000, 100_000)
    assert (answer.status_code, answer.content) == (206, world.expected(30_000_000, 100_000))


def test_a_mount_that_is_killed_is_there_again_and_nothing_is_trashed(world: World) -> None:
    before = world.source()["restarts"]
    os.kill(world.rclone(), signal.SIGKILL)
    world.until(lambda: world.source()["restarts"] > before)
    world.until_state("ready")
    world.server.cli("scan", "--wait")
    assert len(world.films()) == FILMS
    assert not any("deletedAt" in film for film in world.films())
    assert world.read(0, 1_000).content == world.expected(0, 1_000)


def test_a_server_that_is_killed_takes_the_mount_along_and_the_next_has_it_again(world: World) -> None:
    world.server.end(signal.SIGKILL)
    world.start()
    world.until_state("ready")
    assert len(world.films()) == FILMS
    assert world.read(0, 1_000).content == world.expected(0, 1_000)


def test_what_is_changed_while_somebody_plays_from_it_waits_for_the_end_of_that(world: World) -> None:
    key = world.films()[0]["ratingKey"]
    playing = {"ratingKey": key, "key": f"/library/metadata/{key}", "time": "1000", "duration": "9000"}
    first = world.rclone()
    changed = world.http.put("/vitascope/sources/media", json={"storagePrice": "0.5"})
    assert changed.json()["MediaContainer"]["Source"][0]["storageCost"] == 0.072
    world.http.get("/:/timeline", params={**playing, "state": "playing"}).raise_for_status()
    said = world.server.cli("source", "set", "media", "--flag", "read-only").stdout
    assert said.startswith("changed media; Film 1 plays from it, and it is mounted anew after that")
    assert (world.rclone(), world.source()["Held"]) == (first, [{"title": "Film 1"}])
    assert world.read(0, 1_000).status_code == 206
    world.http.post("/vitascope/sources/media/mount").raise_for_status()
    world.until_state("ready")
    assert world.rclone() != first
    assert "Held" not in world.source()
    world.http.get("/:/timeline", params={**playing, "state": "stopped"}).raise_for_status()
    # With nobody in the way it is mounted anew at once; a wrong key is not taken, and no answer holds one.
    second = world.rclone()
    wrong = world.http.put("/vitascope/sources/media", json={"option.secret_access_key": "wrong" * 5})
    assert (wrong.status_code, "refuses the key" in wrong.text, "wrongwrong" in wrong.text) == (400, True, False)
    assert world.rclone() == second
    right = world.http.put("/vitascope/sources/media", json={"option.secret_access_key": world.remote.secret})
    assert right.json()["MediaContainer"]["Source"][0]["Secret"] == [{"name": "secret_access_key"}]
    world.until_state("ready")
    assert world.rclone() != second
    assert world.read(0, 1_000).content == world.expected(0, 1_000)


def test_a_source_is_renamed_and_its_library_stays(world: World) -> None:
    said = world.server.cli("source", "set", "media", "--name", "films").stdout
    assert said == "media is called films now\n"
    world.until(lambda: world.named("films")["state"] == "ready")
    assert [one["name"] for one in world.http.get("/vitascope/sources").json()["MediaContainer"]["Source"]] == ["films"]
    assert (len(world.films()), world.read(0, 1_000).content) == (FILMS, world.expected(0, 1_000))
    answer = world.http.put("/vitascope/sources/films", json={"name": "media"})
    assert answer.json()["MediaContainer"]["Source"][0]["name"] == "media"
    world.until_state("ready")


def test_the_types_of_remotes_say_which_options_are_secrets(world: World) -> None:
    types = world.http.get("/vitascope/remoteTypes").json()["MediaContainer"]
    names = {one["name"] for one in types["RemoteType"]}
    assert {"b2", "s3", "webdav", "sftp", "local"} <= names
    assert not {"union", "combine", "tardigrade"} & names
    assert {"name": "allow-other", "value": "false"} in types["Flag"]
    options = world.http.get("/vitascope/remoteTypes/sftp").json()["MediaContainer"]["RemoteOption"]
    found = {one["name"]: one for one in options}
    assert (found["host"]["required"], found["host"]["secret"], found["pass"]["secret"]) == (True, False, True)
    assert "ssh" not in found
    vendors = world.http.get("/vitascope/remoteTypes/webdav").json()["MediaContainer"]["RemoteOption"][1]
    assert {"value": "nextcloud", "help": "Nextcloud"} in vendors["Example"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("PUT", "/vitascope/sources/media", {}, 400),
        ("PUT", "/vitascope/sources/media", {"mount": "/mnt/other", "storagePrice": "1"}, 400),
        ("PUT", "/vitascope/sources/media", {"name": "a/b"}, 400),
        ("PUT", "/vitascope/sources/media", {"name": "films", "way": "direct"}, 400),
        ("PUT", "/vitascope/sources/media", {"storagePrice": "-1"}, 400),
        ("PUT", "/vitascope/sources/media", {"flag.buffer-size": "1M --rc"}, 400),
        ("PUT", "/vitascope/sources/media", {"option.secret_access_key": "a\nb"}, 400),
        ("PUT", "/vitascope/sources/media", {"option.nothing": "x"}, 400),
        ("PUT", "/vitascope/sources/media?option.secret_access_key=K001", {"storagePrice": "1"}, 400),
        ("PUT", "/vitascope/sources/nothing", {"storagePrice": "1"}, 404),
        ("GET", "/vitascope/remoteTypes/nothing", {}, 404),
        ("GET", "/vitascope/remoteTypes/union", {}, 404),
        ("POST", "/vitascope/sources", {}, 400),
        ("POST", "/vitascope/sources", {"address": "nothing"}, 400),
        ("POST", "/vitascope/sources", {"address": "x:y", "type": "sftp", "option.host": "h", "option.ssh": "id"}, 400),
        ("POST", "/vitascope/sources", {"address": "far:media", "flag.rc-addr": ":5572"}, 400),
        ("POST", "/vitascope/sources", {"address": "far:media", "name": "two", "mount": "/etc"}, 400),
        ("POST", "/vitascope/sources", {"address": "far:media", "storagePrice": "nan"}, 400),
        ("POST", "/vitascope/sources", {"address": "far:media"}, 409),
        ("POST", "/vitascope/sources", {"address": "other:x"}, 400),
        ("POST", "/vitascope/sources", {"address": "unknown:x", "type": "alias", "option.remote": "far,x=y:"}, 400),
        ("POST", "/vitascope/sources?option.key=K001", {"address": "b2:x"}, 400),
        ("POST", "/vitascope/sources/nothing/mount", {}, 404),
        ("DELETE", "/vitascope/sources/..%2fmedia", {}, 404),
        ("DELETE", "/vitascope/sources/nothing", {}, 404),
    ],
)
def test_wrong_input_is_refused_by_the_right_status(
    world: World, method: str, path: str, sent: dict[str, str], status: int
) -> None:
    answer = world.http.request(method, path, json=sent)
    assert answer.status_code == status, answer.text
    assert [one["name"] for one in world.http.get("/vitascope/sources").json()["MediaContainer"]["Source"]] == ["media"]


def test_ten_thousand_objects_are_listed_by_the_page_and_only_media_are_opened(world: World) -> None:
    """What is bounded is work: bytes that are fetched, files that are looked into, memory. How long it takes is not."""
    tracks = make_objects(world.remote.folder / "many")
    world.server.cli("source", "add", "far:many")
    world.until(lambda: world.named("many")["state"] == "ready")
    made = world.http.post(
        "/library/sections",
        params={
            "name": "Many",
            "type": "artist",
            "agent": "tv.plex.agents.music",
            "scanner": "Plex Music",
            "language": "en",
            "location": world.named("many")["mount"],
        },
    )
    assert made.status_code == 201, made.text
    section = made.json()["MediaContainer"]["Directory"][0]["key"]
    found = f"/library/sections/{section}/all?type=10&X-Plex-Container-Size=0"
    world.until(lambda: world.http.get(found).json()["MediaContainer"]["totalSize"] == len(tracks))
    world.server.wait_idle()
    fetched = world.named("many")["fetchedBytes"]
    assert 0 < fetched <= 2 * sum(track.stat().st_size for track in tracks)
    world.server.cli("scan", "Many", "--wait")
    assert f"{len(tracks)} files, 0 new or changed" in world.server.log_with(f"{len(tracks)} files, 0 new")
    assert world.named("many")["fetchedBytes"] == fetched, "what did not change is not read again"
    for process in (world.server.process.pid, world.rclone("many")):
        assert peak_bytes(process) < MOST_MEMORY
    assert world.http.delete(f"/library/sections/{section}").status_code == 200
    world.server.cli("source", "remove", "many")


def test_removing_the_source_deletes_neither_media_nor_library(world: World) -> None:
    assert "nothing in far:media was touched" in world.server.cli("source", "remove", "media").stdout
    assert mounted_at(os.fsencode(world.mount)) is None
    assert sum(path.stat().st_size for path in world.bucket.rglob("*.mp4")) == FILMS * FILM_BYTES
    world.server.cli("scan", "--wait")
    assert len(world.films()) == FILMS


def test_ending_the_server_unmounts(world: World) -> None:
    world.add()
    world.until_state("ready")
    assert world.server.end() == 0
    assert mounted_at(os.fsencode(world.mount)) is None
