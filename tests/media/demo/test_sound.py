"""Music: of the length asked for, neither silent nor too loud, without a seam where it loops."""

import numpy as np
import pytest

from vitascope.media.demo import catalogue, sound
from vitascope.media.demo.sound import RATE, Style


@pytest.mark.parametrize("style", [film.style for film in catalogue.films], ids=[f.title for f in catalogue.films])
def test_every_film_has_music_at_an_even_level(style: Style) -> None:
    pcm = sound.compose(7, 12, style)
    assert pcm.shape == (2, 12 * RATE)
    assert pcm.dtype == np.float32
    assert 0.3 < np.abs(pcm).max() < 1.0
    level = 20 * np.log10(np.sqrt(np.mean(pcm**2)))
    assert -20 < level < -14


def test_a_loop_has_no_step_where_it_begins_again() -> None:
    pcm = sound.compose(3, 8, Style(drums=0.0))
    usual = np.percentile(np.abs(np.diff(pcm, axis=1)), 99.9)
    assert np.abs(pcm[:, 0] - pcm[:, -1]).max() <= usual


def test_a_piece_that_is_no_loop_fades_in_and_out() -> None:
    pcm = sound.compose(3, 8, Style(), loop=False)
    assert np.abs(pcm[:, 0]).max() < 0.001
    assert np.abs(pcm[:, -1]).max() < 0.001


def test_a_seed_is_a_piece() -> None:
    one, again, other = (sound.compose(seed, 4, Style()) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_two_sides_differ() -> None:
    left, right = sound.compose(1, 4, Style())
    assert not np.array_equal(left, right)


def test_surround_has_six_channels_of_the_same_length() -> None:
    pcm = sound.surround(sound.compose(1, 2, Style()))
    assert pcm.shape == (6, 2 * RATE)
    assert all(np.abs(channel).max() > 0.01 for channel in pcm)


def test_a_murmur_speaks_and_pauses() -> None:
    pcm = sound.murmur(1, 10)
    loud = np.abs(pcm[0]).reshape(-1, RATE // 20).max(axis=1) > 0.02
    assert 0.3 < loud.mean() < 0.97


def test_fading_leaves_the_middle_alone() -> None:
    flat = np.ones((2, RATE), np.float32)
    faded = sound.faded(flat, rise=0.1, fall=0.1)
    assert faded[0, 0] == 0
    assert faded[0, RATE // 2] == 1
    assert sound.joined(flat, sound.silence(0.5)).shape == (2, RATE * 3 // 2)
