"""Levels of sound, measured for real when first asked for."""

import httpx
import pytest
from tests.api.families.conftest import Home


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
