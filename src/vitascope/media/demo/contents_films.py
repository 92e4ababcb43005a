"""The films of the demo library."""

from vitascope.media.demo.entries import Caption, Extra, Film, FilmFile, Role, Voice
from vitascope.media.demo.sound import Style

_CHAPTERS = ("The Shore", "First Light", "A Boat of Paper", "The Long Water", "Nobody Rows Back", "Morning")

FILMS: tuple[Film, ...] = (
    Film(
        title="The Lantern Tide", year=2021, folder="The Lantern Tide (2021) {tmdb-900001}", scene="lantern-tide",
        tagline="Some lights are letters.",
        plot="Every autumn the people of Osmund Bay send paper lanterns out with the tide. When one comes back, "
        "lit and with an answer inside, the ferrywoman Maren rows out at night to find who wrote it.",
        genres=("Drama", "Fantasy"), directors=("Oda Fenwick-Roe",), writers=("Oda Fenwick-Roe", "Pell Aramant"),
        cast=(
            Role(actor="Ilse Marrowby", role="Maren"), Role(actor="Tobin Quaylefield", role="The Harbour Master"),
            Role(actor="Sunniva Aldercott", role="Little Wren"),
        ),
        studio="Blue Heron Pictures", country="Norway", rating=8.4, votes=1840, content_rating="PG", tmdb="900001",
        premiered="2021-09-17", theme=True,
        style=Style(tempo=72, root=57, mode="dorian", chords=(0, 3, 5, 4), drums=0.0, wind=0.6, lead=0.5),
        files=(
            FilmFile(
                name="The Lantern Tide (2021) {tmdb-900001}.mp4", seconds=600, columns=960, rows=540, looped=True,
                chapters=_CHAPTERS,
            ),
        ),
        sidecars=("en.srt", "de.srt", "en.sdh.srt"),
        extras=(
            Extra(name="The Lantern Tide (2021)-trailer.mp4", title="Trailer", seconds=12),
            Extra(
                name="Featurettes/Folding Four Thousand Lanterns.mp4", title="Folding Four Thousand Lanterns",
                seconds=12,
            ),
        ),
        lines=(
            "They say the tide keeps what it is given.", "Then why did this one come back?",
            "It is still burning.", "Somebody has written on the inside.", "Row. I will hold the light.",
            "♪ The water knows the way ♪", "We are not alone out here.", "Look. All of them.",
        ),
        german=(
            "Man sagt, die Flut behält, was man ihr gibt.", "Warum ist diese dann zurückgekommen?",
            "Sie brennt noch.", "Jemand hat innen etwas geschrieben.", "Rudere. Ich halte das Licht.",
            "♪ Das Wasser kennt den Weg ♪", "Wir sind nicht allein hier draußen.", "Schau. Alle.",
        ),
    ),
    Film(
        title="Nine Quiet Moons", year=2019, folder="Nine Quiet Moons (2019)", scene="quiet-moons",
        tagline="Nobody counts them twice.",
        plot="The keeper of a listening post on a ringed planet has one task: to note that nothing was said. "
        "In the ninth year the smallest moon begins to hum.",
        genres=("Science Fiction", "Mystery"), directors=("Jorun Castellane",), writers=("Jorun Castellane",),
        cast=(
            Role(actor="Osric Vennamore", role="The Keeper"), Role(actor="Nadia Quillfeather", role="Relay Four"),
            Role(actor="Ilse Marrowby", role="The Voice"),
        ),
        studio="Ninth Window", country="Iceland", rating=7.9, votes=2210, content_rating="PG-13", tmdb="900002",
        premiered="2019-02-08", collection="The Quiet Sky Collection", title_on_top=True,
        style=Style(tempo=60, root=50, mode="lydian", chords=(0, 1, 5, 4), pluck=0.5, bell=0.9, lead=0.35, bass=0.9),
        files=(
            FilmFile(
                name="Nine Quiet Moons (2019).mp4", seconds=600, looped=True,
                chapters=("Arrival", "The Log", "A Hum", "The Smallest Moon", "Answer"),
            ),
        ),
        sidecars=("en.srt",),
        lines=(
            "Log, year nine. Nothing was said.", "Correction.", "Relay Four, do you hear a tone?",
            "I hear you breathing, Keeper.", "Then it is not me.", "Count them again.", "Nine. It was always nine.",
            "And who is humming?",
        ),
    ),
    Film(
        title="Paper Comets", year=2017, folder="Paper Comets (2017)", scene="paper-comets",
        tagline="Make a wish. Mind the fold.",
        plot="Two sisters in a mountain village fold comets out of old newspapers. One night the sky folds back.",
        genres=("Family", "Adventure", "Fantasy"), directors=("Mirel Osterhagen",), writers=("Pell Aramant",),
        cast=(
            Role(actor="Sunniva Aldercott", role="Tilda"), Role(actor="Bex Tarrowmere", role="Nilla"),
            Role(actor="Tobin Quaylefield", role="The Postman"),
        ),
        studio="Blue Heron Pictures", country="Norway", rating=7.6, votes=980, content_rating="G", tmdb="900003",
        premiered="2017-12-01", collection="The Quiet Sky Collection",
        style=Style(tempo=96, root=60, mode="major", chords=(0, 4, 5, 3), pluck=1.0, bell=0.8, drums=0.3),
        files=(
            FilmFile(name="Paper Comets (2017) - 1080p.mp4", seconds=14, columns=1920, rows=1080, version="1080p"),
            FilmFile(name="Paper Comets (2017) - 480p.mp4", seconds=14, version="480p"),
        ),
        extras=(Extra(name="Paper Comets (2017)-trailer.mp4", title="Trailer", seconds=12),),
        poster_turn=0.22,
    ),
    Film(
        title="An Orchard of Small Suns", year=2014, folder="An Orchard of Small Suns (2014)", scene="small-suns",
        tagline="Every fruit remembers its star.",
        plot="A glazier inherits an orchard where the trees bear light, and a brother who would sell it by the "
        "basket. A story in four seasons and one window.",
        genres=("Drama", "Romance"), directors=("Oda Fenwick-Roe",), writers=("Lysander Okonjo-Pryce",),
        cast=(
            Role(actor="Nadia Quillfeather", role="Amarel"), Role(actor="Caspian Dreyfont", role="Joss"),
        ),
        studio="Glasshouse Films", country="Portugal", rating=7.2, votes=640, content_rating="PG", tmdb="900004",
        premiered="2014-05-23",
        style=Style(tempo=88, root=55, mode="mixolydian", chords=(0, 6, 3, 0), pluck=0.9, bell=0.7),
        files=(
            FilmFile(
                name="An Orchard of Small Suns (2014).mkv", seconds=18,
                voices=(
                    Voice(codec="aac", language="eng", title="English"),
                    Voice(codec="ac3", language="deu", title="Deutsch"),
                ),
                captions=(Caption(format="srt", language="eng", title="English", default=True),),
            ),
            FilmFile(
                name="An Orchard of Small Suns (2014) {edition-Director's Cut}.mkv", seconds=24,
                edition="Director's Cut",
                voices=(
                    Voice(codec="aac", language="eng", title="English"),
                    Voice(codec="ac3", language="deu", title="Deutsch"),
                    Voice(codec="libmp3lame", language="eng", title="Commentary by Oda Fenwick-Roe", commentary=True),
                ),
                captions=(
                    Caption(format="srt", language="eng", title="English", default=True),
                    Caption(format="srt", language="eng", title="English SDH", hearing_impaired=True),
                    Caption(format="ass", language="deu", title="Deutsch"),
                    Caption(format="srt", language="deu", title="Deutsch (Schilder)", forced=True),
                ),
                chapters=("Winter", "Spring", "Summer", "Autumn"), label="Director's Cut", shift=0.4,
            ),
        ),
        lines=(
            "My aunt left me four walls and a window.", "And trees that are warm to the touch.",
            "You could sell them by the basket.", "You could sell the sky, if it hung lower.", "Pick one. Carefully.",
        ),
        german=(
            "Meine Tante hat mir vier Wände und ein Fenster vermacht.", "Und Bäume, die sich warm anfühlen.",
            "Man könnte sie körbeweise verkaufen.", "Den Himmel auch, hinge er tiefer.", "Pflück eine. Vorsichtig.",
        ),
    ),
    Film(
        title="The Slow Meridian", year=2011, folder="The Slow Meridian (2011)", scene="slow-meridian",
        tagline="Two thousand miles. One timetable.",
        plot="A night train crosses a continent without ever arriving at midnight. Its conductor begins to suspect "
        "the timetable.",
        genres=("Adventure", "Comedy"), directors=("Anselm Brightwater-Ito",), writers=("Anselm Brightwater-Ito",),
        cast=(
            Role(actor="Tobin Quaylefield", role="The Conductor"), Role(actor="Bex Tarrowmere", role="Seat Eleven"),
        ),
        studio="Longitude Film Company", country="Argentina", rating=7.0, votes=410, content_rating="PG",
        tmdb="900005", premiered="2011-10-14",
        style=Style(tempo=104, root=52, mode="dorian", chords=(0, 0, 3, 4), drums=0.8, pluck=0.9, bell=0.2),
        files=(
            FilmFile(name="The Slow Meridian (2011) - cd1.mp4", seconds=16, part=1, label="Part One"),
            FilmFile(name="The Slow Meridian (2011) - cd2.mp4", seconds=16, part=2, label="Part Two", shift=0.4),
        ),
    ),
    Film(
        title="Ember Coast", year=2023, folder="Ember Coast (2023)", scene="ember-coast",
        tagline="The island is awake.",
        plot="A volcanologist, a smuggler and a goat are the last three on an island that is making itself larger.",
        genres=("Thriller", "Adventure"), directors=("Jorun Castellane",), writers=("Pell Aramant", "Mirel Osterhagen"),
        cast=(
            Role(actor="Caspian Dreyfont", role="Dr. Ravn"), Role(actor="Nadia Quillfeather", role="Sable"),
        ),
        studio="Ninth Window", country="Iceland", rating=7.4, votes=1520, content_rating="PG-13", tmdb="900006",
        premiered="2023-06-30", title_on_top=True,
        style=Style(tempo=112, root=45, mode="minor", chords=(0, 5, 6, 4), drums=1.0, bass=1.0, wind=0.4, bell=0.2),
        files=(
            FilmFile(
                name="Ember Coast (2023) - 720p HDR10.mkv", seconds=10, video="hevc", columns=1280, rows=720, hdr=True,
                voices=(Voice(codec="ac3", channels=6, title="Surround 5.1"),), chapters=("Smoke", "Fire"),
                version="720p HDR10",
            ),
        ),
    ),
    Film(
        title="Salt and Static", year=2022, folder="Salt and Static (2022)", scene="salt-and-static",
        tagline="Turn it down until you hear it.",
        plot="A documentary about the last long-wave station on a salt flat, told by what it picked up between the "
        "programmes.",
        genres=("Documentary", "Music"), directors=("Lysander Okonjo-Pryce",), writers=("Lysander Okonjo-Pryce",),
        cast=(Role(actor="Osric Vennamore", role="Narrator"),),
        studio="Glasshouse Films", country="Portugal", rating=6.8, votes=230, content_rating="NR", tmdb="900007",
        premiered="2022-03-11",
        style=Style(tempo=120, root=48, mode="minor", chords=(0, 0, 5, 3), drums=0.9, pluck=1.0, lead=0.2, bell=0.1),
        files=(
            FilmFile(
                name="Salt and Static (2022).webm", seconds=14, video="vp9", columns=640, rows=360,
                voices=(Voice(codec="libopus"),),
            ),
        ),
    ),
    Film(
        title="A Field Guide to Thunder", year=2024, folder="A Field Guide to Thunder (2024)", scene="thunder",
        tagline="Count the seconds.",
        plot="A retired storm chaser teaches her deaf grandson the eleven kinds of thunder, one valley at a time.",
        genres=("Drama", "Family"), directors=("Mirel Osterhagen",), writers=("Oda Fenwick-Roe",),
        cast=(
            Role(actor="Ilse Marrowby", role="Grandmother"), Role(actor="Sunniva Aldercott", role="Ada"),
        ),
        studio="Blue Heron Pictures", country="Canada", rating=8.1, votes=1175, content_rating="PG", tmdb="900008",
        premiered="2024-08-02", poster_turn=-1.0,
        style=Style(tempo=66, root=53, mode="minor", chords=(0, 5, 3, 4), wind=0.9, pluck=0.4, bell=0.5),
        files=(
            FilmFile(
                name="A Field Guide to Thunder (2024).mkv", seconds=16, video="av1", columns=854, rows=480,
                voices=(Voice(codec="flac", title="Stereo"), Voice(codec="libopus", language="fra", title="Français")),
                captions=(
                    Caption(format="pgs", language="eng", title="English", default=True),
                    Caption(format="pgs", language="fra", title="Français"),
                ),
            ),
        ),
        lines=(
            "Count the seconds.", "That was a rolling one.\nNumber four.", "You felt it in the floor first.",
            "Now. Here it comes.",
        ),
    ),
)  # fmt: skip
