"""Object storage: what the server adds to a bare ``rclone mount``, and how little a scan fetches.

The remote is rclone's own S3 server on the same machine, without any latency, so that what is added weighs most. The
bare mount has the very flags of the server's; both have caches of their own and are read in turn, each time when
nothing is read ahead any more. The server's mount is rclone too, with a process that looks after it, so it should cost
nothing; what the server really adds is direct play: the same bytes over HTTP, against reading the bare mount.
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from tests.support.remotes import Remote

from benchmarks.mounted import bare_mount, our_mount, read_file, read_first_byte, read_http, rest
from benchmarks.playing import found
from benchmarks.remote_films import make_kinds, make_long
from benchmarks.report import Figure, median, ms
from benchmarks.servers import VITASCOPE, Server, serving
from vitascope.ops.atomic import write_atomically
from vitascope.ops.paths import SupportDir
from vitascope.sources.mounts import missing_fuse
from vitascope.sources.rclone.registry import Wish, registry_of

ROUNDS = 5
WATCHED, SOUGHT = 64 << 20, 1 << 20
_STRIDE = 200 << 20
"""From one range to the next: more than what is read ahead of the first."""
_SEEKS_AT = 150 << 20
_EACH_KIND = 8
_WHOLE_FILES = ("GenerateIntroMarkerBehavior", "GenerateCreditsMarkerBehavior", "LoudnessAnalysisBehavior")
"""Analyses that fetch every file as a whole, which is no news."""
_MOST_RATIO = 1.1
_MOST_FETCHED = 2_000_000
"""Of one file for a scan, its picture and its key frames: what is aimed at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of the same reads in turn."""

    bare: list[float] = field(default_factory=list)
    mount: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)

    def figures(self, what: str, size: int) -> tuple[Figure, Figure]:
        return (
            self._figure(f"{what}, from the server's mount", self.mount, size),
            self._figure(f"{what}, over HTTP from that mount", self.http, size),
        )

    def _figure(self, what: str, times: Sequence[float], size: int) -> Figure:
        ratio = median([ours / bare for ours, bare in zip(times, self.bare, strict=True)])
        took, bare = median(times), median(self.bare)
        return Figure(
            what=what,
            budget=f"≤ {_MOST_RATIO} x reading the bare mount",
            measured=f"{ratio:.2f} x ({ms(took)} against {ms(bare)}; {size / took / 1e6:.0f} MB/s)",
            within=ratio <= _MOST_RATIO,
        )


def first_bytes(scratch: Path, remote: Remote, film: str) -> Sequence[Figure]:
    """From nothing to the first byte of a film: mounted by the server's code, and bare. No cache is warm."""
    support = scratch / "support"
    support.mkdir(parents=True)
    registry = registry_of(support / "Sources", support / "Cache", scratch, write_atomically)
    wish = Wish(address="far:media", kind="s3", options=remote.options)
    source = registry.add(wish, ask_remote=False)
    ours, bare = [], []
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
        shutil.rmtree(registry.places.cache)
    return (
        Figure(
            what="Mount to first byte: from nothing mounted to the first byte of a film",
            budget="-",
            measured=f"{ms(median(ours))} (bare `rclone mount` {ms(median(bare))})",
        ),
    )


class World:
    """A server with a source, and a bare mount of the same bucket beside it."""

    def __init__(self, config: Path, server: Server, remote: Remote) -> None:
        self.server = server
        self.client = server.client()
        for analysis in _WHOLE_FILES:
            self.client.send("PUT", f"/:/prefs?{analysis}=never")
        line = [str(VITASCOPE), "source", "add", "far:media", "--type", "s3", "--config", str(config)]
        subprocess.run(
            [*line, *remote.arguments], input=f"{remote.secret}\n", text=True, check=True, stdout=subprocess.DEVNULL
        )
        while self._source()["state"] != "ready":
            time.sleep(0.05)
        self.mount = config / "mnt" / "media"

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
        while b'size="0"' not in self.client.get("/activities"):  # pictures and key frames wait for their turn
            time.sleep(0.2)
        self.server.settle()


def fetched_by_scans(world: World, kinds: dict[str, list[Path]]) -> Sequence[Figure]:
    figures = []
    for kind, files in kinds.items():
        before = world.fetched()
        world.add_section(kind, "artist" if kind == "FLAC" else "movie", world.mount / "Kinds" / kind)
        each = (world.fetched() - before) / len(files)
        size = sum(file.stat().st_size for file in files) / len(files)
        figures.append(
            Figure(
                what=f"Fetched per file scanned, with its picture and key frames: {kind} of {size / 1e6:.0f} MB",
                budget=f"≤ {_MOST_FETCHED / 1e6:.0f} MB",
                measured=f"{each / 1e6:.2f} MB",
                within=0 < each <= _MOST_FETCHED,
            )
        )
    return figures


def ranges(bare: Path, world: World, film: str, part: str, size: int, first: int) -> tuple[Times, Times]:
    """Ranges that nobody read before, and the same again. ``part`` is the address of another film's file, since what
    the server's mount has read is in its cache."""
    cold, again = Times(), Times()
    for times in (cold, again):
        for number in range(ROUNDS):
            at = first + number * _STRIDE
            ways: list[tuple[list[float], Callable[[], float]]] = [
                (times.bare, partial(read_file, bare / film, at, size)),
                (times.mount, partial(read_file, world.mount / film, at, size)),
                (times.http, partial(read_http, world.server.port, part, at, size)),
            ]
            for taken, read in ways[number % 3 :] + ways[: number % 3]:
                rest()
                taken.append(read())
    return cold, again


def _film(title: str) -> str:
    return f"Films/{title} (2001)/{title} (2001).mp4"


def measure(scratch: Path) -> Sequence[Figure]:
    lacking = missing_fuse()
    if lacking is not None:
        return (Figure(what="Mounts of remotes", budget="-", measured=f"not measured: {lacking}"),)
    bucket = scratch / "remote" / "media"
    films = (_film("First"), _film("Second"))
    for film in films:
        make_long(bucket / film, ROUNDS * _STRIDE)
    kinds = make_kinds(bucket / "Kinds", _EACH_KIND)
    # Else it reads every film whole for its hash whenever it is listed, which no storage service does.
    remote = Remote(bucket.parent, flags=("--etag-hash=",))
    remote.start()
    try:
        figures = [*first_bytes(scratch / "first", remote, films[0])]
        config = scratch / "config"
        with serving(config) as server:
            world = World(config, server, remote)
            world.add_section("Films", "movie", world.mount / "Films")
            part = found(world.client, "Second")[1]
            figures += fetched_by_scans(world, kinds)
            support = SupportDir.for_config(config, {})
            registry = registry_of(support.sources, scratch / "cache", config, write_atomically)
            (source,) = registry.list()
            with bare_mount(source, registry.places, scratch / "bare"):
                for what, size, first in ((f"{WATCHED >> 20} MiB", WATCHED, 0), ("1 MiB", SOUGHT, _SEEKS_AT)):
                    pair = ranges(scratch / "bare", world, films[0], part, size, first)
                    for how, times in zip(("cold", "cached"), pair, strict=True):
                        figures += times.figures(f"A range of {what}, {how}", size)
    finally:
        remote.die()
    return figures
