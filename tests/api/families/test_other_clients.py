"""A player that knows nothing of this API: ffmpeg reads a part by its address, from the start and from the middle."""

import subprocess

import imageio_ffmpeg
import pytest
from tests.api.families.conftest import Home


@pytest.mark.parametrize("seek", ["0", "0.5"])
def test_ffmpeg_plays_a_part_by_its_address(home: Home, seek: str) -> None:
    part = home.section("Movies").get("Cold Lantern").media[0].parts[0]
    address = f"{home.server.url}{part.key}?X-Plex-Token={home.mia_token}"
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    ran = subprocess.run(
        [ffmpeg, "-v", "error", "-nostdin", "-ss", seek, "-i", address, "-f", "null", "-"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_playlist_that_any_player_opens(home: Home) -> None:
    track = home.section("Music").searchTracks(title="Amp")[0]
    made = home.owner.createPlaylist("For the kitchen", items=[track])
    text = home.http.get(f"/vitascope/playlists/{made.ratingKey}/m3u").text
    assert text.startswith("#EXTM3U")
    assert track.locations[0] in text
    made.delete()
