"""A library on WebDAV without a mount: a real server of it, rclone's own server before that, scanned and played."""

import base64
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.test_sources import FILM_BYTES, World
from tests.api.test_sources import FILMS as LONG_FILMS
from tests.support.films import film as real_film
from tests.support.processes import command_lines
from tests.support.remotes import Remote
from tests.support.running import command, environment
from tests.support.stream_client import Stream, open_stream
from tests.support.streams import check_complete, check_same_times

from vitascope.sources.mounts import mounted_at

FILMS = LONG_FILMS + 1
FETCHED_AT_MOST = 2_000_000
"""Of each film for a scan and its picture, as for a mount."""
IMPATIENT = ("contimeout=1s", "timeout=2s", "low-level-retries=1", "dir-cache-time=100ms")


class DirectWorld(World):
    """A server with a folder of films that nothing mounts; behind WebDAV, which says at once that it is not there."""

    def __init__(self, folder: Path, database: Sequence[str]) -> None:
        super().__init__(folder, database)
        self.remote.die()
        self.remote = Remote(self.bucket.parent, "webdav")
        self.remote.start()

    def add(self) -> None:
        flags = [part for flag in IMPATIENT for part in ("--flag", flag)]
        line = ("source", "add", "far:media", "--type", "webdav", "--mount", str(self.mount), "--way", "direct")
        subprocess.run(
            command(*line, *self.remote.arguments, *flags, "--config", str(self.config)),
            input=f"{self.remote.secret}\n",
            text=True,
            check=True,
            timeout=120,
            env=environment(),
        )

    def long_film(self) -> dict[str, Any]:
        """One of those that are larger than what is read of them."""
        return next(film for film in self.films() if film["title"] != "Real")

    def read(self, start: int, size: int) -> httpx.Response:
        part = self.long_film()["Media"][0]["Part"][0]["key"]
        return self.http.get(part, headers={"Range": f"bytes={start}-{start + size - 1}"})

    def close(self) -> None:
        self.server.end()
        self.remote.die()


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]
) -> Iterator[DirectWorld]:
    made = DirectWorld(tmp_path_factory.mktemp("cloud"), database_arguments())
    first = made.bucket / "Film 1 (2001)"
    (first / "Film 1 (2001).nfo").write_text("<movie><title>The First</title><year>2001</year></movie>")
    (first / "Film 1 (2001).en.srt").write_text("1\n00:00:00,100 --> 00:00:01,000\nHello.\n")
    real = made.bucket / "Real (2010)" / "Real (2010).mkv"
    real.parent.mkdir()
    shutil.copy(real_film("plain.mkv"), real)
    yield made
    made.close()


def test_a_bucket_becomes_a_library_and_only_headers_are_fetched(world: DirectWorld) -> None:
    world.add()
    source = world.until_state("ready")
    assert source["way"] == "direct"
    assert "reason" not in source
    world.server.find_no_markers()
    world.make_library()
    world.until(lambda: len(world.films()) == FILMS)
    world.server.wait_idle()
    world.server.cli("scan", "--wait")
    expected = f"{FILMS} files, 0 new or changed"
    assert expected in world.server.log_with(expected)
    assert {film["title"] for film in world.films()} == {"The First", "Film 2", "Film 3", "Real"}
    assert all(film["Media"][0]["videoCodec"] == "h264" for film in world.films())
    source = world.source()
    assert source["storedBytes"] > LONG_FILMS * FILM_BYTES
    assert 0 < source["fetchedBytes"] < FILMS * FETCHED_AT_MOST
    assert mounted_at(os.fsencode(world.mount)) is None
    assert not world.mount.exists()


def test_who_looks_after_the_folders_finds_them(world: DirectWorld) -> None:
    checks = world.http.get("/vitascope/health", params={"fresh": 1}).json()["MediaContainer"]["Check"]
    (media,) = [check for check in checks if check["id"] == "sources"]
    assert media["state"] == "success", media
    findings = world.http.get("/vitascope/doctor").json()["MediaContainer"]["Finding"]
    assert [one["verdict"] for one in findings if one["subject"] == "media folder"] == ["good"]


def test_a_range_is_what_lies_in_the_bucket(world: DirectWorld) -> None:
    for start, size in ((0, 1_000), (1_000, 50_000), (30_000_000, 2_000_000), (FILM_BYTES - 10, 10)):
        answer = world.read(start, size)
        assert (answer.status_code, answer.content) == (206, world.expected(start, size))
        assert answer.headers["content-range"] == f"bytes {start}-{start + size - 1}/{FILM_BYTES}"


def test_conditions_and_heads_are_answered_as_for_any_file(world: DirectWorld) -> None:
    part = world.long_film()["Media"][0]["Part"][0]["key"]
    head = world.http.head(part)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(FILM_BYTES), b"")
    etag = head.headers["etag"]
    assert world.http.get(part, headers={"If-None-Match": etag}).status_code == 304
    assert world.http.get(part, headers={"Range": f"bytes={FILM_BYTES}-"}).status_code == 416
    asked = {"Range": "bytes=0-9"}
    assert world.http.get(part, headers=asked | {"If-Range": etag}).status_code == 206
    with world.http.stream("GET", part, headers=asked | {"If-Range": '"another"'}) as answer:
        assert answer.status_code == 200
        assert next(answer.iter_bytes(1_000)) == world.expected(0, 1_000)


def test_subtitles_beside_a_film_come_through(world: DirectWorld) -> None:
    (first,) = [film for film in world.films() if film["title"] == "The First"]
    film = world.http.get(first["key"]).json()["MediaContainer"]["Metadata"][0]
    streams = film["Media"][0]["Part"][0]["Stream"]
    (beside,) = [stream for stream in streams if stream["streamType"] == 3]
    assert "Hello." in world.http.get(beside["key"]).text


def test_its_folders_can_be_looked_into_like_any_other(world: DirectWorld) -> None:
    def browsed(path: Path) -> set[str]:
        key = base64.urlsafe_b64encode(bytes(path)).decode()
        found = world.http.get(f"/services/browse/{key}").json()["MediaContainer"]
        return {one["path"] for one in found.get("Path", [])}

    assert str(world.mount) in browsed(world.mount.parent)
    assert browsed(world.mount) == {str(world.mount / folder.name) for folder in world.bucket.iterdir()}
    folders = world.http.get("/library/sections/1/folder").json()["MediaContainer"]["Metadata"]
    assert {one["title"] for one in folders} == {folder.name for folder in world.bucket.iterdir()}
    film = world.http.get(world.long_film()["key"], params={"checkFiles": 1}).json()["MediaContainer"]["Metadata"][0]
    assert (film["Media"][0]["Part"][0]["exists"], film["Media"][0]["Part"][0]["accessible"]) == (True, True)


def stream(world: DirectWorld, session: str, **query: Any) -> tuple[Path, Stream]:
    """The real film, as it lies in the bucket, and a stream of it."""
    (found,) = [film for film in world.films() if film["title"] == "Real"]
    player = world.server.client(x_forwarded_for="203.0.113.9")
    opened = open_stream(world.http, player, f"/library/metadata/{found['ratingKey']}", session=session, **query)
    return world.bucket / "Real (2010)" / "Real (2010).mkv", opened


def test_a_stream_is_copied_packet_by_packet(world: DirectWorld) -> None:
    file, opened = stream(world, "copied")
    (picture,), (sound,) = opened.qualities, opened.others("AUDIO")
    check_complete(picture.watch(video=True), file, 0)
    check_complete(sound.watch(video=False), file, 1, tolerance_us=1_000)  # Matroska counts milliseconds


def test_a_stream_is_converted_without_a_gap_and_from_wherever_one_seeks_to(world: DirectWorld) -> None:
    file, opened = stream(world, "converted", maxVideoBitrate=320)
    (picture,) = opened.qualities
    last = len(picture.said.segments) - 1
    picture.watch(last, last, video=True)
    check_same_times(picture.watch(video=True), file, 0)


def test_a_remote_that_dies_while_a_film_is_sent_loses_nothing(world: DirectWorld) -> None:
    world.remote.die()
    assert world.until_state("away")["reason"]
    world.server.cli("scan", "--wait")
    assert len(world.films()) == FILMS
    part = world.long_film()["Media"][0]["Part"][0]["key"]
    refused = world.http.get(part, headers={"Range": "bytes=20000000-20000009"})
    assert refused.status_code == 503
    assert "away" in refused.text
    world.remote.start()
    world.until_state("ready")
    answer = world.read(20_000_000, 100_000)
    assert (answer.status_code, answer.content) == (206, world.expected(20_000_000, 100_000))


def test_rclone_that_is_killed_in_the_middle_of_a_film_sends_the_rest_of_it(world: DirectWorld) -> None:
    part = world.long_film()["Media"][0]["Part"][0]["key"]
    before = world.source()["restarts"]
    with world.http.stream("GET", part) as answer:
        pieces = answer.iter_bytes(1_000_000)
        found = [next(pieces)]
        os.kill(world.rclone(), signal.SIGKILL)
        found += list(pieces)
    assert b"".join(found) == world.expected(0, FILM_BYTES)
    world.until(lambda: world.source()["restarts"] > before)
    world.until_state("ready")
    assert not any("deletedAt" in film for film in world.films())


def test_a_server_that_is_killed_takes_rclone_along_and_the_next_has_it_again(world: DirectWorld) -> None:
    world.server.end(signal.SIGKILL)
    world.start()
    world.until_state("ready")
    assert len(world.films()) == FILMS
    assert world.read(0, 1_000).content == world.expected(0, 1_000)


def test_deleting_a_film_is_refused_with_the_reason(world: DirectWorld) -> None:
    world.http.put("/:/prefs", params={"allowMediaDeletion": 1})
    film = world.films()[0]
    answer = world.http.delete(film["key"])
    assert answer.status_code >= 400
    assert "read directly" in answer.text
    assert len(world.films()) == FILMS
    assert len(list(world.bucket.rglob("*.mp4"))) == LONG_FILMS


def test_no_secret_shows_anywhere(world: DirectWorld) -> None:
    everything = [world.server.log(), world.http.get("/vitascope/sources").text]
    everything += [line.decode("utf-8", "replace") for line in command_lines()]
    assert not any(world.remote.secret in text for text in everything)
