"""Versions that a server made lie in a folder of their own, and bear the names of their originals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.naming.group_episodes import group_episodes
from vitascope.core.naming.group_movies import group_movies
from vitascope.core.naming.made_versions import folder_name, original_path, target_of


@pytest.mark.parametrize(
    ("path", "original", "target"),
    [
        ("Film (2010)/Film (2010).mkv", "Film (2010)/Film (2010).mkv", None),
        ("Film (2010)/Plex Versions/TV/Film (2010).mp4", "Film (2010)/Film (2010).mp4", "TV"),
        ("plex versions/Mobile/Film.mp4", "Film.mp4", "Mobile"),
        ("Plex Versions/Film.mp4", "Plex Versions/Film.mp4", None),
        ("Show/Season 1/Plex Versions/TV/S01E01.mp4", "Show/Season 1/S01E01.mp4", "TV"),
        ("Plex Versions", "Plex Versions", None),
    ],
)
def test_a_version_lies_where_its_original_does(path: str, original: str, target: str | None) -> None:
    assert (original_path(path), target_of(path)) == (original, target)


def test_films_have_them_as_versions() -> None:
    made = "A (2010)/Plex Versions/TV/A (2010).mp4"
    (film,) = group_movies([made, "A (2010)/A (2010).mkv"])
    assert [(version.paths, version.label) for version in film.versions] == [
        (("A (2010)/A (2010).mkv",), None),
        ((made,), "TV"),
    ]
    parts = ["B/B CD1.avi", "B/B CD2.avi", "B/Plex Versions/TV/B CD1.avi", "B/Plex Versions/TV/B CD2.avi"]
    (split,) = group_movies(parts)
    assert [version.paths for version in split.versions] == [tuple(parts[:2]), tuple(parts[2:])]


def test_episodes_have_them_as_versions() -> None:
    made = "Show/Season 1/Plex Versions/TV/Show S01E02.mp4"
    (episode,) = group_episodes([made, "Show/Season 1/Show S01E02.mkv"])
    assert (episode.season, episode.episode) == (1, 2)
    assert [version.paths for version in episode.versions] == [("Show/Season 1/Show S01E02.mkv",), (made,)]


@given(st.text(max_size=300))
def test_no_target_leads_out_of_its_folder(target: str) -> None:
    name = folder_name(target)
    assert name
    assert "/" not in name
    assert name not in (".", "..")
    assert not name.startswith(".")
    assert len(name.encode("utf-8", "replace")) <= 200
    assert folder_name(name) == name
