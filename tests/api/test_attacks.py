"""What strangers and guests try: numbers out of range, paths out of the library, addresses of other servers, forged
log lines, sessions of others. Each is an attack that is known from a media server, or that once worked here."""

import base64
import os
from pathlib import Path

import pytest
from tests.api.conftest import Library

from vitascope.api.call import whole
from vitascope.api.errors import NotFoundError
from vitascope.api.files import open_below, parse_range

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
    assert answer.status_code in (200, 404, 503)  # the page, nothing, or no application is built
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
