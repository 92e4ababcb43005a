"""NFO files in the form that Kodi reads and writes, for films, shows and episodes."""

from collections.abc import Iterable

from lxml import etree

from vitascope.media.demo.entries import Album, Episode, Film, Role, Show


def _add(parent: etree._Element, tag: str, text: object, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag, attributes)
    child.text = str(text)
    return child


def _ratings(root: etree._Element, rating: float, votes: int) -> None:
    ratings = etree.SubElement(root, "ratings")
    one = etree.SubElement(ratings, "rating", {"name": "themoviedb", "max": "10", "default": "true"})
    _add(one, "value", rating)
    _add(one, "votes", votes)


def _cast(root: etree._Element, cast: Iterable[Role]) -> None:
    for order, role in enumerate(cast):
        actor = etree.SubElement(root, "actor")
        _add(actor, "name", role.actor)
        _add(actor, "role", role.role)
        _add(actor, "order", order)


def _all(root: etree._Element, tag: str, values: Iterable[str]) -> None:
    for value in values:
        _add(root, tag, value)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True, standalone=True)


def movie(film: Film) -> bytes:
    """``movie.nfo``."""
    root = etree.Element("movie")
    _add(root, "title", film.title)
    _add(root, "originaltitle", film.title)
    _ratings(root, film.rating, film.votes)
    _add(root, "plot", film.plot)
    _add(root, "tagline", film.tagline)
    _add(root, "runtime", max(1, sum(file.seconds for file in film.files if file.part or file is film.files[0]) // 60))
    _add(root, "mpaa", film.content_rating)
    _add(root, "uniqueid", film.tmdb, type="tmdb", default="true")
    _all(root, "genre", film.genres)
    _add(root, "country", film.country)
    if film.collection:
        group = etree.SubElement(root, "set")
        _add(group, "name", film.collection)
        _add(group, "overview", f"Films of {film.collection.removeprefix('The ').removesuffix(' Collection')}.")
    _all(root, "credits", film.writers)
    _all(root, "director", film.directors)
    _add(root, "premiered", film.premiered)
    _add(root, "year", film.year)
    _add(root, "studio", film.studio)
    _cast(root, film.cast)
    return _bytes(root)


def tvshow(show: Show) -> bytes:
    """``tvshow.nfo``."""
    root = etree.Element("tvshow")
    _add(root, "title", show.title)
    _ratings(root, show.rating, show.votes)
    _add(root, "plot", show.plot)
    _add(root, "mpaa", show.content_rating)
    _add(root, "uniqueid", show.tvdb, type="tvdb", default="true")
    _all(root, "genre", show.genres)
    _add(root, "country", show.country)
    _add(root, "premiered", show.episodes[0].aired)
    _add(root, "year", show.year)
    _add(root, "status", "Ended")
    _add(root, "studio", show.studio)
    for number, name in enumerate(show.season_names, 1):
        _add(root, "namedseason", name, number=str(number))
    _cast(root, show.cast)
    return _bytes(root)


def episode(show: Show, part: Episode) -> bytes:
    """The NFO beside an episode."""
    root = etree.Element("episodedetails")
    _add(root, "title", part.title)
    _add(root, "showtitle", show.title)
    _ratings(root, part.rating, show.votes // 8)
    _add(root, "season", part.season)
    _add(root, "episode", part.number)
    _add(root, "plot", part.plot)
    _add(root, "mpaa", show.content_rating)
    _add(root, "aired", part.aired)
    _all(root, "director", show.directors)
    _add(root, "studio", show.studio)
    _cast(root, show.cast)
    return _bytes(root)


def album(record: Album) -> bytes:
    """``album.nfo``."""
    root = etree.Element("album")
    _add(root, "title", record.title)
    _add(root, "artist", record.artist)
    _add(root, "genre", record.genre)
    _add(root, "year", record.year)
    _add(root, "label", record.label)
    _add(root, "compilation", "true" if record.compilation else "false")
    return _bytes(root)
