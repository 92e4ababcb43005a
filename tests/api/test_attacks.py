"""What strangers and guests try: numbers out of range, paths out of the library, addresses of other servers, forged
log lines, sessions of others. Each is an attack that is known from a media server, or that once worked here."""

import base64
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree
from tests.api.conftest import Library
from websockets import Origin
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from vitascope.api.call import whole
from vitascope.api.errors import NotFoundError
from vitascope.api.files import disposition, media_type, open_below, parse_range

NUMBERS = ("9" * 20, "-" + "9" * 20, "9" * 5_000)
NUMBER_PATHS = (
    "/library/metadata/{}",
    "/library/metadata/{}/children",
    "/library/metadata/1/artwork/{}",
    "/library/metadata/1/composite/1?width={}",
    "/library/parts/{}",
    "/library/streams/{}",
    "/library/sections/{}/all",
    "/library/sections/{}/composite",
    "/library/sections/1/all?type={}",
    "/library/sections/1/all?year={}",
    "/library/sections/1/all?addedAt>>={}",
    "/library/sections/1/all?X-Plex-Container-Start={}&X-Plex-Container-Size=5",
    "/library/sections/1/year?type={}",
    "/library/sections/1/folder?parent={}.aa",
    "/library/tags?type={}",
    "/hubs/sections/{}",
    "/hubs/home/recentlyAdded?type={}",
    "/hubs/home/recentlyAdded?type=77",
    "/hubs/search?query=a&sectionId={}",
    "/hubs/search?query=a&limit={}",
    "/:/scrobble?key={}",
    "/:/progress?key=1&time={}",
    "/:/timeline?ratingKey=1&time={}&duration={}",
    "/:/rate?key=1&rating={}",
    "/photo/:/transcode?width=9&url=/library/metadata/{}/thumb",
    "/photo/:/transcode?width=9&url=/library/metadata/1/artwork/{}",
    "/photo/:/transcode?width=9&url=/library/parts/{}/1/x",
    "/photo/:/transcode?width=9&url=/library/sections/{}/composite",
    "/status/sessions/history/all?metadataItemID={}",
    "/status/sessions/history/all?librarySectionID={}",
    "/status/sessions/history/all?viewedAt>={}",
    "/status/sessions/history/all?X-Plex-Container-Start={}",
)


@pytest.mark.parametrize("path", NUMBER_PATHS)
def test_numbers_that_no_database_holds_are_refused(library: Library, path: str) -> None:
    for number in NUMBERS:
        status = library.guest.get(path.replace("{}", number)).status_code
        assert status < 500, f"{status} for {number[:20]}"


def test_the_owner_is_no_exception(library: Library) -> None:
    for path in ("/vitascope/unreadable?sectionId={}", "/vitascope/unreadable?X-Plex-Container-Start={}"):
        for number in NUMBERS:
            assert library.owner.get(path.replace("{}", number)).status_code < 500


def test_whole_numbers_fit_into_the_database() -> None:
    assert whole("-12") == -12
    assert whole(str(2**63 - 1)) == 2**63 - 1
    for text in (str(2**63), "9" * 5_000, "", "1.5"):
        with pytest.raises(ValueError):
            whole(text)


def test_ranges_of_thousands_of_digits_are_passed_over() -> None:
    for text in ("bytes={}-", "bytes=-{}", "bytes=0-{}"):
        assert parse_range(text.replace("{}", "9" * 5_000), 100) is None


def test_an_item_named_a_thousand_times_is_answered_once(library: Library) -> None:
    key = library.items("Movies")[0]["ratingKey"]
    answer = library.guest.get("/library/metadata/" + ",".join([key] * 5_000))
    assert len(answer.json()["MediaContainer"]["Metadata"]) == 1
    many = ",".join(str(number) for number in range(1, 1_100))
    assert library.guest.get(f"/library/metadata/{many}").status_code == 400


# --- addresses and paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://[",
        "http://[::1",
        "//evil.example/x",
        "/\\evil.example/x",
        "http://127.0.0.1:32400@evil.example/library/metadata/1/thumb",
        "http://127.0.0.1:1/x",
        "http://127.0.0.1:99999/x",
        "http://[::ffff:127.0.0.1]:32400/library/metadata/1/thumb",
        "gopher://127.0.0.1:32400/library/metadata/1/thumb",
        "http://127.0.0.1:32400/../../etc/passwd",
        "/library/parts/../../etc/passwd",
        "/photo/:/transcode?url=http://[",
        "/photo/:/transcode?url=/photo/:/transcode?url=/library/metadata/1/thumb",
        "data:image/png;base64,AAAA",
    ],
)
def test_pictures_of_elsewhere_are_not_fetched(library: Library, url: str) -> None:
    answer = library.owner.get("/photo/:/transcode", params={"url": url, "width": 9, "height": 9})
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", "/hubs/search?query=a%00b", None),
        ("GET", "/library/sections/all?title=a%00b", None),
        ("GET", "/identity?X-Plex-Device-Name=a%00b&X-Plex-Client-Identifier=a%00b", None),
        ("POST", "/vitascope/sign-in", {"name": "a\0b", "password": "long enough"}),
        ("POST", "/vitascope/sign-in", {"name": "anna", "password": "long\0enough"}),
    ],
)
def test_a_nul_is_refused(library: Library, method: str, path: str, sent: dict[str, str] | None) -> None:
    answer = library.owner.request(method, path, data=sent)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/web/../../pyproject.toml",
        "/web/%2e%2e/%2e%2e/etc/passwd",
        "/web/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/web/..%5c..%5cetc%5cpasswd",
        "/web//etc/passwd",
        "/web/%00",
        "/web/" + "a" * 300,
        "/web/" + "a/" * 3_000,
        "/web/%ff%fe",
        "/web/%ed%a0%80",
    ],
)
def test_the_web_application_gives_out_nothing_but_itself(library: Library, path: str) -> None:
    answer = library.owner.get(path)
    assert answer.status_code in (200, 302, 404, 503)  # the page, the way to it, nothing, or no application is built
    assert answer.headers.get("location", "/web/") == "/web/"
    assert b"root:" not in answer.content


@pytest.mark.parametrize("below", [b"\0", b"..", b"../../../etc", b"/etc", b"/", b"a" * 5_000, b"\xff"])
def test_folders_of_a_section_end_at_its_root(library: Library, below: bytes) -> None:
    section = library.sections["Movies"]
    top = library.guest.get(f"/library/sections/{section}/folder").json()["MediaContainer"]["Metadata"]
    folder = next(entry["key"] for entry in top if "parent=" in entry.get("key", ""))
    root = folder.partition("parent=")[2].partition(".")[0]
    name = base64.urlsafe_b64encode(below).decode().rstrip("=")
    answer = library.guest.get(f"/library/sections/{section}/folder", params={"parent": f"{root}.{name}"})
    assert answer.status_code < 500
    assert b"passwd" not in answer.content
    assert b"shadow" not in answer.content


def test_a_link_that_is_swapped_after_the_look_leads_nowhere(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "secret"
    root.mkdir()
    outside.write_text("secret")
    film = root / "film.mkv"
    film.write_text("film")
    opened = open_below(os.fsencode(film), [os.fsencode(root)])
    os.close(opened.fd)
    film.unlink()
    film.symlink_to(outside)
    with pytest.raises(NotFoundError):
        open_below(os.fsencode(film), [os.fsencode(root)])
    with pytest.raises(NotFoundError):
        open_below(os.fsencode(root / ".." / "secret"), [os.fsencode(root)])
    # A root beside it whose name only begins alike is another folder.
    sibling = tmp_path / "root2"
    sibling.mkdir()
    (sibling / "x").write_text("x")
    with pytest.raises(NotFoundError):
        open_below(os.fsencode(sibling / "x"), [os.fsencode(root)])


# --- what is told, and to whom ---------------------------------------------------------------------------------


def test_a_search_does_not_tell_which_other_sections_there_are(library: Library) -> None:
    hidden, missing = library.sections["TV Shows"], 999_999
    answers = [
        library.guest.get("/hubs/search", params={"query": "a", "sectionId": number}).status_code
        for number in (hidden, missing)
    ]
    assert answers == [400, 400]


def test_nobody_writes_lines_of_their_own_into_the_log(library: Library) -> None:
    query = {"message": "one\nFORGED message", "source": "app\r\nFORGED source X-Plex-Token=verysecret", "level": "0"}
    assert library.guest.get("/log", params=query).status_code == 200
    library.guest.post("/log", content=b"two\x0bFORGED body\x85FORGED body token=verysecret")
    library.owner.get("/identity", headers={"Referer": f"http://x/?X-Plex-Token={library.owner_token}"})
    log = library.server.log_with("FORGED source")
    assert "FORGED source" in log
    assert not [line for line in log.splitlines() if line.startswith("FORGED")]
    assert "verysecret" not in log
    assert library.owner_token not in log
    assert library.guest_token not in log


@contextlib.contextmanager
def somebody(library: Library, name: str, **rights: str) -> Iterator[tuple[httpx.Client, str]]:
    """A person for the length of a test, with a token of theirs."""
    assert library.owner.post("/vitascope/people", params={"name": name, **rights}).status_code == 201
    made = library.owner.post("/vitascope/people/tokens", params={"name": name})
    token = made.json()["MediaContainer"]["token"]
    try:
        yield library.server.client(token, accept="application/json"), token
    finally:
        assert library.owner.delete("/vitascope/people", params={"name": name}).status_code == 200


def test_numbers_do_not_tell_of_what_is_hidden(library: Library) -> None:
    section = library.sections["Movies"]
    with somebody(library, "child", rating="no such rating") as (child, _):
        listed = child.get(f"/library/sections/{section}/all").json()["MediaContainer"]
        assert listed["size"] == 0
        assert "size" not in child.get(f"/library/sections/{section}/timeline").json()["MediaContainer"]
        told = child.get("/media/providers", params={"includeStorage": "1"}).json()["MediaContainer"]
        content = told["MediaProvider"][0]["Feature"][0]["Directory"]
        shared = next(entry for entry in content if entry.get("id") == str(section))
        assert "storageTotal" not in shared
        assert not [pivot for pivot in shared["Pivot"] if "count" in pivot]
        hubs = child.get("/hubs/search", params={"query": "a", "limit": 50}).json()["MediaContainer"]["Hub"]
        tags = [tag for hub in hubs for tag in hub.get("Directory", []) if tag["librarySectionID"] == section]
        assert not [tag for tag in tags if "count" in tag]
        for name in ("genre", "year", "director", "contentRating"):
            values = child.get(f"/library/sections/{section}/{name}").json()["MediaContainer"]
            assert values["size"] == 0, name
        for movie in library.items("Movies"):
            thumb = f"/library/metadata/{movie['ratingKey']}/thumb"
            for path in (f"/library/metadata/{movie['ratingKey']}", thumb):
                assert child.get(path).status_code == 404
            assert child.get("/photo/:/transcode", params={"url": thumb, "width": 9}).status_code == 404
            assert child.get("/:/scrobble", params={"key": movie["ratingKey"]}).status_code == 404
        assert child.get(f"/library/sections/{section}/composite").status_code == 404


def test_pictures_and_files_of_others_are_not_found_by_another_way(library: Library) -> None:
    show = library.items("TV Shows")[0]["ratingKey"]
    episode = library.owner.get(f"/library/metadata/{show}/allLeaves").json()["MediaContainer"]["Metadata"][0]
    part = library.owner.get(f"/library/metadata/{episode['ratingKey']}").json()["MediaContainer"]["Metadata"][0]
    part_id = part["Media"][0]["Part"][0]["id"]
    own = "http://127.0.0.1:32400"
    thumb = f"/library/metadata/{show}/thumb"
    for url in (
        thumb,
        own + thumb,
        f"/photo/:/transcode?url={thumb}",
        f"/library/parts/{part_id}/1/file.mkv",
        f"/library/metadata/{show}/composite/1",
        f"/library/sections/{library.sections['TV Shows']}/composite/1",
    ):
        answer = library.guest.get("/photo/:/transcode", params={"url": url, "width": 9, "height": 9})
        assert answer.status_code == 404, url
    # Nor by naming the picture below an item of one's own.
    mine = library.items("Movies")[0]["ratingKey"]
    posters = library.owner.get(f"/library/metadata/{show}/posters").json()["MediaContainer"].get("Metadata", [])
    for poster in posters:
        number = poster["key"].rpartition("/")[2]
        assert library.guest.get(f"/library/metadata/{mine}/artwork/{number}").status_code == 404


def test_who_is_shown_out_hears_nothing_more(library: Library) -> None:
    movie = library.items("Movies")[0]["ratingKey"]
    address = library.server.url.replace("http", "ws") + "/:/websockets/notifications?filters=status"
    with somebody(library, "visitor") as (visitor, token):
        assert visitor.get("/library/sections").status_code == 200
        with connect(address, additional_headers={"X-Plex-Token": token}) as socket:
            people = library.owner.get("/vitascope/people").json()["MediaContainer"]["Person"]
            number = next(one["Token"][0]["id"] for one in people if one["name"] == "visitor")
            query = {"name": "visitor", "id": str(number)}
            assert library.owner.delete("/vitascope/people/tokens", params=query).status_code == 200
            assert visitor.get(f"/library/metadata/{movie}").status_code == 401
            library.owner.get(f"/library/sections/{library.sections['Home Videos']}/refresh")
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=30)
        library.server.wait_idle()


# --- what browsers do with answers -----------------------------------------------------------------------------


def test_a_browser_takes_no_answer_for_a_page_of_somebody_else(library: Library) -> None:
    movie = library.items("Movies")[0]["ratingKey"]
    part = library.owner.get(f"/library/metadata/{movie}").json()["MediaContainer"]["Metadata"][0]["Media"][0]["Part"][
        0
    ]
    hostile = 'x"><script>alert(1)</script>\u2028]]>&'
    with library.server.client(library.owner_token) as client:
        headers = {b"X-Plex-Client-Identifier": b"hostile", b"X-Plex-Device-Name": hostile.encode()}
        client.get("/:/timeline", params={"ratingKey": movie, "time": 1, "state": "playing"}, headers=headers)
        shown = client.get("/status/sessions")
        assert b"<script" not in shown.content
        assert etree.fromstring(shown.content).find(".//Player").get("title") == hostile  # type: ignore[union-attr]
        client.get("/:/timeline", params={"ratingKey": movie, "time": 1, "state": "stopped"}, headers=headers)
        for path in (part["key"], f"/library/metadata/{movie}/thumb", "/<script>", "/services/browse/<script>"):
            answer = client.get(path, headers={"Range": "bytes=0-9"})
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert b"<script" not in answer.content
        page = client.get("/web/")
        if page.status_code == 200:
            policy = page.headers["content-security-policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors" in policy
            assert "unsafe" not in policy


@pytest.mark.parametrize("ending", ["html", "htm", "xhtml", "svg", "xml", "js", "swf", "pdf", "smi", "mht", "unknown"])
def test_files_that_browsers_run_are_sent_as_bytes(ending: str) -> None:
    assert media_type(f"film.{ending}") == "application/octet-stream"


@pytest.mark.parametrize("name", ['a"\r\nSet-Cookie: x=1\r\n\r\n<html>', "a\0b", "\u202egnp.exe", "é" * 300, "\\..\\x"])
def test_names_of_files_make_no_headers(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_what_is_secret_is_its_owners_alone(library: Library) -> None:
    support = library.server.support
    for name in ("Preferences.xml", "vitascope.sock"):
        assert (support / name).stat().st_mode & 0o077 == 0, name
    for path in (support / "Plug-in Support" / "Databases").glob("vitascope.db*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_a_foreign_page_starts_nothing_by_an_address(library: Library) -> None:
    """Without a token, from this machine, as a browser would send it for a picture or a form of another site."""
    scan, movie = library.sections["Home Videos"], library.items("Movies")[0]["ratingKey"]
    client = library.server.client()
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"x-FORWARDED-for": "127.0.0.1"},
    ):
        for path in (f"/:/scrobble?key={movie}", f"/library/sections/{scan}/refresh", "/:/eventsource/notifications"):
            assert client.get(path, headers=headers).status_code == 401, (headers, path)
            answer = client.get(path, headers={"Host": "rebound.evil.example"})
            assert answer.status_code == 421, "a name that was pointed here, whatever it asks for"
    address = library.server.url.replace("http", "ws") + "/:/websockets/notifications"
    with pytest.raises(InvalidStatus), connect(address, origin=Origin("https://evil.example")):
        pass
