"""Editing items by hand: fields and locks, as clients send them, for both people and across scans."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


def put(home: Home, item: Any, **edit: str | int) -> int:
    return home.http.put(f"/library/metadata/{item.ratingKey}", params=edit).status_code


def refresh(home: Home, item: Any) -> None:
    item.refresh()
    home.server.wait_idle()


def locked(item: Any) -> list[str]:
    return sorted(field.name for field in item.reload().fields if field.locked)


def test_every_field_of_a_film(home: Home) -> None:
    item = film(home, "Cold Lantern")
    item.batchEdits().editTitle("Warm Lantern").editSortTitle("Lantern, Warm").editOriginalTitle("Lampe").editSummary(
        "Another\nplot"
    ).editTagline("Bright").editStudio("Hell").editContentRating("PG-13").editOriginallyAvailable(
        "1992-02-03"
    ).editAudienceRating(4.5).editCriticRating(3.5).editAddedAt(1_000_000_000).saveEdits()
    for person in (home.owner, home.mia):
        seen = person.fetchItem(item.ratingKey)
        assert (seen.title, seen.titleSort, seen.originalTitle) == ("Warm Lantern", "Lantern, Warm", "Lampe")
        assert (seen.summary, seen.tagline, seen.studio) == ("Another\nplot", "Bright", "Hell")
        assert (seen.contentRating, seen.audienceRating, seen.rating) == ("PG-13", 4.5, 3.5)
        assert seen.originallyAvailableAt.strftime("%Y-%m-%d") == "1992-02-03"
        assert int(seen.addedAt.timestamp()) == 1_000_000_000
    assert locked(item) == sorted(
        (
            "title",
            "titleSort",
            "originalTitle",
            "summary",
            "tagline",
            "studio",
            "contentRating",
            "originallyAvailableAt",
            "audienceRating",
            "rating",
            "addedAt",
        )
    )
    assert [found.ratingKey for found in home.mia.library.search("Warm Lantern")] == [item.ratingKey]
    refresh(home, item)
    assert item.reload().title == "Warm Lantern"
    assert int(item.addedAt.timestamp()) == 1_000_000_000


def test_fields_of_the_other_types(home: Home) -> None:
    show = home.section("TV Shows").get("Small Machines")
    show.editTitle("Tiny Machines").editSortTitle("Machines, Tiny")
    season = show.reload().seasons()[0]
    season.editTitle("The First").editSummary("A season")
    episode = season.reload().episodes()[0]
    episode.editTitle("Pilot").editOriginallyAvailable("2018-09-09").editContentRating("TV-Y")
    artist = home.section("Music").get("Sólveig")
    artist.editSummary("From the north").editSortTitle("Solveig")
    album = artist.albums()[0]
    album.editTitle("Sound").editStudio("Ice").editCriticRating(9)
    track = album.reload().tracks()[0]
    track.editTitle("Year").editTrackArtist("Somebody").editTrackNumber(7).editDiscNumber(2)
    photo_album = home.section("Photos").get("Mountains")
    photo_album.editTitle("Hills")
    photo = photo_album.reload().photos()[0]
    photo.editTitle("Peak").editCapturedTime("2011-12-13 14:15:16")
    for item, title in ((show, "Tiny Machines"), (season, "The First"), (episode, "Pilot"), (album, "Sound")):
        assert home.mia.fetchItem(item.ratingKey).title == title
    seen = home.mia.fetchItem(track.ratingKey)
    assert (seen.title, seen.originalTitle, seen.index, seen.parentIndex) == ("Year", "Somebody", 7, 2)
    seen = home.mia.fetchItem(photo.ratingKey)
    assert (seen.title, seen.originallyAvailableAt.strftime("%Y-%m-%d")) == ("Peak", "2011-12-13")
    assert home.mia.fetchItem(photo_album.ratingKey).title == "Hills"
    assert home.mia.fetchItem(episode.ratingKey).grandparentTitle == "Tiny Machines"
    refresh(home, album)
    assert track.reload().index == 7
    assert album.reload().title == "Sound"


def test_a_collection_is_edited_like_any_item(home: Home) -> None:
    collection = home.section("Movies").collection("Coast")
    collection.editSummary("By the sea").editContentRating("PG").editSortTitle("Sea")
    seen = home.mia.fetchItem(collection.ratingKey)
    assert (seen.summary, seen.contentRating, seen.titleSort) == ("By the sea", "PG", "Sea")


def test_ones_own_rating_is_ones_own(home: Home) -> None:
    item = film(home, "Glass Orchard")
    item.editUserRating(7)
    assert item.reload().userRating == 7.0
    assert home.mia.fetchItem(item.ratingKey).userRating is None


def test_a_value_locks_and_an_unlocked_one_goes_with_the_next_refresh(home: Home) -> None:
    item = film(home, "Glass Orchard")
    item.editTagline("Mine").editStudio("Theirs", locked=False)
    assert "tagline" in locked(item) and "studio" not in locked(item)
    assert item.studio == "Theirs"
    refresh(home, item)
    assert (item.reload().tagline, item.studio) == ("Mine", "Peach")
    put(home, item, **{"tagline.locked": 0})
    assert item.reload().tagline == "Mine"
    refresh(home, item)
    assert item.reload().tagline == "Line 8"


def test_field_elements_are_there_only_when_locked(home: Home) -> None:
    item = film(home, "Big Paper Rabbit")
    assert "<Field" not in home.xml.get(f"/library/metadata/{item.ratingKey}").text
    assert put(home, item, **{"title.locked": 1}) == 200
    assert '<Field name="title" locked="1"/>' in home.xml.get(f"/library/metadata/{item.ratingKey}").text
    assert put(home, item, **{"title.locked": 0}) == 200
    assert "<Field" not in home.mia_xml.get(f"/library/metadata/{item.ratingKey}").text


def test_editions_are_edited(home: Home) -> None:
    item = film(home, "Eleven Hours")
    item.editEditionTitle("Director's Cut")
    assert home.mia.fetchItem(item.ratingKey).editionTitle == "Director's Cut"
    guid = item.guid
    item.editEditionTitle("")
    assert item.reload().editionTitle is None
    assert item.guid == guid
    track = home.section("Music").searchTracks(title="Attic")[0]
    assert put(home, track, **{"editionTitle.value": "Long"}) == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title.value", ""),
        ("title.value", "x" * 600),
        ("title.value", "bell\x07"),
        ("summary.value", "x" * 50_001),
        ("year.value", "soon"),
        ("index.value", "99999999999"),
        ("rating.value", "11"),
        ("originallyAvailableAt.value", "yesterday"),
        ("addedAt.value", "yesterday"),
        ("titel.value", "x"),
        ("title.locked", "perhaps"),
        ("colour[0].tag.tag", "blue"),
        ("genre[0].tag.tag", "x" * 600),
        ("genre[].tag.tag-", "a%00b"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(home: Home, name: str, value: str) -> None:
    item = film(home, "Déjà Lumière")
    answer = home.http.put(f"/library/metadata/{item.ratingKey}", params={"tagline.value": "half", name: value})
    assert answer.status_code == 400
    assert name.partition(".")[0].partition("[")[0] in answer.text
    assert item.reload().tagline == "Line 5"


def test_a_nul_and_unknown_items(home: Home) -> None:
    item = film(home, "Déjà Lumière")
    path = f"/library/metadata/{item.ratingKey}"
    assert home.http.put(path + "?title.value=a%00b").status_code == 400
    assert home.http.put(path + ",99999999?tagline.value=x").status_code == 404
    assert home.http.put("/library/metadata/none?tagline.value=x").status_code == 400
    assert home.http.put("/library/metadata/99999999999999999999?tagline.value=x").status_code == 400
    assert item.reload().tagline == "Line 5"


def test_a_guest_edits_nothing(home: Home) -> None:
    item = film(home, "Déjà Lumière")
    section = home.sections["Movies"]
    for path in (f"/library/metadata/{item.ratingKey}", f"/library/sections/{section}/all"):
        answer = home.mia_http.put(path, params={"type": 1, "id": item.ratingKey, "tagline.value": "mia was here"})
        assert answer.status_code == 403
    assert item.reload().tagline == "Line 5"


def test_markup_is_text(home: Home) -> None:
    item = film(home, "Straße der Möwen")
    hostile = "<script>alert('&\"')</script>\u202e ]]> %s {0} ' OR 1=1 --"
    item.editTagline(hostile).addGenre(hostile)
    seen = home.mia.fetchItem(item.ratingKey)
    assert seen.tagline == hostile
    assert hostile in [genre.tag for genre in seen.genres]
    assert "<script>" not in home.xml.get(f"/library/metadata/{item.ratingKey}").text


def test_clients_that_edit_at_once_lose_nothing(home: Home) -> None:
    item = film(home, "Straße der Möwen")
    failed: list[object] = []

    def work(number: int) -> None:
        with home.server.client(home.owner_token) as client:
            for each in range(5):
                edit = {"label[0].tag.tag": f"L{number}-{each}", "label.locked": "1"}
                edit |= {"studio.value": f"S{number}"} if number % 2 else {"originalTitle.value": f"O{number}"}
                answer = client.put(f"/library/metadata/{item.ratingKey}", params=edit)
                if answer.status_code != 200:
                    failed.append(answer)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    item.reload()
    wanted = sorted(f"L{number}-{each}" for number in range(8) for each in range(5))
    assert sorted(label.tag for label in item.labels) == wanted
    assert item.studio.startswith("S") and item.originalTitle.startswith("O")
    refresh(home, item)
    assert sorted(label.tag for label in item.reload().labels) == wanted


def test_an_edit_survives_what_happens_to_files(fresh_home: Home, tmp_path: Path) -> None:
    media = tmp_path / "films"
    shutil.copytree(fresh_home.media / "Movies" / "Cold Lantern (1991)", media / "Cold Lantern (1991)")
    query = {"name": "Moving", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(media)}
    assert fresh_home.http.post("/library/sections", params=query).status_code == 201
    fresh_home.server.wait_idle()
    item = fresh_home.section("Moving").all()[0]
    item.editTitle("Kept").addLabel("Mine", locked=False).addGenre("Odd")
    folder = media / "Cold Lantern (1991)"
    nfo = folder / "movie.nfo"
    nfo.write_text(nfo.read_text().replace("<tagline>Line 3</tagline>", "<tagline>New line</tagline>"))
    fresh_home.section("Moving").update()
    fresh_home.server.wait_idle()
    item.reload()
    assert (item.title, item.tagline) == ("Kept", "New line")
    assert "Odd" in [genre.tag for genre in item.genres]
    folder.rename(media / "Moved (1991)")
    fresh_home.section("Moving").update()
    fresh_home.server.wait_idle()
    assert item.reload().title == "Kept"
    fresh_home.section("Moving").delete()
    assert fresh_home.http.post("/library/sections", params=query).status_code == 201
    fresh_home.server.wait_idle()
    again = fresh_home.section("Moving").all()[0].reload()
    assert (again.title, [label.tag for label in again.labels]) == ("Kept", ["Mine"])
    assert "Odd" in [genre.tag for genre in again.genres]
    assert {field.name for field in again.fields} == {"title", "genre"}
