"""Moving pictures without a horizon: flowing colour, kaleidoscopes, contour maps, lines of a pulse, lightning.

Each is a table of colours indexed by a field of numbers that shifts with the turn. The fields are made once;
a frame is a few table look-ups.
"""

from math import cos, pi, sin, tau

import numpy as np

from vitascope.media.demo import painting
from vitascope.media.demo.painting import Colour, Picture


class Kaleidoscope:
    """Noise seen through a ring of mirrors that turns and breathes."""

    def __init__(self, columns: int, rows: int, *, stops: str, mirrors: int = 10, seed: int = 51) -> None:
        rng = np.random.default_rng(seed)
        self._size = size = 512
        self._tile = (painting.noise(rng, size, size, grain=150, octaves=4, fall=0.45) * 255).astype(np.uint8)
        self._second = (painting.noise(rng, size, size, grain=90, octaves=3) * 255).astype(np.uint8)
        ys, xs = np.mgrid[0 : (rows + 1) // 2, 0 : (columns + 1) // 2]
        x, y = xs + 0.5 - (columns % 2) / 2, ys + 0.5 - (rows % 2) / 2  # one quarter: the others mirror it
        far = np.hypot(x, y) / (min(rows, columns) / 2)
        angle = np.abs(((np.arctan2(y, x) / tau * mirrors) % 1.0) - 0.5) * 2
        self._u = (np.log(far + 0.08) * 190).astype(np.int32)
        self._v = (angle * size / 2).astype(np.int32)
        table = painting.ramp(stops, 256)
        self._table = table.astype(np.uint8)
        rings = 0.62 + 0.38 * np.cos(far * 9.0)
        self._light = (np.clip(rings * np.clip(1.25 - far * 0.36, 0.2, 1), 0, 1) * 256).astype(np.uint16)[..., None]
        self._heart = painting.light(painting.halo(int(min(rows, columns) * 0.34), power=3.0), (255, 220, 150), 0.9)

    def paint(self, frame: Picture, turn: float) -> None:
        mask = self._size - 1
        shift = int(turn * self._size)
        wave = int(60 * sin(tau * turn))
        one = self._tile[(self._u - shift) & mask, (self._v + wave) & mask]
        two = self._second[(self._u - 2 * shift) & mask, (self._v - wave) & mask]
        quarter = np.take(self._table, (one + 2 * (two // 2)).astype(np.uint8), axis=0)
        quarter = ((quarter * self._light) >> 8).astype(np.uint8)
        rows, columns = frame.shape[:2]
        down, right = rows // 2, columns // 2
        frame[down:, right:] = quarter[: rows - down, : columns - right]
        frame[down:, :right] = quarter[: rows - down, right - 1 :: -1][:, :right]
        frame[:down] = frame[: rows - down - 1 : -1]
        painting.add(frame, self._heart, *painting.centred(self._heart, columns / 2, rows / 2))


class Flow:
    """Bands of colour poured into each other."""

    def __init__(self, columns: int, rows: int, *, stops: str, scale: float = 1.0, seed: int = 61) -> None:
        rng = np.random.default_rng(seed)
        ys, xs = np.mgrid[0:rows, 0:columns]
        unit = scale / max(rows, columns)
        warp = painting.noise(rng, rows, columns, grain=max(rows, columns) / 1.5, octaves=2)
        self._fields = [
            (((xs * cos(angle) + ys * sin(angle)) * unit * waves + warp * bend) % 1.0 * 1024).astype(np.uint16)
            for angle, waves, bend in zip(
                rng.uniform(0, tau, 3), rng.uniform(0.9, 2.2, 3), rng.uniform(-1.4, 1.4, 3), strict=True
            )
        ]
        self._wave = ((np.sin(np.arange(1024) / 1024 * tau) * 0.5 + 0.5) * 340).astype(np.uint16)
        ring = np.concatenate([painting.ramp(stops, 512), painting.ramp(stops, 512)[::-1]])
        self._table = ring.astype(np.uint8)

    def paint(self, frame: Picture, turn: float) -> None:
        total = np.zeros(frame.shape[:2], np.uint16)
        for field, speed in zip(self._fields, (1, -1, 2), strict=True):
            total += np.take(self._wave, (field + np.uint16(int(turn * speed * 1024) % 1024)) & 1023)
        frame[:] = np.take(self._table, total & 1023, axis=0)


class Contours:
    """A map of a country that rises and sinks: heights in colours, lines between them, a grid and a route."""

    def __init__(self, columns: int, rows: int, *, stops: str, ink: Colour, lines: int = 14, seed: int = 71) -> None:
        rng = np.random.default_rng(seed)
        grain = max(rows, columns) / 2.6
        self._one = np.concatenate([painting.noise(rng, rows, columns, grain=grain, octaves=4, fall=0.42)] * 2, axis=1)
        self._two = np.concatenate([painting.noise(rng, rows, columns, grain=grain, octaves=3, fall=0.4)] * 2, axis=1)
        self._one, self._two = (self._one * 2047).astype(np.uint16), (self._two * 2047).astype(np.uint16)
        table = painting.ramp(stops, 4096)
        place = np.arange(4096) / 4096 * lines
        near = np.abs((place + 0.5) % 1.0 - 0.5)
        heavy = np.where(np.round(place) % 5 == 0, 0.085, 0.05)
        line = np.clip(1.35 - near / heavy, 0, 1) * np.where(np.round(place) % 5 == 0, 0.9, 0.55)
        table += (np.array(ink, np.float32) - table) * line[:, None]
        self._table = np.clip(table, 0, 255).astype(np.uint8)
        self._columns = columns
        self._grid = max(24, rows // 5)
        self._ink = np.array(ink, np.uint16)

    def paint(self, frame: Picture, turn: float) -> None:
        columns = self._columns
        here = int(turn * columns) % columns
        field = self._one[:, here : here + columns] + self._two[:, columns - here : 2 * columns - here]
        frame[:] = np.take(self._table, field, axis=0)
        offset = here % self._grid
        for cut in (np.s_[:, (self._grid - offset) % self._grid :: self._grid], np.s_[:: self._grid]):
            frame[cut] = ((frame[cut] * np.uint16(5) + self._ink) // 6).astype(np.uint8)


class Pulse:
    """Rows of a trembling line, each hiding what lies behind it."""

    def __init__(self, columns: int, rows: int, *, back: Colour, low: str, lines: int = 38, seed: int = 81) -> None:
        rng = np.random.default_rng(seed)
        self._back = np.array(back, np.uint8)
        self._lines, self._columns, self._rows = lines, columns, rows
        length = columns
        sheets = [painting.noise(rng, 256, length, grain=grain, octaves=4) for grain in (64, 26)]
        self._sheets = [sheet - np.float32(0.35) for sheet in sheets]
        x = np.linspace(-1, 1, columns)
        self._hill = np.exp(-((x / 0.42) ** 2)) * rows * 0.30
        self._still = rows * 0.006
        self._colours = painting.ramp(low, lines)

    def paint(self, frame: Picture, turn: float) -> None:
        frame[:] = self._back
        rows, columns = self._rows, self._columns
        xs = np.arange(columns)
        horizon = np.full(columns, rows, dtype=np.int32)
        for index in range(self._lines - 1, -1, -1):
            share = index / (self._lines - 1)
            base = rows * (0.22 + 0.70 * share)
            row = (index * 6 + int(turn * 256)) % 256
            tremble = self._sheets[0][row] * 0.8 + self._sheets[1][(row * 2) % 256] * 0.5
            lift = np.maximum(tremble, 0) * self._hill * (0.55 + 0.45 * sin(pi * share)) + tremble * self._still
            y = np.clip(base - lift, 1, rows - 2)
            top = y.astype(np.int32)
            seen = top < horizon
            part = (y - top)[:, None]
            colour = self._colours[index]
            for level, power in ((top, 1 - part), (top + 1, part)):
                at, strength = np.clip(level, 0, rows - 1)[seen], power[seen]
                spots = frame[at, xs[seen]]
                frame[at, xs[seen]] = (spots + (colour - spots) * np.minimum(1.0, strength + 0.1)).astype(np.uint8)
            horizon = np.minimum(horizon, top)


class Lightning:
    """Now and then the sky is white for a moment, and a branching bolt stands in it."""

    def __init__(self, columns: int, rows: int, *, horizon: float, strikes: int = 5, seed: int = 91) -> None:
        rng = np.random.default_rng(seed)
        self._times = [(index + rng.uniform(0.2, 0.8)) / strikes for index in range(strikes)]
        self._bolts = [self._bolt(columns, rows, horizon, rng) for _ in range(strikes)]
        self._floor = int(horizon * rows)

    @staticmethod
    def _bolt(columns: int, rows: int, horizon: float, rng: np.random.Generator) -> Picture:
        mask = np.zeros((int(horizon * rows), columns), np.float32)
        spots = [(rng.uniform(0.15, 0.85) * columns, 0.0, 1.0)]
        while spots:
            x, y, power = spots.pop()
            lean = rng.uniform(-0.3, 0.3)
            while y < mask.shape[0] - 2 and power > 0.12:
                run = rng.uniform(2, 7) * rows / 360
                nx, ny = x + (rng.uniform(-1.1, 1.1) + lean) * run, y + run
                for step in np.linspace(0, 1, max(2, int(run * 2))):
                    px, py = int(x + (nx - x) * step), int(y + (ny - y) * step)
                    if 0 <= px < columns and 0 <= py < mask.shape[0]:
                        mask[py, px] = max(mask[py, px], power)
                x, y = nx, ny
                if power > 0.3 and rng.random() < 0.05:
                    spots.append((x, y, power * 0.45))
                if power < 0.9:
                    power *= 0.96
        soft = mask.copy()
        for reach, share in ((1, 0.6), (2, 0.3), (5, 0.14), (9, 0.07)):
            for axis in (0, 1):
                for way in (-reach, reach):
                    soft = np.maximum(soft, np.roll(mask, way, axis=axis) * share)
        return (soft * 255).astype(np.uint8)

    def paint(self, frame: Picture, turn: float) -> None:
        for start, bolt in zip(self._times, self._bolts, strict=True):
            age = (turn - start) % 1.0 * 90
            if age > 3.0:
                continue
            power = max(0.0, 1 - age / 3) * (0.55 + 0.45 * cos(age * 9))
            sky = frame[: self._floor]
            lit = sky + (np.array((70, 74, 105), np.float32) * power) + bolt[..., None] * np.float32(power)
            sky[:] = np.minimum(lit, 255).astype(np.uint8)
