"""A server that is killed, or ended, while it makes streams: nothing works on, and the next start sweeps up what lies
there."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.processes import descendants, is_alive
from tests.support.running import start_server
from tests.support.snapshots import Snapshot, taken
from tests.support.stream_client import Stream, open_stream


def starting(stream: Stream) -> None:
    """Playlists only: the first segment is asked for by nobody yet."""
    assert stream.qualities


def running(stream: Stream) -> None:
    """A conversion is under way."""
    stream.qualities[0].segment(0)


def held(stream: Stream) -> None:
    """The conversion is far enough ahead and pauses."""
    quality = stream.qualities[0]
    quality.segment(0)
    while True:
        made = stream.player.get("/transcode/sessions", headers={"accept": "application/json"}).json()
        if any(one["throttled"] or one["complete"] for one in made["MediaContainer"]["TranscodeSession"]):
            return
        time.sleep(0.05)


def poured(stream: Stream) -> None:
    """A stream in one piece goes to a player that takes nothing of it any more."""
    films = stream.player.get("/library/sections/1/all", headers={"accept": "application/json"}).json()
    longest = max(films["MediaContainer"]["Metadata"], key=lambda one: int(one["duration"]))
    asked = {"path": longest["key"], "protocol": "http", "X-Plex-Platform": "mpv", "session": "poured"}
    request = stream.player.build_request("GET", "/video/:/transcode/universal/start", params=asked)
    answer = stream.player.send(request, stream=True)
    assert answer.status_code == 200
    next(answer.iter_raw())


@pytest.fixture(scope="module")
def scanned(
    tmp_path_factory: pytest.TempPathFactory, demo_library: Path, database_arguments: Callable[[], list[str]]
) -> Snapshot:
    """A server that knows the long film and its featurette."""
    film = demo_library / "Movies" / "The Lantern Tide (2021) {tmdb-900001}"
    arguments = database_arguments()
    section = f"Films=movie:{film}"
    return taken(
        start_server(tmp_path_factory.mktemp("films"), "--section", section, *arguments, markers=False), arguments
    )


@pytest.mark.parametrize(
    ("state", "number"),
    [
        (starting, signal.SIGKILL),
        (running, signal.SIGKILL),
        (held, signal.SIGKILL),
        (poured, signal.SIGKILL),
        (poured, signal.SIGTERM),
    ],
)
def test_nothing_is_left(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    scanned: Snapshot,
    database_arguments: Callable[[], list[str]],
    state: Callable[[Stream], None],
    number: signal.Signals,
) -> None:
    server = scanned.restored(request, tmp_path)
    client = server.client(accept="application/json")
    films = client.get("/library/sections/1/all").json()["MediaContainer"]["Metadata"]
    longest = max(films, key=lambda one: one["duration"])  # there is a featurette too
    stream = open_stream(client, server.client(), longest["key"], maxVideoBitrate=320, session="killed")
    state(stream)
    children = descendants(server.process.pid)
    server.process.send_signal(number)  # players hold their connections
    assert server.process.wait(60) == (0 if number is signal.SIGTERM else -number)
    server.end()
    deadline = time.monotonic() + 30
    while (alive := [pid for pid in children if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert alive == []
    again = start_server(tmp_path, *database_arguments())
    sessions = [path for path in tmp_path.rglob("Sessions/*/*") if path.is_dir()]
    assert sessions == []
    again.end()
