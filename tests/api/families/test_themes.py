"""Themes: sound that is handed in, listed, chosen and taken away as pictures are."""

import hashlib
from pathlib import Path

import pytest
from tests.api.families.conftest import Home


@pytest.fixture
def song(home: Home) -> Path:
    return home.media / "Music" / "Nora Vale" / "First Snow" / "02 - Birch.mp3"


def test_a_theme_is_handed_in_and_taken_away(home: Home, song: Path) -> None:
    digest = hashlib.sha1(song.read_bytes(), usedforsecurity=False).hexdigest()
    for item in (
        home.section("TV Shows").get("Small Machines"),
        home.section("Movies").get("Cold Lantern"),
        home.section("Music").get("Nora Vale"),
        home.section("Movies").collection("Coast"),
    ):
        item.uploadTheme(filepath=str(song))
        (theme,) = item.themes()
        assert theme.ratingKey == f"upload://themes/{digest}"
        assert theme.selected
        assert home.mia_http.get(theme.key).content == song.read_bytes()
        item.reload()
        assert "theme" in {field.name for field in item.fields if field.locked}
        assert home.mia_http.get(item.theme).content == song.read_bytes()
        assert home.http.get(item.theme, headers={"Range": "bytes=0-9"}).content == song.read_bytes()[:10]
        item.deleteTheme()
        assert not item.reload().theme
        assert [one.selected for one in item.themes()] == [False]
        item.themes()[0].select()
        assert item.reload().theme


def test_what_is_no_sound_is_refused(home: Home, song: Path) -> None:
    show = home.section("TV Shows").get("Uncharted Kitchen")
    path = f"/library/metadata/{show.ratingKey}/themes"
    picture = (home.media / "Movies" / "Cold Lantern (1991)" / "poster.jpg").read_bytes()
    for data in (b"", b"text", picture, b"#EXTM3U\nfile:///etc/passwd\n", song.read_bytes()[:20]):
        assert home.http.post(path, content=data).status_code == 400, data[:10]
    assert home.mia_http.post(path, content=song.read_bytes()).status_code == 403
    assert home.container(path)["size"] == 0
