"""Pictures and themes that metadata providers name: listed, fetched when somebody looks, chosen, and never a danger."""

import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from tests.api.families.conftest import Home
from tests.api.families.teaching import add_section, group_of, until
from tests.support.media_files import Media, draw, make_originals
from tests.support.provider import IDENTIFIER, Asked, Said, StubProvider, picture, provider

FILM, REMAKE = "Northern Line (1999)", "Northern Line (2011)"
POSTERS = [f"{{url}}/pictures/{name}.png" for name in ("first", "second", "third")]


@dataclass(frozen=True, kw_only=True)
class Cinema:
    """A section of two films, and the provider that knows them."""

    home: Home
    stub: StubProvider
    folder: Any
    group: int

    def film(self, year: int) -> dict[str, Any]:
        """Everything about a film; nothing before it was scanned."""
        sections = self.home.container("/library/sections")["Directory"]
        key = next(section["key"] for section in sections if section["title"] == "Cinema")
        for found in self.home.container(f"/library/sections/{key}/all", year=year).get("Metadata", []):
            full: dict[str, Any] = self.home.container(f"/library/metadata/{found['ratingKey']}")["Metadata"][0]
            return full
        return {}

    def listed(self, key: str, kind: str = "posters") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.home.container(f"/library/metadata/{key}/{kind}").get("Metadata", [])
        return found

    def fetched(self, name: str) -> int:
        return self.stub.paths("GET").count(f"/api/pictures/{name}")

    def refresh(self, key: str) -> None:
        before = len(self.stub.asked)
        assert self.home.http.put(f"/library/metadata/{key}/refresh").status_code == 200
        until(lambda: len(self.stub.asked) > before)
        self.home.server.wait_idle()


@pytest.fixture(scope="module")
def song() -> bytes:
    return make_originals()["mp3"]


@pytest.fixture(scope="module")
def cinema(home: Home, song: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    folder = tmp_path_factory.mktemp("pictured") / "Cinema"
    media = Media(make_originals())
    draw(folder, {name: {f"{name}.mp4": media.content("mp4", name)} for name in (FILM, REMAKE)})
    with provider() as stub:
        film = stub.items["film-1"] = deepcopy(stub.items["film-1"])
        film["thumb"] = POSTERS[0]
        film["Image"] = [
            *({"type": "coverPoster", "url": url} for url in POSTERS),
            {"type": "background", "url": "{url}/pictures/wide.png"},
        ]
        film["theme"] = "{url}/song"
        stub.say["/api/song"] = Said(body=song, content_type="audio/mpeg")
        film["Role"][0]["thumb"] = "{url}/pictures/rose.png"
        film["Director"][0]["thumb"] = "{url}/pictures/ida.png"
        group = group_of(home, stub)
        add_section(home, "movie", folder, metadataAgentProviderGroupId=group)
        made = Cinema(home=home, stub=stub, folder=folder, group=group)
        until(lambda: all(made.film(year).get("art") for year in (1999, 2011)))
        home.server.wait_idle()
        yield made


def test_all_pictures_are_listed_and_only_the_first_is_fetched(cinema: Cinema) -> None:
    key = cinema.film(1999)["ratingKey"]
    posters = cinema.listed(key)
    offered = [one for one in posters if one["ratingKey"].startswith(f"metadata://posters/{IDENTIFIER}_")]
    assert len(offered) == 3  # the one in thumb is named twice
    assert [one["selected"] for one in offered] == [True, False, False]
    assert not any("://127" in value for one in posters for value in one.values() if isinstance(value, str))
    assert len(cinema.listed(key, "arts")) == 2
    assert (cinema.fetched("first.png"), cinema.fetched("second.png"), cinema.fetched("wide.png")) == (1, 0, 0)


def test_one_is_fetched_when_somebody_looks_at_it(cinema: Cinema) -> None:
    key = cinema.film(1999)["ratingKey"]
    second = [one for one in cinema.listed(key) if IDENTIFIER in one["ratingKey"]][1]
    for _ in range(2):
        assert cinema.home.mia_http.get(second["thumb"]).content == picture("/pictures/second.png")
    scaled = cinema.home.mia_http.get("/photo/:/transcode", params={"url": second["thumb"], "width": 20, "height": 20})
    assert scaled.headers["content-type"] == "image/jpeg"
    assert cinema.fetched("second.png") == 1
    assert [one["ratingKey"] for one in cinema.listed(key)].count(second["ratingKey"]) == 1
    other = cinema.film(2011)["ratingKey"]
    for name in (second["ratingKey"], "metadata://posters/x", "metadata://", "http://127.0.0.1/"):
        answer = cinema.home.http.get(f"/library/metadata/{other}/file", params={"url": name})
        assert answer.status_code == 404, name


def test_one_is_chosen_and_stays(cinema: Cinema) -> None:
    home = cinema.home
    key = cinema.film(1999)["ratingKey"]
    film = home.owner.fetchItem(int(key))
    third = [one for one in film.posters() if IDENTIFIER in one.ratingKey][2]
    assert home.mia_http.put(f"/library/metadata/{key}/poster", params={"url": third.ratingKey}).status_code == 403
    third.select()
    film.reload()
    assert home.mia_http.get(film.thumb).content == picture("/pictures/third.png")
    assert [one.ratingKey for one in film.posters() if one.selected] == [third.ratingKey]
    assert "thumb" in {field.name for field in film.fields if field.locked}
    cinema.refresh(key)
    assert home.http.get(cinema.film(1999)["thumb"]).content == picture("/pictures/third.png")
    section = cinema.film(1999)["librarySectionID"]
    assert home.http.delete(f"/library/sections/{section}").status_code == 200
    add_section(home, "movie", cinema.folder, metadataAgentProviderGroupId=cinema.group)
    until(lambda: cinema.film(1999).get("theme"))  # of which there is nothing but what the provider names
    home.server.wait_idle()
    again = cinema.film(1999)
    assert again["ratingKey"] != key
    assert home.http.get(again["thumb"]).content == picture("/pictures/third.png")
    assert cinema.fetched("third.png") == 1


def test_a_theme_is_served(cinema: Cinema, song: bytes) -> None:
    film = cinema.film(1999)
    assert cinema.home.mia_http.get(film["theme"]).content == song
    (theme,) = cinema.listed(film["ratingKey"], "themes")
    assert theme["selected"]


def test_people_have_pictures_at_an_address_of_ours(cinema: Cinema) -> None:
    film = cinema.film(1999)
    rose = next(one for one in film["Role"] if one["tag"] == "Rose Field")
    assert "thumb" not in next(one for one in film["Role"] if one["tag"] == "Tom Hale")
    for one, name in ((rose, "rose"), (film["Director"][0], "ida")):
        assert one["thumb"].startswith("/library/people/")
        assert cinema.fetched(f"{name}.png") == 0
        scaled = cinema.home.mia_http.get("/photo/:/transcode", params={"url": one["thumb"], "width": 9, "height": 9})
        assert scaled.headers["content-type"] == "image/jpeg"
        assert cinema.home.mia_http.get(one["thumb"]).content == picture(f"/pictures/{name}.png")
        assert cinema.fetched(f"{name}.png") == 1
    person = cinema.home.container(f"/library/people/{rose['id']}")["Directory"][0]
    assert person["thumb"] == rose["thumb"]
    cinema.refresh(film["ratingKey"])
    assert cinema.film(1999)["Role"][1]["thumb"] == rose["thumb"]
    assert cinema.home.http.get("/library/people/999999999/thumb").status_code == 404
    tom = next(one for one in film["Role"] if one["tag"] == "Tom Hale")
    assert cinema.home.http.get(f"/library/people/{tom['id']}/thumb").status_code == 404


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HOSTILE = {
    "svg": Said(body=SVG, content_type="image/svg+xml"),
    "svg-as-png": Said(body=SVG, content_type="image/png"),
    "page": Said(body=picture("/x"), content_type="text/html"),
    "large": Said(body=bytes(20 * 1024 * 1024 + 1), content_type="image/png"),
    "inside": Said(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
    "neighbour": Said(status=302, headers={"Location": "http://127.0.0.1:1/picture.png"}),
    "gone": Said(status=404),
    "broken": Said(status=500),
}


def test_hostile_pictures_are_no_pictures(cinema: Cinema) -> None:
    stub = cinema.stub
    key = cinema.film(2011)["ratingKey"]
    before = cinema.film(2011)["thumb"]
    for name, said in HOSTILE.items():
        stub.say[f"/api/hostile/{name}"] = said
    addresses = ["file:///etc/passwd", "http://169.254.169.254/a.png", "x" * 5_000, "{url}/pictures/" + "y" * 3_000]
    kept = stub.items["film-2"]
    stub.items["film-2"] = kept | {
        "Image": [{"type": "coverPoster", "url": url} for url in (f"{{url}}/hostile/{name}" for name in HOSTILE)]
        + [{"type": "coverPoster", "url": url} for url in addresses]
        + [{"type": "coverPoster", "url": f"{{url}}/many/{number}"} for number in range(400)],
        "Role": [{"tag": "Rose Field", "thumb": "http://10.0.0.1/rose.png"}, {"tag": "Mallory", "thumb": addresses[0]}],
    }
    cinema.refresh(key)
    offered = [one for one in cinema.listed(key) if IDENTIFIER in one["ratingKey"]]
    assert len(offered) == 30
    for one in offered[1 : len(HOSTILE) + 3]:
        assert cinema.home.http.get(one["key"]).status_code == 404, one
        chosen = cinema.home.http.put(f"/library/metadata/{key}/posters", params={"url": one["ratingKey"]})
        assert chosen.status_code == 400
    assert len([one for one in cinema.listed(key) if IDENTIFIER in one["ratingKey"]]) == 30 - len(HOSTILE) - 2
    now = cinema.film(2011)
    assert cinema.home.http.get(now["thumb"]).content == cinema.home.http.get(before).content
    assert not [field for field in now.get("Field", []) if field["name"] == "thumb"]
    mallory = next(one for one in now["Role"] if one["tag"] == "Mallory")
    assert cinema.home.http.get(mallory["thumb"]).status_code == 404
    stub.items["film-2"] = kept
    cinema.refresh(key)


def test_a_picture_that_hangs_holds_nobody_up(cinema: Cinema) -> None:
    going_on = threading.Event()
    arrived = threading.Event()

    def hang(_: Asked) -> Said:
        arrived.set()
        going_on.wait()
        return Said(body=picture("/slow"), content_type="image/png")

    cinema.stub.say["/api/slow.png"] = hang
    kept = cinema.stub.items["film-2"]
    cinema.stub.items["film-2"] = kept | {"Image": [{"type": "coverPoster", "url": "{url}/slow.png"}]}
    key = cinema.film(2011)["ratingKey"]
    cinema.refresh(key)
    slow = [one for one in cinema.listed(key) if IDENTIFIER in one["ratingKey"]][-1]
    answers: list[bytes] = []
    lookers = [
        threading.Thread(target=lambda: answers.append(cinema.home.http.get(slow["key"]).content)) for _ in range(2)
    ]
    for looker in lookers:
        looker.start()
    arrived.wait()
    assert cinema.home.mia_http.get(cinema.film(2011)["thumb"]).status_code == 200
    going_on.set()
    for looker in lookers:
        looker.join()
    assert answers == [picture("/slow")] * 2
    assert cinema.stub.paths("GET").count("/api/slow.png") == 1
    cinema.stub.items["film-2"] = kept
