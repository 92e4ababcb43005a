"""The drawn library is what every other file here relies on: it is scanned as it was drawn, for both people."""

from tests.api.families.conftest import Home
from tests.api.families.drawn import ALBUMS, FILMS, HOME_VIDEOS, PHOTO_ALBUMS, SHOWS


def test_films_are_as_they_were_drawn(home: Home) -> None:
    films = home.section("Movies").all()
    assert sorted({film.title for film in films}) == sorted(FILMS)
    assert len(films) == len(FILMS) + 1  # one has two editions
    for film in films:
        film.reload()
        year, genres, directors, actors, *_ = FILMS[film.title]
        assert film.year == year
        assert [genre.tag for genre in film.genres] == genres.split(", ")
        assert [director.tag for director in film.directors] == directors.split(", ")
        assert [role.tag for role in film.roles] == actors.split(", ")
        assert film.duration


def test_shows_have_their_episodes(home: Home) -> None:
    for show in home.section("TV Shows").all():
        drawn = SHOWS[show.title][3]
        assert {season.index: season.leafCount for season in show.seasons()} == drawn
        assert show.leafCount == sum(drawn.values())


def test_albums_have_their_tracks(home: Home) -> None:
    found = {(album.parentTitle, album.title): album for album in home.section("Music").albums()}
    assert set(found) == {(artist, album) for artist, album, *_ in ALBUMS}
    for artist, album, year, _, tracks in ALBUMS:
        assert found[artist, album].year == year
        assert [track.title for track in found[artist, album].tracks()] == list(tracks)


def test_photos_and_home_videos_are_there(home: Home) -> None:
    albums = home.section("Photos").all()
    assert {album.title: len(album.photos()) for album in albums} == PHOTO_ALBUMS
    assert sorted(video.title for video in home.section("Home Videos").all()) == sorted(HOME_VIDEOS)


def test_both_people_see_all_of_it(home: Home) -> None:
    assert {section.title for section in home.mia.library.sections()} == set(home.sections)
    assert len(home.mia.library.section("Movies").all()) == len(FILMS) + 1
    assert home.mia_http.get("/:/prefs").status_code == 403


def test_a_fresh_home_is_one_of_its_own(home: Home, fresh_home: Home) -> None:
    fresh_home.section("Home Videos").get("Birthday").markPlayed()
    assert fresh_home.section("Home Videos").get("Birthday").isPlayed
    assert not home.section("Home Videos").get("Birthday").isPlayed
