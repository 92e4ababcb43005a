"""Object storage: what the server adds to a bare ``rclone mount``, and how little a scan fetches.

The remote is rclone's own S3 server on the same machine, without any latency, so that what is added weighs most. The
bare mount has the very flags of the server's; all have caches of their own and are read in turn, each time when
nothing is read ahead any more. The server's mount is rclone too, with a process that looks after it, so it should cost
nothing; what the server really adds is direct play: the same bytes over HTTP, against reading the bare mount, and
against nginx that serves it. A second server has the same bucket without a mount (``--way direct``).
"""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec
from tests.support.remotes import Remote

from benchmarks.delivery import nginx
from benchmarks.mounted import (
    bare_mount,
    our_direct,
    our_mount,
    read_file,
    read_first_byte,
    read_first_far_byte,
    read_http,
)
from benchmarks.playing import found
from benchmarks.remote_films import make_kinds, make_long
from benchmarks.remote_ranges import BARE, NGINX, ROUNDS, STRIDE, Read, cold_and_cached
from benchmarks.report import Figure, median, ms
from benchmarks.servers import VITASCOPE, Server, serving
from vitascope.ops.atomic import write_atomically
from vitascope.ops.paths import SupportDir
from vitascope.sources.mounts import missing_fuse
from vitascope.sources.rclone.registry import Wish, registry_of

WATCHED, SOUGHT = 64 << 20, 1 << 20
_SEEKS_AT = 150 << 20
_EACH_KIND = 8
_WHOLE_FILES = ("GenerateIntroMarkerBehavior", "GenerateCreditsMarkerBehavior", "LoudnessAnalysisBehavior")
"""Analyses that fetch every file as a whole, which is no news."""
_MOUNT, _HTTP, _DIRECT = "from the server's mount", "over HTTP from that mount", "over HTTP from a direct source"
_MOST_FETCHED = 2_000_000
"""Of one file for a scan, its picture and its key frames: what is aimed at."""


def first_bytes(scratch: Path, remote: Remote, film: str) -> Sequence[Figure]:
    """From nothing to the first byte of a film: mounted by the server's code, and bare. No cache is warm."""
    support = scratch / "support"
    support.mkdir(parents=True)
    registry = registry_of(support / "Sources", support / "Cache", scratch, write_atomically)
    wish = Wish(address="far:media", kind="s3", options=remote.options)
    source = registry.add(wish, ask_remote=False)
    ours, direct, bare = [], [], []
    for number in range(ROUNDS):
        point = scratch / f"bare{number}"
        started = time.perf_counter()
        with bare_mount(source, registry.places, point):
            read_first_byte(point / film)
            bare.append(time.perf_counter() - started)
        started = time.perf_counter()
        with our_mount(source, registry):
            read_first_byte(Path(source.mount) / film)
            ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        with our_direct(source, registry) as served:
            read_first_far_byte(served, film)
            direct.append(time.perf_counter() - started)
        shutil.rmtree(registry.places.cache)
    return (
        Figure(
            what="Mount to first byte: from nothing mounted to the first byte of a film",
            budget="-",
            measured=f"{ms(median(ours))} (bare `rclone mount` {ms(median(bare))})",
        ),
        Figure(
            what="A direct source to first byte: from nothing running to the first byte of a film",
            budget="-",
            measured=ms(median(direct)),
        ),
    )


class World:
    """A server with a source."""

    def __init__(self, config: Path, server: Server, remote: Remote, *way: str) -> None:
        self.server = server
        self.client = server.client()
        for analysis in _WHOLE_FILES:
            self.client.send("PUT", f"/:/prefs?{analysis}=never")
        line = [str(VITASCOPE), "source", "add", "far:media", "--type", "s3", "--config", str(config), *way]
        subprocess.run(
            [*line, *remote.arguments], input=f"{remote.secret}\n", text=True, check=True, stdout=subprocess.DEVNULL
        )
        while self._source()["state"] != "ready":
            time.sleep(0.05)
        self.mount = config / "mnt" / "media"
        support = SupportDir.for_config(config, {})
        self._database = support.database

    def _source(self) -> dict[str, object]:
        listed = msgspec.json.decode(self.client.get("/vitascope/sources", Accept="application/json"))
        found: dict[str, object] = listed["MediaContainer"]["Source"][0]
        return found

    def fetched(self) -> int:
        """Bytes that went over the wire so far."""
        return int(str(self._source()["fetchedBytes"]))

    def add_section(self, name: str, kind: str, folder: Path) -> None:
        """A section of a folder, scanned, with its pictures and key frames made."""
        of = "Movie" if kind == "movie" else "Music"
        asked = {"name": name, "type": kind, "language": "en", "location": str(folder)}
        asked |= {"agent": f"tv.plex.agents.{of.lower()}", "scanner": f"Plex {of}"}
        answer = self.client.send("POST", f"/library/sections?{urlencode(asked)}")
        if b"<Directory " not in answer:
            raise RuntimeError(f"no section of {folder}: {answer[:200]!r}")
        self.server.settle()
        while self._jobs():  # pictures and key frames wait for their turn, while nothing else goes on
            time.sleep(0.2)

    def _jobs(self) -> int:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            (count,) = database.execute("SELECT count(*) FROM jobs WHERE kind IN ('pictures', 'key-frames')").fetchone()
            return int(count)


def fetched_by_scans(world: World, kinds: dict[str, list[Path]], how: str = "") -> Sequence[Figure]:
    figures = []
    for kind, files in kinds.items():
        before = world.fetched()
        world.add_section(kind, "artist" if kind == "FLAC" else "movie", world.mount / "Kinds" / kind)
        each = (world.fetched() - before) / len(files)
        size = sum(file.stat().st_size for file in files) / len(files)
        figures.append(
            Figure(
                what=f"Fetched per file scanned, with its picture and key frames{how}: {kind} of {size / 1e6:.0f} MB",
                budget=f"≤ {_MOST_FETCHED / 1e6:.0f} MB",
                measured=f"{each / 1e6:.2f} MB",
                within=0 < each <= _MOST_FETCHED,
            )
        )
    return figures


def _film(title: str) -> str:
    return f"Films/{title} (2001)/{title} (2001).mp4"


def measure(scratch: Path) -> Sequence[Figure]:
    lacking = missing_fuse()
    if lacking is not None:
        return (Figure(what="Mounts of remotes", budget="-", measured=f"not measured: {lacking}"),)
    bucket = scratch / "remote" / "media"
    films = [_film(title) for title in ("First", "Second")]
    for film in films:
        make_long(bucket / film, ROUNDS * STRIDE)
    kinds = make_kinds(bucket / "Kinds", _EACH_KIND)
    # Else it reads every film whole for its hash whenever it is listed, which no storage service does.
    remote = Remote(bucket.parent, flags=("--etag-hash=",))
    remote.start()
    try:
        figures = [*first_bytes(scratch / "first", remote, films[0])]
        config = scratch / "config"
        with serving(config) as server, serving(scratch / "direct") as other:
            world = World(config, server, remote)
            world.add_section("Films", "movie", world.mount / "Films")
            figures += fetched_by_scans(world, kinds)
            direct = World(scratch / "direct", other, remote, "--way", "direct")
            direct.add_section("Films", "movie", direct.mount / "Films")
            figures += fetched_by_scans(direct, kinds, ", without a mount")
            figures += ranges(scratch, world, direct, films)
    finally:
        remote.die()
    return figures


def ranges(scratch: Path, world: World, direct: World, films: Sequence[str]) -> Sequence[Figure]:
    """The ways in turn. One film is read from files and another over HTTP, since each mount has one cache."""
    figures: list[Figure] = []
    config = scratch / "config"
    support = SupportDir.for_config(config, {})
    registry = registry_of(support.sources, scratch / "cache", config, write_atomically)
    (source,) = registry.list()
    bare = scratch / "bare"
    with bare_mount(source, registry.places, bare), nginx(bare, scratch / "nginx") as port:
        ways: dict[str, Read] = {
            BARE: partial(read_file, bare / films[0]),
            NGINX: partial(read_http, port, f"/{quote(films[1])}"),
            _MOUNT: partial(read_file, world.mount / films[0]),
            _HTTP: partial(read_http, world.server.port, found(world.server.client(), "Second")[1]),
            _DIRECT: partial(read_http, direct.server.port, found(direct.server.client(), "Second")[1]),
        }
        for size, first in ((WATCHED, 0), (SOUGHT, _SEEKS_AT)):
            for how, times in zip(("cold", "cached"), cold_and_cached(ways, size, first), strict=True):
                what = f"A range of {size >> 20} MiB, {how}"
                figures += [times.figure(what, ours, BARE) for ours in (_MOUNT, _HTTP, _DIRECT)]
                figures += [times.figure(what, ours, NGINX) for ours in (_HTTP, _DIRECT)]
    return figures
