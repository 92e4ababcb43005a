"""Scenes: every one is a loop, at every shape of picture, and none is a dull one."""

import numpy as np
import pytest

from vitascope.media.demo import catalogue, scenes

SHAPES = [(160, 90), (90, 135), (96, 96), (101, 67)]


@pytest.mark.parametrize("name", sorted(scenes.NAMES))
@pytest.mark.parametrize("shape", SHAPES)
def test_a_scene_is_a_picture_of_any_shape_that_comes_back_to_its_start(name: str, shape: tuple[int, int]) -> None:
    place = scenes.scene(name, *shape)
    first = place.frame(0.0)
    assert first.shape == (shape[1], shape[0], 3)
    assert np.array_equal(first, place.frame(1.0))
    later = place.frame(0.37)
    assert not np.array_equal(first, later)
    assert later.std() > 8


def test_the_seed_changes_the_place() -> None:
    one, two = (scenes.scene("valley-day", 160, 90, seed=seed).frame(0.1) for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_the_same_seed_gives_the_same_place() -> None:
    one, two = (scenes.scene("harbour-dusk", 160, 90, seed=3).frame(0.6) for _ in range(2))
    assert np.array_equal(one, two)


def test_the_brightest_turn_is_where_lightning_strikes() -> None:
    place = scenes.scene("thunder", 96, 54)
    bright = place.frame(scenes.brightest_turn("thunder")).mean()
    assert bright > 1.2 * np.median([place.frame(step / 40).mean() for step in range(40)])


def test_every_scene_of_the_catalogue_exists() -> None:
    used = {film.scene for film in catalogue.films} | {album.scene for album in catalogue.albums}
    used |= {episode.scene for show in catalogue.shows for episode in show.episodes}
    used |= {show.scene for show in catalogue.shows} | {book.scene for book in catalogue.audiobooks}
    used |= {photo.scene for album in catalogue.photo_albums for photo in album.photos}
    used |= {clip.scene for clip in catalogue.home_videos}
    assert used <= scenes.NAMES
