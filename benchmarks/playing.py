"""Many people at once: what the server takes while they play, and how many copied streams it keeps fed.

A player of a copied stream here asks for one segment after the other as fast as they come. What all of them got
together, in seconds of film for each second of the clock, is how many real players would have been kept fed.
"""

import re
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.delivery import make_big_film
from benchmarks.report import Figure
from benchmarks.segments import make_films
from benchmarks.servers import Client, Server, serving
from benchmarks.start import IDLE_S

DIRECT, CONVERTED, COPIED = 50, 3, 16
SECONDS = 20.0
_START = "/video/:/transcode/universal/start.m3u8?protocol=hls&X-Plex-Platform=Chrome&path=/library/metadata/"
_SEGMENT = re.compile(r"#EXTINF:([0-9.]+),[^\n]*\n([^#\n]+)")


class Player:
    """Plays a film over and over, each time in a new session."""

    def __init__(self, server: Server, film: str, name: str, query: str = "") -> None:
        self._client = server.client()
        self._name = name
        self._begin = f"{_START}{film}{query}&session={name}"
        self.played_s = 0.0

    def play(self, until: float) -> None:
        for number in count():
            base, playlist = self._open(f"{self._begin}-{number}")
            for duration, uri in _SEGMENT.findall(playlist):
                self._client.get(f"{base}/{uri}")
                self.played_s += float(duration)
                if time.perf_counter() > until:
                    break
            self._client.get(f"/video/:/transcode/universal/stop?session={self._name}-{number}")
            if time.perf_counter() > until:
                return

    def _open(self, address: str) -> tuple[str, str]:
        """Where the picture's playlist lies, and what it says."""
        variants = [line for line in self._client.get(address).decode().splitlines() if line[:1] not in ("", "#")]
        path = f"/video/:/transcode/universal/{variants[0]}" if variants[0][0] != "/" else variants[0]
        return path.rpartition("/")[0], self._client.get(path).decode()


def _play_all(players: Sequence[Player], seconds: float) -> float:
    """Seconds of film that all got together for each second."""
    started = time.perf_counter()
    threads = [threading.Thread(target=player.play, args=(started + seconds,)) for player in players]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(player.played_s for player in players) / (time.perf_counter() - started)


@contextmanager
def _direct_plays(server: Server, part: str) -> Iterator[None]:
    """Fifty players that read a file at 40 Mbit/s."""
    command = ["curl", "-sf", "-o", "/dev/null", "--limit-rate", "5M", f"http://127.0.0.1:{server.port}{part}"]
    running = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(DIRECT)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def found(client: Client, title: str) -> tuple[str, str]:
    """The number of a film and the address of its file, once the scan has found it."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for video in client.get("/library/sections/1/all").decode().split("<Video ")[1:]:
            part = re.search(r'<Part [^>]*?key="([^"]+)"', video)
            number = re.search(r'ratingKey="(\d+)"', video)
            if f'title="{title}"' in video and part and number:
                return number[1], part[1]
        time.sleep(0.2)
    raise RuntimeError(f"the scan does not find {title}")


def measure(scratch: Path) -> Sequence[Figure]:
    films = scratch / "films"
    films.mkdir()
    make_big_film(films / "Long (2020).mp4")
    film, other = make_films(scratch)
    film.rename(films / "Short (2021).mp4")
    other.unlink()
    with serving(scratch / "config", "--section", f"Films=movie:{films}") as server:
        client = server.client()
        (short, _), (_, long_part) = found(client, "Short"), found(client, "Long")
        server.settle()
    with serving(scratch / "config") as server:
        time.sleep(IDLE_S)
        idle = server.memory_bytes()
        held = _play_all([Player(server, short, f"copied-{number}") for number in range(COPIED)], SECONDS)
        server.settle()
        converted = [Player(server, short, f"made-{number}", "&maxVideoBitrate=2000") for number in range(CONVERTED)]
        with _direct_plays(server, long_part), server.watched_memory() as peak:
            _play_all(converted, SECONDS)
    return (
        Figure(
            what=f"Copied streams of 8 Mbit/s kept fed, {COPIED} players that wait for nothing",
            budget="-",
            measured=f"{held:.0f} in real time",
        ),
        Figure(
            what=f"Memory with {DIRECT} direct plays and {CONVERTED} conversions to 2 Mbit/s, at most",
            budget="-",
            measured=f"{peak.ours / 1e6:.0f} MB (idle {idle / 1e6:.0f}) and {peak.converters / 1e6:.0f} MB in ffmpeg",
        ),
    )
