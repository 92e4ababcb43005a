"""Artists and albums that become one by their title, and music that goes to another artist or album."""

from tests.api.families.conftest import Home


def rescan(home: Home) -> None:
    home.http.get(f"/library/sections/{home.sections['Music']}/refresh", params={"force": 1})
    home.server.wait_idle()


def albums(home: Home, artist: str) -> list[str]:
    return sorted(album.title for album in home.mia.library.section("Music").get(artist).albums())


def edit(home: Home, kind: int, ids: str, **parameters: str | int) -> int:
    query: dict[str, str | int] = {"type": kind, "id": ids, **parameters}
    return home.http.put(f"/library/sections/{home.sections['Music']}/all", params=query).status_code


def test_artists_of_one_title_become_one(home: Home) -> None:
    section = home.section("Music")
    gone = section.get("The Copper Wires")
    home.mia.fetchItem(gone.tracks()[0].ratingKey).markPlayed()
    gone.editTitle("Sólveig")
    section.get("Sólveig").editSummary("Kept")
    assert sorted(artist.title for artist in section.all()) == ["Nora Vale", "Sólveig"]
    assert albums(home, "Sólveig") == ["Ground", "Hljóð", "Voltage"]
    rescan(home)
    assert sorted(artist.title for artist in section.all()) == ["Nora Vale", "Sólveig"]
    merged = home.mia.library.section("Music").get("Sólveig")
    assert merged.summary == "Kept"
    assert [track.viewCount for track in merged.tracks()].count(1) == 1
    assert {track.grandparentTitle for track in merged.tracks()} == {"Sólveig"}
    merged = section.get("Sólveig")
    merged.split()
    assert albums(home, "The Copper Wires") == ["Ground", "Voltage"]
    assert albums(home, "Sólveig") == ["Hljóð"]
    rescan(home)
    assert albums(home, "The Copper Wires") == ["Ground", "Voltage"]


def test_a_new_title_is_a_rename(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    artist.editTitle("Nora V.")
    rescan(home)
    assert artist.reload().title == "Nora V."
    artist.editTitle("Nora Vale")


def test_albums_of_one_artist_become_one(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    ids = ",".join(str(album.ratingKey) for album in artist.albums())
    assert edit(home, 9, ids, **{"title.value": "All of It"}) == 200
    assert albums(home, "Nora Vale") == ["All of It"]
    assert artist.albums()[0].leafCount == 7
    rescan(home)
    assert albums(home, "Nora Vale") == ["All of It"]
    assert len(artist.albums()[0].tracks()) == 7


def test_an_album_goes_to_another_artist_and_stays(home: Home) -> None:
    section = home.section("Music")
    album = section.searchAlbums(title="Ground")[0]
    assert edit(home, 9, str(album.ratingKey), **{"artist.title.value": "Solo Wire"}) == 200
    assert albums(home, "Solo Wire") == ["Ground"]
    rescan(home)
    assert albums(home, "Solo Wire") == ["Ground"]
    assert albums(home, "The Copper Wires") == ["Voltage"]
    assert home.mia.fetchItem(album.ratingKey).parentTitle == "Solo Wire"
    assert {track.grandparentTitle for track in album.reload().tracks()} == {"Solo Wire"}


def test_tracks_go_to_another_album_and_stay(home: Home) -> None:
    section = home.section("Music")
    voltage = section.searchAlbums(title="Voltage")[0]
    tracks = voltage.tracks()[:2]
    ids = ",".join(str(track.ratingKey) for track in tracks)
    home.mia.fetchItem(tracks[0].ratingKey).markPlayed()
    moving = {"artist.title.value": "Guests", "album.title.value": "Borrowed"}
    assert edit(home, 10, ids, **moving) == 200
    rescan(home)
    borrowed = home.mia.library.section("Music").searchAlbums(title="Borrowed")[0]
    assert (borrowed.parentTitle, borrowed.leafCount, borrowed.viewedLeafCount) == ("Guests", 2, 1)
    assert [track.title for track in borrowed.tracks()] == ["Amp", "Buzz"]
    assert [track.title for track in voltage.reload().tracks()] == ["Current"]
    rest = str(voltage.tracks()[0].ratingKey)
    assert edit(home, 10, rest, **moving) == 200
    assert not section.searchAlbums(title="Voltage")
    rescan(home)
    assert not section.searchAlbums(title="Voltage")
    assert home.owner.fetchItem(borrowed.ratingKey).leafCount == 3


def test_what_cannot_go_anywhere(home: Home) -> None:
    section = home.section("Music")
    album = section.searchAlbums(title="Hljóð")[0]
    track = album.tracks()[0]
    assert edit(home, 10, str(track.ratingKey), **{"artist.title.value": "X"}) == 400
    assert edit(home, 9, str(album.ratingKey), **{"artist.id.value": "99999999"}) == 404
    assert edit(home, 9, str(album.ratingKey), **{"album.title.value": "X"}) == 400
    assert edit(home, 8, str(album.parentRatingKey), **{"artist.title.value": "X"}) == 400
    film = home.section("Movies").get("Amber Coast")
    assert edit(home, 9, str(album.ratingKey), **{"artist.id.value": str(film.ratingKey)}) == 404
    assert album.reload().parentTitle == "Sólveig"
