"""Kodi's NFO files for films and shows: what is written in them arrives, and nothing in them raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.examples import examples

from vitascope.core.model import ArtKind
from vitascope.metadata import (
    ArtReference,
    MetadataRecord,
    Rating,
    RoleCredit,
    audience_rating,
    critic_rating,
    read_nfo,
)

MOVIE = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<movie>
    <title>Der Golem</title>
    <originaltitle>Der Golem, wie er in die Welt kam</originaltitle>
    <sorttitle>Golem</sorttitle>
    <ratings>
        <rating name="imdb" max="10" default="true"><value>7.2</value><votes>8,214</votes></rating>
        <rating name="themoviedb" max="10"><value>7.0</value><votes>150</votes></rating>
        <rating name="tomatometerallcritics" max="100"><value>100</value><votes>22</votes></rating>
    </ratings>
    <userrating>9</userrating>
    <top250>0</top250>
    <outline>short</outline>
    <plot>A rabbi shapes a giant of clay.</plot>
    <tagline>Prague, 1580</tagline>
    <runtime>85</runtime>
    <thumb aspect="poster" preview="">https://example.org/poster.jpg</thumb>
    <thumb aspect="poster">poster-alt.jpg</thumb>
    <thumb aspect="clearlogo">art/logo.png</thumb>
    <fanart><thumb>../../../etc/passwd</thumb><thumb>fanart.jpg</thumb></fanart>
    <mpaa>Rated PG-13 for fright</mpaa>
    <id>tt0011237</id>
    <uniqueid type="imdb" default="true">tt0011237</uniqueid>
    <uniqueid type="tmdb">2973</uniqueid>
    <genre>Horror</genre><genre>Fantasy / Drama</genre>
    <country>Germany</country>
    <set><name>Golem trilogy</name><overview>Three films</overview></set>
    <tag>silent</tag>
    <credits>Paul Wegener</credits><credits>Henrik Galeen</credits>
    <director>Paul Wegener</director><director>Carl Boese</director>
    <premiered>1920-10-29</premiered>
    <year>1920</year>
    <studio>UFA</studio>
    <trailer>plugin://plugin.video.youtube/?action=play_video&amp;videoid=x</trailer>
    <edition>Restored</edition>
    <actor><name>Albert Steinrück</name><role>Rabbi Löw</role><order>1</order></actor>
    <actor><name>Paul Wegener</name><role>The Golem</role><order>0</order><thumb>http://x/y.jpg</thumb></actor>
    <actor><name>Paul Wegener</name><role>The Golem</role><order>7</order></actor>
</movie>"""


def one(text: str | bytes, file: str = "movie.nfo") -> MetadataRecord:
    nfo = read_nfo(text if isinstance(text, bytes) else text.encode(), file)
    assert nfo.records, nfo.problems
    return nfo.records[0]


def test_movie() -> None:
    nfo = read_nfo(MOVIE.encode(), "movie.nfo")
    assert nfo.kind == "movie"
    assert nfo.problems == ()
    record = nfo.records[0]
    assert record == MetadataRecord(
        title="Der Golem",
        original_title="Der Golem, wie er in die Welt kam",
        title_sort="Golem",
        summary="A rabbi shapes a giant of clay.",
        tagline="Prague, 1580",
        year=1920,
        available_at="1920-10-29",
        duration_ms=85 * 60_000,
        content_rating="PG-13",
        content_rating_age=13,
        studio="UFA",
        studios=("UFA",),
        edition="Restored",
        ratings=(
            Rating(source="imdb", value=7.2, votes=8214, default=True),
            Rating(source="themoviedb", value=7.0, votes=150),
            Rating(source="tomatometerallcritics", value=10.0, votes=22),
        ),
        user_rating=9.0,
        guids=("imdb://tt0011237", "tmdb://2973"),
        genres=("Horror", "Fantasy", "Drama"),
        labels=("silent",),
        countries=("Germany",),
        collections=("Golem trilogy",),
        directors=("Paul Wegener", "Carl Boese"),
        writers=("Paul Wegener", "Henrik Galeen"),
        roles=(
            RoleCredit(name="Paul Wegener", role="The Golem"),
            RoleCredit(name="Albert Steinrück", role="Rabbi Löw"),
        ),
        art=(
            ArtReference(kind=ArtKind.THUMB, path="poster-alt.jpg"),
            ArtReference(kind=ArtKind.CLEAR_LOGO, path="art/logo.png"),
            ArtReference(kind=ArtKind.ART, path="fanart.jpg"),
        ),
    )
    audience, critics = audience_rating(record), critic_rating(record)
    assert audience is not None
    assert audience.image == "imdb://image.rating"
    assert critics is not None
    assert critics.image == "rottentomatoes://image.rating.ripe"


def test_legacy_rating_and_votes() -> None:
    record = one("<movie><title>x</title><rating>6,5</rating><votes>1.234</votes></movie>")
    assert record.ratings == (Rating(source="default", value=6.5, votes=1234, default=True),)


def test_show_with_seasons_named() -> None:
    record = one(
        """<tvshow><title>Signal Box</title><namedseason number="1">Steam</namedseason>
        <namedseason number="2">Diesel</namedseason><namedseason number="x">no</namedseason>
        <thumb aspect="poster" season="1" type="season">season01.jpg</thumb>
        <thumb aspect="banner">banner.jpg</thumb>
        <id>81189</id><premiered>2008-01-20</premiered><status>Ended</status><mpaa>TV-MA</mpaa>
        <studio>RailTV</studio></tvshow>""",
        "tvshow.nfo",
    )
    assert record.title == "Signal Box"
    assert record.season_titles == {1: "Steam", 2: "Diesel"}
    assert record.guids == ("tvdb://81189",)
    assert (record.year, record.content_rating, record.content_rating_age) == (2008, "TV-MA", 17)
    assert record.art == (ArtReference(kind=ArtKind.BANNER, path="banner.jpg"),)
    assert record.season is None


def test_season() -> None:
    record = one("<season><seasonnumber>2</seasonnumber><title>Diesel</title><plot>More.</plot></season>", "season.nfo")
    assert (record.season, record.title, record.summary) == (2, "Diesel", "More.")


def test_several_episodes_in_one_file() -> None:
    nfo = read_nfo(
        b"""<?xml version="1.0" encoding="UTF-8"?>
<episodedetails><title>One</title><season>1</season><episode>1</episode><aired>2008-01-20</aired></episodedetails>
<?xml version="1.0" encoding="UTF-8"?>
<episodedetails><title>Two</title><season>1</season><episode>2</episode>
<displayseason>0</displayseason><displayepisode>4096</displayepisode></episodedetails>""",
        "s01e01-e02.nfo",
    )
    assert nfo.problems == ()
    assert [(record.season, record.episode, record.title) for record in nfo.records] == [(1, 1, "One"), (1, 2, "Two")]
    second = nfo.episode(1, 2)
    assert second is not None
    assert (second.title, second.display_season, second.display_episode) == ("Two", 0, 4096)
    assert nfo.episode(1, 3) is None


def test_a_single_episode_without_numbers_is_the_one_asked_for() -> None:
    nfo = read_nfo(b"<episodedetails><title>Pilot</title></episodedetails>", "x.nfo")
    found = nfo.episode(3, 7)
    assert found is not None
    assert found.title == "Pilot"


def test_music_video() -> None:
    record = one(
        "<musicvideo><title>Loop</title><artist>The Coils</artist><album>Ohm</album><track>3</track>"
        "<director>A. B.</director></musicvideo>"
    )
    assert (record.title, record.artist, record.album, record.track_number) == ("Loop", "The Coils", "Ohm", 3)


@pytest.mark.parametrize(
    ("text", "guids"),
    [
        ("https://www.imdb.com/title/tt0133093/", ("imdb://tt0133093",)),
        ("see http://imdb.com/de/title/tt0133093?ref_=x", ("imdb://tt0133093",)),
        ("https://www.themoviedb.org/movie/603-the-matrix", ("tmdb://603",)),
        ("https://www.themoviedb.org/tv/1396/season/1", ("tmdb://1396",)),
        ("https://thetvdb.com/?tab=series&id=81189&lid=7", ("tvdb://81189",)),
        ("https://thetvdb.com/series/81189", ("tvdb://81189",)),
        ("https://thetvdb.com/dereferrer/series/81189\r\nhttps://www.imdb.com/title/tt0903747",
         ("tvdb://81189", "imdb://tt0903747")),
        ("https://musicbrainz.org/artist/5B11F4CE-A62D-471E-81FC-A69A8278C7DA",
         ("mbid://5b11f4ce-a62d-471e-81fc-a69a8278c7da",)),
    ],
)  # fmt: skip
def test_a_file_with_only_an_address(text: str, guids: tuple[str, ...]) -> None:
    nfo = read_nfo(text.encode(), "movie.nfo")
    assert nfo.kind == "ids"
    assert nfo.records == (MetadataRecord(guids=guids),)


def test_an_address_after_the_xml_adds_ids() -> None:
    record = one(
        "<movie><title>x</title><uniqueid type='imdb'>tt1234567</uniqueid></movie>\nhttps://www.themoviedb.org/movie/603"
    )
    assert record.guids == ("imdb://tt1234567", "tmdb://603")


def test_default_id_comes_first_and_nonsense_is_dropped() -> None:
    record = one(
        "<movie><uniqueid type='tmdb'>603</uniqueid><uniqueid type='imdb' default='true'>tt0133093</uniqueid>"
        "<uniqueid type='tvdb'>abc</uniqueid><uniqueid type='imdb'>603</uniqueid><uniqueid type='home'>1</uniqueid>"
        "<id>999</id></movie>"
    )
    assert record.guids == ("imdb://tt0133093", "tmdb://603")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("136", 136), ("136 min", 136), ("2h 16m", 136), ("2h16", 136), ("2:16:00", 136), ("1h", 60), ("0", None),
     ("", None), ("soon", None), ("-5", None), ("9999999999999999999", None), ("nan", None)],
)  # fmt: skip
def test_running_times(text: str, minutes: int | None) -> None:
    assert one(f"<movie><title>x</title><runtime>{text}</runtime></movie>").duration_ms == (
        minutes and minutes * 60_000
    )


@pytest.mark.parametrize(
    ("text", "date"),
    [("2008-01-20", "2008-01-20"), ("20.01.2008", "2008-01-20"), ("01/20/2008", "2008-01-20"),
     ("2008/1/2", "2008-01-02"), ("2008-01-20T00:00:00Z", "2008-01-20"), ("2008-02-30", None),
     ("0000-00-00", None), ("2008", None)],
)  # fmt: skip
def test_dates(text: str, date: str | None) -> None:
    assert one(f"<movie><title>x</title><premiered>{text}</premiered></movie>").available_at == date


def test_year_alone_gives_the_year() -> None:
    assert one("<movie><title>x</title><premiered>2008</premiered></movie>").year == 2008


def test_bare_ampersand_and_html_entities_are_mended_and_named() -> None:
    nfo = read_nfo(
        b"<movie>\n<title>Tom & Jerry &eacute;&nbsp;x</title>\n<plot>R&D; &amp; more &#65;</plot></movie>",
        "a/movie.nfo",
    )
    record = nfo.records[0]
    assert record.title == "Tom & Jerry é\xa0x"
    assert record.summary == "R&D; & more A"
    (problem,) = nfo.problems
    assert (problem.file, problem.line) == ("a/movie.nfo", 2)
    assert str(problem).startswith("a/movie.nfo:2: not well-formed XML")


def test_a_truncated_file_gives_what_is_there() -> None:
    nfo = read_nfo(MOVIE.encode()[:900], "movie.nfo")
    assert nfo.records[0].title == "Der Golem"
    assert len(nfo.problems) == 1


@pytest.mark.parametrize(
    "data",
    [
        "<movie><title>Amélie Łódź</title></movie>".encode("utf-16"),
        "﻿<movie><title>Amélie Łódź</title></movie>".encode(),
        '<?xml version="1.0" encoding="iso-8859-2"?><movie><title>Amélie Łódź</title></movie>'.encode("iso-8859-2"),
        '<?xml version="1.0" encoding="windows-1252"?><movie><title>Amélie Łódź</title></movie>'.encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    assert one(data).title == "Amélie Łódź"


def test_latin_text_that_claims_to_be_utf8() -> None:
    data = '<?xml version="1.0" encoding="UTF-8"?><movie><title>Amélie</title></movie>'.encode("latin-1")
    assert one(data).title == "Amélie"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 64,
        b"hello",
        b"<html><body>404</body></html>",
        b"<movie",
        b"\xff\xfe<",
        b"PK\x03\x04<x>",
        b"<" * 9999,
    ],
)
def test_useless_files_say_so(data: bytes) -> None:
    nfo = read_nfo(data, "x.nfo")
    assert nfo.records == ()
    assert nfo.problems
    assert nfo.problems[0].file == "x.nfo"


def test_attacks_are_refused_with_the_file_named() -> None:
    nfo = read_nfo(
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/hostname">]><movie><title>&x;</title></movie>', "evil/movie.nfo"
    )
    assert nfo.records == ()
    assert "evil/movie.nfo" in str(nfo.problems[0])
    assert read_nfo(b"<movie>" + b" " * (5 << 20) + b"</movie>", "big.nfo").records == ()


@examples(150)
@given(
    st.text(max_size=40),
    st.sampled_from(["rating", "votes", "year", "runtime", "season", "premiered", "userrating", "id"]),
)
def test_no_value_raises(value: str, tag: str) -> None:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    nfo = read_nfo(
        f"<episodedetails><title>t</title><{tag}>{escaped}</{tag}></episodedetails>".encode("utf-8", "replace"), "f"
    )
    assert len(nfo.records) == 1


@examples(200)
@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    read_nfo(data, "f")
    read_nfo(b"<movie><title>" + data + b"</title></movie>", "f")


NAMES = [
    "movie", "tvshow", "season", "episodedetails", "musicvideo", "artist", "album", "title", "ratings",
    "rating", "value", "votes", "uniqueid", "id", "actor", "name", "order", "thumb", "fanart", "art", "poster",
    "set", "namedseason", "track", "position", "duration", "albumArtistCredits", "genre", "runtime",
    "premiered", "mpaa", "year", "x",
]  # fmt: skip
VALUES = st.sampled_from(
    ["", "1", "-1", "9" * 400, "tt0000001", "1.2.3,4", "\u0663", "9999-99-99", "US:", "http://x/y", "a/b"]
)
TREES = st.recursive(
    st.tuples(st.sampled_from(NAMES), VALUES),
    lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def written(tree: tuple[str, Any]) -> str:
    name, content = tree
    inside = content if isinstance(content, str) else "".join(written(each) for each in content)
    return f'<{name} max="{len(inside)}" number="{inside[:3].count("1")}" default="true" type="imdb">{inside}</{name}>'


@examples(200)
@given(st.sampled_from(NAMES[:7]), st.lists(TREES, max_size=8))
def test_no_structure_raises(root: str, trees: list[tuple[str, Any]]) -> None:
    text = f"<{root}>" + "".join(written(tree) for tree in trees) + f"</{root}>"
    assert read_nfo(text.encode(), "f").kind in {root, ""}
