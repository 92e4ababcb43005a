"""Speech is told from what is not: silence, noise, clicks and music."""

import numpy as np
import pytest
from tests.support.episodes import RATE, Floats, music
from tests.support.speech import Spans, dialogue, noise

from vitascope.media.demo import sound
from vitascope.media.voice.detecting import Flags, voiced
from vitascope.media.voice.tasks import STEP_MS

_SECONDS = 60


def shares(found: Flags, spans: Spans) -> tuple[float, float]:
    """Of what is spoken, how much was found; of what is not, how much was taken for speech."""
    truth = np.zeros(len(found), dtype=np.bool_)
    for begin, end in spans:
        truth[begin // STEP_MS : end // STEP_MS] = True
    return float((found & truth).sum() / truth.sum()), float((found & ~truth).sum() / (~truth).sum())


@pytest.mark.parametrize(
    ("background", "least"),
    [
        (np.zeros(_SECONDS * RATE, dtype=np.float32), 0.9),
        (noise(1, _SECONDS, 0.01, pink=True), 0.8),
        (music(2, _SECONDS) * np.float32(0.1), 0.6),
    ],
    ids=["silence", "noise", "music"],
)
def test_who_speaks_is_heard_before_a_background(background: Floats, least: float) -> None:
    spoken, spans = dialogue(3, _SECONDS)
    found = voiced(spoken + background)
    assert len(found) == _SECONDS * 1000 // STEP_MS
    right, wrong = shares(found, spans)
    assert right >= least
    assert wrong <= 0.12


def _demo_music() -> Floats:
    played = sound.compose(5, _SECONDS, sound.Style(drums=1.0)).mean(axis=0)[::3]
    return np.asarray(played, dtype=np.float32)


def _clicks() -> Floats:
    bursts = np.random.default_rng(1).random(_SECONDS * 20).repeat(RATE // 20) > 0.8
    return np.asarray(noise(1, _SECONDS, 0.3) * bursts, dtype=np.float32)


@pytest.mark.parametrize(
    "heard",
    [
        np.zeros(_SECONDS * RATE, dtype=np.float32),
        noise(1, _SECONDS, 0.05),
        noise(1, _SECONDS, 0.05, pink=True),
        _clicks(),
        music(4, _SECONDS),
        _demo_music(),
    ],
    ids=["silence", "white noise", "pink noise", "clicks", "melody", "band"],
)
def test_nobody_speaks_in_what_is_no_speech(heard: Floats) -> None:
    assert voiced(heard).mean() <= 0.02


def test_what_is_too_short_to_tell() -> None:
    assert not voiced(np.zeros(0, dtype=np.float32)).size
    assert not voiced(noise(1, 0.5, 0.1)).any()
