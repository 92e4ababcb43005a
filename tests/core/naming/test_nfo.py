"""NFO files: what they describe."""

import pytest

from vitascope.core.model import SectionKind
from vitascope.core.naming import ArtTarget, NfoName, parse_nfo

MOVIE, SHOW, ARTIST, OTHER = SectionKind.MOVIE, SectionKind.SHOW, SectionKind.ARTIST, SectionKind.OTHER
STEMS = ["Alien (1979)", "Lost - s01e01"]


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        (MOVIE, "Alien (1979)/movie.nfo", NfoName(target=ArtTarget.MOVIE, folder="Alien (1979)")),
        (MOVIE, "Alien (1979)/Movie.NFO", NfoName(target=ArtTarget.MOVIE, folder="Alien (1979)")),
        (MOVIE, "A/Alien (1979).nfo", NfoName(target=ArtTarget.MOVIE, folder="A", stem="Alien (1979)")),
        (MOVIE, "alien (1979).nfo", NfoName(target=ArtTarget.MOVIE, folder="", stem="Alien (1979)")),
        (MOVIE, "movie.nfo", None),
        (MOVIE, "Alien (1979)/grp-alien.nfo", None),
        (MOVIE, "Alien (1979)/movie.xml", None),
        (SHOW, "Lost/tvshow.nfo", NfoName(target=ArtTarget.SHOW, folder="Lost")),
        (SHOW, "tvshow.nfo", None),
        (SHOW, "Lost/Season 2/season.nfo", NfoName(target=ArtTarget.SEASON, folder="Lost/Season 2", season=2)),
        (SHOW, "Lost/Specials/season.nfo", NfoName(target=ArtTarget.SEASON, folder="Lost/Specials", season=0)),
        (SHOW, "Lost/season01.nfo", NfoName(target=ArtTarget.SEASON, folder="Lost", season=1)),
        (SHOW, "Lost/S1/Lost - s01e01.nfo", NfoName(target=ArtTarget.EPISODE, folder="Lost/S1", stem="Lost - s01e01")),
        (SHOW, "Lost/S1/Lost - s01e02.nfo", None),
        (ARTIST, "Nena/artist.nfo", NfoName(target=ArtTarget.ARTIST, folder="Nena")),
        (ARTIST, "Nena/Live/album.nfo", NfoName(target=ArtTarget.ALBUM, folder="Nena/Live")),
        (ARTIST, "Nena/Live/CD 2/album.nfo", NfoName(target=ArtTarget.ALBUM, folder="Nena/Live")),
        (ARTIST, "Nena/Live/info.nfo", None),
        (OTHER, "Trips/movie.nfo", None),
        (MOVIE, "", None),
    ],
)
def test_nfo(section: SectionKind, path: str, expected: NfoName | None) -> None:
    assert parse_nfo(path, section, STEMS) == expected
