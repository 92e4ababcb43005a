"""Extras added by their address: what is a file of the section, what lies elsewhere, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from tests.api.families.conftest import Home, connect

ELSEWHERE = "https://example.org/clips/trailer.mp4?size=big"


def film(home: Home, title: str) -> Any:
    return home.section("Movies").get(title)


def add(home: Home, item: Any, url: str, title: str = "Mine", **more: str | int) -> dict[str, Any]:
    query: dict[str, str | int] = {"url": url, "title": title}
    answer = home.http.post(f"/library/metadata/{item.ratingKey}/extras", params=query | more)
    assert answer.status_code == 200, answer.text
    (made,) = answer.json()["MediaContainer"]["Metadata"]
    found: dict[str, Any] = made
    return found


def extras_of(home: Home, item: Any) -> list[str]:
    answer = home.mia_http.get(f"/library/metadata/{item.ratingKey}/extras")
    return [one["title"] for one in answer.json()["MediaContainer"].get("Metadata", [])]


def remove(home: Home, extra: dict[str, Any]) -> None:
    assert home.http.delete(f"/library/metadata/{extra['ratingKey']}").status_code == 200


def test_a_film_names_the_trailer_that_players_offer(home: Home) -> None:
    item = film(home, "Eleven Hours").reload()
    extra = home.mia.fetchItem(item.primaryExtraKey)
    assert (extra.title, extra.subtype) == ("First Look", "trailer"), "and not the deleted scene"
    for key in (f"/library/metadata/{item.ratingKey}", "/library/metadata/" + item.primaryExtraKey.rsplit("/", 1)[1]):
        assert home.mia_http.get(key).status_code == 200
    assert film(home, "Amber Coast").reload().primaryExtraKey is None


def test_what_lies_elsewhere_is_played_there(home: Home) -> None:
    item = film(home, "Fable of Salt")
    made = add(home, item, ELSEWHERE, "Interview", extraType=3)
    assert (made["type"], made["subtype"], made["extraType"]) == ("clip", "interview", 3)
    assert "<Video " in home.mia_xml.get(f"/library/metadata/{item.ratingKey}", params={"includeExtras": 1}).text
    assert [one.title for one in item.extras()] == extras_of(home, item) == ["Interview"]
    (part,) = made["Media"][0]["Part"]
    for client in (home.http, home.mia_http):
        answer = client.get(part["key"])
        assert (answer.status_code, answer.headers["location"]) == (302, ELSEWHERE)
        assert client.head(part["key"]).status_code == 302
    checked = home.container(f"/library/metadata/{made['ratingKey']}", checkFiles=1)["Metadata"][0]
    assert "exists" not in checked["Media"][0]["Part"][0]
    remove(home, made)
    assert extras_of(home, item) == []
    assert home.http.get(part["key"]).status_code == 404


def test_a_file_of_the_section_is_probed_delivered_and_never_deleted(home: Home) -> None:
    item = film(home, "Fable of Salt")
    file = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4"))
    encoded = "file:///" + str(file)[1:].replace("/", "%2F").replace(" ", "%20")
    for url in (str(file), encoded):
        made = add(home, item, url)
        (part,) = made["Media"][0]["Part"]
        assert made["duration"] > 0
        assert part["file"] == str(file)
        assert home.mia_http.get(part["key"]).content == file.read_bytes()
        assert home.mia_http.get(part["key"], headers={"range": "bytes=0-9"}).status_code == 206
        full = home.container(f"/library/metadata/{made['ratingKey']}", checkFiles=1)["Metadata"][0]
        assert full["Media"][0]["Part"][0]["exists"] == 1
        assert {one["streamType"] for one in full["Media"][0]["Part"][0]["Stream"]} >= {1}
        assert home.mia_http.get("/:/scrobble", params={"key": made["ratingKey"]}).status_code == 200
        hers = home.mia_http.get(f"/library/metadata/{made['ratingKey']}").json()["MediaContainer"]["Metadata"][0]
        assert hers["viewCount"] == 1
        assert "viewCount" not in home.container(f"/library/metadata/{made['ratingKey']}")["Metadata"][0]
        remove(home, made)
        assert file.is_file()
    assert film(home, "Cold Lantern").media[0].parts[0].file == str(file)


def test_they_outlive_a_scan_and_a_section_made_anew(fresh_home: Home) -> None:
    home = fresh_home
    item = film(home, "Fable of Salt")
    made = add(home, item, ELSEWHERE, "Before")
    home.mia_http.get("/:/scrobble", params={"key": made["ratingKey"]})
    own = f"/library/metadata/{made['ratingKey']}"
    assert home.http.put(own, params={"title.value": "Mine"}).status_code == 200
    poster = home.media / "Movies" / "Cold Lantern (1991)" / "poster.jpg"
    assert home.http.post(f"{own}/posters", content=poster.read_bytes()).status_code == 200
    for task in ("refresh", "analyze"):
        assert home.http.put(f"{own}/{task}").status_code == 200
    number = home.sections["Movies"]
    home.http.get(f"/library/sections/{number}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert extras_of(home, item) == ["Mine"]
    assert home.http.delete(f"/library/sections/{number}").status_code == 200
    home.server.wait_idle()
    query = {"name": "Movies", "type": "movie", "location": str(home.media / "Movies"), "scanner": "Plex Movie",
             "language": "en-US"}  # fmt: skip
    assert home.http.post("/library/sections", params=query).status_code == 201
    home.server.wait_idle()
    again = connect(home.server.url, home.mia_token).library.section("Movies").get("Fable of Salt")
    (extra,) = again.extras()
    assert (extra.title, extra.viewCount) == ("Mine", 1)
    assert home.mia_http.get(extra.media[0].parts[0].key).headers["location"] == ELSEWHERE
    assert home.mia_http.get(extra.thumb).content == poster.read_bytes()


@pytest.fixture(scope="module")
def linked(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section with a link that leads out of it, and what it leads to."""
    root = tmp_path_factory.mktemp("linked")
    source = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4"))
    secret = root / "secret.mp4"
    secret.write_bytes(source.read_bytes())
    folder = root / "Linked" / "Own Film (2001)"
    folder.mkdir(parents=True)
    (folder / "Own Film (2001).mp4").write_bytes(source.read_bytes() + b"\0")
    (folder / "notes.txt").write_text("no film")
    (root / "Linked" / "way-out.mp4").symlink_to(secret)
    query = {"name": "Linked", "type": "movie", "scanner": "Plex Movie", "language": "en-US",
             "location": str(root / "Linked")}  # fmt: skip
    assert home.http.post("/library/sections", params=query).status_code == 201
    home.server.wait_idle()
    return root


def test_what_cannot_be_is_refused(home: Home, linked: Path) -> None:
    item = connect(home.server.url, home.owner_token).library.section("Linked").get("Own Film")
    path = f"/library/metadata/{item.ratingKey}/extras"
    own = linked / "Linked" / "Own Film (2001)"
    for url in (
        "/etc/passwd", "file:///etc/passwd", str(linked / "secret.mp4"), str(linked / "Linked" / "way-out.mp4"),
        str(own / ".." / ".." / ".." / "secret.mp4"), str(own), str(own / "absent.mp4"), str(own / "notes.txt"),
        "file://elsewhere/film.mp4", "ftp://example.org/x", "http://", "https://user:pw@example.org/x",
        "https://example.org/a b", "relative.mp4", "javascript:alert(1)", "https://example.org/" + "x" * 2_000,
        "concat:/etc/passwd|/etc/hosts", "/\\ud800", "https://example.org/\\r\\nX: y",
    ):  # fmt: skip
        answer = home.http.post(path, params={"url": url, "title": "x"})
        assert answer.status_code == 400, (url, answer.status_code)
    good: dict[str, str] = {"url": ELSEWHERE, "title": "x"}
    for wrong in (
        {"url": ""},
        {"title": ""},
        {"title": "t" * 501},
        {"extraType": "0"},
        {"extraType": "13"},
        {"extraType": "x"},
    ):
        assert home.http.post(path, params=good | wrong).status_code == 400, wrong
    assert home.http.post("/library/metadata/99999999/extras", params=good).status_code == 404
    assert home.mia_http.post(path, params=good).status_code == 403
    assert extras_of(home, item) == []
    made = add(home, item, ELSEWHERE)
    assert home.http.post(f"/library/metadata/{made['ratingKey']}/extras", params=good).status_code == 400


def test_a_file_that_is_swapped_for_a_way_out_is_not_delivered(home: Home, linked: Path) -> None:
    item = connect(home.server.url, home.owner_token).library.section("Linked").get("Own Film")
    clip = linked / "Linked" / "Own Film (2001)" / "clip.mp4"
    clip.write_bytes((linked / "secret.mp4").read_bytes())
    (part,) = add(home, item, str(clip), "Clip")["Media"][0]["Part"]
    assert home.http.get(part["key"]).status_code == 200
    clip.unlink()
    clip.symlink_to(linked / "secret.mp4")
    assert home.http.get(part["key"]).status_code == 404
