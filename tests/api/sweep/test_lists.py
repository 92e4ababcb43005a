"""Collections, playlists and play queues: what each public method promises."""

from pathlib import Path
from typing import Any

import plexapi.collection
import plexapi.playlist
import plexapi.playqueue
import pytest
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home
from tests.api.families.drawn import FILMS
from tests.api.sweep.ledger import covers

# The library has no types.
Collection: Any = plexapi.collection.Collection
Playlist: Any = plexapi.playlist.Playlist
PlayQueue: Any = plexapi.playqueue.PlayQueue


@covers(
    "Collection.create",
    "Collection.delete",
    "Collection.item",
    "Collection.items",
    "Collection.get",
    "Collection.section",
    "Collection.addItems",
    "Collection.removeItems",
    "Collection.moveItem",
    "Collection.modeUpdate",
    "Collection.sortUpdate",
    "Collection.fields",
    "Collection.images",
    "Collection.labels",
    "Collection.ultraBlurColors",
    "Collection.listType",
    "Collection.metadataType",
    "Collection.isVideo",
    "Collection.isAudio",
    "Collection.isPhoto",
    "Collection.metadataDirectory",
    "Collection.collection",
)
def test_a_collection(home: Home) -> None:
    movies = home.section("Movies")
    one, two, three = (movies.get(title) for title in ("Eleven Hours", "Cold Lantern", "Glass Orchard"))
    made = Collection.create(home.owner, "Dark Evenings", movies, items=[one, two])
    try:
        assert made.section().title == "Movies"
        assert {item.title for item in made.items()} == {"Eleven Hours", "Cold Lantern"}
        assert made.item("Cold Lantern").ratingKey == made.get("Cold Lantern").ratingKey == two.ratingKey
        with pytest.raises(NotFound):
            made.item("Nothing")
        made.addItems(three)
        made.sortUpdate("custom")
        made.moveItem(three)
        assert made.reload().items()[0].title == "Glass Orchard"
        made.moveItem(three, after=one)
        assert made.reload().collectionSort == 2
        made.sortUpdate("alpha")
        assert [item.title for item in made.reload().items()] == ["Cold Lantern", "Eleven Hours", "Glass Orchard"]
        made.modeUpdate("hide")
        assert made.reload().collectionMode == 0
        made.removeItems(three)
        assert len(made.reload()) == 2
        with pytest.raises(BadRequest):
            made.updateFilters(title="x")
        assert (made.listType, made.metadataType) == ("video", "movie")
        assert (made.isVideo, made.isAudio, made.isPhoto) == (True, False, False)
        assert made.fields == made.labels == []
        assert made.ultraBlurColors is None
        assert isinstance(made.images, list)
        assert isinstance(made.metadataDirectory, str)
        assert home.section("Movies").get("Amber Coast").reload().collections[0].collection().title == "Coast"
    finally:
        made.delete()
    with pytest.raises(NotFound):
        movies.collection("Dark Evenings")


@covers("Collection.filters", "Collection.updateFilters", "Collection.filterUserUpdate")
def test_a_smart_collection(home: Home) -> None:
    movies = home.section("Movies")
    made = movies.createCollection("After 2009", smart=True, sort="year", filters={"year>>": 2009})
    expected = {title for title, facts in FILMS.items() if facts[0] > 2009}
    assert made.smart
    assert {item.title for item in made.items()} == expected
    assert made.filters()["filters"]
    made.updateFilters(sort="year:desc", filters={"year>>": 2014})
    assert {item.title for item in made.reload().items()} == {title for title in expected if FILMS[title][0] > 2014}
    made.filterUserUpdate("user")
    assert made.reload().collectionFilterBasedOnUser == 1
    with pytest.raises(BadRequest):
        made.addItems(movies.get("Cold Lantern"))
    made.delete()


@covers(
    "Playlist.create",
    "Playlist.delete",
    "Playlist.item",
    "Playlist.items",
    "Playlist.get",
    "Playlist.section",
    "Playlist.addItems",
    "Playlist.removeItems",
    "Playlist.moveItem",
    "Playlist.fields",
    "Playlist.centroid",
    "Playlist.thumb",
    "Playlist.metadataType",
    "Playlist.isVideo",
    "Playlist.isAudio",
    "Playlist.isPhoto",
    "Playlist.metadataDirectory",
)
def test_a_playlist(home: Home) -> None:
    music = home.section("Music")
    amp, buzz, fuse = (music.searchTracks(title=title)[0] for title in ("Amp", "Buzz", "Fuse"))
    made = Playlist.create(home.owner, "Loud", items=[amp, buzz])
    assert [track.title for track in made.items()] == ["Amp", "Buzz"]
    assert made.item("Buzz").ratingKey == made.get("Buzz").ratingKey == buzz.ratingKey
    made.addItems(fuse)
    made.reload()
    made.moveItem(made.item("Fuse"))
    assert [track.title for track in made.reload().items()] == ["Fuse", "Amp", "Buzz"]
    made.moveItem(made.item("Fuse"), after=made.item("Amp"))
    assert [track.title for track in made.reload().items()] == ["Amp", "Fuse", "Buzz"]
    made.removeItems(made.item("Amp"))
    assert [track.title for track in made.reload().items()] == ["Fuse", "Buzz"]
    assert (made.metadataType, made.isAudio, made.isVideo, made.isPhoto) == ("track", True, False, False)
    assert made.thumb.startswith("/playlists/")
    assert made.fields == []
    assert isinstance(made.metadataDirectory, str)
    assert made.centroid is None
    with pytest.raises(BadRequest):
        made.section()  # a plain playlist belongs to none
    with pytest.raises(BadRequest):
        made.addItems(home.section("Movies").get("Cold Lantern"))
    assert home.mia.playlists() == []
    made.delete()
    assert home.owner.playlists() == []


@covers("Playlist.filters", "Playlist.updateFilters")
def test_a_smart_playlist(home: Home) -> None:
    movies = home.section("Movies")
    made = movies.createPlaylist("Newer", smart=True, limit=3, sort="year:desc", filters={"year>>": 2000})
    assert made.items()[0].title == "The Iron Meadow"
    assert len(made.items()) == 3
    assert made.filters()["libtype"] == "movie"
    made.updateFilters(limit=1)
    assert len(made.reload().items()) == 1
    assert made.section().title == "Movies"
    made.delete()


@covers("PlexServer.createPlaylist")
def test_a_playlist_from_a_file(home: Home, tmp_path: Path) -> None:
    track = home.section("Music").searchTracks(title="Amp")[0]
    path = tmp_path / "loud.m3u"
    path.write_text(f"#EXTM3U\n{track.locations[0]}\n")
    made = home.owner.createPlaylist("Loud", section="Music", m3ufilepath=str(path))
    assert [one.title for one in made.items()] == ["Amp"]
    made.delete()


@covers(
    "PlayQueue.create",
    "PlayQueue.get",
    "PlayQueue.items",
    "PlayQueue.getQueueItem",
    "PlayQueue.addItem",
    "PlayQueue.moveItem",
    "PlayQueue.removeItem",
    "PlayQueue.refresh",
    "PlayQueue.clear",
    "PlexPartialObject.playQueue",
)
def test_a_play_queue(home: Home) -> None:
    album = home.section("Music").searchAlbums(title="Voltage")[0]
    made = PlayQueue.create(home.owner, album.tracks(), startItem=album.tracks()[1])
    assert [item.title for item in made.items] == ["Amp", "Buzz", "Current"]
    assert made.selectedItem.title == "Buzz"
    assert PlayQueue.get(home.owner, made.playQueueID).playQueueTotalCount == 3
    fuse = home.section("Music").searchTracks(title="Fuse")[0]
    made.addItem(fuse, playNext=True)
    titles = [item.title for item in made.refresh().items]
    assert titles.index("Fuse") == titles.index("Buzz") + 1
    made.moveItem(fuse, after=made.items[-1])
    assert [item.title for item in made.refresh().items][-1] == "Fuse"
    assert made.getQueueItem(fuse).ratingKey == fuse.ratingKey
    made.removeItem(fuse)
    assert "Fuse" not in [item.title for item in made.refresh().items]
    made.clear()
    assert made.refresh().items == []
    assert album.playQueue().playQueueTotalCount == 3


@covers("PlayQueue.fromStationKey")
def test_a_queue_from_a_station(home: Home) -> None:
    station = home.section("Music").get("Nora Vale").station()
    made = PlayQueue.fromStationKey(home.owner, station.key)
    assert made.items
    assert {item.type for item in made.items} == {"track"}
