"""The reading side on the demo library: what each family answers, in XML and JSON, as owner and as guest."""

import base64
import re
from typing import Any

import httpx
import pytest
from lxml import etree
from tests.api.conftest import Library


def container(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]
    return found


def get(library: Library, path: str, **query: str) -> dict[str, Any]:
    return container(library.owner.get(path, params=query or None))  # no parameters would drop those of the path


def find(library: Library, section: str, title: str) -> dict[str, Any]:
    return next(item for item in library.items(section) if item["title"] == title)


def test_xml_is_the_default_and_json_on_request(library: Library) -> None:
    plain = library.server.client(library.owner_token)
    assert plain.get("/library/sections").headers["content-type"].startswith("text/xml")
    for accept, kind in (
        ("application/json", "application/json"),
        ("application/json, text/plain", "application/json"),
        ("text/xml, application/json", "text/xml"),
        ("application/xml;q=0.5, application/json", "application/json"),
        ("application/json;q=0.5, text/xml", "text/xml"),
        ("application/json;q=0, */*", "text/xml"),
        ("application/json;q=x", "application/json"),
        ("*/*", "text/xml"),
    ):
        assert plain.get("/library/sections", headers={"Accept": accept}).headers["content-type"].startswith(kind)


def test_errors_are_pages_even_for_json(library: Library) -> None:
    for path, status in (
        ("/library/metadata/99999999", 404),
        ("/library/sections/1/all?type=x", 400),
        ("/hubs/search", 400),
    ):
        answer = library.owner.get(path)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_answers_are_compressed_for_those_who_ask(library: Library) -> None:
    path = f"/library/sections/{library.sections['Movies']}/all"
    assert library.owner.get(path, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in library.owner.get(path, headers={"Accept-Encoding": "identity"}).headers


def test_web_pages_may_use_the_api(library: Library) -> None:
    answer = library.server.client().options(
        "/library/sections",
        headers={"Origin": "https://app.example", "Access-Control-Request-Headers": "x-plex-token,x-plex-product"},
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "x-plex-token,x-plex-product"
    shown = library.owner.get("/library/sections", headers={"Origin": "https://app.example"})
    assert shown.headers["access-control-allow-origin"] == "*"
    assert "X-Plex-Container-Total-Size" in shown.headers["access-control-expose-headers"]


def test_pages_by_header_and_by_parameter(library: Library) -> None:
    path = f"/library/sections/{library.sections['Movies']}/all"
    titles = [item["title"] for item in library.items("Movies")]
    headers = {"X-Plex-Container-Start": "2", "X-Plex-Container-Size": "3"}
    answer = library.owner.get(path, headers=headers)
    page = container(answer)
    assert [item["title"] for item in page["Metadata"]] == titles[2:5]
    assert (page["size"], page["offset"], page["totalSize"]) == (3, 2, len(titles))
    assert answer.headers["x-plex-container-total-size"] == str(len(titles))
    assert container(library.owner.get(path, params=headers)) == page
    count = container(library.owner.get(path, params={"X-Plex-Container-Size": "0"}))
    assert (count["size"], count["totalSize"]) == (0, len(titles))
    ignored = container(library.owner.get(path, params={"X-Plex-Container-Size": "2"}))
    assert ignored["size"] == len(titles)
    beyond = container(library.owner.get(path, headers={"X-Plex-Container-Start": "999", "X-Plex-Container-Size": "5"}))
    assert (beyond["size"], beyond.get("Metadata")) == (0, None)


def test_every_advertised_filter_and_sort_answers(library: Library) -> None:
    for title, number in library.sections.items():
        meta = get(library, f"/library/sections/{number}/all", includeMeta="1")["Meta"]
        assert meta, title
        for kind in meta["Type"]:
            for one in kind["Filter"]:
                assert library.owner.get(one["key"]).status_code == 200, one
            for sort in kind["Sort"]:
                for key in (sort["key"], sort["descKey"]):
                    answer = library.owner.get(f"{kind['key']}&sort={key}")
                    assert answer.status_code == 200, (title, sort)


def test_value_lists_lead_to_what_has_the_value(library: Library) -> None:
    number = library.sections["Movies"]
    for name in ("genre", "year", "decade", "contentRating", "actor", "director", "country", "resolution"):
        values = get(library, f"/library/sections/{number}/{name}")["Directory"]
        assert values, name
        for value in values:
            found = get(library, value["fastKey"])
            assert found["size"] == value["count"], (name, value)


def test_letters_count_what_is_filed_under_them(library: Library) -> None:
    letters = get(library, f"/library/sections/{library.sections['Movies']}/firstCharacter")["Directory"]
    assert sum(letter["size"] for letter in letters) == len(library.items("Movies"))


def test_folders_lead_to_items(library: Library) -> None:
    top = get(library, f"/library/sections/{library.sections['Movies']}/folder")["Metadata"]
    folder = next(one for one in top if one["title"].startswith("Ember Coast"))
    inside = get(library, folder["key"])["Metadata"]
    assert "Ember Coast" in [one["title"] for one in inside]
    outside = base64.urlsafe_b64encode(b"../..").decode().rstrip("=")
    assert library.owner.get(re.sub(r"parent=(\d+)\..*", rf"parent=\1.{outside}", folder["key"])).status_code == 404


def test_what_lies_below_a_show(library: Library) -> None:
    show = library.items("TV Shows")[0]
    seasons = get(library, show["key"])
    assert seasons["size"] == show["childCount"]
    assert seasons["parentTitle"] == show["title"]
    episodes = [get(library, season["key"])["Metadata"] for season in seasons["Metadata"]]
    leaves = get(library, f"/library/metadata/{show['ratingKey']}/allLeaves")["Metadata"]
    assert [leaf["ratingKey"] for leaf in leaves] == [one["ratingKey"] for season in episodes for one in season]
    assert len(leaves) == show["leafCount"]
    first = leaves[0]
    assert first["grandparentTitle"] == show["title"]
    assert first["parentRatingKey"] == seasons["Metadata"][0]["ratingKey"]
    full = get(library, f"/library/metadata/{show['ratingKey']}", includeOnDeck="1", includeChildren="1")["Metadata"][0]
    assert full["Children"]["size"] == seasons["size"]
    assert full["OnDeck"]["Metadata"][0]["ratingKey"] == first["ratingKey"]


def test_extras_and_related(library: Library) -> None:
    seen = {"extras": 0, "related": 0}
    for film in library.items("Movies"):
        extras = get(library, f"/library/metadata/{film['ratingKey']}/extras").get("Metadata", [])
        seen["extras"] += len(extras)
        assert all(extra["extraType"] and extra["subtype"] for extra in extras)
        for hub in get(library, f"/library/metadata/{film['ratingKey']}/related").get("Hub", []):
            seen["related"] += hub["size"]
            assert film["ratingKey"] not in [one["ratingKey"] for one in hub["Metadata"]]
    assert all(seen.values()), seen


def test_hubs_hold_only_what_there_is(library: Library) -> None:
    hubs = get(library, "/hubs")["Hub"]
    assert {hub["type"] for hub in hubs} >= {"movie", "mixed", "album", "photo", "clip"}
    assert all(hub["size"] == len(hub["Metadata"]) > 0 for hub in hubs)
    movies = get(library, f"/hubs/sections/{library.sections['Movies']}")
    assert movies["librarySectionID"] == library.sections["Movies"]


def test_recently_added_is_in_order(library: Library) -> None:
    for path in (
        "/library/recentlyAdded",
        "/hubs/home/recentlyAdded?type=1",
        f"/library/sections/{library.sections['Movies']}/recentlyAdded",
    ):
        added = [one["addedAt"] for one in get(library, path)["Metadata"]]
        assert added == sorted(added, reverse=True)


def test_search_finds_items_people_and_genres(library: Library) -> None:
    film = get(library, f"/library/metadata/{find(library, 'Movies', 'Ember Coast')['ratingKey']}")["Metadata"][0]
    hubs = get(library, "/hubs/search", query="ember")["Hub"]
    assert hubs[0]["Metadata"][0]["title"] == "Ember Coast"
    for element, name in (("Role", "actor"), ("Director", "director"), ("Genre", "genre")):
        tag = film[element][0]["tag"]
        (hub,) = [one for one in get(library, "/hubs/search", query=tag)["Hub"] if one["type"] == name]
        (found,) = [one for one in hub["Directory"] if one["tag"] == tag and one["librarySectionTitle"] == "Movies"]
        assert film["ratingKey"] in [one["ratingKey"] for one in get(library, found["key"])["Metadata"]]
    assert container(library.guest.get("/hubs/search", params={"query": "thunder"}))
    for query in ("", " "):
        assert library.owner.get("/hubs/search", params={"query": query}).status_code == 400
    assert library.owner.get("/hubs/search", params={"query": "x", "sectionId": "999"}).status_code == 400


def test_tags_are_counted(library: Library) -> None:
    genres = get(library, "/library/tags", type="1")["Directory"]
    assert genres
    assert all(genre["filter"] == f"genre={genre['id']}" and genre["count"] > 0 for genre in genres)
    theirs = container(library.guest.get("/library/tags", params={"type": "1"}))["Directory"]
    assert {genre["tag"] for genre in theirs} <= {genre["tag"] for genre in genres}


def streams(library: Library, kind: int) -> list[dict[str, Any]]:
    """All streams of one type in the films and tracks of the library, with the item they are of."""
    found: list[dict[str, Any]] = []
    for section, query in (("Movies", {}), ("Music", {"type": "10"})):
        for item in library.items(section, **query):
            full = get(library, f"/library/metadata/{item['ratingKey']}")["Metadata"][0]
            for media in full["Media"]:
                found += [one for part in media["Part"] for one in part.get("Stream", []) if one["streamType"] == kind]
    return found


def test_subtitles_are_sent_as_files(library: Library) -> None:
    found = streams(library, 3)
    assert {bool(stream.get("key")) for stream in found} == {True, False}
    for stream in found:
        answer = library.owner.get(f"/library/streams/{stream['id']}.vtt")
        if stream["codec"] in ("pgs", "vobsub"):
            assert answer.status_code == 501
            continue
        assert answer.status_code == 200
        assert answer.text.startswith("WEBVTT")
        assert "-->" in answer.text
        srt = library.owner.get(f"/library/streams/{stream['id']}", params={"format": "srt", "encoding": "utf-8"})
        assert re.match(r"\ufeff?1\r?\n\d\d:\d\d:\d\d,\d{3} -->", srt.text)
    assert library.owner.get(f"/library/streams/{found[0]['id']}?format=exe").status_code in (400, 501)


def test_lyrics_are_sent_in_lines(library: Library) -> None:
    (lyrics, *_) = streams(library, 4)
    lines = get(library, f"/library/streams/{lyrics['id']}")["Lyrics"][0]["Line"]
    assert any(line["Span"][0]["text"] for line in lines)
    assert "[" in library.owner.get(f"/library/streams/{lyrics['id']}.lrc").text


def test_streams_are_chosen_for_oneself(library: Library) -> None:
    for film in library.items("Movies"):
        full = get(library, f"/library/metadata/{film['ratingKey']}")["Metadata"][0]
        part = full["Media"][0]["Part"][0]
        audio = [stream for stream in part["Stream"] if stream["streamType"] == 2]
        if len(audio) > 1:
            break
    else:
        raise AssertionError("no film with two languages")
    assert [bool(stream.get("selected")) for stream in audio].count(True) == 1
    other = next(stream for stream in audio if not stream.get("selected"))
    first = next(stream for stream in audio if stream.get("selected"))

    def chosen(client: httpx.Client) -> int:
        full = container(client.get(f"/library/metadata/{film['ratingKey']}"))["Metadata"][0]
        found = [s for s in full["Media"][0]["Part"][0]["Stream"] if s["streamType"] == 2 and s.get("selected")]
        return int(found[0]["id"])

    library.owner.put(f"/library/parts/{part['id']}", params={"audioStreamID": other["id"]})
    assert (chosen(library.owner), chosen(library.guest)) == (other["id"], first["id"])
    library.owner.put(f"/library/parts/{part['id']}", params={"audioStreamID": first["id"]})
    assert chosen(library.owner) == first["id"]


@pytest.mark.parametrize(
    "url",
    [
        "/library/metadata/{key}/thumb/1",
        "http://127.0.0.1:32400/library/metadata/{key}/thumb/1?X-Plex-Token=whatever",
        "http://localhost:32400/library/metadata/{key}/thumb",
        "{server}/library/metadata/{key}/thumb",
        "/photo/:/transcode?url=%2Flibrary%2Fmetadata%2F{key}%2Fthumb&width=10",
    ],
)
def test_pictures_are_scaled_from_any_of_our_addresses(library: Library, url: str) -> None:
    key = find(library, "Movies", "Ember Coast")["ratingKey"]
    address = url.format(key=key, server=library.server.url)
    answer = library.owner.get("/photo/:/transcode", params={"url": address, "width": "90", "height": "90"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    again = library.owner.get(
        "/photo/:/transcode",
        params={"url": address, "width": "90", "height": "90"},
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://192.0.2.1/x.jpg", 400),
        ("https://evil.example/x.jpg", 400),
        ("file:///etc/passwd", 400),
        ("//evil.example/x", 400),
        ("http://127.0.0.1:1/x", 400),
        ("/:/prefs", 404),
        ("/library/metadata/99999999/thumb", 404),
        ("", 400),
    ],
)
def test_other_addresses_are_not_fetched(library: Library, url: str, status: int) -> None:
    answer = library.owner.get("/photo/:/transcode", params={"url": url, "width": "90", "height": "90"})
    assert answer.status_code == status


def test_composites(library: Library) -> None:
    for title, number in library.sections.items():
        if title == "Audiobooks":
            continue
        answer = library.owner.get(f"/library/sections/{number}/composite/1?width=200&height=200")
        assert answer.status_code == 200, title
        assert answer.headers["content-type"] == "image/jpeg"


def test_sections_have_preferences(library: Library) -> None:
    path = f"/library/sections/{library.sections['Movies']}/prefs"
    settings = {one["id"]: one for one in get(library, path)["Setting"]}
    assert settings["hidden"]["value"] == settings["hidden"]["default"] == 0
    assert library.owner.put(path, params={"hidden": "2"}).status_code == 200
    assert {one["id"]: one["value"] for one in get(library, path)["Setting"]}["hidden"] == 2
    assert library.owner.put(path, params={"hidden": "7"}).status_code == 400
    library.owner.put(path, params={"hidden": "0"})


def test_deleting_media_can_be_forbidden(library: Library) -> None:
    assert "allowMediaDeletion" not in get(library, "/"), "off unless the owner wants it"
    library.owner.put("/:/prefs", params={"allowMediaDeletion": "1"})
    assert get(library, "/")["allowMediaDeletion"] == 1
    library.owner.put("/:/prefs", params={"allowMediaDeletion": "0"})
    assert "allowMediaDeletion" not in get(library, "/")


def test_devices_that_called_are_listed(library: Library) -> None:
    library.owner.get("/", headers={"X-Plex-Client-Identifier": "toaster", "X-Plex-Product": "Bread"})
    library.owner.put("/:/rate", params={"key": "1", "rating": "x"})
    found = get(library, "/devices")["Device"]
    assert "toaster" in [device["clientIdentifier"] for device in found]


def test_the_provider_lists_what_works(library: Library) -> None:
    provider = get(library, "/media/providers", includeStorage="1")["MediaProvider"][0]
    features = {feature["type"]: feature for feature in provider["Feature"]}
    assert {"content", "search", "metadata", "timeline", "imagetranscoder"} <= set(features)
    assert [one["title"] for one in features["content"]["Directory"]][1:] == list(library.sections)
    for feature in provider["Feature"]:
        if feature["type"] in ("content", "promoted", "continuewatching"):
            assert library.owner.get(feature["key"]).status_code == 200


def test_a_browser_is_sent_to_the_web_application(library: Library) -> None:
    answer = library.owner.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
    assert (answer.status_code, answer.headers["location"]) == (302, "/web/")
    page = library.server.client().get("/web/")
    assert page.status_code in (200, 503)
    assert page.headers["content-type"].startswith("text/html")
    assert library.server.client().get("/web/no-such.js").status_code in (404, 503)
    deep = library.server.client().get("/web/no/such/page")
    assert (deep.status_code, deep.headers.get("location")) in ((302, "/web/"), (503, None))
    assert library.server.client().get("/web/../../../etc/passwd").status_code in (401, 404)


def test_xml_of_everything_is_well_formed(library: Library) -> None:
    plain = library.server.client(library.owner_token)
    for number in library.sections.values():
        for path in ("all", "folder", "firstCharacter", "timeline", "prefs", "recentlyAdded", "onDeck", "collections"):
            etree.fromstring(plain.get(f"/library/sections/{number}/{path}").content)
    for path in ("/", "/identity", "/hubs", "/media/providers", "/:/prefs", "/activities", "/accounts", "/devices"):
        etree.fromstring(plain.get(path).content)
