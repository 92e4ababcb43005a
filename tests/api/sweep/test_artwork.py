"""Posters, backgrounds, logos, square pictures and themes: listed, taken in, chosen, removed."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.api.families.conftest import Home
from tests.api.sweep.ledger import covers
from tests.support.media_files import make_originals


def picture(path: Path, colour: str) -> Path:
    buffer = io.BytesIO()
    Image.new("RGB", (120, 180), colour).save(buffer, "JPEG")
    path.write_bytes(buffer.getvalue())
    return path


KINDS = (
    # listed by, the method's word, the address's property
    ("posters", "Poster", "posterUrl"),
    ("arts", "Art", "artUrl"),
    ("logos", "Logo", "logoUrl"),
    ("squareArts", "SquareArt", "squareArtUrl"),
)


@covers(
    "PosterMixin.posters",
    "PosterMixin.uploadPoster",
    "PosterMixin.setPoster",
    "PosterMixin.deletePoster",
    "PosterUrlMixin.posterUrl",
    "PosterUrlMixin.thumbUrl",
    "ArtMixin.arts",
    "ArtMixin.uploadArt",
    "ArtMixin.setArt",
    "ArtMixin.deleteArt",
    "ArtUrlMixin.artUrl",
    "LogoMixin.logos",
    "LogoMixin.uploadLogo",
    "LogoMixin.setLogo",
    "LogoMixin.deleteLogo",
    "LogoUrlMixin.logo",
    "LogoUrlMixin.logoUrl",
    "SquareArtMixin.squareArts",
    "SquareArtMixin.uploadSquareArt",
    "SquareArtMixin.setSquareArt",
    "SquareArtMixin.deleteSquareArt",
    "SquareArtUrlMixin.squareArt",
    "SquareArtUrlMixin.squareArtUrl",
    "BaseResource.select",
    "BaseResource.resourceFilepath",
)
@pytest.mark.parametrize(("listed", "word", "address"), KINDS)
def test_a_picture(home: Home, tmp_path: Path, listed: str, word: str, address: str) -> None:
    film: Any = home.section("Movies").get("Eleven Hours").reload()
    path = picture(tmp_path / "picture.jpg", "teal")
    digest = hashlib.sha1(path.read_bytes()).hexdigest()  # noqa: S324  # the name the contract gives it
    getattr(film, f"upload{word}")(filepath=str(path))
    film.reload()
    chosen = next(one for one in getattr(film, listed)() if one.selected)
    assert chosen.ratingKey.startswith("upload://")
    assert chosen.ratingKey.endswith(digest)
    assert home.xml.get(getattr(film, address).replace(home.server.url, "")).content[:2] == b"\xff\xd8"
    assert isinstance(chosen.resourceFilepath, str)
    if word == "Poster":
        assert film.thumbUrl == film.posterUrl
        other = next(one for one in film.posters() if not one.selected)
        film.setPoster(other)
        assert next(one for one in film.reload().posters() if one.selected).ratingKey == other.ratingKey
    elif word == "Logo":
        assert film.logo
    elif word == "SquareArt":
        assert film.squareArt
    getattr(film, f"set{word}")(chosen)
    chosen.select()
    assert next(one for one in getattr(film.reload(), listed)() if one.selected).ratingKey == chosen.ratingKey
    getattr(film, f"delete{word}")()
    assert [one for one in getattr(film.reload(), listed)() if one.selected and one.ratingKey == chosen.ratingKey] == []


@covers(
    "ThemeMixin.themes",
    "ThemeMixin.uploadTheme",
    "ThemeMixin.deleteTheme",
    "ThemeUrlMixin.themeUrl",
)
def test_a_theme(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "theme.mp3"
    path.write_bytes(make_originals()["mp3"])
    show = home.section("TV Shows").get("Small Machines")
    show.uploadTheme(filepath=str(path))
    show.reload()
    digest = hashlib.sha1(path.read_bytes()).hexdigest()  # noqa: S324  # the name the contract gives it
    assert next(theme.ratingKey for theme in show.themes() if theme.selected).endswith(digest)
    assert home.xml.get(show.themeUrl.replace(home.server.url, "")).content == path.read_bytes()
    show.deleteTheme()
    assert show.reload().themeUrl is None
