"""Subtitles that are early or late are found out, and those that belong elsewhere are refused."""

import numpy as np
import pytest
from tests.support.episodes import music
from tests.support.speech import dialogue, later

from vitascope.media.voice.detecting import voiced
from vitascope.media.voice.fitting import fit

_SECONDS = 240


@pytest.fixture(scope="module")
def spoken() -> bytes:
    heard, _ = dialogue(7, _SECONDS)
    return np.packbits(voiced(heard + music(8, _SECONDS) * np.float32(0.1))).tobytes()


@pytest.fixture(scope="module")
def cues() -> list[tuple[int, int]]:
    """As people time them: a little early, and a little longer than what is said."""
    chance = np.random.default_rng(1)
    _, spans = dialogue(7, _SECONDS)
    return [(begin - int(chance.uniform(0, 150)), end + int(chance.uniform(0, 700))) for begin, end in spans]


@pytest.mark.parametrize("late_ms", [-45_000, -4_300, -700, 0, 2_500, 90_000])
def test_how_late_a_subtitle_is(spoken: bytes, cues: list[tuple[int, int]], late_ms: int) -> None:
    found = fit(later(cues, late_ms), spoken)
    assert found is not None
    assert found == pytest.approx(-late_ms, abs=300)


@pytest.mark.parametrize("seed", range(20, 40))
def test_the_subtitle_of_something_else_is_refused(spoken: bytes, seed: int) -> None:
    assert fit(dialogue(seed, _SECONDS)[1], spoken) is None


def test_what_runs_at_another_speed_is_refused(spoken: bytes, cues: list[tuple[int, int]]) -> None:
    assert fit([(round(begin * 25 / 23.976), round(end * 25 / 23.976)) for begin, end in cues], spoken) is None


def test_too_little_to_tell(spoken: bytes, cues: list[tuple[int, int]]) -> None:
    assert fit([], spoken) is None
    assert fit(cues[:19], spoken) is None
    assert fit([cues[0]] * 100, spoken) is None
    assert fit(cues, bytes(len(spoken))) is None
    assert fit(cues, b"") is None
    assert fit([(end, begin) for begin, end in cues], spoken) is None
    assert fit([(-begin, 10**15) for begin, _ in cues], spoken) is None
