"""Chapters: those of the file, those that the owner writes instead, and pictures of them."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from lxml import etree
from PIL import Image
from tests.api.families.conftest import Home, connect

OF_FILE = [("Part 1", 0, 300), ("Part 2", 300, 600), ("Part 3", 600, 900)]


@pytest.fixture(scope="module")
def folder(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A section of one film with three chapters."""
    root = tmp_path_factory.mktemp("media") / "Chaptered"
    target = root / "Three Parts (2001)"
    target.mkdir(parents=True)
    notes = root.parent / "chapters.txt"
    notes.write_text(
        ";FFMETADATA1\n" + "".join(
            f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={at}\nEND={at + 300}\ntitle=Part {number}\n"
            for number, at in enumerate((0, 300, 600), 1)
        )
    )  # fmt: skip
    film = home.media / "Movies" / "Cold Lantern (1991)" / "Cold Lantern (1991).mp4"
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", film, "-i", notes, "-map_metadata", "1", "-map_chapters",
         "1", "-c", "copy", target / "Three Parts (2001).mkv"], check=True,
    )  # fmt: skip
    make_section(home, root)
    return root


def make_section(home: Home, root: Path) -> int:
    query = {"name": "Chaptered", "type": "movie", "scanner": "Plex Movie", "language": "en-US", "location": str(root)}
    answer = home.http.post("/library/sections", params=query)
    assert answer.status_code == 201
    home.server.wait_idle()
    return int(answer.json()["MediaContainer"]["Directory"][0]["key"])


@pytest.fixture
def film(home: Home, folder: Path) -> Iterator[Any]:
    """The film, whose chapters are its file's."""
    assert folder.is_dir()
    found = connect(home.server.url, home.owner_token).library.search("Three Parts")[0].reload()
    yield found
    home.http.delete(f"/library/metadata/{found.ratingKey}/chapter")


def taken(home: Home) -> list[str]:
    """The pictures of chapters that were taken before anybody asked."""
    return sorted(path.name for path in (home.server.support / "Media").rglob("Chapters/*"))


def test_their_pictures_are_taken_ahead_and_served_from_there(home: Home, film: Any) -> None:
    path = f"/library/metadata/{film.ratingKey}/chapterThumbs"
    thumbs = [one.thumb for one in film.chapters]
    assert home.mia_http.put(path).status_code == 403
    answer = home.http.put(path)
    assert (answer.status_code, len(answer.headers["x-plex-activity"])) == (200, 36)
    home.server.wait_idle()
    assert taken(home) == ["chapter-0.jpg", "chapter-300.jpg", "chapter-600.jpg"]
    (folder,) = (home.server.support / "Media").rglob("Chapters")
    served = [home.mia_http.get(thumb).content for thumb in thumbs]
    assert served == [(folder / name).read_bytes() for name in taken(home)]
    assert len(set(served)) == 3
    scaled = home.mia_http.get("/photo/:/transcode", params={"url": thumbs[1], "width": 64, "height": 36})
    assert Image.open(io.BytesIO(scaled.content)).size == (64, 36)
    stamps = [(folder / name).stat().st_mtime_ns for name in taken(home)]
    home.owner.runButlerTask("GenerateChapterThumbs")
    home.server.log_with("butler: GenerateChapterThumbs is done")
    assert [(folder / name).stat().st_mtime_ns for name in taken(home)] == stamps, "they were not taken twice"


def chapters(film: Any) -> list[tuple[str, int, int]]:
    return [(one.title, one.start, one.end) for one in film.reload().chapters]


def change(home: Home, method: str, film: Any, number: int | None = None, **query: str | int) -> dict[str, Any]:
    path = f"/library/metadata/{film.ratingKey}/chapter" + ("" if number is None else f"/{number}")
    answer = home.http.request(method, path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["MediaContainer"]["Chapter"][0] if method != "DELETE" else {}
    return found


def test_those_of_the_file_have_pictures_of_the_film(home: Home, film: Any) -> None:
    assert chapters(film) == OF_FILE
    assert home.container(f"/library/metadata/{film.ratingKey}")["Metadata"][0]["chapterSource"] == "media"
    answer = home.mia_http.get(film.chapters[1].thumb)
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (320, 180)
    assert home.http.get(film.chapters[1].thumb).content == answer.content
    media = film.media[0].id
    for missing in (f"/library/media/{media}/chapterImages/9", f"/library/media/{media}/chapterImages/0",
                    "/library/media/999999/chapterImages/1"):  # fmt: skip
        assert home.http.get(missing).status_code == 404


def test_the_owner_writes_them_and_everybody_reads_them(home: Home, film: Any) -> None:
    path = f"/library/metadata/{film.ratingKey}/chapter"
    added = change(home, "POST", film, startTimeOffset=450, title="The storm")
    assert (added["tag"], added["index"], added["startTimeOffset"], added["endTimeOffset"]) == (
        "The storm",
        3,
        450,
        600,
    )
    assert chapters(film) == [("Part 1", 0, 300), ("Part 2", 300, 450), ("The storm", 450, 600), ("Part 3", 600, 900)]
    change(home, "PUT", film, 1, title="Opening")
    change(home, "PUT", film, added["id"], startTimeOffset=400, endTimeOffset=500)
    change(home, "DELETE", film, 3)
    assert chapters(film) == [("Opening", 0, 300), ("Part 2", 300, 400), ("The storm", 400, 500)]
    hers = home.mia_http.get(path).json()["MediaContainer"]
    assert [(one["id"], one["index"], one["tag"]) for one in hers["Chapter"]] == [
        (1, 1, "Opening"), (2, 2, "Part 2"), (added["id"], 3, "The storm"),
    ]  # fmt: skip
    told = dict(etree.fromstring(home.mia_xml.get(path).content)[0].items())
    expected = {"tag": "Opening", "id": "1", "index": "1", "startTimeOffset": "0", "endTimeOffset": "300"}
    assert expected.items() <= told.items()
    shown = home.container(f"/library/metadata/{film.ratingKey}", includeChapters=1)["Metadata"][0]
    assert (shown["chapterSource"], shown["Field"]) == ("agent", [{"locked": True, "name": "chapterSource"}])
    for method, address in (("POST", path), ("PUT", f"{path}/1"), ("DELETE", f"{path}/1"), ("DELETE", path)):
        assert home.mia_http.request(method, address, params={"startTimeOffset": 10}).status_code == 403


def test_pictures_follow_where_a_chapter_begins(home: Home, film: Any) -> None:
    change(home, "PUT", film, 2, startTimeOffset=200)
    before = film.reload().chapters[1].thumb
    one = home.http.get(before).content
    change(home, "PUT", film, 2, startTimeOffset=500)
    after = film.reload().chapters[1].thumb
    assert after != before
    other = home.http.get(after)
    assert other.headers["content-type"] == "image/jpeg"
    assert other.content != one
    assert home.http.get("/photo/:/transcode", params={"url": after, "width": 32, "height": 18}).status_code == 200


def test_forgotten_or_unlocked_the_file_counts_again(home: Home, film: Any) -> None:
    for way in ("forget", "unlock"):
        change(home, "PUT", film, 1, title="Mine")
        if way == "forget":
            change(home, "DELETE", film)
        else:
            film.edit(**{"chapterSource.locked": 0})
        assert chapters(film) == OF_FILE
        assert not film.fields
    for number in (1, 2, 3):
        change(home, "DELETE", film, number)
    assert chapters(film) == []
    film.reload()
    assert film.chapterSource is None


def test_they_outlive_a_scan_a_rename_and_a_section_made_anew(home: Home, folder: Path, film: Any) -> None:
    change(home, "POST", film, startTimeOffset=100, title="Mine")
    mine = chapters(film)
    home.http.get(f"/library/sections/{film.librarySectionID}/refresh", params={"force": 1})
    home.server.wait_idle()
    assert chapters(film) == mine
    old = folder / "Three Parts (2001)" / "Three Parts (2001).mkv"
    new = old.with_name("Three Parts (2001) - 1080p.mkv")
    old.rename(new)
    assert home.http.delete(f"/library/sections/{film.librarySectionID}").status_code == 200
    home.server.wait_idle()
    make_section(home, folder)
    again = connect(home.server.url, home.owner_token).library.search("Three Parts")[0]
    assert again.ratingKey != film.ratingKey
    assert chapters(again) == mine
    change(home, "DELETE", again)
    assert chapters(again) == OF_FILE


def test_nonsense_is_refused_and_changes_nothing(home: Home, film: Any) -> None:
    path = f"/library/metadata/{film.ratingKey}/chapter"
    long = "t" * 256
    wrong: tuple[dict[str, str], ...] = (
        {}, {"startTimeOffset": "-1"}, {"startTimeOffset": "x"}, {"startTimeOffset": "300"},
        {"startTimeOffset": "99999"}, {"startTimeOffset": "10", "endTimeOffset": "10"},
        {"startTimeOffset": "10", "endTimeOffset": "99999"},
        {"startTimeOffset": "10", "title": long}, {"startTimeOffset": "10", "title": "a\x07"},
    )  # fmt: skip
    for query in wrong:
        assert home.http.post(path, params=query).status_code == 400, query
    assert home.http.put(f"{path}/2", params={"startTimeOffset": 600}).status_code == 400
    for method in ("PUT", "DELETE"):
        assert home.http.request(method, f"{path}/99").status_code == 404
    assert home.http.post("/library/metadata/99999999/chapter", params={"startTimeOffset": 1}).status_code == 404
    assert home.http.get("/library/metadata/99999999/chapter").status_code == 404
    assert home.http.delete("/library/metadata/99999999/chapter").status_code == 404
    show = home.section("TV Shows").get("Small Machines")
    assert (
        home.http.post(f"/library/metadata/{show.ratingKey}/chapter", params={"startTimeOffset": 0}).status_code == 400
    )
    assert chapters(film) == OF_FILE
    assert not film.fields
