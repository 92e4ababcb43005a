"""The music and the audiobook of the demo library."""

from vitascope.media.demo.entries import Album, Audiobook, Track
from vitascope.media.demo.sound import Style


def _disc(disc: int, *titles: str, seconds: tuple[int, ...] = (30, 26, 34, 28, 32)) -> tuple[Track, ...]:
    return tuple(
        Track(disc=disc, number=number, title=title, seconds=seconds[(number + disc) % len(seconds)])
        for number, title in enumerate(titles, 1)
    )


ALBUMS: tuple[Album, ...] = (
    Album(
        artist="Aster Vale", title="Weather for Strings", year=2018, codec="flac", genre="Ambient",
        scene="valley-gold", design="circle", label="Slow Orbit Records",
        style=Style(tempo=64, root=53, mode="lydian", chords=(0, 4, 5, 3), pluck=0.3, bell=0.6, lead=0.4),
        tracks=_disc(1, "Barometer", "First Snow on Wednesday", "Cumulus", "The Long Drizzle"),
    ),
    Album(
        artist="Aster Vale", title="Low Tide Letters", year=2021, codec="flac", genre="Ambient",
        scene="flow-lagoon", design="full", label="Slow Orbit Records",
        style=Style(tempo=58, root=48, mode="dorian", chords=(0, 3, 6, 4), pluck=0.5, bell=0.8, wind=0.7, lead=0.3),
        tracks=(
            *_disc(1, "Dear Harbour", "Salt Ink", "Return to Sender"),
            *_disc(2, "Postmark: Sea", "What the Gulls Read", "Yours, Ever Further Out"),
        ),
    ),
    Album(
        artist="Kite Machine", title="Signal Garden", year=2019, codec="libmp3lame", genre="Electronic",
        scene="salt-and-static", design="frame", label="Tin Antenna",
        style=Style(
            tempo=118, root=45, mode="minor", chords=(0, 5, 2, 6), pluck=1.0, drums=1.0, bell=0.2, lead=0.6, steps=16,
        ),
        tracks=_disc(1, "Carrier Wave", "Greenhouse Frequencies", "Petal Noise", "Ask the Antenna"),
    ),
    Album(
        artist="Kite Machine", title="Night Bus Atlas", year=2022, codec="aac", genre="Electronic",
        scene="map-night", design="frame", label="Tin Antenna",
        style=Style(tempo=104, root=50, mode="dorian", chords=(0, 3, 0, 4), pluck=0.9, drums=0.9, bass=1.0, bell=0.4),
        tracks=_disc(1, "Depot", "Stop on Request", "Upper Deck, Rain", "Last Service"),
    ),
    Album(
        artist="Odalys Fenn-Okoro", title="Paper Planetarium", year=2020, codec="libopus", genre="Folk",
        scene="quiet-moons", design="circle", label="Slow Orbit Records",
        style=Style(tempo=88, root=55, mode="major", chords=(0, 4, 5, 3), pluck=1.0, pad=0.6, lead=0.8, bell=0.3),
        tracks=_disc(1, "Cut Along the Dotted Stars", "Ecliptic Waltz", "Glue and Gravity", "Lights Up"),
    ),
    Album(
        artist="Various Artists", title="Small Hours, Vol. 1", year=2023, codec="libmp3lame", genre="Downtempo",
        scene="fireflies", design="full", label="Slow Orbit Records", compilation=True,
        style=Style(tempo=76, root=52, mode="minor", chords=(0, 2, 5, 4), pluck=0.7, bell=0.6, drums=0.3),
        tracks=(
            Track(disc=1, number=1, title="Two O'Clock", seconds=28, artist="Aster Vale"),
            Track(disc=1, number=2, title="Kettle Constellation", seconds=26, artist="Odalys Fenn-Okoro"),
            Track(disc=1, number=3, title="Fridge Hum in D", seconds=30, artist="Kite Machine"),
            Track(disc=1, number=4, title="Blackbird, Too Early", seconds=28, artist="The Lamplighter Quartet"),
        ),
    ),
)  # fmt: skip

AUDIOBOOKS: tuple[Audiobook, ...] = (
    Audiobook(
        author="Hedda Lorne-Whitaker", title="The Keeper of Small Winds", year=2015, narrator="Petronel Ashgrove",
        plot="A girl is apprenticed to the woman who decides which way the washing blows. Read without words, "
        "in the voice of the wind itself.",
        scene="valley-dawn",
        chapters=(
            "A Draught Under the Door", "The Apprentice", "Washing Day", "The Wind That Would Not Go", "Still Air",
        ),
        chapter_seconds=36,
    ),
)  # fmt: skip
