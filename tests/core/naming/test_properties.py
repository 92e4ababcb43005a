"""What holds for every string there is: nothing raises, answers repeat, and no word comes from elsewhere.

The strings are half noise (surrogates and control characters included) and half pieces of real names put together
at random, which is where patterns trip over each other.
"""

import dataclasses
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.examples import examples

from vitascope.core.model import SectionKind
from vitascope.core.naming import (
    ArtworkContext,
    IgnoreRules,
    PlexMatch,
    classify,
    deletions,
    first_character,
    fold,
    group_episodes,
    group_movies,
    group_photos,
    group_tracks,
    is_ignored,
    language_of,
    parse_artwork,
    parse_audiobook,
    parse_episode,
    parse_lyrics,
    parse_movie,
    parse_nfo,
    parse_photo,
    parse_show_name,
    parse_subtitle,
    parse_track,
    parse_video,
    readable,
    search_tokens,
    season_of,
    show_extras,
    sort_key,
    sort_title,
)


def pieces(*lines: str) -> list[str]:
    return [piece for line in lines for piece in line.split("|")]


PIECES = pieces(
    "Alien|The|24|9-1-1|100|1917|(1979)|[1999]|2012|S01E02|s01e01-e03|1x02|1x02-1x03|2015-03-04|04.03.2015|- 05",
    "-05v2|E02|ep 3|Part 2|cd1|pt2|(part 1)|Season 01|Season|Specials|S02|第2季|第3集|Staffel 3|1080p|x264-GRP|H.264",
    "WEB-DL|web|DD5.1|HDR10+|{imdb-tt0078748}|{tmdb-348}|{edition-Final Cut}|{edition-}|{|}|[|]|(|)|[Group]|[ABCD1234]",
    "-trailer|-short|Trailers|Behind The Scenes|CD 2|Disc 1|01 - |101|feat.|VA|Various Artists|.en|.forced|.pt-BR",
    "poster|-fanart|Season01a|.mkv|.mp3|.srt|.jpg|.|..|...|-|_| |  |/|//|'|:|꞉|½|é|e\u0301|ß|君の名|기생충|हिन्दी|Ｆ",
    "\udce9|\ud800|\x00|\x7f|\ufeff|😀|²|٣|Book 3 - |[B0ABCDEFGH]|(read by X)|Subs|theme",
)
PATHS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(".".join),
)
STEMS = ["Alien (1979)", "Alien", "24 - 05", "S01E02", ""]
RULES = IgnoreRules.parse("*.iso\nAlien*\nSeason*/[*\n")

ONE_PATH: dict[str, Callable[[str], Any]] = {
    "parse_movie": parse_movie,
    "parse_movie whole": lambda path: parse_movie(path, split_parts=False, find_extras=False),
    "parse_episode": parse_episode,
    "parse_episode whole": lambda path: parse_episode(path, split_parts=False),
    "parse_track": parse_track,
    "parse_audiobook": parse_audiobook,
    "parse_photo": parse_photo,
    "parse_video": parse_video,
    "parse_show_name": parse_show_name,
    "parse_subtitle": lambda path: parse_subtitle(path, STEMS),
    "parse_artwork": lambda path: [
        parse_artwork(path, ArtworkContext(section=section, stems=STEMS)) for section in SectionKind
    ],
    "parse_lyrics": lambda path: parse_lyrics(path, STEMS),
    "parse_nfo": lambda path: [parse_nfo(path, section, STEMS) for section in SectionKind],
    "season_of": season_of,
    "classify": classify,
    "is_ignored": lambda path: [
        is_ignored(path, size, is_dir, section)
        for size in (None, 0, 5)
        for is_dir in (False, True)
        for section in SectionKind
    ],
    "IgnoreRules.matches": RULES.matches,
    "IgnoreRules.parse": lambda text: IgnoreRules.parse(text, text).matches(text),
    "PlexMatch.parse": PlexMatch.parse,
    "language_of": language_of,
    "readable": readable,
    "fold": fold,
    "sort_title": sort_title,
    "sort_key": lambda title: first_character(sort_key(title)),
    "search_tokens": lambda text: [deletions(token) for token in search_tokens(text)],
}


@pytest.mark.parametrize("name", ONE_PATH)
@examples(60)
@example("")
@example("/")
@example("/" * 4096)
@example("a" * 4096)
@example("[" * 2000)
@example("(1999" * 800)
@example("- " * 2000 + "1")
@example("1x" * 2000)
@example("1." * 2000 + "mkv")
@example("s1e1-" * 800)
@example("\x00")
@given(text=PATHS)
def test_never_raises_and_repeats_itself(name: str, text: str) -> None:
    function = ONE_PATH[name]
    assert function(text) == function(text)


@examples(80)
@given(paths=st.lists(PATHS.map(lambda path: f"{path}.mkv"), max_size=8))
def test_grouping_loses_nothing_and_does_not_mind_the_order(paths: list[str]) -> None:
    movies = group_movies(paths)
    assert movies == group_movies(reversed(paths))
    found = [path for movie in movies for version in movie.versions for path in version.paths]
    found += [extra.path for movie in movies for extra in movie.extras]
    assert sorted(found) == sorted(set(paths))

    episodes = group_episodes(paths)
    assert episodes == group_episodes(reversed(paths))
    found = [path for episode in episodes for version in episode.versions for path in version.paths]
    assert set(found) | {extra.extra.path for extra in show_extras(paths)} == set(paths)

    albums = group_tracks(paths)
    assert albums == group_tracks(reversed(paths))
    assert sorted(track.path for album in albums for disc in album.discs for track in disc.tracks) == sorted(set(paths))

    photos = group_photos(paths)
    assert photos == group_photos(reversed(paths))
    assert sorted(file.path for album in photos for file in album.files) == sorted(set(paths))


TITLES: dict[str, Callable[[str], list[str | None]]] = {
    "movie": lambda path: [(name := parse_movie(path)).title, name.edition, name.version, name.extra_title],
    "episode": lambda path: [
        (name := parse_episode(path)).show_title,
        name.show_edition,
        name.title,
        name.version,
        name.extra_title,
    ],
    "track": lambda path: [(name := parse_track(path)).title, name.album],
    "audiobook": lambda path: [
        (name := parse_audiobook(path)).title,
        name.book,
        name.author,
        name.series,
        name.narrator,
        name.asin,
    ],
    "photo": lambda path: [(name := parse_photo(path)).title, name.album],
    "video": lambda path: [parse_video(path).title],
}


def words(text: str) -> list[str]:
    return [word for word in "".join(char if char.isalnum() else " " for char in text.casefold()).split() if word]


@pytest.mark.parametrize("kind", TITLES)
@examples(80)
@given(path=PATHS)
def test_every_word_comes_from_the_path(kind: str, path: str) -> None:
    source = readable(path).casefold()
    for text in TITLES[kind](path):
        assert all(word in source for word in words(text or ""))


@pytest.mark.parametrize("kind", TITLES)
@examples(80)
@given(path=PATHS)
def test_titles_can_be_stored_and_shown(kind: str, path: str) -> None:
    for text in TITLES[kind](path):
        if text is not None:
            text.encode("utf-8")
            assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in text)
            assert unicodedata.normalize("NFC", text) == text


@pytest.mark.parametrize(
    "parse", [parse_movie, parse_photo, parse_video, parse_track], ids=lambda parse: parse.__name__
)
@given(stem=st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30))
def test_a_file_with_a_name_has_a_title(parse: Callable[[str], Any], stem: str) -> None:
    if stem.strip("/."):
        assert parse(f"{stem.replace('/', '')}.mkv").title


@given(text=PATHS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=PATHS)
def test_keys_and_tokens_can_be_stored(text: str) -> None:
    for stored in (fold(text), sort_key(text), *search_tokens(text)):
        assert "\x00" not in stored
        stored.encode("utf-8")


@given(number=st.integers(0, 10**12), other=st.integers(0, 10**12))
def test_numbers_sort_by_value(number: int, other: int) -> None:
    assert (sort_key(f"Alien {number}").encode() < sort_key(f"Alien {other}").encode()) == (number < other)


@given(year=st.integers(1900, 2039), title=st.from_regex(r"[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,3}", fullmatch=True))
def test_the_recommended_form_is_always_understood(year: int, title: str) -> None:
    path = f"{title} ({year})/{title} ({year}).mkv"
    name = parse_movie(path)
    assert (name.title, name.year, name.extra) == (title, year, None)


@example(season=1, episode=1, show="Aaa Sdr Aaa")
@example(season=1, episode=1, show="Aaa Remux Aaa Dts")
@example(season=1, episode=1, show="Aaa Atmos Web Aaa")
@given(
    season=st.integers(0, 99),
    episode=st.integers(1, 999),
    show=st.from_regex(r"[A-Z][a-z]{2,9}( [A-Z][a-z]{2,9}){0,3}|[1-9][0-9]{0,3}", fullmatch=True),
)
def test_the_recommended_form_of_an_episode_is_always_understood(season: int, episode: int, show: str) -> None:
    name = parse_episode(f"{show}/Season {season:02}/{show} - s{season:02}e{episode:02}.mkv")
    assert (name.show_title, name.season, name.episodes) == (show, season, (episode,))


def test_values_are_frozen() -> None:
    for value in (parse_movie("a.mkv"), parse_episode("a.mkv"), parse_track("a.mp3"), parse_photo("a.jpg")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.title = "b"  # type: ignore[misc]  # the assignment is what is tested
