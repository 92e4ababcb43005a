"""Streams that are made, as players get them: what is copied, what is converted, seeks, qualities, whose they are."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

import httpx
import pytest
from tests.api.conftest import Library
from tests.support.stream_client import Stream, open_stream
from tests.support.streams import check_complete, check_same_times


@dataclass(frozen=True, kw_only=True)
class Film:
    """A film of the library."""

    key: str
    file: Path
    media: dict[str, Any]


def film(library: Library, title: str, edition: str | None = None) -> Film:
    for item in library.items("Movies"):
        if item["title"] == title and item.get("editionTitle") == edition:
            media = item["Media"][0]
            return Film(key=f"/library/metadata/{item['ratingKey']}", file=Path(media["Part"][0]["file"]), media=media)
    raise AssertionError(f"no film {title}")


def stranger(library: Library) -> httpx.Client:
    """A player without a token, not of this house."""
    return library.server.client(x_forwarded_for="203.0.113.9")


def begin(library: Library, title: str, **query: Any) -> tuple[Film, Stream]:
    found = film(library, title)
    name = f"{title} {sorted(query.items())}"
    return found, open_stream(library.owner, stranger(library), found.key, session=name, **query)


def test_what_the_client_plays_is_copied_packet_by_packet(library: Library) -> None:
    found, stream = begin(library, "Paper Comets", mediaIndex=1)
    (picture,), (sound,) = stream.qualities, stream.others("AUDIO")
    file = Path(library.owner.get(found.key).json()["MediaContainer"]["Metadata"][0]["Media"][1]["Part"][0]["file"])
    check_complete(picture.watch(video=True), file, 0)
    check_complete(sound.watch(video=False), file, 1)


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Ember Coast", {"X-Plex-Platform": "Chrome"}),
        ("A Field Guide to Thunder", {"X-Plex-Platform": "Generic"}),
        ("Salt and Static", {"X-Plex-Platform": "Generic"}),
        ("Paper Comets", {"maxVideoBitrate": 320}),
    ],
)
def test_what_it_does_not_play_is_converted_without_a_gap(
    library: Library, title: str, query: dict[str, str | int]
) -> None:
    found, stream = begin(library, title, **query)
    (picture,), (sound,) = stream.qualities, stream.others("AUDIO")
    samples = picture.watch(video=True)
    check_same_times(samples, found.file, 0)
    heard = sound.watch(video=False)
    assert abs(heard[-1].shown_us - samples[-1].shown_us) < 500_000


def test_a_seek_begins_where_the_player_wants_to_be_and_joins_what_was_made_before(library: Library) -> None:
    _, stream = begin(library, "The Lantern Tide", maxVideoBitrate=320)
    (picture,) = stream.qualities
    last = len(picture.said.segments) - 1
    picture.watch(last, last, video=True)
    picture.watch(40, 41, video=True)
    picture.watch(38, 42, video=True)  # made by two runs, joined


def test_every_quality_has_the_same_timeline(library: Library) -> None:
    found, stream = begin(library, "The Lantern Tide", autoAdjustQuality=1)
    qualities = stream.qualities
    assert qualities[0].name == "original"
    assert len(qualities) > 1
    assert len({quality.grid.starts_us for quality in qualities}) == 1
    starts = {quality.name: quality.watch(20, 20, video=True)[0].shown_us for quality in qualities}
    assert max(starts.values()) - min(starts.values()) <= 1_000, starts
    mixed = [(qualities[0], 30), (qualities[-1], 31), (qualities[0], 32)]
    times = [sample.shown_us for quality, number in mixed for sample in quality.watch(number, number, video=True)]
    assert len(times) == len(set(times))
    assert found.media["videoCodec"] == "h264"


def test_subtitles_come_in_segments_with_a_name_for_people(library: Library) -> None:
    _, stream = begin(library, "The Lantern Tide", autoAdjustQuality=1)
    names = [one["NAME"] for one in stream.said.media if one["TYPE"] == "SUBTITLES"]
    assert "German (SRT External)" in names
    texts = [one for one in stream.others("SUBTITLES") if one.segment(0)]
    assert len(texts) == len(names)
    lines = "".join(texts[0].segment(number).decode() for number in range(len(texts[0].said.segments)))
    assert lines.startswith("WEBVTT")
    assert "X-TIMESTAMP-MAP" in lines
    assert "-->" in lines


def test_music_is_streamed_too(library: Library) -> None:
    track = next(item for item in library.items("Music", type="10") if item["Media"][0]["audioCodec"] == "flac")
    stream = open_stream(library.owner, stranger(library), track["key"], kind="music", session="song")
    (sound,) = stream.qualities
    heard = sound.watch(video=False)
    assert abs(heard[-1].shown_us / 1000 - track["duration"]) < 500


def test_dash_names_the_same_segments(library: Library) -> None:
    found = film(library, "The Lantern Tide")
    query = {"path": found.key, "protocol": "dash", "session": "dash", "X-Plex-Platform": "Chrome"}
    answer = library.owner.get("/video/:/transcode/universal/start.mpd", params=query)
    assert answer.headers["content-type"] == "application/dash+xml"
    assert "<SegmentTimeline>" in answer.text


def test_dash_has_every_subtitle_as_one_text(library: Library) -> None:
    found = film(library, "The Lantern Tide")
    query = {"path": found.key, "protocol": "dash", "session": "words", "X-Plex-Platform": "Chrome"}
    answer = library.owner.get("/video/:/transcode/universal/start.mpd", params=query | {"autoAdjustQuality": 1})
    space = {"": "urn:mpeg:dash:schema:mpd:2011"}
    sets = ElementTree.fromstring(answer.content).findall(  # noqa: S314  # our own
        ".//AdaptationSet[@contentType='text']", space
    )
    assert "German (SRT External)" in [one.findtext("Label", namespaces=space) for one in sets]
    assert len(sets) > 1
    for one in sets:
        assert one.get("mimeType") == "text/vtt"
        address = urljoin(str(answer.url), one.findtext("Representation/BaseURL", "", space))
        words = stranger(library).get(address)
        assert (words.status_code, words.headers["content-type"].partition(";")[0]) == (200, "text/vtt")
        assert words.text.startswith("WEBVTT\n\n"), "on its own, it has no times of others to fit"
        assert words.text.count(" --> ") > 1
        starts = [line.partition(" --> ")[0] for line in words.text.split("\n") if " --> " in line]
        assert starts == sorted(starts)


# --- whose it is -----------------------------------------------------------------------------------------------


def test_addresses_hold_a_key_and_end_with_the_session(library: Library) -> None:
    _, stream = begin(library, "Paper Comets", mediaIndex=1)
    (picture,) = stream.qualities
    key = picture.address.rsplit("/", 3)[1]
    assert len(key) >= 24
    for wrong in (key[:-1] + ("a" if key[-1] != "a" else "b"), "one", "..", "%2e%2e%2f"):
        assert stream.player.get(picture.address.replace(key, wrong)).status_code in (401, 404), wrong
    (first, *_) = picture.said.segments
    for name in ("99999.m4s", "00000.ts", "..%2f..%2fheader.mp4", "abc.m4s", "0.m4s.part"):
        assert picture.get(name).status_code in (401, 404), name
    query = {"session": "Paper Comets [('mediaIndex', 1)]"}
    assert library.guest.get("/video/:/transcode/universal/stop", params=query).status_code == 200
    assert picture.get(first.uri).status_code == 200, "another person ends nothing"
    assert library.owner.get("/video/:/transcode/universal/ping", params=query).status_code == 200
    assert library.owner.get("/video/:/transcode/universal/stop", params=query).status_code == 200
    assert picture.get(first.uri).status_code == 404
    assert library.owner.get("/video/:/transcode/universal/ping", params=query).status_code == 404


@pytest.mark.parametrize("loss", ["the token", "the person", "the token, while nobody looks"])
def test_the_addresses_of_a_stream_die_with_the_right_to_it(library: Library, loss: str) -> None:
    """They hold a key, and players send no token: who was shown out must not watch the film to its end."""
    name = f"passing-{loss.count(' ')}-{len(loss)}"
    made = {"name": name, "section": "Movies"}
    assert library.owner.post("/vitascope/people", params=made).status_code == 201
    minted = library.owner.post("/vitascope/people/tokens", params={"name": name})
    person = library.server.client(minted.json()["MediaContainer"]["token"], accept="application/json")
    stream = open_stream(person, stranger(library), film(library, "Paper Comets").key, session="passing", mediaIndex=1)
    (picture,), (sound,) = stream.qualities, stream.others("AUDIO")
    assert picture.header()
    assert picture.segment(0)
    everyone = library.owner.get("/vitascope/people").json()["MediaContainer"]["Person"]
    (token,) = next(one["Token"] for one in everyone if one["name"] == name)
    if loss != "the person":
        gone = library.owner.delete("/vitascope/people/tokens", params={"name": name, "id": token["id"]})
    else:
        gone = library.owner.delete("/vitascope/people", params={"name": name})
    assert gone.status_code in (200, 204)
    if loss == "the token, while nobody looks":
        key = f"/transcode/sessions/{picture.address.rsplit('/', 3)[1]}"
        deadline = time.monotonic() + 60
        while key in library.owner.get("/transcode/sessions").text:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    for address in (picture.address, sound.address):
        assert stream.player.get(address).status_code == 404
    for uri in (picture.said.segments[0].uri, picture.said.segments[-1].uri, picture.said.map_uri or ""):
        assert picture.get(uri).status_code == 404, uri
    assert library.owner.delete("/vitascope/people", params={"name": name}).status_code in (200, 204, 400)


@pytest.mark.parametrize("loss", ["the library", "the item"])
def test_a_stream_ends_when_what_it_shows_is_withdrawn(library: Library, tmp_path: Path, loss: str) -> None:
    """A library that is removed, and an item with a label that the person may not see, are nobody's to watch on."""
    folder = tmp_path / "Passing Clouds (2009)"
    folder.mkdir()
    shutil.copy(film(library, "Paper Comets").file, folder / "Passing Clouds (2009).mp4")
    section = {"name": "Passing", "type": "movie", "scanner": "Plex Movie", "language": "en-US"}
    made = library.owner.post("/library/sections", params=section | {"location": str(tmp_path)})
    key = made.json()["MediaContainer"]["Directory"][0]["key"]
    library.server.wait_idle()
    person = {"name": "passing", "section": "Passing", "excludeLabel": "Closed"}
    assert library.owner.post("/vitascope/people", params=person).status_code == 201
    try:
        minted = library.owner.post("/vitascope/people/tokens", params={"name": "passing"})
        viewer = library.server.client(minted.json()["MediaContainer"]["token"], accept="application/json")
        listed = f"/library/sections/{key}/all"
        (item,) = viewer.get(listed).json()["MediaContainer"]["Metadata"]
        stream = open_stream(viewer, stranger(library), item["key"], session="withdrawn")
        picture = stream.qualities[0]
        assert picture.header()
        assert picture.segment(0)
        if loss == "the library":
            gone = library.owner.delete(f"/library/sections/{key}")
        else:
            label = {"type": 1, "id": item["ratingKey"], "label[0].tag.tag": "Closed"}
            gone = library.owner.put(listed, params=label)
        assert gone.status_code == 200
        assert stream.player.get(picture.address).status_code == 404
        for uri in (picture.said.segments[0].uri, picture.said.segments[-1].uri, picture.said.map_uri or ""):
            assert picture.get(uri).status_code == 404, uri
    finally:
        library.owner.delete("/vitascope/people", params={"name": "passing"})
        library.owner.delete(f"/library/sections/{key}")


def test_what_a_person_may_not_see_is_not_streamed(library: Library) -> None:
    show = library.items("TV Shows", type="4")[0]
    for client, status in ((library.owner, 200), (library.guest, 404)):
        query = {"path": show["key"], "protocol": "hls", "X-Plex-Platform": "Chrome"}
        assert client.get("/video/:/transcode/universal/start.m3u8", params=query).status_code == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"path": "/library/metadata/999999"}, 404),
        ({"path": "/etc/passwd"}, 400),
        ({"path": "/library/metadata/1", "mediaIndex": "nine"}, 400),
        ({"path": "/library/metadata/1", "mediaIndex": "77"}, 400),
        ({"path": "/library/metadata/1", "videoResolution": "wide"}, 400),
    ],
)
def test_a_request_that_means_nothing_is_refused(library: Library, query: dict[str, str], status: int) -> None:
    answer = library.owner.get("/video/:/transcode/universal/start.m3u8", params=query)
    assert answer.status_code == status, answer.text


def test_the_owner_sees_what_is_made_and_ends_it(library: Library) -> None:
    found, stream = begin(library, "Ember Coast", maxVideoBitrate=720)
    (picture,) = stream.qualities
    picture.watch(0, 0, video=True)
    key = picture.address.rsplit("/", 3)[1]
    (made,) = [
        one
        for one in library.owner.get("/transcode/sessions").json()["MediaContainer"]["TranscodeSession"]
        if one["key"] == f"/transcode/sessions/{key}"
    ]
    assert made["videoDecision"] == "transcode"
    assert (made["sourceVideoCodec"], made["videoCodec"]) == ("hevc", "h264")
    assert made["protocol"] == "hls"
    assert made["progress"] > 0
    assert library.guest.get("/transcode/sessions").status_code == 403
    assert library.owner.get("/").json()["MediaContainer"]["transcoderActiveVideoSessions"] >= 1
    report: dict[str, str | int] = {
        "ratingKey": found.key.rsplit("/", 1)[1],
        "state": "playing",
        "time": 1000,
        "duration": 10016,
    }
    assert library.owner.get("/:/timeline", params=report).status_code == 200
    (playing,) = library.owner.get("/status/sessions").json()["MediaContainer"]["Metadata"]
    assert playing["TranscodeSession"]["key"] == made["key"]
    (version,) = playing["Media"]
    (played,) = version["Part"]
    assert (version["protocol"], version["videoCodec"], played["decision"]) == ("hls", "h264", "transcode")
    streams = {one["streamType"]: one for one in played["Stream"] if one.get("selected")}
    assert (streams[1]["decision"], streams[1]["codec"]) == ("transcode", "h264"), "what the player gets"
    assert version["bitrate"] == playing["Session"]["bandwidth"] <= 720
    ended = library.owner.get("/status/sessions/terminate", params={"sessionId": playing["Session"]["id"]})
    assert ended.status_code == 200
    assert picture.get(picture.said.segments[0].uri).status_code == 404


# --- beside the stream -----------------------------------------------------------------------------------------


def test_the_selected_subtitle_comes_as_text_and_nothing_as_an_empty_text(library: Library) -> None:
    found = film(library, "The Lantern Tide")
    (item,) = library.guest.get(found.key).json()["MediaContainer"]["Metadata"]
    part = item["Media"][0]["Part"][0]
    german = next(one for one in part["Stream"] if one["streamType"] == 3 and one.get("languageTag") == "de")
    query = {"path": found.key, "subtitles": "sidecar"}
    assert library.guest.get("/subtitles/:/transcode/universal/start", params=query).content == b""
    library.guest.put(f"/library/parts/{part['id']}", params={"subtitleStreamID": german["id"]})
    answer = library.guest.get("/subtitles/:/transcode/universal/start", params=query)
    assert answer.headers["content-type"].startswith("application/x-subrip")
    assert "-->" in answer.text
    assert library.owner.get("/video/:/transcode/universal/subtitles", params=query).content == b"", "her own choice"
    library.guest.put(f"/library/parts/{part['id']}", params={"subtitleStreamID": 0})
    assert library.guest.get("/subtitles/:/transcode/universal/start", params=query).content == b""
    missing = {"path": found.key, "partIndex": "7"}
    assert library.guest.get("/subtitles/:/transcode/universal/start", params=missing).status_code == 404


def test_there_is_no_other_way_and_it_says_so(library: Library) -> None:
    _, stream = begin(library, "Paper Comets", mediaIndex=1)
    query = {"session": "Paper Comets [('mediaIndex', 1)]"}
    assert library.owner.post("/video/:/transcode/universal/fallback", params=query).status_code == 412
    assert library.guest.post("/video/:/transcode/universal/fallback", params=query).status_code == 404
    assert stream.qualities
