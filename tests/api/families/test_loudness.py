"""Levels of sound, measured for real when first asked for, and sound that is converted to another loudness."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest
from tests.api.families.conftest import Home
from tests.support.conversions import FFMPEG


def test_levels_of_a_track_and_what_it_then_says(home: Home) -> None:
    track = home.section("Music").get("Nora Vale").track("Birch").reload()
    stream = track.media[0].parts[0].audioStreams()[0]
    assert stream.loudness is None
    assert stream.levels(subSample=8) == []  # the client asks, but builds nothing of the answer
    eight = home.container(f"/library/streams/{stream.id}/levels", subsample=8)["Level"]
    assert len(eight) == 8
    assert all(-70 <= level["v"] <= 0 for level in eight)
    assert home.mia_xml.get(f"/library/streams/{stream.id}/levels").text.count("<Level v=") >= 9
    every = home.container(f"/library/streams/{stream.id}/levels")
    assert int(every["totalSamples"]) == len(every["Level"]) >= 9  # a second of sound
    lines = home.mia_http.get(f"/library/streams/{stream.id}/loudness").text.split()
    assert [float(line) for line in lines] == [level["v"] for level in every["Level"]]
    measured = track.reload().media[0].parts[0].audioStreams()[0]
    assert measured.loudness == pytest.approx(-21.0, abs=4)  # a sine of 1/8 of full scale
    assert measured.gain == pytest.approx(-18 - measured.loudness, abs=0.05)
    assert 0 < measured.peak <= 1
    home.http.get(f"/library/sections/{home.sections['Music']}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert track.reload().media[0].parts[0].audioStreams()[0].loudness == measured.loudness


def test_what_has_none(home: Home) -> None:
    film = home.section("Movies").get("Cloud Harbour").reload()
    subtitle = film.subtitleStreams()[0].id

    def status(client: httpx.Client, stream: int, **query: str) -> int:
        return client.get(f"/library/streams/{stream}/levels", params=query).status_code

    assert status(home.http, subtitle) == 404
    assert status(home.http, 999_999) == 404
    audio = film.audioStreams()[0].id
    for wrong in ("0", "-1", "x"):
        assert status(home.http, audio, subsample=wrong) == 400
    home.http.put("/:/prefs", params={"LoudnessAnalysisBehavior": "never"})
    assert status(home.http, audio) == 404
    home.http.put("/:/prefs", params={"LoudnessAnalysisBehavior": "scheduled"})
    assert status(home.mia_http, audio) == 200


def test_converted_music_comes_to_one_loudness(home: Home, tmp_path: Path) -> None:
    track = home.section("Music").get("Nora Vale").track("Candle").reload()
    stream = track.media[0].parts[0].audioStreams()[0]
    plain = _mean_db(home, tmp_path, track.key)
    assert plain is not None
    assert _mean_db(home, tmp_path, track.key, loudness="track") == pytest.approx(plain, abs=0.11)  # nobody measured it
    assert home.http.get(f"/library/streams/{stream.id}/loudness").status_code == 200
    gain = track.reload().media[0].parts[0].audioStreams()[0].gain
    assert 0.5 < abs(gain) < 10
    assert _mean_db(home, tmp_path, track.key) == pytest.approx(plain, abs=0.11)
    assert _mean_db(home, tmp_path, track.key, loudness="track") == pytest.approx(plain + gain, abs=0.21)
    assert home.http.put("/:/prefs", params={"TranscoderMusicLoudness": "album"}).status_code == 200
    assert _mean_db(home, tmp_path, track.key) == pytest.approx(plain + gain, abs=0.21)
    assert _mean_db(home, tmp_path, track.key, loudness="none") == pytest.approx(plain, abs=0.11)
    assert home.http.put("/:/prefs", params={"TranscoderMusicLoudness": "none"}).status_code == 200
    assert _mean_db(home, tmp_path, track.key, loudness="loud") is None


def test_a_boost_is_in_percent(home: Home, tmp_path: Path) -> None:
    key = home.section("Music").get("Nora Vale").track("Attic").key
    plain = _mean_db(home, tmp_path, key)
    assert plain is not None
    for percent, expected in (("50", -6.02), ("1", -40.0), ("150", 3.52)):
        # What is made louder is bent a little towards full scale.
        assert _mean_db(home, tmp_path, key, audioBoost=percent) == pytest.approx(plain + expected, abs=0.5), percent
    assert _mean_db(home, tmp_path, key, audioBoost="0") is None
    assert _mean_db(home, tmp_path, key, audioBoost="1001") is None


def _mean_db(home: Home, folder: Path, key: str, **asked: str) -> float | None:
    """How loud a track is that is converted to MP3, as ffmpeg measures it; ``None`` when it is refused."""
    target = "type=musicProfile&context=streaming&protocol=http&container=mp3&audioCodec=mp3"
    query = {
        "path": key,
        "protocol": "http",
        "directStreamAudio": "0",
        "X-Plex-Client-Profile-Name": "Generic",
        "X-Plex-Client-Profile-Extra": f"add-transcode-target({target})",
        **asked,
    }
    answer = home.mia_http.get("/music/:/transcode/universal/start.mp3", params=query)
    if answer.status_code == 400:
        return None
    assert answer.status_code == 200, answer.text
    path = folder / "made.mp3"
    path.write_bytes(answer.content)
    words = [FFMPEG, "-hide_banner", "-nostdin", "-i", str(path), "-af", "volumedetect", "-f", "null", "-"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stderr
    found = re.search(r"mean_volume: (-?[\d.]+) dB", said)
    assert found is not None, said
    return float(found[1])
