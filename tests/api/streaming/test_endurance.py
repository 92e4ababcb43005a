"""Many sessions and many seeks: every segment is right, and when all is over nothing is left.

``VITASCOPE_STREAM_SESSIONS`` is the number of sessions (12, and 500 for the soak), ``VITASCOPE_STREAM_SEEKS`` that of
seeks in one session (15, and 100 for the soak). The short run is the same every time, so that a change is judged and
not luck; the soak looks for what is new, and ``VITASCOPE_STREAM_SEED`` repeats it.
"""

import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.processes import descendants, memory_bytes, open_files
from tests.support.running import RunningServer, start_server
from tests.support.stream_client import Stream, open_stream

SESSIONS = int(os.environ.get("VITASCOPE_STREAM_SESSIONS", "12"))
SEEKS = int(os.environ.get("VITASCOPE_STREAM_SEEKS", "15"))
SHORT = 12
SEED = int(os.environ.get("VITASCOPE_STREAM_SEED", "7" if SESSIONS <= SHORT else str(random.randrange(2**32))))

KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"maxVideoBitrate": 320},
    {"autoAdjustQuality": 1},
    {"X-Plex-Platform": "mpv", "maxVideoBitrate": 720},
    {"X-Plex-Platform": "Generic", "maxVideoBitrate": 320},
)
AT_ONCE = 3
SETTLED = 100
"""After so many sessions a server holds what it ever will."""
MORE_MEMORY = 16 * 2**20
"""What the heap's own holes may cost from there to the end, in bytes."""


@dataclass(frozen=True, kw_only=True)
class House:
    """A server with films only, so that whatever runs below it was begun by a stream."""

    server: RunningServer
    client: httpx.Client
    player: httpx.Client
    films: list[str]
    """Their keys."""
    files: list[dict[str, Any]]
    """What to ask for: each film, and in those of several files each of them."""

    def sessions(self) -> list[dict[str, Any]]:
        answer = self.client.get("/transcode/sessions").json()["MediaContainer"]
        found: list[dict[str, Any]] = answer.get("TranscodeSession", [])
        return found

    def folders(self) -> list[Path]:
        return [path for path in self.server.config.rglob("Sessions/*/*") if path.is_dir()]

    def stop(self, session: str) -> None:
        answer = self.client.get("/video/:/transcode/universal/stop", params={"session": session})
        assert answer.status_code in (200, 404), answer.text


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, demo_library: Path, database_arguments: Callable[[], list[str]]
) -> Iterator[House]:
    config = tmp_path_factory.mktemp("endurance")
    section = f"Films=movie:{demo_library / 'Movies'}"
    server = start_server(config, *database_arguments(), "--section", section, markers=False)
    server.wait_idle()
    client = server.client(accept="application/json")
    found = client.get("/library/sections/1/all").json()["MediaContainer"]["Metadata"]
    films = [one["key"] for one in found]
    files = [{"path": one["key"], "partIndex": part} for one in found for part in range(len(one["Media"][0]["Part"]))]
    yield House(server=server, client=client, player=server.client(), films=films, files=files)
    server.end()


def look_around(chance: random.Random, stream: Stream) -> None:
    """Plays two segments in a row somewhere, in one of the qualities, with the sound that goes with them."""
    quality = chance.choice(stream.qualities)
    first = chance.randrange(len(quality.said.segments))
    print(f"  {quality.name} of {len(stream.said.variants)} from {first}")
    quality.watch(first, min(first + 1, len(quality.said.segments) - 1), video=True)
    for sound in stream.others("AUDIO")[:1]:
        number = min(first, len(sound.said.segments) - 1)
        sound.watch(number, number, video=False)


def leave(stream: Stream, chance: random.Random) -> None:
    """Asks for a segment and is gone before it comes."""
    quality = chance.choice(stream.qualities)
    with httpx.Client(timeout=60) as gone:
        address = httpx.URL(quality.address).join(chance.choice(quality.said.segments).uri)
        with gone.stream("GET", address) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("kind", [{}, {"maxVideoBitrate": 320}], ids=["as it is", "converted"])
def test_a_storm_of_seeks_is_answered_rightly(house: House, kind: dict[str, Any]) -> None:
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    (film,) = [key for key in house.films if _title(house, key) == "The Lantern Tide"]
    stream = open_stream(house.client, house.player, film, session="storm", **kind)
    for _ in range(SEEKS):
        look_around(chance, stream)
    house.stop("storm")


def test_nothing_is_left_of_many_sessions(house: House) -> None:
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    pid = house.server.process.pid
    begun: deque[str] = deque()
    files = memory = 0
    for number in range(SESSIONS):
        name = f"session {number}"
        kind = KINDS[number] if number < len(KINDS) else chance.choice(KINDS)
        asked = {"session": name} | chance.choice(house.files) | kind
        print(asked)
        stream = open_stream(house.client, house.player, **asked)
        look_around(chance, stream)
        match chance.randrange(4):
            case 0:
                leave(stream, chance)
            case 1:  # another film in the same player, without a word about the first
                stream = open_stream(house.client, house.player, **(asked | chance.choice(house.files)))
                look_around(chance, stream)
            case 2:
                house.stop(name)
            case _:
                look_around(chance, stream)
        begun.append(name)
        if len(begun) > AT_ONCE:
            house.stop(begun.popleft())
        assert len(house.sessions()) <= AT_ONCE
        if number == max(SESSIONS // 10, len(KINDS)):  # whoever makes one of them has begun
            files = open_files(pid)
        if number == SETTLED:
            memory = memory_bytes(pid)
        if number % 50 == 0:
            print(f"{number} sessions: {memory_bytes(pid) / 2**20:.0f} MB, {open_files(pid)} files")
    for name in begun:
        house.stop(name)
    assert house.sessions() == []
    assert house.folders() == []
    running = {pid: _command(pid) for pid in descendants(pid)}
    assert [line for line in running.values() if "ffmpeg" in line] == []
    deadline = time.monotonic() + 60
    while (left := open_files(pid)) > files + AT_ONCE:  # connections of players that are gone end by and by
        assert time.monotonic() < deadline, (left, files)
        time.sleep(0.05)
    if SESSIONS > SETTLED:
        assert memory_bytes(pid) <= memory + MORE_MEMORY


def _title(house: House, key: str) -> str:
    (found,) = house.client.get(key).json()["MediaContainer"]["Metadata"]
    return str(found["title"])


def _command(pid: int) -> str:
    """The program that a process is; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode()
    except OSError:
        return ""
