"""The shows of the demo library."""

from vitascope.media.demo.entries import Episode, Role, Show
from vitascope.media.demo.sound import Style


def _episodes(*rows: tuple[int, int, str, str, str, str, float]) -> tuple[Episode, ...]:
    return tuple(
        Episode(season=season, number=number, title=title, plot=plot, scene=scene, aired=aired, rating=rating)
        for season, number, title, plot, scene, aired, rating in rows
    )


SHOWS: tuple[Show, ...] = (
    Show(
        title="Harbour Nine", year=2016, folder="Harbour Nine (2016) {tvdb-990001}", scene="harbour-dusk",
        plot="A pilot station at the edge of the charts guides ships that are never quite where they ought to be. "
        "Its crew of four keeps the light, the log and each other's secrets.",
        genres=("Drama", "Mystery"), directors=("Ansgar Wellesbourne-Ruud",),
        cast=(
            Role(
                actor="Petronel Ashgrove", role="Captain Ida Sorn"), Role(actor="Kit Marlefont",
                role="Bas, the Radio",
            ),
            Role(actor="Wendeline Akerhaug", role="Dr. Lune"), Role(actor="Tobin Quaylefield", role="Old Havel"),
        ),
        studio="Channel Aurora", country="Norway", rating=8.6, votes=3120, content_rating="TV-PG", tvdb="990001",
        style=Style(tempo=92, root=50, mode="minor", chords=(0, 5, 2, 6), pluck=0.9, bell=0.4, drums=0.5, lead=0.7),
        extension=".mp4", voice="aac", body_seconds=12, intro_seconds=20, credits_seconds=12, cold_open_seconds=5,
        season_names=("The Light", "The Log"),
        episodes=_episodes(
            (
                1, 1, "A Ship Without a Shadow", "A freighter answers the lamp but not the radio.", "harbour-night",
                "2016-01-14", 8.2,
            ),
            (1, 2, "Low Water", "The tide goes out and does not stop.", "harbour-dawn", "2016-01-21", 8.0),
            (1, 3, "The Ninth Buoy", "There are eight on the chart.", "harbour-mist", "2016-01-28", 8.5),
            (1, 4, "Lamp Oil", "Havel tells why the light must be lit by hand.", "harbour-dusk", "2016-02-04", 8.9),
            (
                2, 1, "Entries in Another Hand", "Somebody has been writing tomorrow's log.", "harbour-gold",
                "2017-01-12", 8.4,
            ),
            (
                2, 2, "Bearing Unknown", "Bas picks up the station's own call sign, from the sea.", "harbour-day",
                "2017-01-19", 8.3,
            ),
            (2, 3, "Dead Reckoning", "Dr. Lune goes out in the small boat.", "harbour-mist", "2017-01-26", 8.8),
            (
                2, 4, "All Stations, All Ships", "The lamp goes out. Someone lights another.", "harbour-night",
                "2017-02-02", 9.3,
            ),
        ),
    ),
    Show(
        title="The Cartographer's Hour", year=2020, folder="The Cartographer's Hour (2020)", scene="map-land",


        plot="Each week the mapmaker Esme Tollivant draws a country that does not exist, and explains how to get "
        "there.",
        genres=("Documentary", "Fantasy"), directors=("Rune Castlemayne-Obi",),
        cast=(
            Role(actor="Esme Tollivant", role="Herself"), Role(actor="Barnaby Ferncliff-Sato", role="The Compass"),
        ),
        studio="Longitude Television", country="Ireland", rating=7.8, votes=860, content_rating="TV-G", tvdb="990002",
        style=Style(tempo=80, root=57, mode="lydian", chords=(0, 4, 1, 5), pluck=1.0, bell=0.7, pad=0.8, lead=0.5),
        extension=".mkv", voice="libopus", body_seconds=16, season_names=("Land", "Sea"),
        episodes=_episodes(
            (1, 1, "The Country Without Corners", "How to fold a round land.", "map-land", "2020-03-02", 7.7),
            (1, 2, "Rivers That Lead Uphill", "A lesson in patience and shading.", "map-ink", "2020-03-09", 7.6),
            (
                1, 3, "Here Be Librarians", "The blank spot in the middle turns out to be quiet on purpose.",
                "map-night", "2020-03-16", 8.1,
            ),
            (2, 1, "An Atlas of Puddles", "Small seas, carefully sounded.", "map-sea", "2021-03-01", 7.5),
            (
                2, 2, "The Island That Moves on Thursdays", "Bring two compasses and believe neither.", "map-land",
                "2021-03-08", 8.0,
            ),
            (2, 3, "Home, to Scale", "Esme draws the street she was born in.", "map-ink", "2021-03-15", 8.7),
        ),
    ),
)  # fmt: skip
