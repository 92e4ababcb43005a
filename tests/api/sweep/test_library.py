"""``Library`` and its sections, filters, hubs and managed hubs: what each public method promises."""

from typing import Any

import pytest
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home
from tests.api.families.drawn import ALBUMS, FILMS, PHOTO_ALBUMS, SHOWS
from tests.api.sweep.ledger import covers


@covers("Library.sections", "Library.section", "Library.sectionByID", "LibrarySection.locations")
def test_sections(home: Home) -> None:
    library = home.owner.library
    assert {section.title for section in library.sections()} == set(home.sections)
    movies = library.section("Movies")
    assert library.sectionByID(movies.key).title == "Movies"
    assert movies.locations == [str(home.media / "Movies")]
    with pytest.raises(NotFound):
        library.section("Nothing")


@covers("Library.hubs", "Library.all", "Library.onDeck", "Library.recentlyAdded", "Library.search", "Library.tags")
def test_the_whole_library(home: Home) -> None:
    library = home.owner.library
    assert library.hubs(sectionID=home.sections["Movies"])
    titles = {item.title for item in library.all()}
    assert set(FILMS) | set(SHOWS) <= titles
    assert library.onDeck() == []
    assert len(library.recentlyAdded()) > 0
    assert {item.title for item in library.search(title="Amber", libtype="movie")} == {"Amber Coast", "Amber Coast 2"}
    assert "Drama" in {tag.tag for tag in library.tags("genre")}


@covers(
    "Library.cleanBundles",
    "Library.emptyTrash",
    "Library.optimize",
    "Library.update",
    "Library.cancelUpdate",
    "Library.refresh",
    "Library.deleteMediaPreviews",
    "LibrarySection.emptyTrash",
    "LibrarySection.deleteMediaPreviews",
    "LibrarySection.analyze",
)
def test_upkeep(home: Home) -> None:
    library = home.owner.library
    before = home.section("Movies").totalSize
    for work in (
        library.cleanBundles,
        library.emptyTrash,
        library.optimize,
        library.update,
        library.cancelUpdate,
        library.refresh,
        library.deleteMediaPreviews,
        home.section("Movies").emptyTrash,
        home.section("Movies").deleteMediaPreviews,
        home.section("Home Videos").analyze,
    ):
        work()
        home.server.wait_idle()
    assert home.section("Movies").totalSize == before


@covers(
    "Library.add",
    "LibrarySection.edit",
    "LibrarySection.addLocations",
    "LibrarySection.removeLocations",
    "LibrarySection.delete",
)
def test_a_section_of_ones_own(home: Home) -> None:
    videos, photos = str(home.media / "Home Videos"), str(home.media / "Photos")
    home.owner.library.add(
        name="Mine", type="photo", agent="com.plexapp.agents.none", scanner="Plex Photo Scanner", location=photos
    )
    made = home.owner.library.section("Mine")
    made.edit(name="Ours")
    home.owner.library.reload()
    made = home.owner.library.section("Ours")
    made.addLocations(videos)
    assert set(made.reload().locations) == {videos, photos}
    made.removeLocations(videos)
    assert made.reload().locations == [photos]
    with pytest.raises(BadRequest):
        made.addLocations("/no-such-folder")
    home.server.wait_idle()
    made.delete()
    home.owner.library.reload()
    with pytest.raises(NotFound):
        home.owner.library.section("Ours")


@covers(
    "LibrarySection.totalSize",
    "LibrarySection.totalDuration",
    "LibrarySection.totalStorage",
    "LibrarySection.totalViewSize",
)
def test_how_much_there_is(home: Home) -> None:
    movies = home.section("Movies")
    assert movies.totalSize == len(FILMS) + 1
    assert movies.totalDuration > 0
    on_disk = sum(path.stat().st_size for path in (home.media / "Movies").rglob("*.mp4"))
    assert 0 < movies.totalStorage <= on_disk * 2
    assert movies.totalViewSize() == len(FILMS) + 2  # with the collection "Coast"
    assert movies.totalViewSize(includeCollections=False) == len(FILMS) + 1
    assert home.section("Music").totalViewSize(libtype="track") == sum(len(tracks) for *_, tracks in ALBUMS)


@covers("LibrarySection.get", "LibrarySection.getGuid", "LibrarySection.all", "LibrarySection.search")
def test_items_of_a_section(home: Home) -> None:
    movies = home.section("Movies")
    film = movies.get("Cold Lantern")
    assert film.year == 1991
    with pytest.raises(NotFound):
        movies.get("No Such Film")
    assert movies.getGuid(film.guid).ratingKey == film.ratingKey
    assert movies.getGuid(film.reload().guids[0].id).ratingKey == film.ratingKey
    assert [found.title for found in movies.all(sort="year:desc", limit=1)] == ["The Iron Meadow"]
    dramas = {title for title, facts in FILMS.items() if "Drama" in facts[1]}
    assert {found.title for found in movies.search(genre="Drama")} == dramas
    assert {found.title for found in movies.search(**{"year>>": 2010})} == {
        title for title, facts in FILMS.items() if facts[0] > 2010
    }
    both = movies.search(filters={"and": [{"genre": "Drama"}, {"or": [{"year": 1979}, {"year": 2020}]}]})
    assert {found.title for found in both} == {"Amber Coast", "The Iron Meadow"}
    with pytest.raises(BadRequest):
        movies.search(year="not a year")


@covers("LibrarySection.folders", "Folder.subfolders", "Folder.allSubfolders")
def test_folders(home: Home) -> None:
    folders = home.section("Movies").folders()
    assert len(folders) == len(FILMS) + 1
    eleven = next(folder for folder in folders if folder.title.startswith("Eleven Hours"))
    assert {below.title for below in eleven.subfolders()} == {"Trailers", "Deleted Scenes", "Eleven Hours"}
    assert isinstance(eleven.allSubfolders(), list)


@covers(
    "LibrarySection.managedHubs",
    "LibrarySection.resetManagedHubs",
    "ManagedHub.move",
    "ManagedHub.remove",
    "ManagedHub.updateVisibility",
    "ManagedHub.promoteRecommended",
    "ManagedHub.demoteRecommended",
    "ManagedHub.promoteHome",
    "ManagedHub.demoteHome",
    "ManagedHub.promoteShared",
    "ManagedHub.demoteShared",
    "Collection.visibility",
)
def test_managed_hubs(home: Home) -> None:
    movies = home.section("Movies")
    first, second, *_ = movies.managedHubs()
    first.move(after=second)
    assert [hub.identifier for hub in movies.managedHubs()][:2] == [second.identifier, first.identifier]
    collection = movies.collection("Coast")
    hub = collection.visibility()
    hub.updateVisibility(recommended=True, home=True, shared=False)
    hub.reload()
    assert hub.promotedToRecommended is True
    assert hub.promotedToOwnHome is True
    assert hub.promotedToSharedHome is False
    assert hub.identifier in {one.identifier for one in movies.managedHubs()}
    for change, name, value in (
        (hub.demoteHome, "promotedToOwnHome", False),
        (hub.promoteHome, "promotedToOwnHome", True),
        (hub.promoteShared, "promotedToSharedHome", True),
        (hub.demoteShared, "promotedToSharedHome", False),
        (hub.demoteRecommended, "promotedToRecommended", False),
        (hub.promoteRecommended, "promotedToRecommended", True),
    ):
        change()
        assert getattr(hub.reload(), name) is value
    hub.remove()
    assert hub.identifier not in {one.identifier for one in movies.managedHubs()}
    movies.resetManagedHubs()
    assert movies.managedHubs()[0].identifier == first.identifier


@covers("LibrarySection.hubs", "Hub.items", "Hub.section", "MusicSection.stations")
def test_hubs(home: Home) -> None:
    hubs = home.section("Movies").hubs()
    recent = next(hub for hub in hubs if "recentlyadded" in hub.hubIdentifier)
    assert len(recent.items()) > 0
    assert recent.section().title == "Movies"
    recent.reload()
    assert recent.size > 0
    assert home.section("Music").stations()


@covers(
    "LibrarySection.agents",
    "LibrarySection.settings",
    "LibrarySection.editAdvanced",
    "LibrarySection.defaultAdvanced",
)
def test_settings_of_a_section(home: Home) -> None:
    movies = home.section("Movies")
    assert movies.agent in {agent.identifier for agent in movies.agents()}
    assert {"hidden", "collectionMode"} <= {setting.id for setting in movies.settings()}
    movies.editAdvanced(hidden=2, collectionMode=0)
    changed = {setting.id: setting.value for setting in movies.settings()}
    assert (int(changed["hidden"]), int(changed["collectionMode"])) == (2, 0)
    movies.defaultAdvanced()
    assert all(setting.value == setting.default for setting in movies.settings())


@covers("LibrarySection.timeline", "LibrarySection.onDeck", "LibrarySection.continueWatching")
def test_how_busy_a_section_is(home: Home) -> None:
    home.server.wait_idle()
    timeline = home.section("Movies").timeline()
    assert timeline.content == "secondary"
    assert timeline.allowSync is False
    assert timeline.identifier == "com.plexapp.plugins.library"
    assert timeline.updateQueueSize == 0
    assert home.section("Movies").onDeck() == []
    assert home.section("Movies").continueWatching() == []


@covers(
    "LibrarySection.recentlyAdded",
    "MovieSection.recentlyAddedMovies",
    "ShowSection.recentlyAddedShows",
    "ShowSection.recentlyAddedSeasons",
    "ShowSection.recentlyAddedEpisodes",
    "MusicSection.recentlyAddedArtists",
    "MusicSection.recentlyAddedAlbums",
    "MusicSection.recentlyAddedTracks",
    "PhotoSection.recentlyAddedAlbums",
)
def test_what_came_last(home: Home) -> None:
    movies, shows = home.section("Movies"), home.section("TV Shows")
    music, photos = home.section("Music"), home.section("Photos")
    assert len(movies.recentlyAdded(maxresults=5)) == 5
    for found, kind in (
        (movies.recentlyAddedMovies(), "movie"),
        (shows.recentlyAddedShows(), "show"),
        (shows.recentlyAddedSeasons(), "season"),
        (shows.recentlyAddedEpisodes(), "episode"),
        (music.recentlyAddedArtists(), "artist"),
        (music.recentlyAddedAlbums(), "album"),
        (music.recentlyAddedTracks(), "track"),
        (photos.recentlyAddedAlbums(), "photo"),
    ):
        assert found
        assert {item.type for item in found} == {kind}
        times = [item.addedAt for item in found]
        assert times == sorted(times, reverse=True)


@covers("LibrarySection.firstCharacter")
def test_letters(home: Home) -> None:
    letters = {letter.title: int(letter.size) for letter in home.section("Movies").firstCharacter()}
    assert letters["A"] == 2
    assert sum(letters.values()) == len(FILMS) + 1


@covers(
    "LibrarySection.filterTypes",
    "LibrarySection.getFilterType",
    "LibrarySection.fieldTypes",
    "LibrarySection.getFieldType",
    "LibrarySection.listFilters",
    "LibrarySection.listSorts",
    "LibrarySection.listFields",
    "LibrarySection.listOperators",
    "LibrarySection.listFilterChoices",
    "FilterChoice.items",
    "FilteringFieldType.operators",
    "FilteringType.fields",
    "FilteringType.filters",
    "FilteringType.sorts",
)
def test_what_a_section_can_be_asked(home: Home) -> None:
    movies = home.section("Movies")
    kind = movies.getFilterType("movie")
    assert kind in movies.filterTypes()
    assert {entry.filter for entry in kind.filters} >= {"genre", "year", "unwatched"}
    assert {entry.key for entry in kind.sorts} >= {"titleSort", "addedAt"}
    assert {entry.key for entry in kind.fields} >= {"title", "year", "genre"}
    assert movies.getFieldType("integer") in movies.fieldTypes()
    assert movies.getFieldType("integer").operators
    assert {entry.key for entry in movies.listOperators("string")} >= {"=", "!="}
    for listed, own in (
        (movies.listFilters(), kind.filters),
        (movies.listSorts(), kind.sorts),
        (movies.listFields(), kind.fields),
    ):
        assert len(listed) == len(own)
    genres = {choice.title: choice for choice in movies.listFilterChoices("genre")}
    assert {item.title for item in genres["Horror"].items()} == {"Cold Lantern"}


@covers("LibrarySection.hubSearch", "LibraryMediaTag.items")
def test_search_in_a_section(home: Home) -> None:
    assert home.section("Movies").hubSearch("Cloud Harbour")[0].title == "Cloud Harbour"
    actor = home.section("Movies").hubSearch("Yui Aoki", mediatype="actor")[0]
    assert [film.title for film in actor.items()] == ["三人の旅"]


@covers(
    "LibrarySection.createCollection",
    "LibrarySection.collection",
    "LibrarySection.collections",
    "LibrarySection.createPlaylist",
    "LibrarySection.playlist",
    "LibrarySection.playlists",
    "PhotoSection.collections",
)
def test_lists_of_a_section(home: Home) -> None:
    movies = home.section("Movies")
    made = movies.createCollection("Both Coasts", items=movies.search(title="Amber"))
    assert movies.collection("Both Coasts").ratingKey == made.ratingKey
    assert {collection.title for collection in movies.collections()} == {"Coast", "Both Coasts"}
    made.delete()
    playlist = movies.createPlaylist("Coast Evening", items=movies.search(title="Amber"))
    assert movies.playlist("Coast Evening").ratingKey == playlist.ratingKey
    assert [found.title for found in movies.playlists()] == ["Coast Evening"]
    playlist.delete()
    with pytest.raises(NotImplementedError):
        home.section("Photos").collections()


@covers(
    "LibrarySection.common",
    "Common.collections",
    "Common.countries",
    "Common.directors",
    "Common.fields",
    "Common.genres",
    "Common.guids",
    "Common.labels",
    "Common.moods",
    "Common.producers",
    "Common.ratings",
    "Common.roles",
    "Common.styles",
    "Common.tags",
    "Common.writers",
    "Common.commonType",
    "Common.ratingKeys",
    "Common.items",
)
def test_what_items_have_in_common(home: Home) -> None:
    movies = home.section("Movies")
    pair = movies.search(title="Amber")
    common = movies.common(pair)
    assert common.commonType == "movie"
    assert sorted(common.ratingKeys) == sorted(film.ratingKey for film in pair)
    assert {film.title for film in common.items()} == {"Amber Coast", "Amber Coast 2"}
    assert [tag.tag for tag in common.directors] == ["Ada Holm"]
    assert [tag.tag for tag in common.countries] == ["Norway"]
    assert "Drama" in [tag.tag for tag in common.genres]
    assert [tag.tag for tag in common.collections] == ["Coast"]
    assert "title" in common.mixedFields
    for tags in (common.labels, common.moods, common.producers, common.styles, common.tags, common.ratings):
        assert tags == []
    assert common.fields == []
    assert common.guids == []
    assert [role.tag for role in common.roles] in (["Ines Lind"], [])
    assert [writer.tag for writer in common.writers] == ["Ada Holm"]


@covers(
    "LibrarySection.multiEdit",
    "LibrarySection.batchMultiEdits",
    "LibrarySection.saveMultiEdits",
    "LibrarySection.lockAllField",
    "LibrarySection.unlockAllField",
)
def test_many_at_once(home: Home) -> None:
    movies = home.section("Movies")
    pair = movies.search(title="Amber")
    movies.multiEdit(pair, **{"studio.value": "Shore", "studio.locked": 1})
    assert {film.reload().studio for film in pair} == {"Shore"}
    movies.batchMultiEdits(pair).editContentRating("R").addLabel("both").saveMultiEdits()
    for film in pair:
        film.reload()
        assert film.contentRating == "R"
        assert [label.tag for label in film.labels] == ["both"]
    movies.lockAllField("tagline")
    assert movies.get("Cold Lantern").reload().isLocked("tagline")
    movies.unlockAllField("tagline")
    assert not movies.get("Cold Lantern").reload().isLocked("tagline")


@covers(
    "MovieSection.searchMovies",
    "ShowSection.searchShows",
    "ShowSection.searchSeasons",
    "ShowSection.searchEpisodes",
    "MusicSection.searchArtists",
    "MusicSection.searchAlbums",
    "MusicSection.searchTracks",
    "MusicSection.albums",
    "PhotoSection.all",
    "PhotoSection.searchAlbums",
    "PhotoSection.searchPhotos",
)
def test_search_by_type(home: Home) -> None:
    movies, shows = home.section("Movies"), home.section("TV Shows")
    music, photos = home.section("Music"), home.section("Photos")
    assert [film.title for film in movies.searchMovies(title="Cold")] == ["Cold Lantern"]
    assert [show.title for show in shows.searchShows(title="Small")] == ["Small Machines"]
    episodes: dict[str, Any] = {"show.title": "Small Machines"}
    assert len(shows.searchEpisodes(**episodes)) == sum(SHOWS["Small Machines"][3].values())
    assert len(shows.searchSeasons()) == sum(len(seasons) for *_, seasons in SHOWS.values())
    assert [artist.title for artist in music.searchArtists(title="Copper")] == ["The Copper Wires"]
    assert [album.title for album in music.searchAlbums(title="Volt")] == ["Voltage"]
    assert [track.title for track in music.searchTracks(title="Fern")] == ["Fern"]
    assert len(music.albums()) == len(ALBUMS)
    assert {album.title for album in photos.all()} == set(PHOTO_ALBUMS)
    assert {album.title for album in photos.searchAlbums(title="Mount")} == {"Mountains"}
    assert len(photos.searchPhotos(title="Harbour")) == PHOTO_ALBUMS["Harbour 2019"]
