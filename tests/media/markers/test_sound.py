"""Shared themes are found where they are, and nothing is found where nothing is shared."""

from pathlib import Path

import numpy as np
import pytest
from tests.support.episodes import RATE, Floats, music, with_theme, write

from vitascope.media.markers.matching import shared
from vitascope.media.markers.sound import print_of, sound_print
from vitascope.media.markers.tasks import Shared, SoundPrint
from vitascope.media.workers import MediaError

NOISE = np.random.default_rng(1)


def heard(samples: Floats) -> SoundPrint:
    return print_of(samples[:: RATE // 8000].astype(np.float32))


def compared(one: SoundPrint, other: SoundPrint) -> Shared | None:
    return shared(one, other, 12_000, 150_000)


def test_a_theme_over_different_contents_is_found_to_a_second_through_a_codec(tmp_path: Path) -> None:
    theme = music(1, 20)
    at = {"one.mkv": 4.0, "two.mp4": 9.33}
    prints = []
    for number, (name, start) in enumerate(at.items()):
        content = music(50 + number, 80)
        mixed = with_theme(content, theme, start) * (1.0 if number else 0.5)
        prints.append(sound_print(bytes(write(tmp_path / name, mixed)), 60_000))
    for (one, other), start in zip((prints, prints[::-1]), at.values(), strict=True):
        found = compared(one, other)
        assert found is not None
        assert found.start_ms == pytest.approx(start * 1000, abs=800)
        assert found.end_ms == pytest.approx(start * 1000 + 20_000, abs=800)


def test_speech_over_the_theme_and_noise_do_not_hide_it() -> None:
    theme = music(1, 20)
    one = with_theme(music(2, 90), theme + 0.2 * music(3, 20), 30)
    other = with_theme(music(4, 90), theme, 12) + (NOISE.normal(size=90 * RATE) * 0.01).astype(np.float32)
    found = compared(heard(one), heard(other))
    assert found is not None
    assert found.start_ms == pytest.approx(30_000, abs=1_000)
    assert found.end_ms == pytest.approx(50_000, abs=1_000)


@pytest.mark.parametrize("pair", [(5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)])
def test_music_of_the_same_notes_shares_nothing(pair: tuple[int, int]) -> None:
    assert compared(heard(music(pair[0], 240)), heard(music(pair[1], 240))) is None


def test_silence_hum_and_a_theme_that_is_too_short_are_no_intro() -> None:
    silence = np.zeros(60 * RATE, dtype=np.float32)
    assert compared(heard(silence), heard(silence)) is None
    hum = (0.3 * np.sin(2 * np.pi * 440 * np.arange(60 * RATE) / RATE)).astype(np.float32)
    assert compared(heard(hum), heard(hum)) is None
    sting = music(1, 6)
    assert compared(heard(with_theme(music(2, 60), sting, 20)), heard(with_theme(music(3, 60), sting, 5))) is None


def test_what_is_the_same_for_longer_than_an_intro_is_none() -> None:
    assert compared(heard(music(2, 200)), heard(music(2, 200))) is None


def test_what_is_short_or_has_no_sound(tmp_path: Path) -> None:
    nothing = SoundPrint(signs=b"", valid=b"")
    assert print_of(np.zeros(100, dtype=np.float32)) == nothing
    assert compared(nothing, heard(music(1, 60))) is None
    (tmp_path / "a.mkv").write_bytes(b"no film")
    with pytest.raises(MediaError):
        sound_print(bytes(tmp_path / "a.mkv"), 1000)
