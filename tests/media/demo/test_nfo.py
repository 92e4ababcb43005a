"""NFO files: what Kodi would find in them."""

from lxml import etree

from vitascope.media.demo import catalogue, nfo


def test_a_film() -> None:
    film = catalogue.film("Nine Quiet Moons")
    root = etree.fromstring(nfo.movie(film))
    unique = root.find("uniqueid")
    assert unique is not None
    assert (unique.get("type"), unique.text) == ("tmdb", film.tmdb)
    assert root.findtext("set/name") == "The Quiet Sky Collection"
    assert root.findtext("runtime") == "10"
    assert [node.text for node in root.findall("director")] == list(film.directors)
    assert [node.text for node in root.findall("credits")] == list(film.writers)
    assert [node.findtext("role") for node in root.findall("actor")] == [role.role for role in film.cast]


def test_a_show_names_its_seasons() -> None:
    show = catalogue.shows[0]
    root = etree.fromstring(nfo.tvshow(show))
    names = {node.get("number"): node.text for node in root.findall("namedseason")}
    assert names == {"1": "The Light", "2": "The Log"}


def test_an_album_says_whether_it_is_a_compilation() -> None:
    said = {album.title: etree.fromstring(nfo.album(album)).findtext("compilation") for album in catalogue.albums}
    assert said["Small Hours, Vol. 1"] == "true"
    assert said["Signal Garden"] == "false"
