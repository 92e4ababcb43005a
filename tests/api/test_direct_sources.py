"""A library on object storage without a mount: a real S3 server, rclone's own server before it, scanned and played."""

import os
import subprocess
from collections.abc import Iterator

import pytest
from tests.api.test_sources import FILM_BYTES, FILMS, World
from tests.support.running import command, environment

from vitascope.sources.mounts import mounted_at

FETCHED_AT_MOST = 2_000_000
"""Of each film for a scan and its picture, as for a mount."""
IMPATIENT = ("contimeout=1s", "timeout=2s", "low-level-retries=1", "dir-cache-time=100ms")


class DirectWorld(World):
    """A server with a bucket of films that nothing mounts."""

    def add(self) -> None:
        flags = [part for flag in IMPATIENT for part in ("--flag", flag)]
        line = ("source", "add", "far:media", "--type", "s3", "--mount", str(self.mount), "--way", "direct")
        subprocess.run(
            command(*line, *self.remote.arguments, *flags, "--config", str(self.config)),
            input=f"{self.remote.secret}\n",
            text=True,
            check=True,
            timeout=120,
            env=environment(),
        )

    def close(self) -> None:
        self.server.end()
        self.remote.die()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DirectWorld]:
    made = DirectWorld(tmp_path_factory.mktemp("cloud"))
    first = made.bucket / "Film 1 (2001)"
    (first / "Film 1 (2001).nfo").write_text("<movie><title>The First</title><year>2001</year></movie>")
    (first / "Film 1 (2001).en.srt").write_text("1\n00:00:00,100 --> 00:00:01,000\nHello.\n")
    yield made
    made.close()


def test_a_bucket_becomes_a_library_and_only_headers_are_fetched(world: DirectWorld) -> None:
    world.add()
    source = world.until_state("ready")
    assert source["way"] == "direct"
    assert "reason" not in source
    world.server.find_no_markers()
    made = world.http.post(
        "/library/sections",
        params={
            "name": "Films",
            "type": "movie",
            "agent": "tv.plex.agents.movie",
            "scanner": "Plex Movie",
            "language": "en",
            "location": str(world.mount),
        },
    )
    assert made.status_code == 201, made.text
    world.until(lambda: len(world.films()) == FILMS)
    world.server.wait_idle()
    world.server.cli("scan", "--wait")
    expected = f"{FILMS} files, 0 new or changed"
    assert expected in world.server.log_with(expected)
    assert {film["title"] for film in world.films()} == {"The First", "Film 2", "Film 3"}
    assert all(film["Media"][0]["videoCodec"] == "h264" for film in world.films())
    source = world.source()
    assert FILMS * FILM_BYTES < source["storedBytes"] < FILMS * FILM_BYTES + 1_000
    assert 0 < source["fetchedBytes"] < FILMS * FETCHED_AT_MOST
    assert mounted_at(os.fsencode(world.mount)) is None
    assert not world.mount.exists()
