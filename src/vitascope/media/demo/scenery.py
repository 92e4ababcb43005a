"""Skies, stars, clouds, mountains, water and lights: the layers a moving landscape is stacked from.

A layer prepares everything it can when it is made, for one size of picture, and then paints itself onto a
frame at a *turn*, 0..1: turn 1 is turn 0 again, so that every scene is a loop without a seam. At 640 x 360
a layer costs a fraction of a millisecond, which is what lets the whole library be made in a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, tau
from typing import Protocol

import numpy as np

from vitascope.media.demo import painting
from vitascope.media.demo.painting import Colour, Field, Picture


class Layer(Protocol):
    """Something that paints itself onto a frame."""

    def paint(self, frame: Picture, turn: float) -> None:
        """Paint at ``turn`` (0..1) of the loop."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stack of layers for one size of picture, painted from back to front."""

    columns: int
    rows: int
    layers: Sequence[Layer]

    def frame(self, turn: float) -> Picture:
        """The picture at ``turn``; any number, of which the fraction counts."""
        picture = np.zeros((self.rows, self.columns, 3), dtype=np.uint8)
        for layer in self.layers:
            layer.paint(picture, turn % 1.0)
        return picture


class Sky:
    """A gradient from the top to the horizon and below, with at most one great light in it."""

    def __init__(
        self,
        columns: int,
        rows: int,
        stops: str,
        *,
        light: tuple[float, float] | None = None,
        warmth: Colour = (255, 200, 140),
        reach: float = 0.9,
        strength: float = 0.6,
    ) -> None:
        base = np.repeat(painting.ramp(stops, rows)[:, None, :], columns, axis=1)
        if light is not None:
            ys, xs = np.ogrid[0:rows, 0:columns]
            far = np.hypot(xs - light[0] * columns, (ys - light[1] * rows) * 1.25) / (reach * max(rows, columns))
            beam = np.clip(1.0 - far, 0.0, 1.0) ** 3 * strength
            base += (np.array(warmth, np.float32) - base) * beam[..., None]
        grain = np.random.default_rng(7).uniform(-0.5, 0.5, (rows, columns, 1))
        self._base = np.clip(base + grain + 0.5, 0, 255).astype(np.uint8)

    def paint(self, frame: Picture, turn: float) -> None:  # noqa: ARG002 - a sky stands still
        frame[:] = self._base


class Stars:
    """Points of light that twinkle, thinning out towards the horizon."""

    def __init__(self, columns: int, rows: int, *, count: int, horizon: float, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self._x = rng.integers(0, columns, count)
        self._y = (rng.random(count) ** 1.4 * horizon * (rows - 1)).astype(np.intp)
        self._power = (rng.random(count) ** 3 * 200 + 40)[:, None]
        self._beat = rng.integers(3, 24, count)
        self._shift = rng.random(count) * tau
        self._tint = np.stack([rng.uniform(0.8, 1, count), rng.uniform(0.85, 1, count), np.ones(count)], axis=1)
        self._large = self._power[:, 0] > 170

    def paint(self, frame: Picture, turn: float) -> None:
        flicker = (0.72 + 0.28 * np.sin(tau * turn * self._beat + self._shift))[:, None]
        light = self._power * flicker * self._tint
        for dx, dy, share in ((0, 0, 1.0), (1, 0, 0.45), (-1, 0, 0.45), (0, 1, 0.45), (0, -1, 0.45)):
            if share == 1.0:
                x, y, beam = self._x, self._y, light
            else:
                x = np.clip(self._x[self._large] + dx, 0, frame.shape[1] - 1)
                y = np.clip(self._y[self._large] + dy, 0, frame.shape[0] - 1)
                beam = light[self._large] * share
            frame[y, x] = np.minimum(frame[y, x] + beam, 255).astype(np.uint8)


class Orb:
    """A sun, a moon or a planet, lit from one side, drifting on a small ellipse."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        at: tuple[float, float],
        radius: float,
        colours: str,
        phase: float = 0.35,
        glow: float = 2.6,
        glow_strength: float = 0.5,
        sway: tuple[float, float] = (0.0, 0.0),
        rings: bool = False,
        bands: bool = False,
        seed: int = 3,
    ) -> None:
        short = min(columns, rows)
        size = radius * short
        self._at = (at[0] * columns, at[1] * rows)
        self._sway = (sway[0] * columns, sway[1] * rows)
        self._mask = painting.disc(size, soft=1.4)
        reach = self._mask.shape[0] // 2
        ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1] / size
        shine = painting.smooth(-0.35, 1.15, (xs * -cos(phase) + ys * -sin(phase) + 0.45).astype(np.float32))
        rng = np.random.default_rng(seed)
        if bands:
            curl = painting.noise(rng, *xs.shape, grain=size / 1.5) * 0.16
            texture = 0.5 + 0.5 * np.sin((ys + xs * 0.25 + curl) * 16.0)
            shine = np.clip(shine * (0.72 + 0.28 * texture), 0, 1)
        else:
            texture = painting.noise(rng, *xs.shape, grain=size / 2)
            shine = np.clip(shine * (0.82 + 0.3 * texture), 0, 1)
        table = painting.ramp(colours, 256)
        self._skin = table[(shine * 255).astype(np.uint8)]
        self._light: Colour = (int(table[-1, 0]), int(table[-1, 1]), int(table[-1, 2]))
        self._halo = painting.light(painting.halo(max(2, int(size * glow)), power=2.4), self._light, glow_strength)
        self._ring = self._make_ring(size) if rings else None

    @staticmethod
    def _make_ring(size: float) -> tuple[Field, Field]:
        reach = int(size * 2.3)
        ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1] / size
        tilt = -0.38
        u, v = xs * cos(tilt) - ys * sin(tilt), (xs * sin(tilt) + ys * cos(tilt)) / 0.24
        far = np.hypot(u, v).astype(np.float32)
        body = painting.smooth(1.3, 1.42, far) * (1 - painting.smooth(2.05, 2.2, far))
        body *= 0.55 + 0.45 * np.sin(far * 31) * np.cos(far * 13)
        front = np.where(v < 0, np.where(np.hypot(xs, ys) < 1.0, 0.0, 1.0), 1.0)
        return body.astype(np.float32), (body * front).astype(np.float32)

    def paint(self, frame: Picture, turn: float) -> None:
        x = self._at[0] + self._sway[0] * sin(tau * turn)
        y = self._at[1] - self._sway[1] * cos(tau * turn)
        painting.add(frame, self._halo, *painting.centred(self._halo, x, y))
        left, top = painting.centred(self._mask, x, y)
        rows, columns = frame.shape[:2]
        y0, x0, y1, x1 = max(0, top), max(0, left), min(rows, top + len(self._mask)), left + len(self._mask)
        x1 = min(columns, x1)
        if y0 < y1 and x0 < x1:
            cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
            window = frame[y0:y1, x0:x1]
            window[:] = (window + (self._skin[cut] - window) * self._mask[cut][..., None]).astype(np.uint8)
        if self._ring is not None:
            front = self._ring[1]
            painting.lay(frame, front, *painting.centred(front, x, y), self._light, 0.85)


class Clouds:
    """Two sheets of noise drifting over each other; where they meet it is cloudy."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        top: float,
        bottom: float,
        colour: Colour,
        opacity: float = 0.8,
        speed: int = 1,
        cover: float = 0.45,
        stretch: float = 3.0,
        grain: float = 0.3,
        seed: int = 5,
        additive: bool = False,
    ) -> None:
        rng = np.random.default_rng(seed)
        self._top, self._bottom = int(top * rows), int(bottom * rows)
        tall, self._half = (
            (self._bottom - self._top + 1) // 2,
            (columns + 1) // 2,
        )  # half the size is enough for a cloud
        edge = np.sin(np.linspace(0, pi, tall)) ** 0.7
        sheets = []
        for _ in range(2):
            sheet = painting.noise(
                rng, tall, int(self._half / stretch) + 1, grain=grain * rows / 2, octaves=6, fall=0.55
            )
            wide = (_widen(sheet, self._half) * 127).astype(np.uint8)
            sheets.append(np.concatenate([wide, wide], axis=1))
        self._near, self._far = sheets
        self._columns, self._speed = columns, speed
        depth = np.clip((np.arange(256) / 254 - (1 - cover)) / cover, 0, 1)
        self._table = (depth * depth * (3 - 2 * depth) * 255 * opacity).astype(np.uint16)
        self._edge = (edge[:, None] * 256).astype(np.uint16)
        self._colour = np.tile(np.array(colour, np.uint16), columns)
        self._additive = additive

    def paint(self, frame: Picture, turn: float) -> None:
        half = self._half
        here = int(turn * half * self._speed) % half
        there = (-here * (2 if self._speed > 1 else 1)) % half
        depth = self._near[:, here : here + half] + self._far[:, there : there + half]
        small = (self._table[depth] * self._edge) >> 8
        window = frame[self._top : self._bottom].reshape(-1, self._columns * 3)  # long rows: numpy is quick along them
        cover = np.repeat(np.repeat(small, 6, axis=1), 2, axis=0)[: len(window), : window.shape[1]]
        if self._additive:
            window += np.minimum(~window, ((cover * self._colour) >> 8).astype(np.uint8))
        else:
            window[:] = (window * (256 - cover) + cover * self._colour) >> 8


def _widen(sheet: Field, columns: int) -> Field:
    at = np.arange(columns) * (sheet.shape[1] / columns)
    left = at.astype(np.intp)
    part = (at - left).astype(np.float32)
    return np.asarray(sheet[:, left] * (1 - part) + sheet[:, (left + 1) % sheet.shape[1]] * part, dtype=np.float32)


class Ridge:
    """A range of hills in front of what is behind it, with forest, roofs or masts on it, passing by."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        crest: float,
        height: float,
        colours: str,
        speed: int = 0,
        grain: float = 0.5,
        fall: float = 0.45,
        wide: int = 1,
        trees: float = 0.0,
        houses: int = 0,
        snow: Colour | None = None,
        floor: float = 1.0,
        seed: int = 11,
    ) -> None:
        rng = np.random.default_rng(seed)
        self._columns, self._speed = columns, speed
        length = self._length = columns * wide
        line = painting.outline(rng, length, grain=grain * columns, fall=fall)
        edge = (crest - height * line) * rows
        if trees:
            for x in range(0, length, max(3, int(rows * trees * 0.22))):
                tall = rows * trees * rng.uniform(0.45, 1.0)
                half = max(2, int(tall * 0.22))
                base = edge[x]
                for dx in range(-half, half + 1):
                    spot = (x + dx) % length
                    edge[spot] = min(edge[spot], base - tall * (1 - abs(dx) / (half + 0.5)) + tall * 0.1)
        lamps: list[tuple[int, int]] = []
        for _ in range(houses):
            x, span, tall = int(rng.integers(0, length)), rng.uniform(0.018, 0.05) * columns, rng.uniform(0.03, 0.11)
            roof = float(edge[np.arange(x, x + int(span)) % length].mean()) - tall * rows
            for dx in range(int(span)):
                slope = abs(dx / span - 0.5) * 0.5 * span if tall < 0.06 else 0.0
                spot = (x + dx) % length
                edge[spot] = min(edge[spot], roof + slope)
            lamps += [
                (int(x + dx) % length, int(roof + span * 0.3 + dy))
                for dx in np.arange(span * 0.2, span * 0.85, max(3, columns / 130))
                for dy in np.arange(0, tall * rows * 0.8, max(3.0, rows / 70))
                if rng.random() < 0.4
            ]
        self._top = top = max(0, int(edge.min()) - 1)
        bottom = max(top + 2, int(floor * rows))
        ys = np.arange(top, bottom)[:, None]
        self._solid = min(bottom - top, max(1, int(edge.max()) + 2 - top))
        cover = np.clip(ys - edge[None, :] + 0.5, 0, 1).astype(np.float32)
        shade = painting.ramp(colours, bottom - top)[:, None, :]
        body = np.repeat(shade, length, axis=1)
        if snow is not None:
            jag = painting.noise(rng, bottom - top, length, grain=max(4.0, rows * 0.06))
            deep = (ys - edge[None, :]) / (height * rows)
            white = 1 - painting.smooth(0.10, 0.34, (deep + (jag - 0.5) * 0.5).astype(np.float32))
            white *= painting.smooth(0.35, 0.7, line)[None, :]
            body += (np.array(snow, np.float32) - body) * white[..., None]
        for x, y in lamps:
            if 0 <= y - top < bottom - top:
                size = max(1, round(rows / 240))
                body[y - top : y - top + size + 1, x : x + size] = (255, 206, 120)
        strip = np.concatenate([body, body[:, :columns]], axis=1)
        mask = np.concatenate([cover, cover[:, :columns]], axis=1)[..., None]
        solid = self._solid
        self._paint = (strip[:solid] * mask[:solid]).astype(np.uint8)
        self._keep = (256 - mask[:solid] * 256).astype(np.uint16)
        self._body = strip[solid:].astype(np.uint8)

    def paint(self, frame: Picture, turn: float) -> None:
        here = int(turn * self._length * self._speed) % self._length
        cut = slice(here, here + self._columns)
        top, middle = self._top, self._top + self._solid
        window = frame[top:middle]
        window[:] = ((window * self._keep[: len(window), cut]) >> 8).astype(np.uint8)
        window += self._paint[: len(window), cut]
        below = frame[middle : middle + len(self._body)]
        below[:] = self._body[: len(below), cut]


class Water:
    """What is above the waterline, upside down in moving ripples, darkened, with glints under a light."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        line: float,
        tint: Colour,
        depth: float = 0.55,
        light: float | None = None,
        glint: Colour = (255, 235, 200),
        waves: float = 1.0,
        seed: int = 21,
    ) -> None:
        self._line = int(line * rows)
        height = rows - self._line
        self._far = np.arange(height) / height
        self._waves = waves * rows / 360
        deep = (depth * (0.55 + 0.45 * self._far) * 256).astype(np.uint16)[:, None]
        self._keep = 256 - deep
        self._tint = (deep * np.tile(np.array(tint, np.uint16), columns)).astype(np.uint16)
        rng = np.random.default_rng(seed)
        count = int(columns * 0.55) if light is not None else 0
        spot = rng.random(count) ** 1.2
        self._gy = self._line + (spot * (height - 2)).astype(np.intp)
        spread = (0.03 + 0.16 * spot) * columns
        self._gx = np.clip((light or 0) * columns + rng.normal(0, 1, count) * spread, 1, columns - 2).astype(np.intp)
        self._beat, self._shift = rng.integers(6, 30, count), rng.random(count) * tau
        self._glint = np.array(glint, np.float32)

    def paint(self, frame: Picture, turn: float) -> None:
        line, far = self._line, self._far
        height = len(far)
        swell = np.sin(far * 26 / (0.25 + far) - tau * turn * 9) + 0.6 * np.sin(far * 71 + tau * turn * 14)
        source = line - 1 - np.arange(height) * (line / max(height, 1)) * 0.9 + swell * (1.0 + 7.0 * far) * self._waves
        flat = frame.reshape(len(frame), -1)
        mirror = flat[np.clip(source, 0, line - 1).astype(np.intp)]
        flat[line:] = (mirror * self._keep + self._tint) >> 8
        if len(self._gx):
            power = np.clip(np.sin(tau * turn * self._beat + self._shift) * 1.6 - 0.5, 0, 1)[:, None] * 0.9
            for dx in (-1, 0, 1):
                spots = frame[self._gy, self._gx + dx]
                lit = spots + (self._glint - spots) * power * (1.0 if dx == 0 else 0.55)
                frame[self._gy, self._gx + dx] = lit.astype(np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mote:
    x: float
    y: float
    size: int
    drift: int
    climb: int
    sway: float
    shift: float
    power: float


class Motes:
    """Small lights or flakes on their way: snow, embers, fireflies, lanterns."""

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        count: int,
        colour: Colour,
        climb: tuple[int, int] = (1, 2),
        drift: tuple[int, int] = (0, 1),
        size: tuple[float, float] = (0.004, 0.012),
        top: float = 0.0,
        bottom: float = 1.0,
        sway: float = 0.03,
        flicker: float = 0.3,
        core: Colour | None = None,
        seed: int = 31,
    ) -> None:
        rng = np.random.default_rng(seed)
        short = min(columns, rows)
        self._columns, self._rows = columns, rows
        self._span = (top * rows, (bottom - top) * rows)
        self._core, self._flicker = core, flicker
        spread = np.sort(rng.random(count) ** 2)
        self._motes = [
            _Mote(
                x=float(rng.random()),
                y=float(rng.random()),
                size=max(2, round(short * (size[0] + (size[1] - size[0]) * share) * 2)),
                drift=int(rng.integers(drift[0], drift[1] + 1)),
                climb=int(rng.integers(climb[0], climb[1] + 1)),
                sway=float(rng.uniform(-sway, sway)),
                shift=float(rng.random()),
                power=float(0.35 + 0.65 * share),
            )
            for share in spread
        ]
        self._glows = {
            mote.size: [painting.light(painting.halo(mote.size, power=2.2), colour, level / 16) for level in range(17)]
            for mote in self._motes
        }
        self._cores = {mote.size: painting.disc(max(0.8, mote.size * 0.26)) for mote in self._motes}

    def paint(self, frame: Picture, turn: float) -> None:
        top, height = self._span
        for mote in self._motes:
            beat = tau * (turn * (4 + int(mote.shift * 9)) + mote.shift)
            x = (mote.x + mote.drift * turn + mote.sway * sin(beat * 0.999 if mote.climb == 0 else beat)) % 1.0
            y = top + ((mote.y - mote.climb * turn) % 1.0) * height
            edge = min(1.0, (y - top) / (0.12 * height), (top + height - y) / (0.12 * height))
            power = mote.power * (1 - self._flicker * (0.5 + 0.5 * sin(beat * 3))) * max(0.0, edge)
            px, py = x * self._columns, y
            glow = self._glows[mote.size][round(min(1.0, max(0.0, power)) * 16)]
            painting.add(frame, glow, *painting.centred(glow, px, py))
            if self._core is not None:
                core = self._cores[mote.size]
                painting.lay(frame, core, *painting.centred(core, px, py), self._core, min(1.0, power * 1.3))


class Comets:
    """Bright heads with long tails crossing the sky, each once or more a loop."""

    def __init__(self, columns: int, rows: int, *, count: int, colour: Colour, horizon: float, seed: int = 41) -> None:
        rng = np.random.default_rng(seed)
        self._columns, self._rows = columns, rows
        length = int(max(columns, rows) * 0.34)
        self._tail = painting.light(self._make_tail(length, max(3, rows // 60)), colour)
        self._paths = [
            (rng.uniform(0.0, horizon * 0.75), rng.uniform(0.10, 0.26), index / count + rng.uniform(0, 0.3 / count))
            for index in range(count)
        ]

    @staticmethod
    def _make_tail(length: int, thick: int) -> Field:
        slope = 0.34
        rows = int(length * slope) + 4 * thick
        ys, xs = np.mgrid[0:rows, 0:length].astype(np.float32)
        along = xs / length
        off = ys - (2 * thick + xs * slope)
        width = 0.6 + thick * 0.9 * (1 - along) ** 0.5 * along
        body = np.exp(-((off / (width + 0.6)) ** 2)) * along**2.6
        head = np.exp(-(((xs - length + 2.2 * thick) ** 2 + (off) ** 2) / (thick * 0.75) ** 2))
        tail: Field = np.clip(body * 0.85 + head, 0, 1).astype(np.float32)
        return tail

    def paint(self, frame: Picture, turn: float) -> None:
        for height, speed, shift in self._paths:
            at = ((turn + shift) % 1.0) / (speed * 2.2)
            if at > 1:
                continue
            x = -0.45 * self._columns + at * 1.75 * self._columns
            y = height * self._rows + at * 0.42 * self._rows - 0.18 * self._rows
            painting.add(frame, self._tail, int(x), int(y))


class Beam:
    """The turning light of a lighthouse; with its tower."""

    def __init__(self, columns: int, rows: int, *, at: tuple[float, float], colour: Colour, turns: int = 6) -> None:
        self._x, self._y = at[0] * columns, at[1] * rows
        ys, xs = np.ogrid[0:rows, 0:columns]
        far = np.hypot(xs - self._x, ys - self._y) / max(rows, columns)
        angle = np.arctan2((ys - self._y) * 3.2, xs - self._x)
        self._angle = (((angle / tau + 1.0) * 1024).astype(np.intp) & 1023).astype(np.uint16)
        self._fade = (np.clip(1.1 - far, 0, 1) ** 1.6 * 256).astype(np.uint16)
        self._turns = turns
        self._tint = painting.ramp("000000 {:02x}{:02x}{:02x}".format(*colour), 256).astype(np.uint8)
        around = np.minimum(np.arange(1024), 1024 - np.arange(1024)) / 1024 * 360
        self._lobe = (np.exp(-((around / 9.0) ** 2)) * 170 + np.exp(-((around / 26.0) ** 2)) * 40).astype(np.uint16)
        self._halo = painting.light(painting.halo(int(min(rows, columns) * 0.12)), (255, 236, 180), 0.8)
        self._rows, self._columns = rows, columns

    def paint(self, frame: Picture, turn: float) -> None:
        lobe = np.roll(self._lobe, int(turn * self._turns * 1024) % 1024)
        lobe = np.maximum(lobe, np.roll(lobe, 512))
        beam = np.take(self._tint, (np.take(lobe, self._angle) * self._fade) >> 8, axis=0)
        frame += np.minimum(~frame, beam)
        unit = min(self._rows, self._columns) / 100
        for level in range(int(26 * unit)):
            half = int((1.2 + level / (26 * unit) * 2.0) * unit)
            stripe = (232, 226, 214) if int(level / (6 * unit)) % 2 == 0 else (150, 52, 44)
            y, x = int(self._y + 1.6 * unit + level), int(self._x)
            if 0 <= y < self._rows:
                frame[y, max(0, x - half) : x + half + 1] = stripe
        box = (
            slice(int(self._y - 1.5 * unit), int(self._y + 1.6 * unit)),
            slice(int(self._x - 1.2 * unit), int(self._x + 1.2 * unit) + 1),
        )
        frame[box] = (255, 244, 205)
        painting.add(frame, self._halo, *painting.centred(self._halo, self._x, self._y))
