"""Plain playlists of two people, through python-plexapi and through plain HTTP."""

import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from PIL import Image
from plexapi.exceptions import BadRequest, NotFound
from tests.api.families.conftest import Home

_GUID = re.compile(r"com\.plexapp\.agents\.none://[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def uri(home: Home, *ids: int, path: str = "/library/metadata/") -> str:
    machine = home.owner.machineIdentifier
    return f"server://{machine}/com.plexapp.plugins.library{path}{','.join(map(str, ids))}"


def ids_of(playlist: Any) -> list[int]:
    playlist.reload()
    return [item.ratingKey for item in playlist._fetchItems()]


def entries(home: Home, playlist_id: int, **query: int) -> list[tuple[int, str]]:
    found = home.container(f"/playlists/{playlist_id}/items", **query)
    return [(entry["playlistItemID"], entry["title"]) for entry in found.get("Metadata", [])]


@pytest.fixture
def films(home: Home) -> list[Any]:
    return [home.section("Movies").get(title) for title in ("Amber Coast", "Cold Lantern", "Eleven Hours")]


@pytest.fixture
def made(home: Home, films: list[Any]) -> Any:
    playlist = home.owner.createPlaylist("Evening", items=films)
    yield playlist
    home.http.delete(f"/playlists/{playlist.ratingKey}")


def test_a_new_playlist_says_what_clients_read(made: Any, films: list[Any], home: Home) -> None:
    assert made.type == "playlist"
    assert made.title == "Evening"
    assert made.playlistType == "video"
    assert made.isVideo
    assert made.metadataType == "movie"
    assert (made.smart, made.radio, made.allowSync) == (False, False, True)
    assert made.summary == ""
    assert made.leafCount == 3
    assert made.duration == sum(film.duration for film in films)
    assert _GUID.fullmatch(made.guid)
    assert made.key == f"/playlists/{made.ratingKey}"
    assert re.fullmatch(rf"/playlists/{made.ratingKey}/composite/\d+", made.composite)
    assert made.thumb == made.composite
    assert made.addedAt
    assert made.updatedAt
    assert made.content is None
    assert [item.title for item in made.items()] == ["Amber Coast", "Cold Lantern", "Eleven Hours"]
    assert made.item("cold lantern").ratingKey == films[1].ratingKey
    assert made.get("Eleven Hours") in made
    assert len(made) == 3
    with pytest.raises(NotFound):
        made.item("Nothing")
    assert home.owner.playlist("Evening").ratingKey == made.ratingKey
    assert [one.title for one in home.owner.fetchItem(made.key).items()] == [film.title for film in films]


def test_items_are_full_rows_with_their_own_numbers(made: Any, home: Home) -> None:
    xml = etree.fromstring(home.xml.get(f"/playlists/{made.ratingKey}/items").content)
    assert xml.attrib["leafCount"] == "3"
    assert xml.attrib["title"] == "Evening"
    assert xml.attrib["playlistType"] == "video"
    assert xml.attrib["smart"] == "0"
    videos = xml.findall("Video")
    assert len({video.attrib["playlistItemID"] for video in videos}) == 3
    assert all(video.find("Media/Part") is not None for video in videos)
    assert all(video.attrib["librarySectionID"] == str(home.sections["Movies"]) for video in videos)
    second = entries(home, made.ratingKey, **{"X-Plex-Container-Start": 1, "X-Plex-Container-Size": 1})
    assert [title for _, title in second] == ["Cold Lantern"]
    page = home.container(
        f"/playlists/{made.ratingKey}/items", **{"X-Plex-Container-Start": 7, "X-Plex-Container-Size": 5}
    )
    assert (page["totalSize"], page["size"], page["offset"]) == (3, 0, 7)


def test_adding_moving_and_removing(made: Any, films: list[Any], home: Home) -> None:
    amber, cold, eleven = films
    extra = home.section("Movies").get("Big Paper Rabbit")
    made.addItems(extra)
    made.addItems([amber])
    assert ids_of(made) == [amber.ratingKey, cold.ratingKey, eleven.ratingKey, extra.ratingKey, amber.ratingKey]
    made._items = made._fetchItems()
    made.moveItem(extra)
    assert ids_of(made)[0] == extra.ratingKey
    made.moveItem(cold, after=eleven)
    assert ids_of(made) == [extra.ratingKey, amber.ratingKey, eleven.ratingKey, cold.ratingKey, amber.ratingKey]
    made.removeItems([amber])
    assert ids_of(made) == [extra.ratingKey, eleven.ratingKey, cold.ratingKey, amber.ratingKey]
    made.reload()
    assert made.leafCount == 4
    cleared = home.http.delete(f"/playlists/{made.ratingKey}/items")
    assert cleared.json()["MediaContainer"]["Metadata"][0]["leafCount"] == 0
    assert ids_of(made) == []


def test_a_show_an_album_an_artist_and_a_collection_give_what_is_played(made: Any, home: Home) -> None:
    show = home.section("TV Shows").get("Small Machines")
    made.addItems(show)
    assert ids_of(made)[3:] == [episode.ratingKey for episode in show.episodes()]
    (coast,) = [one for one in home.section("Movies").collections() if one.title == "Coast"]
    before = len(ids_of(made))
    for source in (uri(home, coast.ratingKey), uri(home, path=f"/library/collections/{coast.ratingKey}/children")):
        assert home.http.put(f"/playlists/{made.ratingKey}/items", params={"uri": source}).status_code == 200
    assert ids_of(made)[before:] == [item.ratingKey for item in coast.items()] * 2
    artist = home.section("Music").get("Nora Vale")
    tracks = home.owner.createPlaylist("Nora", items=artist)
    assert tracks.playlistType == "audio"
    assert tracks.metadataType == "track"
    assert [track.title for track in tracks.items()] == ["Attic", "Birch", "Candle", "Dew", "Ember", "Fern", "Gale"]
    assert [album.title for album in tracks.items(libtype="album")] == ["First Snow", "Second Thaw"]
    assert [one.title for one in tracks.items(libtype="artist")] == ["Nora Vale"]
    tracks.delete()


def test_photos_make_a_playlist_of_photos(home: Home) -> None:
    album = home.section("Photos").get("Mountains")
    photos = home.owner.createPlaylist("Peaks", items=album)
    assert (photos.playlistType, photos.isPhoto, photos.leafCount) == ("photo", True, 3)
    assert {type(photo).__name__ for photo in photos.items()} == {"Photo"}
    photos.delete()


def test_what_does_not_go_together_is_refused_whole(made: Any, home: Home) -> None:
    track = home.section("Music").get("Nora Vale").tracks()[0]
    film = home.section("Movies").get("Cold Lantern")
    with pytest.raises(BadRequest):
        home.owner.createPlaylist("Mixed", items=[film, track])
    with pytest.raises(BadRequest):
        home.owner.createPlaylist("Empty", items=[])
    answer = home.http.put(
        f"/playlists/{made.ratingKey}/items", params={"uri": uri(home, film.ratingKey, track.ratingKey)}
    )
    assert answer.status_code == 400
    assert "track" in answer.text
    assert len(ids_of(made)) == 3


def test_title_summary_and_locks_are_edited(made: Any, home: Home) -> None:
    made.editTitle("Night").editSummary("For the <night> & more")
    made.reload()
    assert (made.title, made.summary) == ("Night", "For the <night> & more")
    assert {field.name for field in made.fields if field.locked} == {"title", "summary"}
    made.editSortTitle("AAA", locked=False)
    made.reload()
    assert made.titleSort == "AAA"
    made.batchEdits().editTitle("Both").editSummary("").saveEdits()
    made.reload()
    assert (made.title, made.summary) == ("Both", "")
    plain = home.http.put(f"/playlists/{made.ratingKey}", params={"title": "Plain", "summary": "S"})
    assert plain.status_code == 200
    found = home.container(f"/playlists/{made.ratingKey}")["Metadata"][0]
    assert (found["title"], found["summary"]) == ("Plain", "S")
    assert home.http.put(f"/playlists/{made.ratingKey}", params={"title.value": " "}).status_code == 400


def test_the_list_is_filtered_and_sorted(home: Home, made: Any) -> None:
    nora = home.owner.createPlaylist("All of Nora", items=home.section("Music").get("Nora Vale"))
    try:
        assert [one.title for one in home.owner.playlists()] == ["All of Nora", "Evening"]
        assert [one.title for one in home.owner.playlists(playlistType="audio")] == ["All of Nora"]
        assert [one.title for one in home.owner.playlists(sectionId=home.sections["Movies"])] == ["Evening"]
        assert [one.title for one in home.owner.playlists(title="EVEN")] == ["Evening"]
        assert [one.leafCount for one in home.owner.playlists(sort="mediaCount:asc")] == [3, 7]
        assert [one.leafCount for one in home.owner.playlists(sort="mediaCount:desc")] == [7, 3]
        assert [one.title for one in home.section("Movies").playlists()] == ["Evening"]
        assert home.section("Movies").playlist("Evening").ratingKey == made.ratingKey
        assert home.container("/playlists", smart=1).get("Metadata", []) == []
        page = home.container("/playlists", **{"X-Plex-Container-Start": 1, "X-Plex-Container-Size": 1})
        assert (page["totalSize"], page["Metadata"][0]["title"]) == (2, "Evening")
        for query in ({"sort": "nonsense"}, {"playlistType": "smell"}, {"type": 1}, {"sectionID": "x"}):
            assert home.http.get("/playlists", params=query).status_code == 400
    finally:
        nora.delete()
    with pytest.raises(NotFound):
        home.owner.playlist("All of Nora")


def test_everyone_has_their_own(made: Any, home: Home) -> None:
    theirs = made.create(home.mia, "Mine", items=made.items())  # what copyToUser does for another person
    assert [item.title for item in theirs.items()] == [item.title for item in made.items()]
    assert [one.title for one in home.mia.playlists()] == ["Mine"]
    assert [one.title for one in home.owner.playlists()] == ["Evening"]
    number = entries(home, made.ratingKey)[0][0]
    for client, playlist_id in ((home.mia_http, made.ratingKey), (home.http, theirs.ratingKey)):
        calls = (
            client.get(f"/playlists/{playlist_id}"),
            client.get(f"/playlists/{playlist_id}/items"),
            client.get(f"/playlists/{playlist_id}/composite"),
            client.get(f"/playlists/{playlist_id}/generators"),
            client.get(f"/library/metadata/{playlist_id}"),
            client.put(f"/playlists/{playlist_id}", params={"title": "Stolen"}),
            client.put(f"/playlists/{playlist_id}/items", params={"uri": "/library/metadata/1"}),
            client.delete(f"/playlists/{playlist_id}/items"),
            client.delete(f"/playlists/{playlist_id}/items/{number}"),
            client.put(f"/playlists/{playlist_id}/items/{number}/move"),
            client.delete(f"/playlists/{playlist_id}"),
        )
        assert [answer.status_code for answer in calls] == [404] * len(calls)
    copied = home.mia_http.post("/playlists", params={"title": "Copied", "playlistID": made.ratingKey})
    assert copied.status_code == 404
    assert home.mia_http.put("/playlists/0/items/1", params={}).status_code == 403
    theirs.delete()


def test_from_a_playlist_and_empty(made: Any, home: Home) -> None:
    copied = home.http.post("/playlists", params={"title": "Copy", "playlistID": made.ratingKey})
    copy = copied.json()["MediaContainer"]["Metadata"][0]
    assert copy["leafCount"] == 3
    empty = home.http.post("/playlists", params={"title": "Empty", "type": "audio"}).json()["MediaContainer"]
    assert (empty["Metadata"][0]["leafCount"], empty["Metadata"][0]["playlistType"]) == (0, "audio")
    assert home.container(f"/playlists/{empty['Metadata'][0]['ratingKey']}/items")["size"] == 0
    for one in (copy, empty["Metadata"][0]):
        assert home.http.delete(f"/playlists/{one['ratingKey']}").status_code == 204


@pytest.mark.parametrize(
    "query",
    [
        {"type": "video"},
        {"title": "T"},
        {"title": "T", "type": "smell"},
        {"title": " ", "type": "video"},
        {"title": "x" * 2_000, "type": "video"},
        {"title": "T", "type": "video", "uri": "nonsense"},
        {"title": "T", "type": "video", "uri": "server://other/com.plexapp.plugins.library/library/metadata/1"},
        {"title": "T", "type": "video", "uri": "/library/metadata/999999"},
        {"title": "T", "type": "video", "uri": "/library/metadata/1", "playlistID": "1"},
        {"title": "T", "type": "video", "smart": "1"},
        {"title": "T", "type": "video", "smart": "1", "uri": "/playlists/1/items"},
        {"title": "T", "type": "video", "smart": "1", "uri": "/library/sections/1/all?nonsense>>=1"},
        {"title": "T", "smart": "1", "uri": "/library/sections/1/all"},
    ],
)
def test_nonsense_makes_nothing(home: Home, query: dict[str, str]) -> None:
    before = home.container("/playlists", type=15)["size"]
    answer = home.http.post("/playlists", params=query)
    assert answer.status_code == 400, answer.text
    assert home.container("/playlists", type=15)["size"] == before


def test_unknown_numbers_are_not_found(made: Any, home: Home) -> None:
    items = f"/playlists/{made.ratingKey}/items"
    number = entries(home, made.ratingKey)[0][0]
    calls = (
        home.http.get("/playlists/999999"),
        home.http.get("/playlists/1"),  # an item that is no playlist
        home.http.delete(f"{items}/999999"),
        home.http.put(f"{items}/999999/move"),
        home.http.put(f"{items}/{number}/move", params={"after": 999999}),
        home.http.get(f"{items}/{number}"),
        home.http.put(f"{items}/{number}", params={"Item[type]": 42}),
        home.http.put(f"{items}/{number}/1/reprocess"),
        home.http.put("/playlists/999999", params={"title": "x"}),
    )
    assert [answer.status_code for answer in calls] == [404] * len(calls)
    assert home.http.put(f"{items}/{number}/move", params={"after": "x"}).status_code == 400
    assert home.http.get(items, params={"type": "99"}).status_code == 400


def test_folders_hold_playlists(made: Any, home: Home) -> None:
    outer = home.http.post("/playlists", params={"title": "Outer", "type": 16}).json()["MediaContainer"]["Metadata"][0]
    assert (outer["type"], outer["leafCount"]) == ("playlistFolder", 0)
    inside = f"/playlists/{outer['ratingKey']}/items"
    filled = home.http.put(inside, params={"uri": uri(home, path=f"/playlists/{made.ratingKey}")})
    assert filled.json()["MediaContainer"]["Metadata"][0]["leafCount"] == 1
    assert [one["title"] for one in home.container(inside)["Metadata"]] == ["Evening"]
    assert [one["title"] for one in home.container("/playlists")["Metadata"]] == ["Outer"]
    assert [one["title"] for one in home.container("/playlists", type=15)["Metadata"]] == ["Evening"]
    assert [one["title"] for one in home.container("/playlists", type=16)["Metadata"]] == ["Outer"]
    assert [one["title"] for one in home.container("/playlists", playlistType="video")["Metadata"]] == ["Evening"]
    assert home.http.put(inside, params={"playlistID": outer["ratingKey"]}).status_code == 400
    assert home.http.put(inside, params={"uri": uri(home, made.items()[0].ratingKey)}).status_code == 404
    assert home.http.delete(f"{inside}/{made.ratingKey}").status_code == 200
    moved = home.http.put(f"/playlists/{made.ratingKey}", params={"folderID": outer["ratingKey"]})
    assert moved.status_code == 200
    assert home.mia_http.get(inside).status_code == 404
    assert home.http.delete(f"/playlists/{outer['ratingKey']}").status_code == 204
    assert [one["title"] for one in home.container("/playlists")["Metadata"]] == ["Evening"]


def picture(answer: httpx.Response) -> tuple[int, int]:
    assert answer.status_code == 200, answer.text
    size: tuple[int, int] = Image.open(BytesIO(answer.content)).size
    return size


def test_a_playlist_has_a_picture_made_of_its_items(made: Any, home: Home) -> None:
    assert picture(home.http.get(made.composite)) == (600, 600)
    assert picture(home.http.get(made.composite, params={"width": 200, "height": 200})) == (200, 200)
    scaled = home.http.get("/photo/:/transcode", params={"url": made.composite, "width": 100, "height": 100})
    assert picture(scaled) == (100, 100)
    tracks = home.owner.createPlaylist("Covers", items=home.section("Music").get("Nora Vale"))
    assert picture(home.http.get(tracks.composite)) == (600, 600)
    tracks.delete()


def test_nothing_is_converted_in_the_background(home: Home) -> None:
    assert home.owner.optimizedItems() == []
    home.owner.optimizedItems(removeAll=True)
    assert home.container("/playlists/generators", type=42)["size"] == 0
    assert home.mia_http.get("/playlists", params={"type": 42}).json()["MediaContainer"]["size"] == 0
    assert home.mia_http.get("/playlists/0/items").status_code == 404


def test_rating_and_marking_a_playlist_is_ones_own(made: Any, home: Home) -> None:
    key = made.ratingKey
    rated = home.http.put("/:/rate", params={"key": key, "identifier": "com.plexapp.plugins.library", "rating": 8})
    assert rated.status_code == 200
    assert home.container(f"/playlists/{key}")["Metadata"][0]["userRating"] == 8.0
    assert home.mia_http.put("/:/rate", params={"key": key, "rating": 2}).status_code == 404


def test_a_playlist_is_an_item_too(made: Any, home: Home, drawn_media: Path) -> None:
    address = f"/library/metadata/{made.ratingKey}"
    found = home.container(address)["Metadata"][0]
    assert (found["type"], found["title"], found["leafCount"]) == ("playlist", "Evening", 3)
    assert "librarySectionID" not in found
    answer = home.http.put(address, params={"title.value": "Late", "summary.value": "Sum", "title.locked": 1})
    assert answer.status_code == 200
    made.reload()
    assert (made.title, made.summary) == ("Late", "Sum")
    poster = drawn_media / "Movies" / "Cold Lantern (1991)" / "poster.jpg"
    made.uploadPoster(filepath=str(poster))
    made.uploadArt(filepath=str(poster))
    made.reload()
    assert len(made.posters()) == 1
    assert "thumb" in {field.name for field in made.fields}
    found = home.container(address)["Metadata"][0]
    assert picture(home.http.get(found["thumb"]))
    made.unlockPoster().lockArt()
    made.reload()
    assert {field.name for field in made.fields} >= {"art", "title"}
    theirs = home.mia.createPlaylist("Theirs", items=made.items())
    mine = f"/library/metadata/{theirs.ratingKey}"
    assert home.mia_http.put(mine, params={"title.value": "Hers"}).status_code == 200
    assert theirs.reload().title == "Hers"
    assert home.http.put(mine, params={"title.value": "Stolen"}).status_code == 404
    assert home.mia_http.put(address, params={"title.value": "Stolen"}).status_code == 404
    assert (
        home.mia_http.put(f"/library/metadata/{made.items()[0].ratingKey}", params={"title.value": "x"}).status_code
        == 403
    )
    assert home.http.put(f"{address},1", params={"title.value": "x"}).status_code == 400
    theirs.delete()
    other = home.owner.createPlaylist("Other", items=made.items())
    assert home.http.delete(f"/library/metadata/{other.ratingKey}").status_code == 200
    assert home.http.get(f"/playlists/{other.ratingKey}").status_code == 404
    assert home.section("Movies").get("Cold Lantern")


def test_membership_outlives_a_rename_and_a_section_made_anew(fresh_home: Home, tmp_path: Path) -> None:
    home = fresh_home
    folder = tmp_path / "films"
    shutil.copytree(home.media / "Movies", folder)
    query = {"name": "Copies", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(folder)}

    def section() -> int:
        answer = home.http.post("/library/sections", params=query)
        assert answer.status_code == 201, answer.text
        home.server.wait_idle()
        return int(answer.json()["MediaContainer"]["Directory"][0]["key"])

    home.http.delete(f"/library/sections/{home.sections['Movies']}")
    number = section()
    copies = home.owner.library.sectionByID(number)
    titles = ["Cold Lantern", "Amber Coast", "Eleven Hours"]
    made = home.owner.createPlaylist("Kept", items=[copies.get(title) for title in titles])
    old, new = folder / "Cold Lantern (1991)", folder / "Renamed (1991)"
    old.rename(new)
    home.http.get(f"/library/sections/{number}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert [title for _, title in entries(home, made.ratingKey)] == titles
    home.http.delete(f"/library/sections/{number}")
    assert entries(home, made.ratingKey) == []
    section()
    assert [title for _, title in entries(home, made.ratingKey)] == titles
    assert home.container(f"/playlists/{made.ratingKey}")["Metadata"][0]["leafCount"] == 3


def test_whoever_made_a_playlist_chooses_its_pictures(made: Any, home: Home, drawn_media: Path) -> None:
    hers = home.mia.createPlaylist("Mia's", items=made.items())
    film = f"/library/metadata/{made.items()[0].ratingKey}"
    address, other = f"/library/metadata/{hers.ratingKey}", f"/library/metadata/{made.ratingKey}"
    one, two = (drawn_media / "Movies" / name / "poster.jpg" for name in ("Cold Lantern (1991)", "Amber Coast (1979)"))
    hers.uploadPoster(filepath=str(one))
    hers.uploadPoster(filepath=str(two))
    first, second = hers.posters()
    assert [first.selected, second.selected] == [False, True]
    hers.setPoster(first)
    (shown,) = home.mia_http.get(address).json()["MediaContainer"]["Metadata"]
    assert home.mia_http.get(shown["thumb"]).content == one.read_bytes()
    assert "thumb" in {field.name for field in hers.reload().fields}
    hers.deletePoster()
    hers.uploadArt(filepath=str(one))
    hers.deleteArt()
    before = home.container(film)["Metadata"][0]
    data = one.read_bytes()
    for path, refused in ((film, 403), (other, 404), ("/library/metadata/99999999", 404)):
        assert home.mia_http.post(f"{path}/posters", content=data).status_code == refused
        assert home.mia_http.post(f"{path}/thumb", content=data).status_code == refused
        assert home.mia_http.put(f"{path}/poster", params={"url": first.ratingKey}).status_code == refused
        assert home.mia_http.delete(f"{path}/thumb").status_code == refused
    assert home.http.post(f"{address}/posters", content=data).status_code == 404
    assert home.http.delete(f"{address}/thumb").status_code == 404
    assert home.container(film)["Metadata"][0] == before
    # the owner may fetch from the home network, somebody else not, and never from this machine
    local = home.server.url + "/web/favicon.ico"
    answer = home.mia_http.post(f"{address}/posters", params={"url": local})
    assert answer.status_code == 400
    assert "127.0.0.1" in answer.text
    for name in ("file:///etc/passwd", "upload://posters/nothing", "http://169.254.169.254/"):
        assert home.mia_http.put(f"{address}/poster", params={"url": name}).status_code == 400
    for number in range(48):
        picture_ = BytesIO()
        Image.new("RGB", (2, 2), (number, 0, 0)).save(picture_, "PNG")
        answer = home.mia_http.post(f"{address}/posters", content=picture_.getvalue())
        if answer.status_code != 200:
            break
    assert answer.status_code == 400
    assert "at most 50" in answer.text
    hers.delete()
