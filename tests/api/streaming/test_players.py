"""Players that nobody here wrote read the streams of this server: python-plexapi with ffmpeg, mpv."""

import re
import shutil
import subprocess

import pytest
from plexapi.server import PlexServer
from tests.api.conftest import Library

FFMPEG = shutil.which("ffmpeg")
MPV = shutil.which("mpv")


def decoded(url: str, *, video: bool) -> float:
    """How many seconds ffmpeg gets out of an address; whatever it complains of fails the test."""
    assert FFMPEG is not None
    wanted = ["-map", "0:v:0", "-map", "0:a:0"] if video else ["-map", "0:a:0"]
    command = [FFMPEG, "-v", "warning", "-stats", "-i", url, *wanted, "-f", "null", "-"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr
    (*_, last) = re.findall(r"time=(\d+):(\d+):([\d.]+)", ran.stderr)
    return int(last[0]) * 3600 + int(last[1]) * 60 + float(last[2])


@pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not on PATH")
@pytest.mark.parametrize(
    ("title", "query"),
    [("Paper Comets", {}), ("Salt and Static", {})],
    ids=["copied", "by profile"],
)
def test_the_address_that_python_plexapi_gives_plays_in_ffmpeg(
    library: Library, title: str, query: dict[str, int]
) -> None:
    plex = PlexServer(library.server.url, library.owner_token)  # type: ignore[no-untyped-call]
    film = plex.library.section("Movies").get(title)
    assert abs(decoded(film.getStreamURL(**query), video=True) - film.duration / 1000) < 0.5


@pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not on PATH")
def test_music_by_python_plexapi_plays_in_ffmpeg(library: Library) -> None:
    plex = PlexServer(library.server.url, library.owner_token)  # type: ignore[no-untyped-call]
    track = next(one for one in plex.library.section("Music").searchTracks() if one.media[0].audioCodec == "flac")
    assert abs(decoded(track.getStreamURL(), video=False) - track.duration / 1000) < 0.5


@pytest.mark.skipif(MPV is None, reason="mpv is not on PATH")
@pytest.mark.parametrize(
    ("ending", "adaptive"), [("m3u8", 0), ("mpd", 0), ("mpd", 1)], ids=["HLS", "DASH", "DASH with all qualities"]
)
def test_mpv_plays_and_seeks(library: Library, ending: str, adaptive: int) -> None:
    assert MPV is not None
    key = next(item["key"] for item in library.items("Movies") if item["title"] == "The Lantern Tide")
    platform = "Chrome" if ending == "mpd" and not adaptive else "mpv"
    query = f"path={key}&X-Plex-Platform={platform}&maxVideoBitrate=320&X-Plex-Token={library.owner_token}&session=mpv"
    query += f"&autoAdjustQuality={adaptive}"
    url = f"{library.server.url}/video/:/transcode/universal/start.{ending}?{query}"
    command = [MPV, "--no-config", "--vo=null", "--ao=null", "--untimed", "--start=300", "--length=3", url]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "(End of file)" in ran.stdout
