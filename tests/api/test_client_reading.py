"""What clients read: what a section says of itself works as it says, with the client library that relies on it."""

from typing import Any

import pytest
from plexapi.server import PlexServer
from tests.api.conftest import Library

connect: Any = PlexServer  # the library has no types

VALUES: dict[str, list[Any]] = {
    "integer": [0, 2015],
    "string": ["the", "a"],
    "boolean": [True],
    "date": ["2020-01-01", "-10y"],
}
OPPOSITES = {"": "!", "=": "!="}
SECTIONS = ("Movies", "TV Shows", "Music", "Photos")


@pytest.fixture(scope="module")
def plex(library: Library) -> Any:
    return connect(library.server.url, library.owner_token)


def _values(section: Any, kind: Any, field: Any) -> list[Any]:
    return VALUES.get(field.type) or [choice.key for choice in section.listFilterChoices(field.key, libtype=kind.type)]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_advertised_field_works_with_every_advertised_operator(plex: Any, title: str) -> None:
    section = plex.library.section(title)
    for kind in section.filterTypes():
        by_hand = {field.key for field in kind._manualFields()}
        everything = {item.ratingKey for item in section.search(libtype=kind.type)}
        for field in kind.fields:
            if field.key in by_hand:
                continue
            operators = [operator.key[:-1] for operator in section.getFieldType(field.type).operators]
            for value in _values(section, kind, field)[:2]:
                found = {
                    operator: {
                        item.ratingKey
                        for item in section.search(libtype=kind.type, filters={field.key + operator: value})
                    }
                    for operator in operators
                }
                for positive, negative in OPPOSITES.items():
                    if positive in found:
                        assert found[positive] ^ found[negative] == everything, (field.key, value)


@pytest.mark.parametrize("title", SECTIONS)
def test_every_advertised_sort_orders_everything(plex: Any, title: str) -> None:
    section = plex.library.section(title)
    for kind in section.filterTypes():
        everything = sorted(item.ratingKey for item in section.search(libtype=kind.type))
        for sort in kind.sorts:
            for direction in ("asc", "desc", "nullsLast"):
                found = section.search(libtype=kind.type, sort=f"{sort.key}:{direction}")
                assert sorted(item.ratingKey for item in found) == everything, (kind.type, sort.key)


@pytest.mark.parametrize("title", SECTIONS)
def test_every_value_of_a_filter_finds_something(plex: Any, title: str) -> None:
    section = plex.library.section(title)
    for kind in section.filterTypes():
        for one in kind.filters:
            for choice in section.listFilterChoices(one.filter, libtype=kind.type):
                found = section.search(libtype=kind.type, **{one.filter: choice.key})
                assert found, (kind.type, one.filter, choice.title)
                assert plex.fetchItems(choice.fastKey) == found


def test_languages_are_listed_by_name(plex: Any) -> None:
    movies = plex.library.section("Movies")
    assert [choice.title for choice in movies.listFilterChoices("audioLanguage")] == ["English", "French", "German"]


def test_popular_tracks_are_those_that_are_played(plex: Any) -> None:
    artist = plex.library.section("Music").all()[0]
    assert artist.popularTracks() == []
    track = artist.tracks()[-1]
    track.markPlayed()
    assert artist.popularTracks() == [track]
    track.markUnplayed()


def test_an_item_says_what_it_is_filed_under(plex: Any) -> None:
    filed = {film.title: film.titleSort for film in plex.library.section("Movies").all()}
    assert filed["A Field Guide to Thunder"] == "Field Guide to Thunder"
    assert filed["The Lantern Tide"] == "Lantern Tide"
    (plain,) = [film for film in plex.library.section("Movies").all() if film.title == "Ember Coast"]
    assert "titleSort" not in plain._data.attrib


def test_streams_are_named_with_their_own_titles(plex: Any) -> None:
    film = plex.library.section("Movies").get("A Field Guide to Thunder").reload()
    audio = {stream.title: stream.extendedDisplayTitle for stream in film.audioStreams()}
    assert audio["Français"] == "Français (French Opus Stereo)"


def test_a_wrong_method_is_told_the_right_ones(library: Library) -> None:
    answer = library.owner.delete("/identity")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert "405 Method Not Allowed" in answer.text


def test_a_section_knows_how_large_and_how_long_it_is(plex: Any) -> None:
    movies = plex.library.section("Movies")
    assert movies.totalDuration == sum(film.duration for film in movies.all())
    parts = [
        part for film in [*movies.all(), *(e for f in movies.all() for e in f.extras())] for part in film.iterParts()
    ]
    assert movies.totalStorage == sum(part.size for part in parts)


def test_the_server_lists_itself_by_an_address(library: Library) -> None:
    (server,) = library.owner.get("/servers").json()["MediaContainer"]["Server"]
    assert server["host"] == "127.0.0.1"
    assert server["port"] == library.server.port


def test_what_is_played_says_how_and_is_remembered(plex: Any) -> None:
    show = plex.library.section("TV Shows").all()[0]
    episode = show.episodes()[0]
    episode.updateTimeline(0, state="playing", duration=episode.duration)
    (playing,) = plex.sessions()
    assert playing.media[0].selected
    assert playing.media[0].parts[0].decision == "directplay"
    assert playing.session.bandwidth == playing.media[0].bitrate > 0
    assert {stream.location for stream in playing.media[0].parts[0].streams if stream.selected} == {"direct"}
    episode.updateTimeline(episode.duration - 100, state="stopped", duration=episode.duration)
    assert plex.sessions() == []
    (line,) = plex.history(ratingKey=episode.ratingKey)
    assert (line.type, line.title, line.grandparentTitle) == ("episode", episode.title, show.title)
    assert [past.historyKey for past in show.history()] == [line.historyKey]
    assert plex.library.section("TV Shows").all()[1].history() == []
    line.delete()
    show.markUnplayed()


def test_one_of_a_kind_is_an_object_in_json(library: Library) -> None:
    section = library.sections["Movies"]
    answer = library.owner.get(f"/library/sections/{section}/all", params={"includeMeta": "1", "limit": "0"})
    assert [kind["type"] for kind in answer.json()["MediaContainer"]["Meta"]["Type"]] == ["movie"]


def test_a_collection_has_children(plex: Any) -> None:
    movies = plex.library.section("Movies")
    (collection,) = movies.collections()
    titles = [film.title for film in collection.items()]
    assert titles == ["Paper Comets", "Nine Quiet Moons"]
    assert len(collection) == 2
    assert plex.fetchItems(f"/library/metadata/{collection.ratingKey}/children") == collection.items()
    assert plex._session.get(collection.thumbUrl).headers["content-type"] == "image/jpeg"
    assert collection.reload().title == collection.title
    assert movies.search(title=collection.title, libtype="collection") == [collection]
    assert plex._session.get(plex.url(f"/library/collections/{movies.all()[0].ratingKey}")).status_code == 404


def test_a_section_lists_its_collections_where_they_belong(plex: Any, library: Library) -> None:
    movies = plex.library.section("Movies")
    (collection,) = movies.collections()
    films = len(movies.all())
    assert movies.totalViewSize() == films + 1
    assert movies.totalViewSize(includeCollections=False) == films
    assert movies.totalViewSize(libtype="movie") == films + 1
    shows = plex.library.section("TV Shows")
    assert shows.totalViewSize(libtype="episode") == len(shows.searchEpisodes())

    def listed(**query: str) -> list[str]:
        return [item["title"] for item in library.items("Movies", includeCollections="1", **query)]

    def filed(item: Any) -> str:
        return str(item.titleSort).casefold()

    by_title = [item.title for item in sorted([*movies.all(), collection], key=filed)]
    assert listed() == by_title
    assert listed(sort="titleSort:desc") == by_title[::-1]
    assert listed(limit="5") == by_title[:5]
    assert listed(sort="year")[-1] == collection.title
    assert len(listed(sort="year")) == films + 1
    assert listed(year=str(movies.all()[0].year)) == [
        item["title"] for item in library.items("Movies", year=str(movies.all()[0].year))
    ]
    pages = [
        listed(**{"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": "2"})
        for start in range(0, films + 1, 2)
    ]
    assert [title for page in pages for title in page] == by_title
    section = library.sections["Movies"]
    items = plex.fetchItems(f"/library/sections/{section}/all?includeCollections=1")
    (found,) = [item for item in items if item.type == "collection"]
    assert found.items() == collection.items()


def test_the_whole_library_has_every_kind(plex: Any, library: Library) -> None:
    sections = plex.library.sections()
    everything = {item.ratingKey for section in sections for item in section.all()}
    answer = library.owner.get("/library/all", params={"X-Plex-Container-Start": "0", "X-Plex-Container-Size": "500"})
    container = answer.json()["MediaContainer"]
    keys = [int(item["ratingKey"]) for item in container["Metadata"]]
    assert sorted(keys) == sorted(everything)
    assert container["totalSize"] == len(keys)
    pages = []
    for start in range(0, len(keys), 7):
        window = {"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": "7"}
        pages += library.owner.get("/library/all", params=window).json()["MediaContainer"]["Metadata"]
    assert [int(item["ratingKey"]) for item in pages] == keys
    films = library.owner.get("/library/all", params={"type": "1"}).json()["MediaContainer"]["Metadata"]
    assert {item["type"] for item in films} == {"movie"}
    seen = library.guest.get("/library/all").json()["MediaContainer"]["Metadata"]
    assert {item["type"] for item in seen} == {"movie", "artist"}

    def listed(**query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = library.owner.get("/library/all", params=query).json()["MediaContainer"][
            "Metadata"
        ]
        return found

    assert len(listed(sort="mediaHeight")) == len(keys)
    language = plex.library.section("Movies").listFilterChoices("audioLanguage")[0].key
    assert {item["type"] for item in listed(audioLanguage=language)} == {"movie"}
    assert library.owner.get("/library/all", params={"sort": "nothing"}).status_code == 400


def test_items_name_what_they_belong_to(plex: Any) -> None:
    show = plex.library.section("TV Shows").all()[0]
    season = show.seasons()[0]
    episode = season.episodes()[0]
    assert (season.parentGuid, season.parentIndex, show.index) == (show.guid, 1, 1)
    assert (episode.parentGuid, episode.grandparentGuid) == (season.guid, show.guid)
    album = plex.library.section("Music").albums()[0]
    track = album.tracks()[0]
    assert track.thumb == album.thumb
    assert (track.parentGuid, track.grandparentGuid) == (album.guid, album.parentGuid)


def test_a_hidden_section_is_not_on_the_home_page(plex: Any, library: Library) -> None:
    key = library.sections["Home Videos"]
    title = plex.library.section("Home Videos").all()[0].title

    def shown() -> tuple[bool, bool]:
        hubs = {hub.title for hub in plex.library.hubs()}
        return "Recently Added Videos" in hubs, title in [item.title for item in plex.search(title)]

    assert shown() == (True, True)
    for level, wanted in (("1", (False, True)), ("2", (False, False)), ("0", (True, True))):
        assert library.owner.put(f"/library/sections/{key}/prefs", params={"hidden": level}).status_code == 200
        sections = library.owner.get("/library/sections").json()["MediaContainer"]["Directory"]
        assert [section["hidden"] for section in sections if section["key"] == str(key)] == [int(level)]
        assert shown() == wanted


def test_a_section_has_a_picture(plex: Any) -> None:
    for section in plex.library.sections():
        for address in (section.thumb, section.art, section.composite):
            assert plex._session.get(plex.url(address)).headers["content-type"].startswith("image/")


def test_only_streams_of_a_part_can_be_chosen(plex: Any, library: Library) -> None:
    film = plex.library.section("Movies").get("A Field Guide to Thunder").reload()
    part = film.media[0].parts[0]
    first, second = part.audioStreams()
    assert library.owner.put(f"/library/parts/{part.id}", params={"audioStreamID": "999999"}).status_code == 400
    assert library.owner.put(f"/library/parts/{part.id}", params={"subtitleStreamID": str(first.id)}).status_code == 400
    part.setSelectedAudioStream(second)
    assert [stream.selected for stream in film.reload().audioStreams()] == [False, True]
    part.setSelectedAudioStream(first)
    assert [stream.selected for stream in film.reload().audioStreams()] == [True, False]
