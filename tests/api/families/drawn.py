"""The library of the end-to-end tests, drawn as a tree: small enough to know by heart.

Every file is a real one of a second or two. The golden facts that tests rely on are written here and nowhere else.
"""

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.media_files import Media, Tree, draw

SRT = "1\n00:00:00,100 --> 00:00:00,900\n{}\n"
LRC = "[00:00.00]First line\n[00:00.50]Second line\n"

# title: year, genres, directors, actors, country, studio, rating, content rating, collection
Film = tuple[int, str, str, str, str, str, float, str, str]
FILMS: dict[str, Film] = {
    "Amber Coast": (1979, "Drama", "Ada Holm", "Ines Lind, Otto Berg", "Norway", "Fjord Film", 7.1, "PG", "Coast"),
    "Amber Coast 2": (
        1984,
        "Drama, War",
        "Ada Holm",
        "Ines Lind, Karl Voss",
        "Norway",
        "Fjord Film",
        6.2,
        "PG",
        "Coast",
    ),
    "Big Paper Rabbit": (2008, "Animation, Comedy", "Tom Rask", "Lea Wolf", "Netherlands", "Peach", 8.3, "G", ""),
    "Cold Lantern": (1991, "Horror", "Mia Stone", "Otto Berg, Lea Wolf", "Germany", "Nachtbild", 5.4, "R", ""),
    "Cloud Harbour": (1999, "Science Fiction", "Mia Stone", "Ines Lind", "Germany", "Nachtbild", 7.7, "PG-13", ""),
    "Déjà Lumière": (2001, "Drama, Romance", "Jean Pré", "Zoé Marin", "France", "Gauche", 6.9, "PG-13", ""),
    "Eleven Hours": (2010, "Thriller", "Tom Rask", "Karl Voss, Zoé Marin", "USA", "Peach", 8.8, "R", ""),
    "Fable of Salt": (2015, "Animation, Drama", "Ada Holm", "Lea Wolf", "Norway", "Fjord Film", 7.4, "G", ""),
    "Glass Orchard": (2015, "Science Fiction, Thriller", "Mia Stone", "Karl Voss", "USA", "Peach", 6.6, "R", ""),
    "Straße der Möwen": (1965, "Drama", "Jean Pré", "Otto Berg", "Germany", "Gauche", 7.0, "PG", ""),
    "The Iron Meadow": (2020, "War, Drama", "Jean Pré", "Ines Lind, Zoé Marin", "France", "Gauche", 9.1, "R", ""),
    "三人の旅": (1954, "Adventure", "Ken Mori", "Yui Aoki", "Japan", "Toyo", 8.0, "PG", ""),
}
SHOWS: dict[str, tuple[int, str, str, dict[int, int]]] = {
    # title: year, genres, studio, episodes by season
    "Harbour Lights": (2011, "Drama, Crime", "Nord TV", {0: 1, 1: 4, 2: 3}),
    "Small Machines": (2018, "Comedy", "Kanal 9", {1: 5}),
    "Uncharted Kitchen": (2005, "Documentary", "Kanal 9", {1: 2, 2: 2, 3: 2}),
}
ALBUMS: tuple[tuple[str, str, int, str, tuple[str, ...]], ...] = (
    # artist, album, year, genre, tracks
    ("Nora Vale", "First Snow", 2003, "Folk", ("Attic", "Birch", "Candle")),
    ("Nora Vale", "Second Thaw", 2007, "Folk", ("Dew", "Ember", "Fern", "Gale")),
    ("The Copper Wires", "Voltage", 1988, "Rock", ("Amp", "Buzz", "Current")),
    ("The Copper Wires", "Ground", 1994, "Rock", ("Earth", "Fuse")),
    ("Sólveig", "Hljóð", 2016, "Electronic", ("Ár", "Ís")),
)
PHOTO_ALBUMS = {"Harbour 2019": 4, "Mountains": 3}
HOME_VIDEOS = ("Birthday", "First Steps")


def _each(tag: str, values: str) -> Iterable[str]:
    return (f"<{tag}>{escape(value.strip())}</{tag}>" for value in values.split(",") if value.strip())


def _cast(actors: str) -> Iterable[str]:
    for order, name in enumerate(actors.split(", ")):
        yield f"<actor><name>{escape(name)}</name><role>Role {order + 1}</role><order>{order}</order></actor>"


def _film_nfo(number: int, title: str) -> str:
    year, genres, directors, actors, country, studio, rating, mpaa, collection = FILMS[title]
    return "".join(
        (
            f"<movie><title>{escape(title)}</title><year>{year}</year>",
            f"<premiered>{year}-03-0{number % 9 + 1}</premiered>",
            f"<plot>The plot of {escape(title)}.</plot><tagline>Line {number}</tagline><mpaa>{mpaa}</mpaa>",
            f'<ratings><rating name="themoviedb" max="10"><value>{rating}</value></rating></ratings>',
            f'<uniqueid type="imdb">tt{7000000 + number}</uniqueid><uniqueid type="tmdb">{70000 + number}</uniqueid>',
            *_each("genre", genres),
            *_each("director", directors),
            *_each("credits", directors),
            *_each("country", country),
            *_each("studio", studio),
            *_cast(actors),
            f"<set><name>{collection}</name></set>" if collection else "",
            "</movie>",
        )
    )


def _show_nfo(number: int, title: str) -> str:
    year, genres, studio, _ = SHOWS[title]
    return "".join(
        (
            f"<tvshow><title>{title}</title><year>{year}</year><premiered>{year}-01-05</premiered>",
            f"<plot>The plot of {title}.</plot><mpaa>TV-14</mpaa>",
            f'<uniqueid type="tvdb">{500 + number}</uniqueid>',
            *_each("genre", genres),
            *_each("studio", studio),
            *_cast("Ines Lind, Otto Berg"),
            "</tvshow>",
        )
    )


def draw_library(root: Path, media: Media) -> None:
    """Writes the whole library below ``root``: ``Movies``, ``TV Shows``, ``Music``, ``Photos``, ``Home Videos``."""
    movies: Tree = {}
    for number, (title, facts) in enumerate(FILMS.items()):
        name = f"{title} ({facts[0]})"
        folder: Tree = {f"{name}.mp4": media.content("mp4"), "movie.nfo": _film_nfo(number, title)}
        folder["poster.jpg"] = media.content("jpg")
        if title == "Eleven Hours":  # two versions, and a trailer
            folder[f"{name} - 480p.mkv"] = media.content("mkv")
            folder["Trailers"] = {"First Look.mp4": media.content("mp4")}
            folder["Deleted Scenes"] = {"The Lift.mp4": media.content("mp4")}
        if title == "Cloud Harbour":  # subtitles beside it
            folder[f"{name}.en.srt"] = SRT.format("Hello")
            folder[f"{name}.de.forced.srt"] = SRT.format("Hallo")
        if title == "Glass Orchard":
            folder["fanart.jpg"] = media.content("jpg")
            folder["fanart-2.jpg"] = media.content("jpg")
            folder["poster-2.jpg"] = media.content("jpg")
        movies[name] = folder
    movies["Fable of Salt (2015) {edition-Long Cut}"] = {
        "Fable of Salt (2015) {edition-Long Cut}.mp4": media.content("mp4"),
        "movie.nfo": _film_nfo(list(FILMS).index("Fable of Salt"), "Fable of Salt"),
    }
    shows: Tree = {}
    for number, (title, (year, _, _, seasons)) in enumerate(SHOWS.items()):
        show: Tree = {"tvshow.nfo": _show_nfo(number, title), "poster.jpg": media.content("jpg")}
        for season, episodes in seasons.items():
            show["Specials" if season == 0 else f"Season {season:02}"] = {
                f"{title} ({year}) - s{season:02}e{episode:02} - Part {episode}.mp4": media.content("mp4")
                for episode in range(1, episodes + 1)
            }
        shows[f"{title} ({year})"] = show
    photos: Tree = {
        album: {f"{album} {number}.jpg": media.content("jpg") for number in range(1, pictures + 1)}
        for album, pictures in PHOTO_ALBUMS.items()
    }
    videos: Tree = {f"{title}.mp4": media.content("mp4") for title in HOME_VIDEOS}
    draw(root, {"Movies": movies, "TV Shows": shows, "Photos": photos, "Home Videos": videos})
    for artist, album, year, genre, tracks in ALBUMS:
        folder_path = root / "Music" / artist / album
        for number, title in enumerate(tracks, start=1):
            media.write(
                folder_path / f"{number:02} - {title}.mp3",
                title=title,
                artist=artist,
                albumartist=artist,
                album=album,
                tracknumber=f"{number}/{len(tracks)}",
                date=str(year),
                genre=genre,
            )
        (folder_path / "cover.jpg").write_bytes(media.content("jpg"))
    (root / "Music" / "Nora Vale" / "First Snow" / "01 - Attic.lrc").write_text(LRC)
