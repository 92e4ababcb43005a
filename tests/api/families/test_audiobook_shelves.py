"""What an audiobook agent makes of books beside their texts: chapters, and a collection for each series.

The books are two files of one book, one that brings its own chapters, one of another length than the service's, and one
that comes later.
"""

import json
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest
from tests.api.families.books import AGENT, Shelf, told_where
from tests.api.families.conftest import Home
from tests.api.families.teaching import add_section, until
from tests.support.audiobook_service import Json, audiobook_service, book_of, chapters_of
from tests.support.media_files import Media, make_originals

GLASS, OWN, ODD, LATE = "B0GLASSHAR", "B0OWNCHAPT", "B0ODDLENGT", "B0LATEBOOK"
SERIES = "The Glass Coast"
Spans = list[tuple[str, int, int]]


def in_series(asin: str, title: str, position: int) -> Json:
    return book_of(asin, title, seriesPrimary={"asin": "B0SERIES09", "name": SERIES, "position": str(position)})


def length_ms(path: Path) -> int:
    with av.open(path) as opened:
        assert opened.duration is not None
        return opened.duration // 1000


def with_chapters(path: Path) -> None:
    """Puts two chapters into a file."""
    notes = path.with_suffix(".txt")
    chapters = ((0, 900, "Mine, one"), (900, 2_000, "Mine, two"))
    notes.write_text(
        ";FFMETADATA1\n"
        + "".join(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={a}\nEND={b}\ntitle={title}\n" for a, b, title in chapters)
    )
    made = path.with_name("made.m4b")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", path, "-i", notes, "-map", "0:a"]
    subprocess.run([*command, "-map_chapters", "1", "-c", "copy", "-f", "mp4", made], check=True)
    notes.unlink()
    made.replace(path)


@pytest.fixture(scope="module")
def shelf(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    root = tmp_path_factory.mktemp("shelves") / "Books"
    media = Media(make_originals())
    folder = root / "Ada Brook"
    glass = [media.write(folder / f"Glass Harbour [Audible-{GLASS}]" / f"0{n} - Part {n}.m4b") for n in (1, 2)]
    own = media.write(folder / f"Own Chapters [{OWN}]" / "Own Chapters.m4b")
    with_chapters(own)
    odd = media.write(folder / f"Odd Length [{ODD}]" / "Odd Length.m4b")
    with audiobook_service() as service:
        told_where(home, service)
        for book in (
            in_series(GLASS, "Glass Harbour", 2),
            in_series(OWN, "Own Chapters", 10),
            in_series(LATE, "Late Book", 1),
            book_of(ODD, "Odd Length"),
        ):
            service.books[book["asin"], "us"] = book
        whole = sum(map(length_ms, glass))
        service.chapters = {
            (GLASS, "us"): chapters_of(GLASS, whole, (0, "Opening"), (1_000, "One"), (3_000, "Two")),
            (OWN, "us"): chapters_of(OWN, length_ms(own), (0, "Theirs, one"), (1_500, "Theirs, two")),
            (ODD, "us"): chapters_of(ODD, 3 * length_ms(odd), (0, "One"), (500, "Two")),
        }
        section = add_section(home, "artist", root, agent=AGENT, language="en-US")
        made = Shelf(home=home, service=service, section=section, root=root)
        until(lambda: sum(bool(one.get("summary")) for one in made.items(9).values()) == 3)
        home.server.wait_idle()
        for person in (home.owner, home.mia):
            person.library.reload()
        yield made


def tracks(shelf: Shelf, book: str) -> list[dict[str, Any]]:
    found = shelf.home.container(f"/library/metadata/{shelf.items(9)[book]['ratingKey']}/children")
    keys = ",".join(one["ratingKey"] for one in found["Metadata"])
    return list(shelf.home.container(f"/library/metadata/{keys}", includeChapters=1)["Metadata"])


def spans(track: dict[str, Any]) -> Spans:
    return [(one["tag"], one["startTimeOffset"], one["endTimeOffset"]) for one in track.get("Chapter", [])]


def near(found: Spans, wanted: Spans) -> bool:
    """Within what two encoders may differ by."""
    names = [name for name, _, _ in found] == [name for name, _, _ in wanted]
    return names and all(
        abs(a[1] - b[1]) <= 100 and abs(a[2] - b[2]) <= 100 for a, b in zip(found, wanted, strict=True)
    )


def choose(shelf: Shelf, **prefs: str) -> None:
    """Sets preferences of the section, and waits until the library follows them."""
    assert shelf.home.http.put(f"/library/sections/{shelf.section}/prefs", params=prefs).status_code == 200


def test_chapters_of_the_service_over_two_files(shelf: Shelf) -> None:
    first, second = tracks(shelf, "Glass Harbour")
    length, rest = first["duration"], second["duration"]
    assert near(spans(first), [("Opening", 0, 1_000), ("One", 1_000, length)])
    assert near(spans(second), [("One", 0, 3_000 - length), ("Two", 3_000 - length, rest)])
    assert first["chapterSource"] == "agent"
    assert not any("thumb" in one for one in first["Chapter"])  # nothing to be seen
    track = shelf.home.mia.fetchItem(int(second["ratingKey"]))
    assert [one.tag for one in track.chapters] == ["One", "Two"]


def test_chapters_of_another_edition_are_not_shown(shelf: Shelf) -> None:
    (track,) = tracks(shelf, "Odd Length")
    assert spans(track) == []
    assert f"/books/{ODD}/chapters" in shelf.service.paths()


def has_chapters(shelf: Shelf, names: list[str]) -> bool:
    return [name for name, _, _ in spans(tracks(shelf, "Own Chapters")[0])] == names


def test_a_file_keeps_its_own_and_nobody_is_asked_unless_preferred(shelf: Shelf) -> None:
    (track,) = tracks(shelf, "Own Chapters")
    assert [name for name, _, _ in spans(track)] == ["Mine, one", "Mine, two"]
    assert f"/books/{OWN}/chapters" not in shelf.service.paths()
    assert track["chapterSource"] == "media"
    for choice, names in (
        ("service", ["Theirs, one", "Theirs, two"]),
        ("files", ["Mine, one", "Mine, two"]),
        ("missing", ["Mine, one", "Mine, two"]),
    ):
        choose(shelf, audiobookChapters=choice)
        until(partial(has_chapters, shelf, names))
        if choice == "files":
            until(lambda: not spans(tracks(shelf, "Glass Harbour")[0]))
    until(lambda: len(spans(tracks(shelf, "Glass Harbour")[1])) == 2)
    shelf.home.server.wait_idle()


def test_chapters_written_by_hand_stay(shelf: Shelf) -> None:
    home, (first, _) = shelf.home, tracks(shelf, "Glass Harbour")
    path = f"/library/metadata/{first['ratingKey']}/chapter"
    number = first["Chapter"][1]["id"]
    assert home.http.put(f"{path}/{number}", params={"title": "My One"}).status_code == 200
    assert home.http.put(f"/library/metadata/{first['ratingKey']}/refresh").status_code == 200
    home.server.wait_idle()
    assert [name for name, _, _ in spans(tracks(shelf, "Glass Harbour")[0])] == ["Opening", "My One"]
    assert home.http.delete(path).status_code == 200
    assert [name for name, _, _ in spans(tracks(shelf, "Glass Harbour")[0])] == ["Opening", "One"]


def test_a_service_that_fails_takes_nothing_away(shelf: Shelf) -> None:
    home, service = shelf.home, shelf.service
    for path in home.server.config.rglob("Cache/Audiobooks/*.json"):  # a day goes by
        path.unlink()
    service.say[f"/books/{GLASS}/chapters"] = service.json({"chapters": "none"})
    service.say[f"/books/{GLASS}/chapters"].status = 500  # type: ignore[union-attr]  # an answer
    service.books[GLASS, "us"]["publisherName"] = "New House"
    key = shelf.items(9)["Glass Harbour"]["ratingKey"]
    assert home.http.put(f"/library/metadata/{key}/refresh").status_code == 200
    until(lambda: shelf.full(9, "Glass Harbour")["studio"] == "New House")
    home.server.wait_idle()
    assert len(spans(tracks(shelf, "Glass Harbour")[1])) == 2
    del service.say[f"/books/{GLASS}/chapters"]


# --- series ------------------------------------------------------------------------------------------------------


def collections(shelf: Shelf) -> dict[str, dict[str, Any]]:
    found = shelf.home.container(f"/library/sections/{shelf.section}/collections").get("Metadata", [])
    return {one["title"]: one for one in found}


def members(shelf: Shelf, title: str) -> list[str]:
    key = collections(shelf)[title]["ratingKey"]
    return [one["title"] for one in shelf.home.container(f"/library/collections/{key}/children")["Metadata"]]


def test_a_series_is_a_collection_in_the_order_of_reading(shelf: Shelf) -> None:
    assert list(collections(shelf)) == [SERIES]
    assert members(shelf, SERIES) == ["Glass Harbour", "Own Chapters"]
    (seen,) = shelf.home.mia.library.sectionByID(shelf.section).collections()
    assert [book.title for book in seen.items()] == ["Glass Harbour", "Own Chapters"]
    assert json.loads(str(seen.collectionSort)) == 1


def test_without_collections_and_with_them_again(shelf: Shelf) -> None:
    choose(shelf, seriesCollections="0")
    until(lambda: not collections(shelf))
    choose(shelf, seriesCollections="1")
    until(lambda: SERIES in collections(shelf) and len(members(shelf, SERIES)) == 2)
    shelf.home.server.wait_idle()


def test_another_name_holds_for_the_next_book_and_no_collection_comes_back(shelf: Shelf) -> None:
    home = shelf.home
    key = collections(shelf)[SERIES]["ratingKey"]
    assert home.http.put(f"/library/collections/{key}", params={"title.value": "Coast of Glass"}).status_code == 200
    Media(make_originals()).write(shelf.root / "Ada Brook" / f"Late Book [{LATE}]" / "Late Book.m4b", "late")
    assert home.http.get(f"/library/sections/{shelf.section}/refresh").status_code == 200
    until(lambda: shelf.items(9).get("Late Book", {}).get("summary"))
    home.server.wait_idle()
    assert members(shelf, "Coast of Glass") == ["Late Book", "Glass Harbour", "Own Chapters"]
    assert list(collections(shelf)) == ["Coast of Glass"]
    # deleted by the owner, its books locked: neither a refresh nor a book that is new to the series brings it back
    for book in ("Late Book", "Glass Harbour", "Own Chapters"):
        item = f"/library/metadata/{shelf.items(9)[book]['ratingKey']}"
        assert home.http.put(item, params={"collection.locked": 1}).status_code == 200
    assert home.http.delete(f"/library/collections/{key}").status_code in (200, 204)
    shelf.service.books[ODD, "us"] = in_series(ODD, "Odd Length", 3)
    for path in home.server.config.rglob("Cache/Audiobooks/*.json"):
        path.unlink()
    assert home.http.get(f"/library/sections/{shelf.section}/refresh", params={"force": 1}).status_code == 200
    until(lambda: "The Glass Coast 003" in str(shelf.full(9, "Odd Length").get("titleSort")))
    home.server.wait_idle()
    assert collections(shelf) == {}
