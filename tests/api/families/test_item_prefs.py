"""Preferences of items, and that each does what it says, for both people; ratings by source."""

from pathlib import Path
from typing import Any

from tests.api.families.conftest import Home
from tests.api.families.drawn import SRT


def show(home: Home, title: str = "Small Machines") -> Any:
    return home.section("TV Shows").get(title)


def order(home: Home, path: str) -> list[int]:
    answer = home.mia_http.get(path)
    return [int(item["index"]) for item in answer.json()["MediaContainer"]["Metadata"]]


def test_every_listed_preference_has_its_choices(home: Home) -> None:
    item = show(home)
    listed = {setting.id: setting for setting in item.preferences()}
    assert set(listed) == {
        "episodeSort",
        "flattenSeasons",
        "useOriginalTitle",
        "languageOverride",
        "showOrdering",
        "autoDeletionItemPolicyUnwatchedLibrary",
        "autoDeletionItemPolicyWatchedLibrary",
        "audioLanguage",
        "subtitleLanguage",
        "subtitleMode",
    }
    assert all(setting.enumValues and setting.value == setting.default for setting in listed.values())
    artist = home.section("Music").get("Nora Vale")
    assert [setting.id for setting in artist.preferences()] == ["albumSort"]
    film = home.section("Movies").get("Amber Coast")
    assert [setting.id for setting in film.preferences()] == ["useOriginalTitle", "languageOverride"]
    assert "<Preferences" not in home.xml.get(f"/library/metadata/{item.ratingKey}").text


def test_set_and_back_to_the_default(home: Home) -> None:
    item = show(home)
    item.editAdvanced(flattenSeasons=1, episodeSort=1, audioLanguage="de")
    values = {setting.id: setting.value for setting in item.preferences()}
    assert (values["flattenSeasons"], values["episodeSort"], values["audioLanguage"]) == (1, 1, "de")
    item.reload()  # tools compare the item's own attributes before they set one again
    assert (item.flattenSeasons, item.episodeSort, item.audioLanguage, item.subtitleMode) == (1, 1, "de", -1)
    item.defaultAdvanced()
    assert all(setting.value == setting.default for setting in item.preferences())
    item.reload()
    assert (item.flattenSeasons, item.episodeSort, item.audioLanguage) == (-1, -1, "")


def test_films_and_artists_say_theirs(home: Home) -> None:
    film = home.section("Movies").get("Amber Coast")
    film.editAdvanced(languageOverride="de-DE")
    assert film.reload().languageOverride == "de-DE"
    film.defaultAdvanced()
    assert not film.reload().languageOverride
    artist = home.section("Music").get("Nora Vale")
    artist.editAdvanced(albumSort=1)
    assert artist.reload().albumSort == 1
    artist.defaultAdvanced()
    assert artist.reload().albumSort == -1


def test_the_language_of_a_show_decides_what_is_read(home: Home, tmp_path: Path) -> None:
    item = show(home)
    episode = item.episodes()[0]
    for language in ("en", "de"):
        words = tmp_path / f"Words.{language}.srt"
        words.write_text(SRT.format(language))
        episode.uploadSubtitles(str(words))

    def read(shown: Any) -> list[str]:
        return [stream.languageCode for stream in shown.media[0].parts[0].subtitleStreams() if stream.selected]

    assert read(home.mia.fetchItem(episode.ratingKey)) == []
    item.editAdvanced(subtitleLanguage="de", subtitleMode=2)
    assert read(home.mia.fetchItem(episode.ratingKey)) == ["ger"]
    report: dict[str, str | int] = {"ratingKey": episode.ratingKey, "key": episode.key, "time": 0, "duration": 1000}
    player = {"X-Plex-Client-Identifier": "a television"}
    for state in ("playing", "stopped"):
        answer = home.mia_http.get("/:/timeline", params=report | {"state": state}, headers=player)
        assert answer.status_code == 200
        if state == "playing":
            (playing,) = home.owner.sessions()
            assert read(playing) == ["ger"], "whoever watches over it sees what is read"
    item.defaultAdvanced()
    assert read(home.mia.fetchItem(episode.ratingKey)) == []
    episode.removeSubtitles(streamTitle="Words.en")
    episode.removeSubtitles(streamTitle="Words.de")


def test_seasons_can_be_passed_over(home: Home) -> None:
    item = show(home)
    episode = item.episodes()[0]
    item.editAdvanced(flattenSeasons=1)
    seen = home.mia.fetchItem(episode.ratingKey)
    assert seen.skipParent and seen.parentRatingKey == episode.parentRatingKey
    assert 'skipChildren="1"' in home.mia_xml.get(f"/library/metadata/{item.ratingKey}").text
    assert len(home.mia_http.get(f"/library/metadata/{item.ratingKey}/grandchildren").json()["MediaContainer"]) > 0
    other = show(home, "Uncharted Kitchen").episodes()[0].reload()
    assert not other.skipParent
    item.editAdvanced(flattenSeasons=0)
    assert not home.mia.fetchItem(episode.ratingKey).skipParent
    item.defaultAdvanced()
    home.section("TV Shows").editAdvanced(flattenSeasons=2)
    assert home.mia.fetchItem(episode.ratingKey).skipParent  # it has but one season
    assert not other.reload().skipParent
    home.section("TV Shows").editAdvanced(flattenSeasons=0)


def test_episodes_can_come_newest_first(home: Home) -> None:
    item = show(home)
    season = item.seasons()[0]
    paths = (f"/library/metadata/{season.ratingKey}/children", f"/library/metadata/{item.ratingKey}/allLeaves")
    assert all(order(home, path) == [1, 2, 3, 4, 5] for path in paths)
    item.editAdvanced(episodeSort=1)
    assert all(order(home, path) == [5, 4, 3, 2, 1] for path in paths)
    item.editAdvanced(episodeSort=-1)
    home.section("TV Shows").editAdvanced(episodeSort=1)
    assert all(order(home, path) == [5, 4, 3, 2, 1] for path in paths)
    item.editAdvanced(episodeSort=0)
    assert all(order(home, path) == [1, 2, 3, 4, 5] for path in paths)
    home.section("TV Shows").editAdvanced(episodeSort=0)
    item.defaultAdvanced()


def test_albums_are_sorted(home: Home) -> None:
    artist = home.section("Music").get("Nora Vale")
    path = f"/library/metadata/{artist.ratingKey}/children"

    def years() -> list[int]:
        return [album["year"] for album in home.mia_http.get(path).json()["MediaContainer"]["Metadata"]]

    assert years() == [2007, 2003]
    artist.editAdvanced(albumSort=1)
    assert years() == [2003, 2007]
    artist.editAdvanced(albumSort=2)
    assert years() == [2003, 2007]
    artist.defaultAdvanced()
    home.section("Music").editAdvanced(albumSort=1)
    assert years() == [2003, 2007]


def test_the_original_title_takes_the_place_of_the_title(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    film.editOriginalTitle("Kalte Laterne")
    film.editAdvanced(useOriginalTitle=1)
    assert home.mia.fetchItem(film.ratingKey).title == "Kalte Laterne"
    assert [found.title for found in home.mia.library.search("Kalte Laterne")] == ["Kalte Laterne"]
    assert "title" not in {field.name for field in film.reload().fields}
    film.refresh()
    home.server.wait_idle()
    assert film.reload().title == "Kalte Laterne"
    film.defaultAdvanced()
    assert home.mia.fetchItem(film.ratingKey).title == "Cold Lantern"
    film.editTitle("Mine").editAdvanced(useOriginalTitle=1)
    assert film.reload().title == "Mine"  # what a person wrote goes first


def test_preferences_outlive_a_scan_and_refuse_nonsense(home: Home) -> None:
    item = show(home, "Harbour Lights")
    path = f"/library/metadata/{item.ratingKey}/prefs"
    item.editAdvanced(episodeSort=1)
    item.refresh()
    home.server.wait_idle()
    assert {setting.id: setting.value for setting in item.preferences()}["episodeSort"] == 1
    assert home.http.put(path, params={"episodeSort": 9}).status_code == 400
    assert home.http.put(path, params={"episodeSort": "x", "flattenSeasons": 1}).status_code == 400
    assert home.http.put(path, params={"audioLanguage": "klingon"}).status_code == 400
    assert home.http.put(path, params={"showOrdering": "dvd"}).status_code == 200  # nothing goes by it: passed over
    values = {setting.id: setting.value for setting in item.preferences()}
    assert (values["episodeSort"], values["flattenSeasons"]) == (1, -1)
    assert home.mia_http.put(path, params={"episodeSort": 0}).status_code == 403
    assert home.http.put("/library/metadata/99999999/prefs", params={"episodeSort": 0}).status_code == 404


def test_ratings_by_source(fresh_home: Home, tmp_path: Path) -> None:
    home = fresh_home
    folder = tmp_path / "rated" / "Rated (2002)"
    folder.mkdir(parents=True)
    source = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4"))
    (folder / "Rated (2002).mp4").write_bytes(source.read_bytes())
    (folder / "movie.nfo").write_text(
        "<movie><title>Rated</title><ratings>"
        '<rating name="themoviedb" max="10" default="true"><value>7.5</value><votes>100</votes></rating>'
        '<rating name="imdb" max="10"><value>6.5</value></rating>'
        '<rating name="tomatometerallcritics" max="100"><value>91</value></rating></ratings></movie>'
    )
    query = {"name": "Rated", "type": "movie", "scanner": "Plex Movie", "language": "en-US"}
    query["location"] = str(tmp_path / "rated")
    assert home.http.post("/library/sections", params=query).status_code == 201
    home.server.wait_idle()
    section = home.section("Rated")
    film = section.get("Rated").reload()
    ratings = {(rating.image, rating.type, rating.value) for rating in film.ratings}
    assert ratings == {
        ("themoviedb://image.rating", "audience", 7.5),
        ("imdb://image.rating", "audience", 6.5),
        ("rottentomatoes://image.rating.ripe", "critic", 9.1),
    }
    assert (film.rating, film.audienceRating) == (9.1, 7.5)
    section.editAdvanced(ratingsSource="imdb")
    film.refresh()
    home.server.wait_idle()
    film = home.mia.fetchItem(film.ratingKey)
    assert (film.audienceRating, film.audienceRatingImage) == (6.5, "imdb://image.rating")
    assert len(film.ratings) == 3
