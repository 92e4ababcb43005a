"""Pictures beside the media: of what, and of which kind."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from vitascope.core.model import ArtKind, SectionKind
from vitascope.core.naming import ArtTarget, ArtworkContext, ArtworkName, parse_artwork

CASES: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("artwork.toml").read_text("utf-8"))
STEMS = ("Film (1999)", "Show - s01e01")


@pytest.mark.parametrize("case", CASES)
def test_artwork(case: str) -> None:
    section, _, path = case.partition(": ")
    fields = {"folder": path.rpartition("/")[0], **CASES[case]}
    expected = ArtworkName(**{**fields, "target": ArtTarget(fields["target"]), "kind": ArtKind(fields["kind"])})
    assert parse_artwork(path, ArtworkContext(section=SectionKind(section), stems=STEMS)) == expected


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("movie", "poster.jpg"),
        ("movie", "Film (1999)/screenshot.jpg"),
        ("movie", "Film (1999)/poster.gif"),
        ("movie", "Film (1999)/poster"),
        ("movie", "Film (1999)/Film (1999)-disc.png"),
        ("movie", "Film (1999)/theme.txt"),
        ("show", "Season01.jpg"),
        ("show", "Show/season-all-poster.jpg"),
        ("artist", "Nena/Nena/scan-07.jpg"),
        ("movie", ""),
    ],
)
def test_nobodys_picture(section: str, path: str) -> None:
    assert parse_artwork(path, ArtworkContext(section=SectionKind(section), stems=STEMS)) is None


def test_pictures_of_an_artists_folder() -> None:
    of_artist = parse_artwork("Nena/folder.jpg", ArtworkContext(section=SectionKind.ARTIST))
    of_album = parse_artwork("Nena - Nena/folder.jpg", ArtworkContext(section=SectionKind.ARTIST, stems=["01 - Kino"]))
    assert of_artist is not None
    assert of_album is not None
    assert (of_artist.target, of_album.target) == (ArtTarget.ARTIST, ArtTarget.ALBUM)


def test_order_prefers_the_better_name_then_the_lower_number() -> None:
    context = ArtworkContext(section=SectionKind.MOVIE)
    names = ["folder-2.jpg", "poster-10.jpg", "cover.jpg", "poster.jpg", "poster-2.jpg"]
    found = [(parse_artwork(f"Film/{name}", context), name) for name in names]
    ordered = sorted((art.order, name) for art, name in found if art is not None)
    assert [name for _, name in ordered] == ["poster.jpg", "poster-2.jpg", "poster-10.jpg", "cover.jpg", "folder-2.jpg"]
