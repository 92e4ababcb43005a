"""How an item would be played: ``/…/universal/decision``, asked over HTTP by clients that say what they can."""

from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home

from vitascope.playback.profiles.shelf import shipped


def _decide(client: httpx.Client, item: Any, kind: str | int = "video", **query: str | int) -> dict[str, Any]:
    asked = {"path": f"/library/metadata/{item}", **query}
    answer = client.get(f"/{kind}/:/transcode/universal/decision", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]
    return found


@pytest.fixture(scope="module")
def film(home: Home) -> int:
    return int(home.section("Movies").get("Cloud Harbour").ratingKey)


def test_a_file_that_the_client_plays_is_played_as_it_is(home: Home, film: int) -> None:
    found = _decide(home.http, film, directPlay=1, **{"X-Plex-Client-Profile-Name": "Unknown"})
    assert (found["generalDecisionCode"], found["directPlayDecisionCode"]) == (1000, 1000)
    assert found["generalDecisionText"] == "Direct play OK."
    assert "transcodeDecisionCode" not in found
    (media,) = found["Metadata"][0]["Media"]
    (part,) = media["Part"]
    assert media["selected"] is True
    assert (part["decision"], part["selected"]) == ("directplay", True)
    played = [stream for stream in part["Stream"] if stream["streamType"] in (1, 2)]
    assert {(stream["decision"], stream["location"]) for stream in played} == {("copy", "direct")}


def test_who_asks_for_no_direct_play_is_told_so_as_the_original_does(home: Home, film: int) -> None:
    found = _decide(home.http, film, **{"X-Plex-Client-Profile-Name": "Unknown"})
    assert found["directPlayDecisionCode"] == 3000
    assert found["directPlayDecisionText"] == "App cannot direct play this item. Direct play is disabled."


def test_a_client_without_any_profile_has_no_target(home: Home, film: int) -> None:
    found = _decide(home.http, film, directPlay=1, **{"X-Plex-Client-Profile-Name": "Generic"})
    assert (found["generalDecisionCode"], found["transcodeDecisionCode"]) == (2000, 4005)
    (media,) = found["Metadata"][0]["Media"]
    assert media["Part"][0]["decision"] == "none"


def test_what_is_left_out_of_a_profile_is_explained(home: Home, film: int) -> None:
    extra = "add-nonsense(a=b)+add-limitation(scope=videoCodec)"
    found = _decide(home.http, film, directPlay=1, explain=1, **{"X-Plex-Client-Profile-Extra": extra})
    assert [one["directive"] for one in found["ClientProfile"]["Ignored"]] == extra.split("+")
    assert found["Reason"]


def test_xml_says_the_same(home: Home, film: int) -> None:
    query: dict[str, str | int] = {"path": f"/library/metadata/{film}", "directPlay": 1}
    answer = home.xml.get("/video/:/transcode/universal/decision", params=query)
    assert 'generalDecisionCode="1000"' in answer.text
    assert 'decision="directplay"' in answer.text


def test_a_track_is_decided_by_its_own_profile(home: Home) -> None:
    track = home.section("Music").searchTracks()[0].ratingKey
    for kind in ("music", "audio"):
        assert _decide(home.http, track, kind, directPlay=1)["generalDecisionCode"] == 1000


def test_a_photograph_is_shown_as_it_is(home: Home) -> None:
    photo = home.section("Photos").search(libtype="photo")[0].ratingKey
    assert _decide(home.http, photo, "photo", directPlay=1)["generalDecisionCode"] == 1000


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({}, "path"),
        ({"path": "/etc/passwd"}, "path"),
        ({"path": "/library/metadata/x"}, "path"),
        ({"path": "//[/library/metadata/1"}, "path"),
        ({"path": "/library/metadata/1", "directPlay": "perhaps"}, "directPlay"),
        ({"path": "/library/metadata/1", "directPlay": 1, "subtitles": "burn"}, "subtitles=burn"),
        ({"path": "/library/metadata/1", "mediaIndex": -2}, "mediaIndex"),
        ({"path": "/library/metadata/1", "mediaIndex": "first"}, "mediaIndex"),
        ({"path": "/library/metadata/1", "protocol": "gopher"}, "protocol"),
        ({"path": "/library/metadata/1", "videoResolution": "large"}, "videoResolution"),
        ({"path": "/library/metadata/1", "maxVideoBitrate": -1}, "maxVideoBitrate"),
        ({"path": "/library/metadata/1", "audioChannelCount": 99}, "audioChannelCount"),
        ({"path": "/library/metadata/1", "audioBoost": 0}, "audioBoost"),
        ({"path": "/library/metadata/1", "offset": "nan"}, "offset"),
        ({"path": "/library/metadata/1", "subtitles": "sung"}, "subtitles"),
        ({"path": "/library/metadata/1", "location": "moon"}, "location"),
    ],
)
def test_what_means_nothing_is_refused_by_name(home: Home, query: dict[str, str | int], named: str) -> None:
    answer = home.http.get("/video/:/transcode/universal/decision", params=query)
    assert answer.status_code == 400
    assert named in answer.text


def test_an_item_that_is_not_there_or_does_not_play(home: Home) -> None:
    path = "/video/:/transcode/universal/decision"
    assert home.http.get(path, params={"path": "/library/metadata/999999"}).status_code == 404
    show = home.section("TV Shows").all()[0].ratingKey
    assert home.http.get(path, params={"path": f"/library/metadata/{show}"}).status_code == 400
    stranger = httpx.get(
        f"{home.server.url}{path}",
        params={"path": "/library/metadata/1"},
        headers={"X-Forwarded-For": "198.51.100.7"},
        timeout=60,
    )
    assert stranger.status_code == 401


def test_each_person_is_decided_for_by_the_streams_they_chose(home: Home, film: int) -> None:
    """Mia reads the subtitle that she chose, the owner none."""
    (part,) = home.container(f"/library/metadata/{film}")["Metadata"][0]["Media"][0]["Part"]
    english = next(one for one in part["Stream"] if one.get("languageTag") == "en" and one["streamType"] == 3)
    chosen = home.mia_http.put(f"/library/parts/{part['id']}", params={"subtitleStreamID": english["id"]})
    assert chosen.status_code == 200
    query: dict[str, str | int] = {"directPlay": 1, "X-Plex-Client-Profile-Name": "Chrome"}
    found = {}
    for name, client in (("mia", home.mia_http), ("owner", home.http)):
        (media,) = _decide(client, film, **query)["Metadata"][0]["Media"]
        streams = {one["id"]: one for one in media["Part"][0]["Stream"]}
        found[name] = (streams[english["id"]].get("decision"), streams[english["id"]].get("location"))
    assert found["mia"] == ("transcode", "sidecar")  # WebVTT, which Chrome reads, made of the SRT file
    assert found["owner"][0] == "ignore"


def test_the_version_that_is_asked_for_is_the_one_that_is_decided_about(home: Home) -> None:
    film = home.section("Movies").get("Eleven Hours").ratingKey
    query: dict[str, str | int] = {"directPlay": 1, "X-Plex-Client-Profile-Name": "Kodi"}
    for index in (0, 1):
        versions = _decide(home.http, film, mediaIndex=index, **query)["Metadata"][0]["Media"]
        assert [bool(one.get("selected")) for one in versions] == [number == index for number in (0, 1)]
    gone = _decide(home.http, film, mediaIndex=5, **query)
    assert gone["generalDecisionCode"] == 2000
    decided = _decide(home.http, film, mediaIndex=1, partIndex=0, hasMDE=1, directPlay=1)
    assert decided["mdeDecisionCode"] == 1000


def test_bandwidth_from_outside_is_what_the_owner_allows(home: Home, film: int) -> None:
    query: dict[str, str | int] = {"directPlay": 1, "X-Plex-Client-Profile-Name": "Chrome"}
    assert home.http.put("/:/prefs", params={"WanPerStreamMaxUploadRate": 20}).status_code == 200
    try:
        outside = _decide(home.http, film, location="wan", **query)
        assert outside["availableBandwidth"] == 20
        assert (outside["generalDecisionCode"], outside["directPlayDecisionCode"]) == (2001, 3001)
        assert "only 20kbps is available" in outside["directPlayDecisionText"]
        assert "availableBandwidth" not in _decide(home.http, film, location="lan", **query)
    finally:
        home.http.put("/:/prefs", params={"WanPerStreamMaxUploadRate": 0})


@pytest.mark.parametrize("client", [written.profile.name for written in shipped().values()])
def test_start_acts_on_what_was_decided(home: Home, film: int, client: str) -> None:
    """The same query twice, as players send it: what was decided is made, and what was refused is not."""
    query: dict[str, str | int] = {
        "protocol": "hls",
        "session": f"flow-{client}",
        "X-Plex-Client-Profile-Name": client,
        "X-Plex-Client-Identifier": "flow",
    }
    found = _decide(home.http, film, **query)
    started = home.http.get(
        "/video/:/transcode/universal/start.m3u8", params={"path": f"/library/metadata/{film}", **query}
    )
    if client == "Generic":
        assert (found["transcodeDecisionCode"], started.status_code) == (4005, 400)
        return
    assert found["generalDecisionCode"] == 1001, found
    (media,) = found["Metadata"][0]["Media"]
    assert (media["protocol"], media["Part"][0]["decision"]) == ("hls", "transcode")
    assert (started.status_code, started.text.partition("\n")[0]) == (200, "#EXTM3U")
    assert home.http.get("/video/:/transcode/universal/stop", params=query).status_code == 200


def test_no_more_videos_are_converted_at_once_than_the_owner_allows(home: Home, film: int) -> None:
    query: dict[str, str | int] = {"protocol": "hls", "directStream": 0, "X-Plex-Client-Profile-Name": "Chrome"}
    mine = {"session": "one", "X-Plex-Client-Identifier": "sofa", **query}
    start = "/video/:/transcode/universal/start.m3u8"
    assert home.http.put("/:/prefs", params={"TranscodeCountLimit": 1}).status_code == 200
    try:
        begun = home.http.get(start, params={"path": f"/library/metadata/{film}", **mine})
        assert begun.status_code == 200, begun.text
        refused = _decide(home.mia_http, film, **query)
        assert (refused["generalDecisionCode"], refused["transcodeDecisionCode"]) == (2002, 2002)
        assert _decide(home.mia_http, film, directPlay=1, **query)["generalDecisionCode"] == 1000
        assert _decide(home.mia_http, film, **query | {"directStream": 1})["generalDecisionCode"] == 1001
        assert _decide(home.http, film, **mine)["generalDecisionCode"] == 1001  # it goes on with its own
        home.http.get("/video/:/transcode/universal/stop", params=mine)
        assert _decide(home.mia_http, film, **query)["generalDecisionCode"] == 1001
    finally:
        home.http.put("/:/prefs", params={"TranscodeCountLimit": 0})
