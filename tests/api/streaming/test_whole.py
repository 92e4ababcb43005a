"""Streams in one piece: made as they are taken, from where the player wants to be, and gone with the player."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import av
import httpx
import pytest
from plexapi.server import PlexServer
from tests.api.conftest import Library
from tests.api.streaming.test_players import FFMPEG, MPV, decoded

FILM = "The Lantern Tide"
SMALL: dict[str, str | int] = {"maxVideoBitrate": 320, "X-Plex-Platform": "Chrome"}
LARGE: dict[str, str | int] = {"X-Plex-Platform": "mpv"}
"""The film as it is, in another container: far more than pipes and sockets hold."""


def key_of(library: Library, title: str = FILM) -> str:
    return str(next(item["key"] for item in library.items("Movies") if item["title"] == title))


def flac(library: Library) -> dict[str, Any]:
    return next(item for item in library.items("Music", type="10") if item["Media"][0]["audioCodec"] == "flac")


def address(kind: str, key: str, query: dict[str, str | int], ending: str = "") -> str:
    asked = {"path": key, "protocol": "http", **query}
    return f"/{kind}/:/transcode/universal/start{ending}?{urlencode(asked)}"


def taken(client: httpx.Client, folder: Path, url: str, media_type: str) -> Path:
    """A stream, read to its end, as a file."""
    path = folder / "taken"
    with client.stream("GET", url) as answer, path.open("wb") as file:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"] == media_type
        assert answer.headers["transfer-encoding"] == "chunked"
        assert "content-length" not in answer.headers
        for data in answer.iter_bytes():
            file.write(data)
    return path


def codecs(path: Path) -> list[str]:
    with av.open(str(path)) as found:
        return [stream.codec_context.name for stream in found.streams]


def seconds(path: Path) -> float:
    """How long the sound of a file is, by decoding it."""
    with av.open(str(path)) as found:
        frames = [(frame.samples, frame.sample_rate) for frame in found.decode(audio=0)]
    return sum(samples / rate for samples, rate in frames)


def sessions(library: Library) -> list[dict[str, Any]]:
    answer = library.owner.get("/transcode/sessions").json()["MediaContainer"]
    found: list[dict[str, Any]] = answer.get("TranscodeSession", [])
    return [one for one in found if one["protocol"] == "http"]


def wait_until_none(library: Library) -> None:
    deadline = time.monotonic() + 30
    while (left := sessions(library)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == []


class Reader:
    """A player that takes as little as a test says."""

    def __init__(self, library: Library, url: str) -> None:
        place = urlsplit(library.server.url)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self.socket.settimeout(60)
        self.socket.connect((place.hostname, place.port))
        head = f"GET {url} HTTP/1.1\r\nHost: {place.netloc}\r\nX-Plex-Token: {library.owner_token}\r\n\r\n"
        self.socket.sendall(head.encode())

    def read(self) -> bytes:
        return self.socket.recv(16_384)

    def to_the_end(self) -> bytes:
        """All that comes."""
        found = b""
        while data := self.read():
            found += data
        return found

    def close(self) -> None:
        self.socket.close()


# --- what comes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "media_type", "holds"),
    [
        ({"X-Plex-Platform": "Chrome"}, "video/mp4", ["h264", "aac"]),
        ({"X-Plex-Platform": "mpv"}, "video/x-matroska", ["h264", "aac"]),
        ({"maxVideoBitrate": 320, "X-Plex-Platform": "Chrome"}, "video/mp4", ["h264", "aac"]),
    ],
    ids=["copied into mp4", "copied into mkv", "converted"],
)
def test_a_film_comes_in_one_piece_from_where_the_player_wants_to_be(
    library: Library, tmp_path: Path, query: dict[str, str | int], media_type: str, holds: list[str]
) -> None:
    duration = next(item["duration"] for item in library.items("Movies") if item["title"] == FILM) / 1000
    offset = int(duration) - 10
    url = address("video", key_of(library), query | {"session": "film", "offset": offset})
    path = taken(library.owner, tmp_path, url, media_type)
    assert [codec.replace("libx264", "h264") for codec in codecs(path)][:2] == holds
    # What is copied begins with the key frame before.
    assert duration - offset - 0.5 < seconds(path) < duration - offset + 10
    (session,) = sessions(library)
    assert (session["complete"], session["progress"], session["size"]) == (True, 100.0, path.stat().st_size)
    assert library.owner.get("/video/:/transcode/universal/stop?session=film").status_code == 200
    assert sessions(library) == []


def test_music_becomes_mp3_for_whoever_asks_for_that(library: Library, tmp_path: Path) -> None:
    track = flac(library)
    url = address("music", track["key"], {"session": "song", "X-Plex-Platform": "Chrome"}, ".mp3")
    path = taken(library.guest, tmp_path, url, "audio/mpeg")
    assert codecs(path) == ["mp3float"]
    assert abs(seconds(path) - track["duration"] / 1000) < 0.2
    assert library.guest.get("/music/:/transcode/universal/stop?session=song").status_code == 200


def test_the_selected_subtitle_goes_along(library: Library, tmp_path: Path) -> None:
    """The one of the tracks inside of the file, chosen by a person, for a client that reads it there."""
    key = key_of(library, "An Orchard of Small Suns")
    (item,) = library.guest.get(key).json()["MediaContainer"]["Metadata"]
    part = item["Media"][0]["Part"][0]
    inside = next(one for one in part["Stream"] if one["streamType"] == 3 and "index" in one)
    assert library.guest.put(f"/library/parts/{part['id']}?subtitleStreamID={inside['id']}").status_code == 200
    url = address("video", key, LARGE | {"session": "read"})
    assert len(codecs(taken(library.guest, tmp_path, url, "video/x-matroska"))) == 3
    assert library.guest.put(f"/library/parts/{part['id']}?subtitleStreamID=0").status_code == 200
    assert len(codecs(taken(library.guest, tmp_path, url, "video/x-matroska"))) == 2
    assert library.guest.get("/video/:/transcode/universal/stop?session=read").status_code == 200


def test_head_says_what_would_come_and_makes_nothing(library: Library) -> None:
    answer = library.owner.head(address("video", key_of(library), SMALL))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert "content-length" not in answer.headers
    assert sessions(library) == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"X-Plex-Client-Profile-Name": "Generic"}, 400),
        ({"maxVideoBitrate": 1}, 403),
        ({"offset": 9_999_999}, 400),
        ({"path": "/library/metadata/999999"}, 404),
    ],
)
def test_what_cannot_be_had_is_refused_before_anything_is_made(
    library: Library, query: dict[str, str | int], status: int
) -> None:
    answer = library.owner.get(address("video", key_of(library), SMALL | query))
    assert answer.status_code == status, answer.text
    assert sessions(library) == []


# --- how long it lives -----------------------------------------------------------------------------------------


def test_it_waits_for_a_player_that_takes_nothing_and_ends_with_it(library: Library) -> None:
    reader = Reader(library, address("video", key_of(library), LARGE | {"session": "slow"}))
    assert reader.read().startswith(b"HTTP/1.1 200")
    deadline = time.monotonic() + 60
    while not (made := sessions(library)) or not made[0]["throttled"]:
        assert time.monotonic() < deadline, made
        time.sleep(0.02)
    (session,) = made
    assert session["videoDecision"] == "copy"
    assert not session["complete"]
    assert session["size"] < 16 << 20  # of 50 MB
    report: dict[str, str | int] = {
        "ratingKey": key_of(library).rsplit("/", 1)[1],
        "state": "playing",
        "time": 1000,
        "duration": session["duration"],
    }
    assert library.owner.get("/:/timeline", params=report).status_code == 200
    (playing,) = library.owner.get("/status/sessions").json()["MediaContainer"]["Metadata"]
    assert playing["TranscodeSession"]["key"] == session["key"]
    reader.close()
    wait_until_none(library)
    assert library.owner.get("/:/timeline", params=report | {"state": "stopped"}).status_code == 200


@pytest.mark.parametrize("how", ["stop", "begin again"])
def test_one_that_is_ended_is_cut_off(library: Library, how: str) -> None:
    url = address("video", key_of(library), LARGE | {"session": "cut"})
    reader, other = Reader(library, url), None
    assert reader.read().startswith(b"HTTP/1.1 200")
    if how == "stop":
        assert library.guest.get("/video/:/transcode/universal/stop?session=cut").status_code == 200
        assert len(sessions(library)) == 1, "another person ends nothing"
        assert library.owner.get("/video/:/transcode/universal/stop?session=cut").status_code == 200
    else:
        other = Reader(library, address("video", key_of(library), LARGE | {"session": "cut", "offset": 60}))
        assert other.read().startswith(b"HTTP/1.1 200")
    assert not reader.to_the_end().endswith(b"0\r\n\r\n")
    reader.close()
    if other is not None:
        other.close()
    wait_until_none(library)


def test_players_that_name_no_session_do_not_disturb_each_other(library: Library) -> None:
    readers = [Reader(library, address("video", key_of(library), LARGE)) for _ in range(2)]
    for reader in readers:
        assert reader.read().startswith(b"HTTP/1.1 200")
    assert len(sessions(library)) == 2
    for reader in readers:
        reader.close()
    wait_until_none(library)


# --- players ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not on PATH")
def test_the_addresses_that_python_plexapi_gives_play_in_ffmpeg(library: Library) -> None:
    plex = PlexServer(library.server.url, library.owner_token)  # type: ignore[no-untyped-call]
    film = plex.library.section("Movies").get("Salt and Static")
    assert abs(decoded(film.getStreamURL(protocol="http"), video=True) - film.duration / 1000) < 0.5
    track = next(one for one in plex.library.section("Music").searchTracks() if one.media[0].audioCodec == "flac")
    assert abs(decoded(track.getStreamURL(protocol="http"), video=False) - track.duration / 1000) < 0.5


@pytest.mark.skipif(MPV is None, reason="mpv is not on PATH")
def test_mpv_plays_it(library: Library) -> None:
    assert MPV is not None
    query: dict[str, str | int] = {"offset": 300, "maxVideoBitrate": 320, "X-Plex-Token": library.owner_token}
    url = library.server.url + address("video", key_of(library), LARGE | query | {"session": "mpv"}, ".mkv")
    command = [MPV, "--no-config", "--vo=null", "--ao=null", "--untimed", "--length=3", url]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "(End of file)" in ran.stdout
    assert library.owner.get("/video/:/transcode/universal/stop?session=mpv").status_code == 200
