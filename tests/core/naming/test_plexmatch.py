"""``.plexmatch`` files as people write them."""

import pytest

from vitascope.core.naming import EpisodeHint, PlexMatch

FULL = """\ufeff# Stranger Things
Title: Stranger Things
YEAR : 2016
season: 2
guid: plex://show/5d9c086c46115600200aa2fe
tvdbid: 305288
tmdbid: 66732
imdbid: tt4574334

ep: 01: madmax.mkv
episode: S03E07-E08: finale.mkv
ep: SP01: specials/behind.mkv
ep: 3-4: three: and four.mkv
"""


def test_everything() -> None:
    assert PlexMatch.parse(FULL) == PlexMatch(
        title="Stranger Things",
        year=2016,
        season=2,
        guid="plex://show/5d9c086c46115600200aa2fe",
        ids=(("imdb", "tt4574334"), ("tmdb", "66732"), ("tvdb", "305288")),
        episodes=(
            EpisodeHint(season=2, episodes=(1,), file="madmax.mkv"),
            EpisodeHint(season=3, episodes=(7, 8), file="finale.mkv"),
            EpisodeHint(season=0, episodes=(1,), file="specials/behind.mkv"),
            EpisodeHint(season=2, episodes=(3, 4), file="three: and four.mkv"),
        ),
    )


@pytest.mark.parametrize(
    "text",
    ["", "# title: X", "title", "title:", "year: soon", "year: 20166", "ep: 01", "ep: 01:", "ep: x: a.mkv",
     "ep: 9-1: a.mkv", "ep: 1-9999: a.mkv", "\x00\x01", ":", "colour: red", "year: ²⁰"],
)  # fmt: skip
def test_what_says_nothing(text: str) -> None:
    assert PlexMatch.parse(text) == PlexMatch()


def test_show_is_another_word_for_title() -> None:
    assert PlexMatch.parse("show: Lost").title == "Lost"


def test_an_unreadable_line_leaves_the_rest() -> None:
    assert PlexMatch.parse("title: Lost\r\nyear: ?\r\ntvdbid: 73739") == PlexMatch(
        title="Lost", ids=(("tvdb", "73739"),)
    )


def test_a_file_is_found_in_any_case() -> None:
    match = PlexMatch.parse("ep: 5: Five.MKV")
    assert match.episode_for("five.mkv") == EpisodeHint(season=None, episodes=(5,), file="Five.MKV")
    assert match.episode_for("six.mkv") is None
