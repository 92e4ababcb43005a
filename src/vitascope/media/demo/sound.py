"""Music of our own: chords, arpeggios, bells and a melody, composed from a seed and played by sine waves.

A piece is a ring: what still sounds at the end goes on at the beginning, so that it can be looped without a
click. Notes are made once for each pitch and length and then added where they are played, which costs about
a hundredth of a piece's duration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import tau
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.float32]
"""Samples -1..1, channels by time."""

RATE = 48_000

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a piece is played: 0 leaves an instrument out, 1 is its usual loudness."""

    tempo: int = 84
    root: int = 57
    mode: str = "minor"
    chords: tuple[int, ...] = (0, 5, 2, 6)
    pad: float = 1.0
    pluck: float = 0.8
    bell: float = 0.5
    bass: float = 0.8
    drums: float = 0.0
    lead: float = 0.6
    wind: float = 0.0
    steps: int = 8


def _times(seconds: float) -> Pcm:
    return np.arange(int(seconds * RATE), dtype=np.float32) / np.float32(RATE)


def _edges(length: int, rise: float, fall: float) -> Pcm:
    shape = np.ones(length, dtype=np.float32)
    up, down = min(length, int(rise * RATE)), min(length, int(fall * RATE))
    if up:
        shape[:up] *= np.sin(np.linspace(0, np.pi / 2, up, dtype=np.float32)) ** 2
    if down:
        shape[-down:] *= np.cos(np.linspace(0, np.pi / 2, down, dtype=np.float32)) ** 2
    return shape


def _tone(frequency: float, t: Pcm) -> Pcm:
    return np.asarray(np.sin(np.float32(tau * frequency) * t), dtype=np.float32)


def _pad(frequency: float, seconds: float) -> Pcm:
    t = _times(seconds * 1.35)
    shape = _edges(len(t), seconds * 0.3, seconds * 0.45) * np.float32(0.16)
    sides = []
    for detune in (0.9975, 1.0028):
        low = frequency * detune
        wave = _tone(low, t) + 0.42 * _tone(2 * low, t) + 0.16 * _tone(3.003 * low, t)
        sides.append(wave * shape)
    return np.stack(sides)


def _pluck(frequency: float, seconds: float) -> Pcm:
    t = _times(min(1.3, seconds * 3))
    wave = sum(
        (
            _tone(frequency * order, t) * np.exp(-t * np.float32(3.2 + 2.4 * order)) / order**1.1
            for order in (1, 2, 3, 4)
        ),
        start=np.zeros_like(t),
    )
    return _both(wave * _edges(len(t), 0.003, 0.05) * np.float32(0.34))


def _bell(frequency: float, seconds: float) -> Pcm:
    t = _times(max(1.6, seconds * 2.5))
    bright = np.exp(-t * 4) * 2.2
    wave = np.sin(np.float32(tau * frequency) * t + bright * _tone(frequency * 3.51, t)) * np.exp(-t * 2.1)
    return _both(wave * _edges(len(t), 0.002, 0.2) * np.float32(0.2))


def _bass(frequency: float, seconds: float) -> Pcm:
    t = _times(seconds * 0.98)
    wave = _tone(frequency, t) + 0.35 * _tone(2 * frequency, t) + 0.12 * _tone(3 * frequency, t)
    return _both(wave * _edges(len(t), 0.012, 0.12) * np.exp(-t * 0.7) * np.float32(0.34))


def _lead(frequency: float, seconds: float) -> Pcm:
    t = _times(seconds * 1.08)
    waver = 0.006 * np.minimum(1, t * 2) * np.sin(np.float32(tau * 5.1) * t)
    phase = np.cumsum((1 + waver) * np.float32(frequency * tau / RATE), dtype=np.float64).astype(np.float32)
    wave = np.sin(phase) + 0.22 * np.sin(2 * phase) + 0.07 * np.sin(3 * phase)
    return _both(wave * _edges(len(t), 0.06, 0.16) * np.float32(0.24))


def _kick(_: float, __: float) -> Pcm:
    t = _times(0.32)
    sweep = np.cumsum(44 + 90 * np.exp(-t * 28), dtype=np.float64) * tau / RATE
    return _both(np.sin(sweep).astype(np.float32) * np.exp(-t * 11) * np.float32(0.6))


def _brush(pitch: float, __: float) -> Pcm:
    t = _times(0.14)
    hiss = np.random.default_rng(int(pitch)).standard_normal((2, len(t))).astype(np.float32)
    hiss[:, 1:] -= hiss[:, :-1] * np.float32(0.85)
    return hiss * np.exp(-t * 38) * np.float32(0.09)


def _both(wave: NDArray[np.floating[Any]]) -> Pcm:
    return np.stack([wave, wave]).astype(np.float32)


_INSTRUMENTS: dict[str, Callable[[float, float], Pcm]] = {
    "pad": _pad,
    "pluck": _pluck,
    "bell": _bell,
    "bass": _bass,
    "lead": _lead,
    "kick": _kick,
    "brush": _brush,
}


class _Ring:
    """A stereo buffer that wraps around, and the notes already made for it."""

    def __init__(self, length: int) -> None:
        self.pcm = np.zeros((2, length), dtype=np.float32)
        self._notes: dict[tuple[str, float, float], Pcm] = {}

    def play(self, name: str, pitch: float, at: float, seconds: float, gain: float, pan: float = 0.0) -> None:
        key = (name, pitch, round(seconds, 4))
        if (note := self._notes.get(key)) is None:
            note = self._notes[key] = _INSTRUMENTS[name](440.0 * 2 ** ((pitch - 69) / 12), seconds)
        length = self.pcm.shape[1]
        note = note[:, :length]
        start = int(at * RATE) % length
        sides = (np.float32(gain * (1 - max(0.0, pan))), np.float32(gain * (1 + min(0.0, pan))))
        first = min(length - start, note.shape[1])
        for channel, side in enumerate(sides):
            self.pcm[channel, start : start + first] += note[channel, :first] * side
            if first < note.shape[1]:
                self.pcm[channel, : note.shape[1] - first] += note[channel, first:] * side


def compose(seed: int, seconds: float, style: Style, *, loop: bool = True) -> Pcm:
    """A piece of exactly ``seconds`` at 48 kHz in stereo; without ``loop`` it fades in and out."""
    rng = np.random.default_rng(seed)
    length = round(seconds * RATE)
    ring = _Ring(length)
    bars = max(2, round(seconds * style.tempo / 60 / 4))
    bar = seconds / bars
    beat = bar / 4
    scale = MODES[style.mode]

    def pitch(degree: int) -> int:
        return style.root + scale[degree % 7] + 12 * (degree // 7)

    order = rng.permutation(4)
    degree = 7
    for number in range(bars):
        chord = style.chords[number % len(style.chords)]
        share = number / bars
        full = 0.12 < share < 0.93
        tones = [chord, chord + 2, chord + 4, chord + 7]
        at = number * bar
        if style.pad:
            for voice, tone in enumerate(tones[:3] if number % 2 else tones):
                ring.play("pad", pitch(tone) - 12 * (voice == 0), at, bar, style.pad * 0.9, pan=(voice - 1.5) * 0.3)
        if style.bass and (full or number % 2 == 0):
            ring.play("bass", pitch(chord) - 24, at, beat * 2.5, style.bass)
            ring.play("bass", pitch(chord) - 24, at + beat * 2.5, beat * 1.5, style.bass * 0.8)
        if style.pluck:
            rising = [tones[index] for index in order] + [tones[index] + 7 for index in order[::-1]]
            for step in range(style.steps):
                if not full and step % 2:
                    continue
                tone = rising[step % len(rising)]
                ring.play(
                    "pluck", pitch(tone), at + step * bar / style.steps, bar / style.steps,
                    style.pluck * (0.75 + 0.25 * (step % 2 == 0)), pan=0.5 * float(np.sin(step * 1.3)),
                )  # fmt: skip
        if style.bell and number % 2 == 0:
            tone = tones[int(rng.integers(0, 4))] + 7
            ring.play("bell", pitch(tone) + 12, at + beat * int(rng.integers(0, 4)), beat * 2, style.bell, pan=0.4)
        if style.drums and full:
            for step in range(8):
                if step % 4 == 0:
                    ring.play("kick", 36, at + step * beat / 2, 0.3, style.drums)
                ring.play("brush", 60 + step % 3, at + step * beat / 2, 0.1, style.drums * (1.0 if step % 2 else 0.55))
        if style.lead and full and (number // 2) % 3 != 2:
            place = 0.0
            while place < 3.9:
                span = float(rng.choice([0.5, 1.0, 1.0, 1.5, 2.0]))
                span = min(span, 4 - place)
                degree = int(np.clip(degree + rng.integers(-2, 3), 4, 13))
                if place == 0 or span >= 1.5:
                    degree = min((tone + 7 * lift for tone in tones for lift in (0, 1)), key=lambda t: abs(t - degree))
                if rng.random() < 0.88:
                    ring.play("lead", pitch(degree) + 12, at + place * beat, span * beat, style.lead, pan=-0.15)
                place += span
    if style.wind:
        ring.pcm += _surf(rng, length) * np.float32(style.wind)
    return _finish(ring.pcm, beat, loop=loop)


def _surf(rng: np.random.Generator, length: int) -> Pcm:
    """Sea or wind: noise without its highs, swelling slowly."""
    step = 4
    rough = rng.standard_normal((2, length // step + 2)).astype(np.float32)
    total = np.zeros_like(rough)
    for shift in range(12):
        total += np.roll(rough, shift, axis=1)
    wide = np.repeat(total, step, axis=1)[:, :length]
    swell = 0.55 + 0.45 * np.sin(np.linspace(0, tau * max(1, round(length / RATE / 7)), length, dtype=np.float32))
    return np.asarray(wide * swell * np.float32(0.03), dtype=np.float32)


def _finish(pcm: Pcm, beat: float, *, loop: bool) -> Pcm:
    """Echo, room, level, and the edges of a piece that is no loop."""
    length = pcm.shape[1]
    wet = pcm.copy()
    for repeat, gain in ((1, 0.26), (2, 0.13), (3, 0.06)):
        turned = pcm[::-1] if repeat % 2 else pcm
        wet += np.roll(turned, int(repeat * beat * 0.75 * RATE) % length, axis=1) * np.float32(gain)
    taps = np.random.default_rng(5).uniform(0.011, 0.16, 7)
    room = np.zeros_like(pcm)
    for index, tap in enumerate(np.sort(taps)):
        sign = -1 if index % 2 else 1
        room += np.roll(wet[::sign], int(tap * RATE), axis=1) * np.float32(0.24 * np.exp(-tap * 7))
    wet += room
    level = float(np.sqrt(np.mean(wet**2))) or 1.0
    wet *= np.float32(0.14 / level)
    pcm = np.tanh(wet * np.float32(1.05)).astype(np.float32)
    if not loop:
        pcm *= _edges(length, 0.4, min(4.0, length / RATE / 4))
    return pcm


def silence(seconds: float) -> Pcm:
    """Nothing, for so long."""
    return np.zeros((2, round(seconds * RATE)), dtype=np.float32)


def joined(*pieces: Pcm) -> Pcm:
    """The pieces one after the other."""
    return np.concatenate(pieces, axis=1)


def faded(pcm: Pcm, *, rise: float = 0.0, fall: float = 0.0) -> Pcm:
    """The same with its beginning and end faded over so many seconds."""
    return np.asarray(pcm * _edges(pcm.shape[1], rise, fall), dtype=np.float32)


def surround(pcm: Pcm) -> Pcm:
    """Six channels (front left, front right, centre, low, back left, back right) made of two."""
    left, right = pcm
    middle = (left + right) * np.float32(0.4)
    late = int(0.021 * RATE)
    low = np.convolve(middle[::32], np.ones(24, np.float32) / 24, mode="same")
    deep = np.interp(np.arange(len(left)), np.arange(len(low)) * 32, low).astype(np.float32)
    back_left, back_right = np.roll(right, late) * np.float32(0.45), np.roll(left, late) * np.float32(0.45)
    return np.stack([left * np.float32(0.8), right * np.float32(0.8), middle, deep, back_left, back_right])


def murmur(seed: int, seconds: float, *, pitch: float = 110.0) -> Pcm:
    """A voice without words: vowels and pauses in the rhythm of speech."""
    rng = np.random.default_rng(seed)
    length = round(seconds * RATE)
    pcm = np.zeros(length, dtype=np.float32)
    vowels = ((730, 1090, 2440), (270, 2290, 3010), (390, 1990, 2550), (570, 840, 2410), (300, 870, 2240))
    at = 0.35
    while at < seconds - 0.5:
        for _ in range(int(rng.integers(4, 11))):
            span = float(rng.uniform(0.10, 0.24))
            t = _times(span)
            note = pitch * float(rng.uniform(0.88, 1.2))
            formants = vowels[int(rng.integers(0, len(vowels)))]
            wave = np.zeros_like(t)
            for order in range(1, 24):
                frequency = note * order
                power = sum(
                    np.exp(-(((frequency - f) / (70 + f * 0.06)) ** 2)) / (1 + i) for i, f in enumerate(formants)
                )
                wave += _tone(frequency, t) * np.float32(power + 0.02)
            start = int(at * RATE)
            end = min(length, start + len(t))
            pcm[start:end] += (wave * _edges(len(t), 0.03, 0.05))[: end - start] * np.float32(rng.uniform(0.6, 1.0))
            at += span * float(rng.uniform(0.86, 1.05))
            if at > seconds - 0.4:
                break
        at += float(rng.uniform(0.3, 0.8))
    peak = float(np.abs(pcm).max()) or 1.0
    return _both(pcm * np.float32(0.42 / peak))
