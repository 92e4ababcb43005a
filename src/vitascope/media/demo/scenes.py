"""The scenes of the demo library: which layers make which place, at which hour.

Every film, episode, album and photograph names one scene. The same scene gives the moving picture, the
poster and the background, each at its own size, so that they belong together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vitascope.media.demo.painting import Colour, rgb
from vitascope.media.demo.patterns import Contours, Flow, Kaleidoscope, Lightning, Pulse
from vitascope.media.demo.scenery import Beam, Clouds, Comets, Layer, Motes, Orb, Ridge, Scene, Sky, Stars, Water

Builder = Callable[[int, int, int], Sequence[Layer]]


def _lantern_tide(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Sky(c, r, "0a1030 1d2a5c@.35 5b4a86@.55 e08a6c@.66", light=(0.5, 0.62), warmth=(255, 176, 120)),
        Stars(c, r, count=190, horizon=0.5, seed=seed),
        Orb(c, r, at=(0.7, 0.22), radius=0.07, colours="574b6b f3e7d3", glow=3.2, glow_strength=0.35),
        Clouds(c, r, top=0.3, bottom=0.64, colour=(196, 120, 130), opacity=0.6, stretch=5, seed=seed + 1),
        Ridge(c, r, crest=0.66, height=0.12, colours="3a3358 2a2748", grain=0.4, speed=1, wide=2, seed=seed + 2),
        Water(c, r, line=0.65, tint=(16, 18, 48), light=0.5, glint=(255, 206, 150)),
        Motes(
            c,
            r,
            count=34,
            colour=(255, 150, 60),
            core=(255, 226, 160),
            climb=(1, 1),
            drift=(0, 1),
            size=(0.014, 0.055),
            top=-0.05,
            bottom=1.0,
            sway=0.015,
            flicker=0.2,
            seed=seed + 3,
        ),
    )


def _quiet_moons(c: int, r: int, seed: int) -> Sequence[Layer]:
    moons = [
        Orb(
            c, r, at=(x, y), radius=size, colours=colours, phase=0.5, glow=2.2, glow_strength=0.2,
            sway=(0.012, 0.03), seed=seed + index,
        )
        for index, (x, y, size, colours) in enumerate(
            (
                (0.10, 0.16, 0.020, "2b2140 e9d8ff"), (0.22, 0.40, 0.034, "2a2038 ffd9b8"),
                (0.34, 0.12, 0.016, "202038 d0e4ff"), (0.45, 0.28, 0.026, "33203c ffc2c2"),
                (0.88, 0.14, 0.030, "1c2a40 c6f0ff"), (0.93, 0.38, 0.018, "302040 fff0d0"),
                (0.55, 0.09, 0.012, "302040 ffffff"), (0.06, 0.52, 0.014, "302040 ffe0e0"),
            )
        )
    ]  # fmt: skip
    return (
        Sky(c, r, "06071a 151238@.4 4a2a62@.62 c9697a@.78 f6b48a", light=(0.68, 0.7), warmth=(255, 190, 150)),
        Stars(c, r, count=320, horizon=0.66, seed=seed),
        Clouds(
            c, r, top=0.0, bottom=0.6, colour=(120, 70, 160), opacity=0.5, cover=0.5, stretch=2, grain=0.5,
            seed=seed + 20, additive=True,
        ),
        Orb(
            c, r, at=(0.68, 0.34), radius=0.17, colours="1a1030 6b3f6f@.4 f0a27e@.8 ffe3bd", phase=0.45,
            glow=2.4, glow_strength=0.3, rings=True, bands=True, seed=seed + 30,
        ),
        *moons,
        Ridge(
            c, r, crest=0.84, height=0.15, colours="8a4a68 6a3a5c", grain=0.7, fall=0.3, speed=1, wide=2,
            seed=seed + 4,
        ),
        Ridge(
            c, r, crest=0.93, height=0.17, colours="532c4e 2d1834", grain=0.8, fall=0.28, speed=1, wide=1,
            seed=seed + 5,
        ),
        Ridge(
            c, r, crest=1.02, height=0.16, colours="1f1028 0a0612", grain=0.9, fall=0.25, speed=2, wide=1,
            seed=seed + 6,
        ),
    )  # fmt: skip


def _paper_comets(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Sky(c, r, "050b1e 0c2440@.4 1f5a6e@.7 7fb8a8", light=(0.3, 0.75), warmth=(180, 240, 210), strength=0.35),
        Stars(c, r, count=260, horizon=0.7, seed=seed),
        Clouds(
            c, r, top=0.02, bottom=0.62, colour=(40, 230, 160), opacity=0.8, cover=0.42, stretch=1.0, grain=0.6,
            seed=seed + 1, additive=True,
        ),
        Clouds(
            c, r, top=0.0, bottom=0.45, colour=(130, 80, 220), opacity=0.7, cover=0.4, stretch=1.0, grain=0.5,
            speed=2, seed=seed + 2, additive=True,
        ),
        Comets(c, r, count=4, colour=(255, 240, 214), horizon=0.5, seed=seed + 3),
        Ridge(
            c, r, crest=0.86, height=0.34, colours="3d6076 1d3a50", grain=0.34, fall=0.5, speed=1, wide=2,
            snow=(206, 232, 236), seed=seed + 4,
        ),
        Ridge(
            c, r, crest=0.90, height=0.14, colours="12303e 0a1d2a", grain=0.5, trees=0.05, speed=1, wide=2,
            seed=seed + 5,
        ),
        Ridge(c, r, crest=1.0, height=0.12, colours="071620 02070c", grain=0.6, trees=0.12, speed=2, seed=seed + 6),
    )  # fmt: skip


def _small_suns(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Kaleidoscope(c, r, stops="1a0526 5a1050@.2 c2304a@.42 ff8a3c@.6 ffe08a@.76 4ad0b0@.9 0a4a6a", seed=seed),
        Motes(
            c, r, count=26, colour=(255, 190, 90), core=(255, 244, 214), climb=(0, 1), drift=(-1, 1),
            size=(0.006, 0.03), sway=0.06, seed=seed + 1,
        ),
    )  # fmt: skip


def _slow_meridian(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Sky(c, r, "2c3f72 8a6a8c@.3 f09a6a@.58 ffd58a@.74", light=(0.42, 0.58), warmth=(255, 236, 180), strength=0.9),
        Orb(
            c, r, at=(0.42, 0.55), radius=0.15, colours="ffe2a0 fff0c4@.3 fff6d8", phase=0.0, glow=3.4,
            glow_strength=0.5,
        ),
        Clouds(
            c, r, top=0.08, bottom=0.6, colour=(255, 170, 130), opacity=0.75, cover=0.4, stretch=6, grain=0.2,
            seed=seed + 1,
        ),
        Ridge(
            c, r, crest=0.72, height=0.10, colours="c87a6a b0646a", grain=0.25, fall=0.35, speed=1, wide=3,
            seed=seed + 2,
        ),
        Ridge(
            c, r, crest=0.80, height=0.13, colours="8f4a5c 6f3a54", grain=0.3, fall=0.4, speed=1, wide=2,
            seed=seed + 3,
        ),
        Ridge(
            c, r, crest=0.90, height=0.10, colours="52284a 3a1c3c", grain=0.6, fall=0.3, speed=1, houses=9,
            seed=seed + 4,
        ),
        Ridge(
            c, r, crest=1.0, height=0.10, colours="220f28 0d0612", grain=0.5, fall=0.35, speed=2, trees=0.05,
            seed=seed + 5,
        ),
    )  # fmt: skip


def _ember_coast(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Sky(
            c, r, "0a0510 2a0d1c@.35 7a1f1c@.55 ff6a1c@.68", light=(0.6, 0.62), warmth=(255, 210, 110), strength=0.95,
            reach=0.6,
        ),
        Clouds(
            c, r, top=0.0, bottom=0.6, colour=(20, 8, 14), opacity=0.9, cover=0.6, stretch=2, grain=0.4,
            seed=seed + 1,
        ),
        Ridge(
            c, r, crest=0.66, height=0.36, colours="3a1016 180709", grain=0.55, fall=0.42, wide=2, speed=1,
            seed=seed + 2,
        ),
        Water(c, r, line=0.66, tint=(20, 4, 8), light=0.6, glint=(255, 214, 120), depth=0.4, waves=1.4),
        Ridge(c, r, crest=1.03, height=0.12, colours="0d0407 040103", grain=0.3, fall=0.5, speed=1, seed=seed + 3),
        Motes(
            c, r, count=70, colour=(255, 96, 20), core=(255, 236, 170), climb=(1, 4), drift=(0, 2),
            size=(0.003, 0.014), sway=0.05, flicker=0.7, seed=seed + 4,
        ),
    )  # fmt: skip


def _salt_and_static(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (Pulse(c, r, back=(9, 10, 16), low="5ad2d6 f4efe0@.5 ff8a70", seed=seed),)


def _thunder(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        Sky(c, r, "14182a 2c344e@.4 5e6a80@.62 c8b48c@.76", light=(0.3, 0.76), warmth=(255, 226, 160), strength=0.5),
        Clouds(
            c, r, top=-0.0, bottom=0.72, colour=(22, 26, 42), opacity=0.95, cover=0.72, stretch=3, grain=0.45,
            seed=seed + 1,
        ),
        Clouds(
            c, r, top=0.0, bottom=0.5, colour=(86, 92, 118), opacity=0.55, cover=0.5, stretch=3, grain=0.25, speed=2,
            seed=seed + 2,
        ),
        Lightning(c, r, horizon=0.78, seed=seed + 3),
        Ridge(c, r, crest=0.80, height=0.06, colours="38404e 2a3240", grain=0.5, speed=1, wide=2, seed=seed + 4),
        Ridge(
            c, r, crest=0.88, height=0.07, colours="4c4a34 2a2c22", grain=0.6, fall=0.3, speed=1, wide=1, trees=0.03,
            seed=seed + 5,
        ),
        Ridge(
            c, r, crest=1.0, height=0.08, colours="24241a 0c0d0a", grain=0.4, fall=0.4, speed=2, houses=3,
            seed=seed + 6,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """What a time of day does to a place: the colours of its sky, its light, its hills and its water."""

    sky: str
    light: tuple[float, float]
    warmth: Colour
    far: str
    middle: str
    near: str
    water: Colour
    cloud: Colour
    stars: int = 0
    orb: str = "ffd9a0 fff6e0"


HOURS: dict[str, Hour] = {
    "night": Hour(
        sky="050a1c 0f1e3c@.45 2a4262@.7", light=(0.74, 0.2), warmth=(190, 210, 240), far="1c2c48 16243c",
        middle="101c30 0b1424", near="060c16 020408", water=(6, 14, 32), cloud=(50, 66, 100), stars=240,
        orb="5a6478 f0f0e4",
    ),
    "dawn": Hour(
        sky="2a3a6a 8a7aa0@.35 f2a890@.6 ffe0b0@.72", light=(0.3, 0.66), warmth=(255, 220, 180),
        far="8a7a9a 7a6a90", middle="5a4e74 463e60", near="2a2440 141226", water=(60, 50, 90),
        cloud=(255, 190, 170), stars=40,
    ),
    "day": Hour(
        sky="2f78c0 7ab8e4@.45 d8eef6@.72", light=(0.7, 0.16), warmth=(255, 252, 230), far="86a8b8 7496a6",
        middle="4e8070 3c6a58", near="28503a 12301e", water=(24, 78, 112), cloud=(252, 252, 255),
        orb="fff3c0 ffffff",
    ),
    "gold": Hour(
        sky="3a5a8c c09a80@.4 ffc878@.62 ffe8b0@.72", light=(0.62, 0.6), warmth=(255, 226, 150),
        far="b08a78 98766c", middle="7a5a4a 5c4438", near="3a2a20 1a120c", water=(84, 66, 60),
        cloud=(255, 214, 160),
    ),
    "dusk": Hour(
        sky="161a44 4a3a78@.4 c05a7a@.6 ffa878@.72", light=(0.4, 0.66), warmth=(255, 170, 120),
        far="5a4270 4a3662", middle="30244c 241b3c", near="120d22 06040e", water=(24, 18, 50),
        cloud=(214, 110, 130), stars=80,
    ),
    "mist": Hour(
        sky="8fa3ac b4c4c8@.4 dfe6e2@.7", light=(0.5, 0.4), warmth=(255, 252, 240), far="b4c2c4 aab8ba",
        middle="86989a 76888a", near="48585a 2c3a3c", water=(120, 138, 142), cloud=(236, 242, 242),
        orb="f6f2e0 ffffff",
    ),
}  # fmt: skip


def _harbour(hour: str) -> Builder:
    def build(c: int, r: int, seed: int) -> Sequence[Layer]:
        at = HOURS[hour]
        rng = np.random.default_rng(seed)
        tower = float(rng.uniform(0.16, 0.34))
        dark = hour in ("night", "dusk")
        return (
            Sky(c, r, at.sky, light=at.light, warmth=at.warmth),
            *([Stars(c, r, count=at.stars, horizon=0.5, seed=seed)] if at.stars else []),
            Orb(c, r, at=at.light, radius=0.045, colours=at.orb, phase=0.2, glow=4, glow_strength=0.4),
            Clouds(c, r, top=0.05, bottom=0.6, colour=at.cloud, opacity=0.75, stretch=4, seed=seed + 1),
            Ridge(c, r, crest=0.63, height=0.13, colours=at.far, grain=0.5, speed=0, seed=seed + 2),
            Ridge(
                c, r, crest=0.645, height=0.05, colours=at.middle, grain=0.5, houses=14 if dark else 10,
                seed=seed + 3,
            ),
            Water(c, r, line=0.64, tint=at.water, light=at.light[0], glint=at.warmth, depth=0.45),
            Ridge(c, r, crest=0.99, height=0.22, colours=at.near, grain=0.9, fall=0.4, seed=seed + 4),
            *([Beam(c, r, at=(tower, 0.52), colour=(255, 240, 190))] if dark or hour == "mist" else []),
        )  # fmt: skip

    return build


def _valley(hour: str) -> Builder:
    def build(c: int, r: int, seed: int) -> Sequence[Layer]:
        at = HOURS[hour]
        rng = np.random.default_rng(seed)
        snow = (238, 242, 248) if rng.random() < 0.6 else None
        lake = rng.random() < 0.5
        front = float(rng.uniform(0.03, 0.12))
        return (
            Sky(c, r, at.sky, light=at.light, warmth=at.warmth),
            *([Stars(c, r, count=at.stars, horizon=0.55, seed=seed)] if at.stars else []),
            Orb(c, r, at=at.light, radius=0.04, colours=at.orb, phase=0.2, glow=4, glow_strength=0.4),
            Clouds(c, r, top=0.03, bottom=0.62, colour=at.cloud, opacity=0.8, stretch=3, grain=0.25, seed=seed + 1),
            Ridge(
                c, r, crest=0.74, height=0.42, colours=at.far, grain=0.4, fall=0.5, wide=2, speed=1, snow=snow,
                seed=seed + 2,
            ),
            Ridge(
                c, r, crest=0.78, height=0.16, colours=at.middle, grain=0.5, trees=0.035, wide=2, speed=1,
                seed=seed + 3,
            ),
            *([Water(c, r, line=0.78, tint=at.water, light=at.light[0], glint=at.warmth, depth=0.35)] if lake else []),
            Ridge(c, r, crest=1.03, height=0.16, colours=at.near, grain=0.6, trees=front, speed=2, seed=seed + 4),
        )  # fmt: skip

    return build


def _map(stops: str, ink: str) -> Builder:
    def build(c: int, r: int, seed: int) -> Sequence[Layer]:
        return (Contours(c, r, stops=stops, ink=rgb(ink), seed=seed),)

    return build


def _flow(stops: str, scale: float = 1.0) -> Builder:
    def build(c: int, r: int, seed: int) -> Sequence[Layer]:
        return (Flow(c, r, stops=stops, scale=scale, seed=seed),)

    return build


def _snow(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        *_valley("mist")(c, r, seed),
        Motes(
            c, r, count=90, colour=(235, 240, 250), climb=(-4, -2), drift=(0, 1), size=(0.003, 0.014),
            sway=0.04, flicker=0.0, top=-0.1, bottom=1.1, seed=seed + 9,
        ),
    )  # fmt: skip


def _fireflies(c: int, r: int, seed: int) -> Sequence[Layer]:
    return (
        *_valley("night")(c, r, seed),
        Motes(
            c, r, count=60, colour=(190, 255, 90), core=(250, 255, 200), climb=(0, 1), drift=(-1, 1),
            size=(0.003, 0.012), top=0.5, bottom=1.0, sway=0.05, flicker=0.9, seed=seed + 9,
        ),
    )  # fmt: skip


_BUILDERS: dict[str, Builder] = {
    "lantern-tide": _lantern_tide,
    "quiet-moons": _quiet_moons,
    "paper-comets": _paper_comets,
    "small-suns": _small_suns,
    "slow-meridian": _slow_meridian,
    "ember-coast": _ember_coast,
    "salt-and-static": _salt_and_static,
    "thunder": _thunder,
    "snow": _snow,
    "fireflies": _fireflies,
    "map-land": _map("1f5a78 3f8ea0@.28 d8d2a0@.34 9ab070@.5 7a9060@.6 b09060@.75 e8e0d4", "3a2a20"),
    "map-sea": _map("0a1a34 123a5c@.3 1f6a80@.5 4aa8a0@.66 c8e0c0@.8 f4ecd0", "e8f4f0"),
    "map-night": _map("120a24 2a1450@.4 6a2a78@.6 d05a78@.78 ffc890", "ffe8d0"),
    "map-ink": _map("f4ead2 ecdcb8@.5 dcc498", "3a2c24"),
    "flow-coral": _flow("1a1033 6a2a6a e0506a ff9a6a ffe0b0"),
    "flow-lagoon": _flow("06202a 0a5a66 2aa89a a0e0b0 f4f4d0"),
    "flow-ink": _flow("0b0d14 1c2a44 4a6a94 c8d4e0 f4efe6", 1.3),
    "flow-moss": _flow("101a10 2a4a2a 6a8a3a c8c86a f4ecc0"),
    "flow-dusk": _flow("140a28 3a1a5a 8a3a8a e07a8a ffc8a0", 0.8),
    **{f"harbour-{hour}": _harbour(hour) for hour in HOURS},
    **{f"valley-{hour}": _valley(hour) for hour in HOURS},
}

NAMES = frozenset(_BUILDERS)


def scene(name: str, columns: int, rows: int, *, seed: int = 100) -> Scene:
    """A scene by name, prepared for pictures of the given size; the seed varies the place, not its mood."""
    return Scene(columns=columns, rows=rows, layers=tuple(_BUILDERS[name](columns, rows, seed)))


def brightest_turn(name: str, *, seed: int = 100) -> float:
    """The turn, in ninetieths, at which the scene is brightest: where lightning strikes."""
    small = scene(name, 96, 54, seed=seed)
    return max(range(270), key=lambda step: float(small.frame(step / 270).mean())) / 270
