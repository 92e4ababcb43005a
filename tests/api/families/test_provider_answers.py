"""What sections learn from metadata providers, and that no answer of one does harm."""

import json
from collections.abc import Callable, Iterator

import pytest
from tests.api.families.conftest import Home
from tests.api.families.teaching import BASE, Taught, taught, until
from tests.support.provider import IDENTIFIER, TRACKS, Asked, Said, picture, provider

SECOND = "tv.plex.agents.custom.tests.second"


@pytest.fixture(scope="module")
def pupil(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taught]:
    with taught(home, tmp_path_factory.mktemp("undescribed")) as made:
        yield made


def refresh(pupil: Taught, key: str) -> None:
    """Has an item asked about again, and waits for all that follows from it."""
    before = len(pupil.stub.asked)
    assert pupil.home.http.put(f"/library/metadata/{key}/refresh").status_code == 200
    until(lambda: len(pupil.stub.asked) > before)
    pupil.settled()


def test_films(pupil: Taught) -> None:
    film = pupil.film("Northern Line", 1999)
    assert (film["title"], film["guid"]) == ("Northern Line", f"{IDENTIFIER}://movie/film-1")
    assert film["summary"] == "A signalman hears a train that nobody else hears."
    assert (film["tagline"], film["studio"], film["contentRating"]) == ("Mind the gap.", "Underground", "PG-13")
    assert (film["rating"], film["audienceRating"]) == (9.1, 7.8)
    assert film["originallyAvailableAt"] == "1999-04-02"
    assert {one["id"] for one in film["Guid"]} == {"imdb://tt9100001", "tmdb://910001"}
    assert [one["tag"] for one in film["Genre"]] == ["Mystery", "Drama"]
    assert [(one["tag"], one["role"]) for one in film["Role"]] == [
        ("Tom Hale", "The Signalman"),
        ("Rose Field", "The Widow"),
    ]
    assert [one["tag"] for one in film["Collection"]] == ["Night Trains"]
    assert pupil.home.http.get(film["art"]).content == picture("/pictures/art.png")
    assert pupil.home.http.get(film["thumb"]).content == picture("/pictures/poster.png")
    assert pupil.film("Northern Line", 2011)["guid"] == f"{IDENTIFIER}://movie/film-2"
    assert pupil.film("Southern Cross", 2004)["guid"] == f"{IDENTIFIER}://movie/film-3"
    unknown = pupil.film("Nobody Knows This", 1987)
    assert unknown["guid"].startswith("plex://movie/")
    assert not unknown["summary"]


def test_reviews_of_a_provider_and_of_the_owner(pupil: Taught) -> None:
    key = int(pupil.film("Northern Line", 1999)["ratingKey"])
    for person in (pupil.home.owner, pupil.home.mia):
        nell, abe = person.fetchItem(key).reviews()
        assert (nell.id, nell.tag, nell.source, nell.text, nell.link) == (
            1, "Nell Stone", "The Platform", "All aboard.", "https://example.org/n/1",
        )  # fmt: skip
        assert (abe.tag, abe.image, abe.link, abe.text) == (
            "Abe Quill", "rottentomatoes://image.review.rotten", None, None,
        )  # fmt: skip
    assert "Review" not in pupil.full(str(key))
    film = pupil.home.owner.fetchItem(key)
    edit = {
        "review[0].tag.tag": "Abe Quill",
        "review[0].tagging.text": "I was wrong.",
        "review[].tag.tag-": "Nell%20Stone",
    }
    assert pupil.home.mia_http.put(f"/library/metadata/{key}", params=edit).status_code == 403
    film.edit(**edit)
    refresh(pupil, str(key))
    (abe,) = pupil.home.mia.fetchItem(key).reviews()
    assert (abe.tag, abe.text) == ("Abe Quill", "I was wrong.")
    section = f"/library/sections/{pupil.sections['Films']}/all"
    bad: dict[str, str | int] = {
        "type": 1,
        "id": key,
        "review[0].tag.tag": "X",
        "review[0].tagging.link": "file:///etc/passwd",
    }
    assert pupil.home.http.put(section, params=bad).status_code == 400
    assert pupil.home.http.put(section, params={"type": 1, "id": key, "review.locked": 0}).status_code == 200
    assert [one.tag for one in film.reviews()] == ["Nell Stone", "Abe Quill"]
    assert "review" not in [field.name for field in film.reload().fields]


def test_mia_sees_what_the_owner_sees(pupil: Taught) -> None:
    film = pupil.film("Northern Line", 1999)
    (seen,) = pupil.home.mia_http.get(f"/library/metadata/{film['ratingKey']}").json()["MediaContainer"]["Metadata"]
    for name in ("guid", "summary", "thumb", "art"):
        assert seen[name] == film[name]
    (found,) = pupil.home.mia.library.sectionByID(pupil.sections["Films"]).search(guid=film["guid"])
    assert found.ratingKey == int(film["ratingKey"])


def test_what_a_provider_is_told(pupil: Taught) -> None:
    posted = [one for one in pupil.stub.asked if one.method == "POST"]
    wanted = {"type": 1, "title": "Northern Line", "year": 1999, "manual": 0, "includeAdult": 0}
    assert wanted in [one.body for one in posted]
    for asked in pupil.stub.asked:
        assert asked.headers["user-agent"].startswith("Vitascope/")
        assert not [name for name in asked.headers if "token" in name or name in ("cookie", "referer")]
    assert posted[0].headers["x-plex-language"] == "de-DE"
    assert posted[0].headers["x-plex-country"] == "DE"


def test_a_scan_that_finds_nothing_new_asks_nobody(pupil: Taught) -> None:
    before = len(pupil.stub.asked)
    for section in pupil.sections.values():
        assert pupil.home.http.get(f"/library/sections/{section}/refresh").status_code == 200
    pupil.settled()
    assert pupil.stub.asked[before:] == []
    assert pupil.film("Northern Line", 1999)["tagline"] == "Mind the gap."


def test_shows_with_seasons_and_episodes(pupil: Taught) -> None:
    (show,) = pupil.items("Shows", 2)
    assert (show["guid"], show["summary"]) == (f"{IDENTIFIER}://show/show-1", "Three keepers, one lamp.")
    assert show["studio"] == "Coast One"
    assert [(one["title"], one["guid"]) for one in pupil.items("Shows", 3)] == [
        ("Part 1", f"{IDENTIFIER}://season/season-1"),
        ("Part 2", f"{IDENTIFIER}://season/season-2"),
    ]
    episodes = pupil.items("Shows", 4)
    assert [one["title"] for one in episodes] == ["Fog", "Oil", "Glass", "Storm", "Calm"]
    assert episodes[3]["guid"] == f"{IDENTIFIER}://episode/episode-2-1"
    assert episodes[3]["grandparentGuid"] == f"{IDENTIFIER}://show/show-1"
    assert episodes[3]["originallyAvailableAt"] == "2014-02-01"
    still = picture("/pictures/still.png")  # comes as a job of its own, after a frame of the file
    until(lambda: pupil.home.http.get(pupil.items("Shows", 4)[0]["thumb"]).content == still)


def test_artists_with_albums_and_tracks(pupil: Taught) -> None:
    (artist,), (album,) = pupil.items("Records", 8), pupil.items("Records", 9)
    assert (artist["guid"], album["guid"]) == (f"{IDENTIFIER}://artist/artist-1", f"{IDENTIFIER}://album/album-1")
    assert artist["summary"] == "A quartet from a harbour town."
    assert (album["summary"], album["year"], album["studio"]) == ("Recorded in a boat shed.", 2017, "Shed Records")
    assert [one["title"] for one in pupil.items("Records", 10)] == list(TRACKS)


def test_what_a_person_edited_is_believed_first(pupil: Taught) -> None:
    film = pupil.home.owner.fetchItem(int(pupil.film("Southern Cross", 2004)["ratingKey"]))
    film.editTitle("My Southern Cross")
    refresh(pupil, str(film.ratingKey))
    now = pupil.full(str(film.ratingKey))
    assert (now["title"], now["summary"]) == ("My Southern Cross", "A ship without a compass.")
    film.editTitle("Southern Cross", locked=False)
    refresh(pupil, str(film.ratingKey))


def test_an_nfo_is_believed_before_a_provider(pupil: Taught) -> None:
    section = pupil.home.sections["Movies"]
    pupil.stub.items["cold"] = {
        "type": "movie",
        "ratingKey": "cold",
        "guid": f"{IDENTIFIER}://movie/cold",
        "title": "Kalte Laterne",
        "originalTitle": "Cold Lantern",
        "year": 1991,
        "summary": "Said by the provider.",
        "Guid": [{"id": "imdb://tt7000003"}, {"id": "tvdb://42"}],
    }
    film = pupil.home.section("Movies").get("Cold Lantern")
    answer = pupil.home.http.put(f"/library/sections/{section}", params={"metadataAgentProviderGroupId": pupil.group})
    assert answer.status_code == 200
    until(lambda: {"id": "tvdb://42"} in pupil.full(str(film.ratingKey))["Guid"])
    now = pupil.full(str(film.ratingKey))
    assert now["guid"] == f"{IDENTIFIER}://movie/cold"
    assert (now["title"], now["summary"]) == ("Cold Lantern", "The plot of Cold Lantern.")
    assert now["originalTitle"] == "Cold Lantern"  # of which the NFO says nothing
    assert {one["id"] for one in now["Guid"]} == {"imdb://tt7000003", "tmdb://70003", "tvdb://42"}
    pupil.settled()


def test_two_providers_say_more_than_one(pupil: Taught) -> None:
    home = pupil.home
    with provider(SECOND) as other:
        other.items["film-3"] |= {"summary": "Said by the second.", "studio": "Second Studio"}
        made = home.http.post(BASE, params={"uri": other.url}).json()["MediaContainer"]["MetadataAgentProvider"][0]
        place = f"{BASE}/group/{pupil.group}/items/{made['id']}"
        assert home.http.put(place).status_code == 200
        key = pupil.film("Southern Cross", 2004)["ratingKey"]
        refresh(pupil, key)
        film = pupil.full(key)
        assert (film["guid"], film["summary"]) == (f"{IDENTIFIER}://movie/film-3", "A ship without a compass.")
        assert film["studio"] == "Second Studio"
        assert [one.body.get("guid") for one in other.asked if one.method == "POST"] == ["imdb://tt9100003"]
        assert home.http.delete(place).status_code == 200


def test_in_which_language_and_order_a_show_is_asked_about(pupil: Taught) -> None:
    home = pupil.home
    (show,) = pupil.items("Shows", 2)
    item = home.owner.fetchItem(int(show["ratingKey"]))

    def asked(edit: Callable[[], object]) -> list[Asked]:
        before = len(pupil.stub.asked)
        edit()
        until(lambda: any("grandchildren" in one.path for one in pupil.stub.asked[before:]))
        pupil.settled()
        return pupil.stub.asked[before:]

    found = asked(lambda: item.editAdvanced(showOrdering="dvd", languageOverride="fr-CA"))
    assert {one.headers["x-plex-language"] for one in found} == {"fr-CA"}
    assert {one.headers["x-plex-country"] for one in found} == {"CA"}
    assert [one.query["episodeOrder"] for one in found if "children" in one.path] == ["dvd"] * 2
    path = f"/library/metadata/{item.ratingKey}/prefs"
    assert home.mia_http.put(path, params={"showOrdering": "aired"}).status_code == 403
    assert home.http.put(path, params={"showOrdering": "backwards"}).status_code == 400
    assert home.http.put(f"/library/sections/{pupil.sections['Shows']}/prefs?showOrdering=absolute").status_code == 200
    found = asked(item.defaultAdvanced)
    assert {one.headers["x-plex-language"] for one in found} == {"de-DE"}
    assert [one.query["episodeOrder"] for one in found if "children" in one.path] == ["absolute"] * 2
    assert home.http.put(f"/library/sections/{pupil.sections['Shows']}/prefs?showOrdering=").status_code == 200


def test_of_which_country_the_film_agent_asks(pupil: Taught) -> None:
    home, section = pupil.home, pupil.sections["Films"]
    key = pupil.film("Southern Cross", 2004)["ratingKey"]

    def country() -> set[str]:
        before = len(pupil.stub.asked)
        refresh(pupil, key)
        return {one.headers["x-plex-country"] for one in pupil.stub.asked[before:] if "x-plex-language" in one.headers}

    assert country() == {"DE"}
    assert home.http.put(f"/library/sections/{section}", params={"agent": "com.plexapp.agents.imdb"}).status_code == 200
    assert country() == {"US"}
    assert home.http.put("/:/plugins/com.plexapp.agents.imdb/prefs/set?country=45").status_code == 200
    assert country() == {"GB"}
    assert home.http.put(f"/library/sections/{section}", params={"prefs[country]": 16}).status_code == 200
    assert country() == {"FR"}
    assert home.http.put(f"/library/sections/{section}", params={"prefs[country]": 99}).status_code == 400
    for number in ("49", "x", "-1"):
        assert home.http.put(f"/:/plugins/com.plexapp.agents.imdb/prefs/set?country={number}").status_code == 400


def metadata(*items: object) -> Said:
    return Said(body=json.dumps({"MediaContainer": {"Metadata": items}}).encode())


def test_a_provider_that_fails_or_lies_changes_nothing(pupil: Taught) -> None:
    film = pupil.film("Northern Line", 1999)
    key = film["ratingKey"]
    path = "/api/library/metadata/film-1"
    foreign = {"type": "movie", "ratingKey": "film-1", "guid": "plex://movie/1", "title": "Of another service"}
    for said in (
        Said(status=404),
        Said(body=b"{"),
        Said(body=b"x" * 9_000_000),
        Said(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
        metadata(foreign),
    ):
        pupil.stub.say[path] = said
        refresh(pupil, key)
        now = pupil.full(key)
        assert (now["title"], now["summary"]) == (film["title"], film["summary"]), said.body[:40]
    del pupil.stub.say[path]
    refresh(pupil, key)
    assert pupil.full(key)["summary"] == film["summary"]


def test_a_provider_that_is_down_is_marked_and_asked_later(pupil: Taught) -> None:
    def online() -> bool:
        found = pupil.home.container(BASE)["MetadataAgentProvider"]
        return bool(next(one["online"] for one in found if one["identifier"] == IDENTIFIER))

    path = "/api/library/metadata/film-3"
    key = pupil.film("Southern Cross", 2004)["ratingKey"]
    pupil.stub.say[path] = Said(status=503)
    refresh(pupil, key)
    until(lambda: not online())
    del pupil.stub.say[path]
    refresh(pupil, key)
    until(online)


def test_hostile_text_and_pictures(pupil: Taught) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    kept = pupil.stub.items["film-2"]
    tags: list[object] = [{"tag": "g" * 10_000}, {"tag": None}, "x", {"tag": "Sea\0"}]
    pupil.stub.items["film-2"] = kept | {
        "summary": "<script>alert(1)</script>\0\u202e" + "y" * 100_000,
        "Genre": tags + [{"tag": f"t{number}"} for number in range(5_000)],
        "year": 10**30,
        "duration": -5,
        "thumb": "file:///etc/passwd",
        "art": "http://169.254.169.254/art.png",
        "Image": [{"type": "clearLogo", "url": "{url}/logo.svg"}],
    }
    pupil.stub.say["/api/logo.svg"] = Said(body=svg, content_type="image/svg+xml")
    key = pupil.film("Northern Line", 2011)["ratingKey"]
    before = pupil.full(key)
    refresh(pupil, key)
    until(lambda: pupil.full(key)["summary"] != before["summary"])
    pupil.settled()
    now = pupil.full(key)
    assert now["summary"].startswith("<script>alert(1)</script>yyy")
    assert len(now["summary"]) <= 20_000
    assert len(now["Genre"]) <= 500
    assert "Sea" in {one["tag"] for one in now["Genre"]}
    assert now["year"] == 2011
    assert (now["thumb"], now["art"]) == (before["thumb"], before["art"])
    assert "/api/logo.svg" in pupil.stub.paths("GET")
    assert not pupil.home.container(f"/library/metadata/{key}/clearLogos").get("Metadata")
    text = pupil.home.xml.get(f"/library/metadata/{key}").text
    assert "&lt;script&gt;" in text
    assert "<script>" not in text
    pupil.stub.items["film-2"] = kept
