"""One file by its address: ``POST /library/file``."""

import shutil
from pathlib import Path
from urllib.parse import quote

from tests.api.families.conftest import Home


def shown(home: Home, url: str | Path) -> list[dict[str, object]]:
    answer = home.http.post("/library/file", params={"url": str(url), "includeExtras": 1})
    assert answer.status_code == 200, answer.text
    container = answer.json()["MediaContainer"]
    items: list[dict[str, object]] = container["Metadata"]
    assert container["size"] == len(items)
    return items


def test_a_known_file_is_shown_as_its_item_in_full(home: Home) -> None:
    film = home.section("Movies").get("Cold Lantern")
    file = film.media[0].parts[0].file
    for url in (file, f"file://{quote(file)}", f"file:///{quote(file[1:], safe='')}", f"file://localhost{quote(file)}"):
        [item] = shown(home, url)
        assert item["ratingKey"] == str(film.ratingKey)
        assert item["librarySectionID"] == film.librarySectionID
        assert {"Media", "Extras"} <= set(item)
    episode = home.section("TV Shows").get("Small Machines").episodes()[0]
    [item] = shown(home, episode.media[0].parts[0].file)
    assert (item["type"], item["grandparentTitle"]) == ("episode", "Small Machines")


def test_a_new_file_is_scanned_first(fresh_home: Home) -> None:
    home = fresh_home
    source = next((home.media / "Movies" / "Cold Lantern (1991)").glob("*.mp4"))
    new = home.media / "Movies" / "Quiet Harbour (2004)" / "Quiet Harbour (2004).mp4"
    new.parent.mkdir()
    shutil.copy(source, new)
    with new.open("ab") as file:
        file.write(b"\0\0\0\x08free")  # another film by its bytes
    [item] = shown(home, new)
    assert (item["title"], item["year"]) == ("Quiet Harbour", 2004)
    assert home.section("Movies").get("Quiet Harbour").ratingKey == int(str(item["ratingKey"]))
    text = new.with_suffix(".txt")
    text.write_text("nothing to show")
    answer = home.http.post("/library/file", params={"url": str(text)})
    assert answer.status_code == 404 and "nothing that this library shows" in answer.text


def test_nothing_outside_of_the_libraries_is_shown_or_told_apart(home: Home, tmp_path: Path) -> None:
    outside = tmp_path / "Film (2001).mp4"
    outside.write_bytes(b"x")
    link = home.media / "Movies" / "Linked (2001).mp4"
    link.symlink_to(outside)
    try:
        for url in (
            outside,
            "/etc/passwd",
            "file:///etc/passwd",
            "/not/there.mkv",
            home.media / "Movies" / ".." / ".." / "x.mkv",
            home.media / "Movies" / "Nothing (1900)" / "Nothing.mkv",
            link,
        ):
            answer = home.http.post("/library/file", params={"url": str(url)})
            assert answer.status_code == 400 and "no file in one of the libraries" in answer.text, url
    finally:
        link.unlink()
    for url in ("", "film.mkv", "http://127.0.0.1/film.mkv", "file://elsewhere/film.mkv", "/a\0b"):
        assert home.http.post("/library/file", params={"url": url}).status_code == 400, url
    assert home.http.post("/library/file").status_code == 400


def test_only_the_owner_may_ask(home: Home) -> None:
    file = home.section("Movies").get("Cold Lantern").media[0].parts[0].file
    assert home.mia_http.post("/library/file", params={"url": file}).status_code == 403
