"""Small pictures along films: made by the butler or by wish, served as BIF, one by one and on sheets, kept with the
content whatever the file is called, gone with it."""

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.families.conftest import Home
from tests.media.previews.test_taking import colour
from tests.support.known_films import STEPS, stepped_film

from vitascope.core import bif

pytestmark = pytest.mark.usefixtures("reels")

COLOURS = [STEPS[n] for n in range(6) for _ in range(2)]
"""What the film of 24 s shows every two seconds."""


@pytest.fixture(scope="module")
def reels(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section of one film of 24 seconds, six colours of four seconds each."""
    folder = tmp_path_factory.mktemp("reels")
    stepped_film(folder / "Six Colours (2020)" / "Six Colours (2020).mkv")
    query = {"name": "Reels", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(folder)}
    answer = home.http.post("/library/sections", params=query)
    assert answer.status_code == 201, answer.text
    home.server.wait_idle()
    return folder


def reels_of(home: Home) -> int:
    return int(home.section("Reels").key)


def film(home: Home) -> dict[str, Any]:
    (found,) = home.container(f"/library/sections/{reels_of(home)}/all")["Metadata"]
    return dict(home.container(f"/library/metadata/{found['ratingKey']}")["Metadata"][0])


def part(home: Home) -> dict[str, Any]:
    return dict(film(home)["Media"][0]["Part"][0])


def pictures(data: bytes) -> tuple[int, list[bytes]]:
    """The interval and the pictures of a BIF file."""
    head = bif.read_head(data)
    places = bif.read_index(head, data[bif.HEAD_BYTES :], len(data))
    return head.interval_ms, [data[begin:end] for begin, end in places]


def bundles(home: Home) -> list[Path]:
    return sorted((home.server.support / "Media").rglob("index-sd.bif"))


def make(home: Home, **query: int) -> None:
    answer = home.http.put(f"/library/metadata/{film(home)['ratingKey']}/index", params=query)
    assert answer.status_code == 200
    assert len(answer.headers["x-plex-activity"]) == 36
    home.server.wait_idle()


def test_there_are_none_until_they_are_made(home: Home) -> None:
    before = part(home)
    assert "indexes" not in before
    for path in ("indexes/sd", "indexes/sd/1000"):
        assert home.http.get(f"/library/parts/{before['id']}/{path}").status_code == 404
    assert home.http.get(f"/vitascope/parts/{before['id']}/sheets").status_code == 404
    key = film(home)["ratingKey"]
    assert home.mia_http.put(f"/library/metadata/{key}/index").status_code == 403
    assert home.http.put("/library/metadata/99999999/index").status_code == 404


def test_the_index_as_clients_read_it(home: Home) -> None:
    make(home)
    made = part(home)
    assert made["indexes"] == "sd"
    plexapi = home.mia.fetchItem(int(film(home)["ratingKey"]))
    assert plexapi.hasPreviewThumbnails is True
    (listed,) = home.mia.library.sectionByID(reels_of(home)).all()
    assert listed.media[0].parts[0].indexes == "sd"
    path = f"/library/parts/{made['id']}/indexes/sd"
    whole = home.mia_http.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "application/octet-stream")
    interval_ms, found = pictures(whole.content)
    assert interval_ms == 2000
    assert [colour(one) for one in found] == COLOURS
    ranged = home.mia_http.get(path, headers={"Range": "bytes=0-63"})
    assert (ranged.status_code, len(ranged.content)) == (206, 64)
    interval_ms, fewer = pictures(home.mia_http.get(path, params={"interval": 5000}).content)
    assert interval_ms == 5000
    assert fewer == [found[0], found[2], found[5], found[7], found[10]]
    assert pictures(home.mia_http.get(path, params={"interval": 2000}).content)[1] == found
    (file,) = bundles(home)
    assert file.read_bytes() == whole.content


@pytest.mark.parametrize(("offset", "place"), [("0", 0), ("3999", 1), ("4000", 2), ("23000", 11), ("99999999", 11)])
def test_one_picture(home: Home, offset: str, place: int) -> None:
    answer = home.mia_http.get(f"/library/parts/{part(home)['id']}/indexes/sd/{offset}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert colour(answer.content) == COLOURS[place]


def test_wrong_questions(home: Home) -> None:
    path = f"/library/parts/{part(home)['id']}/indexes"

    def status(tail: str) -> int:
        return home.http.get(path + tail).status_code

    assert [status(tail) for tail in ("/sd?interval=0", "/sd?interval=-1", "/sd?interval=x")] == [400] * 3
    assert status("/sd?interval=1000") == 404, "the interval is too small"
    assert status("/sd/-1") == status("/sd/x") == status("/sd/" + "9" * 40) == 400
    assert status("/hd") == status("/hd/0") == status("/..%2f..%2fsd") == 404


def test_sheets_for_browsers(home: Home) -> None:
    told = home.mia_http.get(f"/vitascope/parts/{part(home)['id']}/sheets").json()["MediaContainer"]
    assert (told["interval"], told["count"], told["columns"], told["rows"]) == (2000, 12, 8, 8)
    assert (told["width"], told["height"]) == (160, 90)
    (sheet,) = told["Sheet"]
    first, again = (home.mia_http.get(sheet["key"]) for _ in range(2))
    assert first.headers["content-type"] == "image/jpeg"
    assert first.content == again.content
    assert home.http.get(f"/vitascope/parts/{part(home)['id']}/sheets/1").status_code == 404


def test_a_stranger_and_who_may_not_see_the_section_get_nothing(home: Home) -> None:
    path = f"/library/parts/{part(home)['id']}/indexes/sd"
    assert httpx.get(home.server.url + path, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60).status_code == 401
    home.server.cli("user", "add", "noor", "--section", "Movies")
    token = home.server.cli("user", "token", "noor").stdout.strip()
    noor = home.server.client(token)
    sheets = f"/vitascope/parts/{part(home)['id']}/sheets"
    assert [noor.get(one).status_code for one in (path, f"{path}/0", sheets, f"{sheets}/0")] == [404] * 4


def test_a_file_that_moved_keeps_them(home: Home, reels: Path) -> None:
    (file,) = bundles(home)
    stamp = file.stat().st_mtime_ns
    old = reels / "Six Colours (2020)"
    shutil.move(old, reels / "Six Colours (2021)")
    (reels / "Six Colours (2021)" / "Six Colours (2020).mkv").rename(
        reels / "Six Colours (2021)" / "Six Hues (2021).mkv"
    )
    home.http.get(f"/library/sections/{reels_of(home)}/refresh")
    home.server.wait_idle()
    assert film(home)["title"] == "Six Hues"
    assert part(home)["indexes"] == "sd"
    make(home)
    assert bundles(home) == [file]
    assert file.stat().st_mtime_ns == stamp, "it was not made twice"
    make(home, force=1)
    assert file.stat().st_mtime_ns != stamp


def test_the_butler_makes_those_that_are_wanted(home: Home) -> None:
    section = reels_of(home)
    assert home.mia_http.delete(f"/library/sections/{section}/indexes").status_code == 403
    assert home.http.delete(f"/library/sections/{section}/indexes").status_code == 200
    assert "indexes" not in part(home)
    assert bundles(home) == []
    tasks = home.http.get("/butler").json()["ButlerTasks"]["ButlerTask"]
    assert [task["enabled"] for task in tasks if task["name"] == "GenerateMediaIndexFiles"] == [False]
    home.http.put("/:/prefs", params={"GenerateBIFBehavior": "asap", "GenerateBIFFrameInterval": 4})
    home.http.get(f"/library/sections/{section}/refresh")
    home.server.log_with("butler: GenerateMediaIndexFiles is done")
    home.server.wait_idle()
    interval_ms, found = pictures(home.http.get(f"/library/parts/{part(home)['id']}/indexes/sd").content)
    assert interval_ms == 4000
    assert [colour(one) for one in found] == COLOURS[::2]
    everything = home.container(f"/library/sections/{home.sections['Movies']}/all")["Metadata"]
    assert all(one["Media"][0]["Part"][0]["indexes"] == "sd" for one in everything), "whatever section was scanned"
    home.http.put("/:/prefs", params={"GenerateBIFBehavior": "never", "GenerateBIFFrameInterval": 2})


def test_they_go_with_the_file(home: Home, reels: Path) -> None:
    number = len(bundles(home))
    shutil.rmtree(reels / "Six Colours (2021)")
    (reels / "Another (2001)").mkdir()
    stepped_film(reels / "Another (2001)" / "Another (2001).mkv", steps=1)
    section = reels_of(home)
    home.http.get(f"/library/sections/{section}/refresh")
    home.server.wait_idle()
    home.http.put(f"/library/sections/{section}/emptyTrash")
    home.server.wait_idle()
    home.owner.runButlerTask("GarbageCollectLibraryMedia")
    home.server.wait_idle()
    assert len(bundles(home)) == number - 1
