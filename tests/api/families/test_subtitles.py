"""Subtitles handed in, converted, moved and taken away; streams chosen by two people."""

from pathlib import Path
from typing import Any

import pytest
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home, connect

SRT = "1\n00:00:00,100 --> 00:00:00,900\nHand in hand\n"
VTT = "WEBVTT\n\n00:00.200 --> 00:00.700\nTwo\n"


def subtitle(film: Any, title: str) -> Any:
    return next(one for one in film.reload().subtitleStreams() if one.title == title)


def test_one_is_handed_in_read_and_taken_away_by_plexapi(home: Home, tmp_path: Path) -> None:
    film = home.section("Movies").get("Cold Lantern")
    path = tmp_path / "Cold Lantern.de.forced.srt"
    path.write_text(SRT)
    film.uploadSubtitles(str(path))
    mine = subtitle(film, "Cold Lantern.de.forced")
    assert (mine.codec, mine.languageCode, mine.forced, mine.streamType) == ("srt", "ger", True, 3)
    assert home.mia_http.get(mine.key).text == SRT
    assert home.http.get(f"{mine.key}.vtt", params={"format": "vtt"}).text.startswith("WEBVTT")
    assert home.http.get(mine.key, params={"encoding": "utf-8", "format": "ass"}).text.startswith("[Script Info]")
    home.http.get(f"/library/sections/{home.sections['Movies']}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert subtitle(film, "Cold Lantern.de.forced").key == mine.key
    folder = home.media / "Movies" / "Cold Lantern (1991)"
    assert {one.suffix for one in folder.iterdir()} == {".mp4", ".nfo", ".jpg"}
    film.removeSubtitles(streamTitle="Cold Lantern.de.forced")
    assert not film.reload().subtitleStreams()
    with pytest.raises(NotFound):
        home.owner.query(mine.key)


def test_by_plain_requests(home: Home) -> None:
    film = home.section("Movies").get("Eleven Hours")
    path = f"/library/metadata/{film.ratingKey}/subtitles"
    query: dict[str, str | int] = {"title": "mine", "format": "vtt", "language": "pt-BR", "hearingImpaired": 1}
    assert home.http.post(path, params=query, content=VTT).status_code == 200
    assert home.http.post(path, params=query, content=VTT).status_code == 200
    film.reload()
    everywhere = [
        [one for one in part.subtitleStreams() if one.title == "mine"] for media in film.media for part in media.parts
    ]
    assert [len(found) for found in everywhere] == [1, 1]
    (one,) = everywhere[0]
    assert (one.codec, one.languageTag, one.hearingImpaired) == ("webvtt", "pt-BR", True)
    assert home.http.delete(f"/library/streams/{one.id}.vtt").status_code == 200
    assert not [one for one in film.reload().subtitleStreams() if one.title == "mine"]


def test_what_is_no_subtitle_is_refused(home: Home) -> None:
    film = home.section("Movies").get("Fable of Salt")
    path = f"/library/metadata/{film.ratingKey}/subtitles"
    for query, content in (
        ({"title": "a.srt"}, b"nothing of the kind"),
        ({"title": "a.srt"}, b""),
        ({"title": "a.exe"}, SRT.encode()),
        ({"title": "a", "format": "../../srt"}, SRT.encode()),
        ({"title": "a.srt", "language": "Klingonese"}, SRT.encode()),
        ({"title": "a" * 300 + ".srt"}, SRT.encode()),
        ({"title": "a.srt"}, b"\x00" * 1000),
    ):
        assert home.http.post(path, params=query, content=content).status_code == 400, query
    assert home.http.post("/library/metadata/99999999/subtitles", params={"title": "a.srt"}).status_code == 404
    artist = home.section("Music").get("Nora Vale")
    assert (
        home.http.post(f"/library/metadata/{artist.ratingKey}/subtitles", params={"title": "a.srt"}).status_code == 400
    )
    assert home.mia_http.post(path, params={"title": "a.srt"}, content=SRT).status_code == 403
    assert not film.reload().subtitleStreams()


def test_none_are_found_since_nobody_has_any(home: Home) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    assert film.searchSubtitles(language="en") == []
    path = f"/library/metadata/{film.ratingKey}/subtitles"
    assert home.http.put(path, params={"key": "/library/streams/1"}).status_code == 404
    assert home.http.put(path).status_code == 400


def test_moved_it_is_served_moved_in_every_format(home: Home) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    english = next(one for one in film.reload().subtitleStreams() if one.languageCode == "eng")
    before = home.http.get(english.key).text
    assert home.http.put(f"{english.key}.srt", params={"offset": 2500}).status_code == 200
    moved = home.mia_http.get(english.key).text
    assert "00:00:02,600 --> 00:00:03,400" in moved
    assert "00:02.600 --> 00:03.400" in home.http.get(english.key, params={"format": "vtt"}).text.replace(
        "00:00:0", "00:0"
    )
    assert home.http.put(f"{english.key}.srt", params={"offset": 0}).status_code == 200
    assert home.http.get(english.key).text == before
    for bad in ({}, {"offset": "x"}, {"offset": 10**9}):
        assert home.http.put(f"{english.key}.srt", params=bad).status_code == 400
    assert home.mia_http.put(f"{english.key}.srt", params={"offset": 1}).status_code == 403
    audio = film.audioStreams()[0]
    assert home.http.put(f"/library/streams/{audio.id}.srt", params={"offset": 1}).status_code == 400
    assert home.http.put("/library/streams/99999999.srt", params={"offset": 1}).status_code == 404


def test_one_beside_the_film_goes_only_where_media_may_be_deleted(home: Home) -> None:
    film = home.section("Movies").get("Cloud Harbour")
    english = next(one for one in film.reload().subtitleStreams() if one.languageCode == "eng")
    assert home.http.delete(english.key).status_code == 403
    assert home.mia_http.delete(english.key).status_code == 403
    assert home.http.delete(f"/library/streams/{film.audioStreams()[0].id}").status_code == 400
    with pytest.raises(BadRequest):
        film.removeSubtitles(subtitleStream=english)


def test_each_person_chooses_streams(home: Home) -> None:
    mine = home.section("Movies").get("Cloud Harbour")
    hers = home.mia.library.section("Movies").get("Cloud Harbour")
    german = next(one for one in mine.reload().subtitleStreams() if one.languageCode == "ger")
    mine.media[0].parts[0].setSelectedSubtitleStream(german)
    assert [one.id for one in mine.reload().subtitleStreams() if one.selected] == [german.id]
    assert [one.id for one in hers.reload().subtitleStreams() if one.selected] != [german.id]
    mine.media[0].parts[0].resetSelectedSubtitleStream()
    assert not [one for one in mine.reload().subtitleStreams() if one.selected]
    audio = mine.audioStreams()[0]
    audio.setSelected()
    assert [one.id for one in mine.reload().audioStreams() if one.selected] == [audio.id]
    part = mine.media[0].parts[0].id
    assert home.http.put(f"/library/parts/{part}", params={"audioStreamID": 999999}).status_code == 400
    assert home.http.put("/library/parts/999999", params={"audioStreamID": 1}).status_code == 404


def test_choices_and_offsets_outlive_a_section_made_anew(fresh_home: Home) -> None:
    home = fresh_home

    def film(client: Any) -> Any:
        return connect(home.server.url, client).library.section("Movies").get("Cloud Harbour").reload()

    def selected(token: str) -> list[str]:
        return [one.languageCode for one in film(token).subtitleStreams() if one.selected]

    def stream(token: str, language: str) -> Any:
        return next(one for one in film(token).subtitleStreams() if one.languageCode == language)

    before = film(home.owner_token)
    before.media[0].parts[0].setSelectedSubtitleStream(stream(home.owner_token, "ger"))
    film(home.mia_token).media[0].parts[0].setSelectedSubtitleStream(stream(home.mia_token, "eng"))
    english = stream(home.owner_token, "eng")
    assert home.http.put(english.key, params={"offset": 2500}).status_code == 200
    moved = home.mia_http.get(english.key).text
    number = home.sections["Movies"]
    home.http.get(f"/library/sections/{number}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert (selected(home.owner_token), selected(home.mia_token)) == (["ger"], ["eng"])
    assert home.http.delete(f"/library/sections/{number}").status_code == 200
    home.server.wait_idle()
    query = {"name": "Movies", "type": "movie", "location": str(home.media / "Movies"), "scanner": "Plex Movie",
             "language": "en-US"}  # fmt: skip
    assert home.http.post("/library/sections", params=query).status_code == 201
    home.server.wait_idle()
    assert film(home.owner_token).media[0].parts[0].id != before.media[0].parts[0].id
    assert (selected(home.owner_token), selected(home.mia_token)) == (["ger"], ["eng"])
    again = stream(home.owner_token, "eng")
    assert again.id != english.id
    assert home.mia_http.get(again.key).text == moved
    assert home.mia_http.get(stream(home.mia_token, "ger").key).text.count("00:00:00,100") == 1
