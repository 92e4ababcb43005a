"""Sections with an audiobook agent: what they learn, from whom, and that nobody is asked before one names such an
agent."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.api.families.books import AGENT, AUDNEXUS, Shelf, told_where
from tests.api.families.conftest import Home
from tests.api.families.teaching import add_section, until
from tests.support.audiobook_service import (
    FOG,
    GERMAN,
    HOLT,
    OTHER,
    REED,
    SALT,
    TIDE,
    Said,
    audiobook_service,
    book_of,
)
from tests.support.media_files import Media, make_originals
from tests.support.provider import picture

from vitascope.cli.agent import switch

EVERYTHING = {SALT, FOG, TIDE, HOLT, REED, "Mira Holt", "Joan Reed", "Nobody Else", "My Own Recordings"}


def draw_books(root: Path) -> None:
    """A book with its id in the folder, one without, one of another author, and one that nobody sells."""
    media = Media(make_originals())
    for folder, tags in (
        ("Mira Holt/The Salt Road [Audible-B0SALTROAD]", {}),
        ("Mira Holt/The Fog House", {"genre": "Own Genre"}),
        ("Joan Reed/Tideland (Unabridged)", {}),
        ("Nobody Else/My Own Recordings (read by Ina Moor)", {}),
    ):
        name = folder.rpartition("/")[2].partition(" [")[0].partition(" (")[0]
        media.write(root / folder / f"{name}.m4b", f"book {name}", **tags)


@pytest.fixture(scope="module")
def shelf(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    root = tmp_path_factory.mktemp("books")
    draw_books(root / "Books")
    with audiobook_service() as service:
        told_where(home, service)
        section = add_section(home, "artist", root / "Books", agent=AGENT, language="en-US")
        made = Shelf(home=home, service=service, section=section, root=root / "Books")
        until(lambda: made.asked_about() >= EVERYTHING)  # what is asked about later would disturb other tests
        until(lambda: sum(bool(one.get("summary")) for one in made.items(9).values()) == 3)
        until(lambda: made.items(8)["Mira Holt"].get("summary"))
        home.server.wait_idle()
        for person in (home.owner, home.mia):
            person.library.reload()
        yield made


def test_a_book_with_its_id_in_the_name(shelf: Shelf) -> None:
    book = shelf.full(9, "The Salt Road")
    assert book["guid"] == f"{AGENT}://album/{SALT}"
    assert book["Guid"] == [{"id": f"asin://{SALT}"}]
    assert book["summary"] == "The Salt Road begins & ends at sea.\n\nA second paragraph."
    assert (book["studio"], book["year"], book["originallyAvailableAt"]) == ("Harbour Audio", 2019, "2019-03-05")
    assert (book["audienceRating"], book["titleSort"]) == (9.2, "The Long Coast 001 - The Salt Road")
    assert [one["tag"] for one in book["Genre"]] == ["Science Fiction & Fantasy", "Fantasy", "Sea Stories"]
    assert [one["tag"] for one in book["Style"]] == ["Tobias Lark", "Ines Vale"]
    assert [one["tag"] for one in book["Mood"]] == ["Mira Holt", "Series: The Long Coast"]
    assert [(one["tag"], one["role"]) for one in book["Role"]] == [
        ("Tobias Lark", "Narrator"),
        ("Ines Vale", "Narrator"),
    ]
    assert [one["tag"] for one in book["Writer"]] == ["Mira Holt"]
    assert shelf.home.http.get(book["thumb"]).content == picture(f"{SALT}.png")
    (seen,) = shelf.home.mia_http.get(book["key"].removesuffix("/children")).json()["MediaContainer"]["Metadata"]
    assert (seen["summary"], seen["guid"]) == (book["summary"], book["guid"])
    assert not shelf.home.mia.fetchItem(int(book["ratingKey"])).userRating


def test_books_by_title_and_author(shelf: Shelf) -> None:
    fog, tide = shelf.full(9, "The Fog House"), shelf.full(9, "Tideland")
    assert (fog["guid"], tide["guid"]) == (f"{AGENT}://album/{FOG}", f"{AGENT}://album/{TIDE}")
    assert "Own Genre" not in [one["tag"] for one in fog["Genre"]]  # an agent's word goes before the file's
    assert (tide["studio"], tide["parentTitle"]) == ("Reed & Sons", "Joan Reed")
    own = shelf.full(9, "My Own Recordings")
    assert own["guid"].startswith("plex://album/")
    assert not own["summary"]
    assert [one["tag"] for one in own["Style"]] == ["Ina Moor"]


def test_an_author(shelf: Shelf) -> None:
    author = shelf.full(8, "Mira Holt")
    assert author["guid"] == f"{AGENT}://artist/author-{HOLT}"
    assert (author["summary"], author["titleSort"]) == ("Mira Holt writes about the sea.", "Holt, Mira")
    until(lambda: shelf.home.http.get(shelf.items(8)["Mira Holt"]["thumb"]).content == picture(f"{HOLT}.png"))


def test_what_the_services_are_told(shelf: Shelf) -> None:
    told = [one for one in shelf.service.asked if not one.path.startswith("/images/")]
    assert {name for one in told for name in one.query} <= {
        "region", "name", "title", "author", "num_results", "products_sort_by", "response_groups",
    }  # fmt: skip
    searched = [one.query for one in told if one.path == "/1.0/catalog/products"]
    pairs = {(query["title"], query["author"]) for query in searched}
    assert pairs >= {("The Fog House", "Mira Holt"), ("Tideland", "Joan Reed")}
    assert "The Salt Road" not in [title for title, _ in pairs]  # its id is known
    for one in shelf.service.asked:
        assert one.headers["user-agent"].startswith("Vitascope/")
        assert not [name for name in one.headers if "plex" in name or name in ("cookie", "referer", "authorization")]


def test_a_second_scan_asks_nobody(shelf: Shelf) -> None:
    before = len(shelf.service.asked)
    assert shelf.home.http.get(f"/library/sections/{shelf.section}/refresh").status_code == 200
    shelf.home.server.wait_idle()
    assert shelf.service.asked[before:] == []
    assert shelf.full(9, "The Salt Road")["studio"] == "Harbour Audio"


def test_a_locked_field_stays(shelf: Shelf) -> None:
    fog = shelf.home.owner.fetchItem(int(shelf.items(9)["The Fog House"]["ratingKey"]))
    fog.editSummary("Mine.")
    shelf.service.books[FOG, "us"] |= {"publisherName": "Another House", "summary": "Theirs."}
    kept = shelf.home.server.config.rglob("Cache/Audiobooks/*.json")
    for path in kept:  # a day goes by
        path.unlink()
    assert shelf.home.http.put(f"/library/metadata/{fog.ratingKey}/refresh").status_code == 200
    until(lambda: shelf.full(9, "The Fog House")["studio"] == "Another House")
    assert shelf.full(9, "The Fog House")["summary"] == "Mine."


def test_another_book_by_hand_and_none(shelf: Shelf) -> None:
    home, path = shelf.home, f"/library/metadata/{shelf.items(9)['The Salt Road']['ratingKey']}"
    found = home.container(f"{path}/matches", manual=1)["SearchResult"]
    assert [(one["guid"], one["score"]) for one in found[:2]] == [
        (f"{AGENT}://album/{SALT}", 100),
        (f"{AGENT}://album/{OTHER}", 100),
    ]
    (typed,) = home.container(f"{path}/matches", manual=1, title=OTHER)["SearchResult"]
    assert typed["guid"] == f"{AGENT}://album/{OTHER}"
    assert not home.container(f"{path}/matches", manual=1, title="asin-B000000000").get("SearchResult")
    old_guid = f"{AUDNEXUS}://{OTHER}_us?lang=en"
    for guid in (typed["guid"], f"{AGENT}://album/{SALT}", old_guid):
        assert home.http.put(f"{path}/match", params={"guid": guid}).status_code == 200
        wanted = "The Salt Road begins" if SALT in guid else "Read by somebody else."
        until(partial(shelf.says, path, wanted))
    home.server.wait_idle()
    before = len(shelf.service.asked)
    assert home.http.get(f"/library/sections/{shelf.section}/refresh", params={"path": str(shelf.root)}).is_success
    home.server.wait_idle()
    assert shelf.service.asked[before:] == []
    assert home.container(path)["Metadata"][0]["guid"] == f"{AGENT}://album/{OTHER}_us"
    assert home.http.put(f"{path}/unmatch").status_code == 200
    until(lambda: home.container(path)["Metadata"][0]["guid"].startswith("local://"))
    until(lambda: not home.container(path)["Metadata"][0].get("summary"))
    home.server.wait_idle()
    assert shelf.service.asked[before:] == []
    assert home.http.put(f"{path}/match", params={"guid": f"{AGENT}://movie/{SALT}"}).status_code == 400


def test_the_provider_in_the_lists(shelf: Shelf) -> None:
    home = shelf.home
    (row,) = home.container("/media/providers/metadata")["MetadataAgentProvider"]
    assert (row["identifier"], row["online"], [one["type"] for one in row["MetadataType"]]) == (AGENT, True, [8, 9])
    assert home.http.put(f"/media/providers/metadata/{row['id']}", params={"uri": shelf.service.url}).status_code == 400
    agents = [one["identifier"] for one in home.container("/system/agents", mediaType=8)["Agent"]]
    assert agents.count(AGENT) == agents.count(AUDNEXUS) == 1
    prefs = {one["id"]: one for one in home.container(f"/library/sections/{shelf.section}/prefs")["Setting"]}
    assert prefs["region"]["value"] == ""
    assert home.http.put(f"/library/sections/{shelf.section}/prefs", params={"region": "xx"}).status_code == 400


def test_a_region_of_the_section_and_a_service_that_fails_at_first(shelf: Shelf, tmp_path: Path) -> None:
    home, service = shelf.home, shelf.service
    Media(make_originals()).write(tmp_path / "Deutsch" / "Mira Holt" / f"Salzwege [{GERMAN}]" / "Salzwege.m4b")
    service.say[f"/books/{GERMAN}"] = Said(status=500, body=b"<html>", content_type="text/html")
    query = {"agent": AUDNEXUS, "language": "en-US", "prefs[region]": "de"}
    section = add_section(home, "artist", tmp_path / "Deutsch", **query)
    german = Shelf(home=home, service=service, section=section, root=tmp_path / "Deutsch")
    until(lambda: f"/books/{GERMAN}" in service.paths())
    home.server.wait_idle()
    (book,) = german.items(9).values()
    assert (book["title"], book.get("summary", "")) == ("Salzwege", "")
    (row,) = home.container("/media/providers/metadata")["MetadataAgentProvider"]
    assert row["online"] is False
    del service.say[f"/books/{GERMAN}"]
    (author,) = german.items(8).values()  # with all of their books, so that nothing waits any longer
    assert home.http.put(f"/library/metadata/{author['ratingKey']}/refresh").status_code == 200
    until(lambda: "Die Salzwege" in german.items(9))
    assert german.full(9, "Die Salzwege")["summary"] == "Auf See."
    regions = {one.query["region"] for one in service.asked if one.path == f"/books/{GERMAN}"}
    assert regions == {"de"}
    # switched off: nothing is asked any more, and what was learned stays, over a scan of everything
    home.server.wait_idle()
    before = len(service.asked)
    assert home.http.put(f"/library/sections/{section}", params={"agent": "tv.plex.agents.music"}).status_code == 200
    assert home.http.get(f"/library/sections/{section}/refresh", params={"force": 1}).status_code == 200
    home.server.wait_idle()
    assert home.http.put(f"/library/metadata/{book['ratingKey']}/refresh").status_code == 200
    home.server.wait_idle()
    assert service.asked[before:] == []
    assert german.full(9, "Die Salzwege")["summary"] == "Auf See."


def test_nobody_is_asked_where_no_agent_is_named(shelf: Shelf, tmp_path: Path) -> None:
    home, media = shelf.home, Media(make_originals())
    media.write(tmp_path / "Plain" / "Lena Sand" / "Other Water [B0PLAINONE]" / "Other Water.m4b")
    home.server.wait_idle()
    before = len(shelf.service.asked)
    section = add_section(home, "artist", tmp_path / "Plain", language="en-US")
    plain = Shelf(home=home, service=shelf.service, section=section, root=tmp_path / "Plain")
    home.server.wait_idle()
    (book,) = plain.items(9).values()
    assert (book["title"], book.get("summary", "")) == ("Other Water", "")
    assert home.http.put(f"/library/metadata/{book['ratingKey']}/refresh").status_code == 200
    home.container(f"/library/metadata/{book['ratingKey']}/matches", manual=1)
    home.server.wait_idle()
    assert shelf.service.asked[before:] == []


def test_a_section_that_names_the_agent_and_asks_nobody(shelf: Shelf, tmp_path: Path) -> None:
    """As one that a Plex server had, or that its owner switched off: nothing but the switch switches it on."""
    home, service = shelf.home, shelf.service
    shore = "B0FARSHORE"  # of an author whom no other section has
    service.books[shore, "us"] = book_of(shore, "Far Shore", authors=[{"name": "Una Vale"}], publisherName="Vale House")
    Media(make_originals()).write(tmp_path / "Old Shelf" / "Una Vale" / f"Far Shore [{shore}]" / "Far Shore.m4b", "old")
    home.server.wait_idle()
    before = len(service.asked)
    query = {"agent": AUDNEXUS, "language": "en-US", "metadataAgentProviderGroupId": 0}
    section = add_section(home, "artist", tmp_path / "Old Shelf", **query)  # type: ignore[arg-type]  # out of a dictionary
    named = {"agent": AUDNEXUS, "name": "Old Books"}  # as python-plexapi sends it with any change
    assert home.http.put(f"/library/sections/{section}", params=named).status_code == 200
    assert home.http.get(f"/library/sections/{section}/refresh").status_code == 200
    home.server.wait_idle()
    assert service.asked[before:] == []
    findings = home.container("/vitascope/doctor")["Finding"]
    (note,) = [one for one in findings if one["subject"] == "library"]
    assert (note["verdict"], note["remedy"]) == ("remark", "vitascope agent on 'Old Books'")
    assert AUDNEXUS in note["message"]
    path = f"/vitascope/sections/{section}/agent"
    assert home.mia_http.put(path).status_code == 403
    switch(home.server.config, "old books", on=True)
    old = Shelf(home=home, service=service, section=section, root=tmp_path)
    until(lambda: old.full(9, "Far Shore").get("studio") == "Vale House")
    home.server.wait_idle()
    assert not [one for one in home.container("/vitascope/doctor")["Finding"] if one["subject"] == "library"]
    assert home.http.delete(path).status_code == 200
    (row,) = [one for one in home.container("/library/sections")["Directory"] if one["key"] == str(section)]
    assert row.get("metadataAgentProviderGroupId") is None
    movies = home.http.put(f"/vitascope/sections/{home.sections['Movies']}/agent")
    assert (movies.status_code, "a name alone" in movies.text) == (400, True)
    assert home.http.put("/vitascope/sections/999/agent").status_code == 404


def test_the_agent_is_for_music_sections(shelf: Shelf) -> None:
    movies = shelf.home.sections["Movies"]
    answer = shelf.home.http.put(f"/library/sections/{movies}", params={"agent": AGENT})
    assert (answer.status_code, "music sections" in answer.text) == (400, True)
    query = {"name": "X", "type": "movie", "agent": AGENT, "location": str(shelf.root)}
    assert shelf.home.http.post("/library/sections", params=query).status_code == 400
    assert shelf.home.mia_http.put(f"/library/sections/{shelf.section}", params={"agent": AGENT}).status_code == 403
