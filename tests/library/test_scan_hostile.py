"""Files and names that mean harm: the scan goes on, each is listed with its reason, and nothing else is lost."""

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind
from vitascope.store.schema import files, item_details


def test_what_cannot_be_read_is_listed_and_the_rest_is_there(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    films: Path = library.root / "Films"
    good = library.media.write(films / "Good (2000).mp4")
    (films / "Empty (2001).mp4").write_bytes(b"")
    (films / "Cut (2002).mp4").write_bytes(good.read_bytes()[:600])
    (films / "Liar (2003).mkv").write_bytes(b"This is no film at all. " * 100)
    (films / "Sound (2004).mp4").write_bytes(library.media.content("m4b"))
    (films / "Script (2005).avi").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    os.mkfifo(films / "Pipe (2006).mkv")
    (films / "Broken link (2007).mkv").symlink_to("nowhere")
    with open(os.fsencode(films) + b"/Caf\xe9 (2008).mp4", "wb") as file:
        file.write(library.media.content("mp4"))
    result = library.scan(section)
    assert result.complete
    assert library.titles(section, ItemType.MOVIE) == ["Café", "Good"]
    unreadable = library.unreadable()
    assert unreadable.keys() == {
        "Empty (2001).mp4", "Cut (2002).mp4", "Liar (2003).mkv", "Sound (2004).mp4", "Script (2005).avi",
    }  # fmt: skip
    assert unreadable["Empty (2001).mp4"] == "the file is empty"
    assert unreadable["Sound (2004).mp4"] == "there is no picture in it"
    assert all(unreadable.values())
    assert result.unreadable_files == 5
    again = library.scan(section)
    assert again.changed_files == 0
    assert again.unreadable_files == 5
    library.media.write(films / "New (2009).mp4")
    again = library.scan(section)
    assert (again.changed_files, again.unreadable_files) == (1, 5)


def test_a_file_that_is_repaired_is_no_longer_listed(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    path = library.root / "Films" / "Film (2000).mp4"
    path.write_bytes(b"nothing")
    library.scan(section)
    assert library.items(section) == []
    library.media.write(path)
    result = library.scan(section)
    assert result.unreadable_files == 0
    assert library.titles(section, ItemType.MOVIE) == ["Film"]
    assert library.unreadable() == {}


def test_a_film_that_breaks_stays_and_is_listed(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    path = library.media.write(library.root / "Films" / "Film (2000).mp4")
    library.scan(section)
    path.write_bytes(path.read_bytes()[:500])
    library.scan(section)
    assert library.item(section, "Film").deleted_at is None
    assert library.unreadable().keys() == {"Film (2000).mp4"}


def test_names_that_are_not_text_are_kept_as_they_are(library: Any) -> None:
    section = library.section(SectionKind.ARTIST, "Music")
    folder = os.fsencode(library.root / "Music") + b"/Bj\xf6rk/D\xe9but (1993)"
    os.makedirs(folder)
    with open(folder + b"/01 - H\xfcman.mp3", "wb") as file:
        file.write(library.media.content("mp3"))
    library.scan(section)
    assert library.titles(section, ItemType.ARTIST) == ["Björk"]
    assert library.titles(section, ItemType.TRACK) == ["Hüman"]
    ((path,),) = library.rows(select(files.c.path))
    assert bytes(path) == b"Bj\xf6rk/D\xe9but (1993)/01 - H\xfcman.mp3"


def test_a_path_too_long_for_the_system_is_listed(library: Any) -> None:
    section = library.section(SectionKind.OTHER, "Videos")
    library.media.write(library.root / "Videos" / "short.mp4")
    descriptor = os.open(library.root / "Videos", os.O_RDONLY)
    for _ in range(17):
        os.mkdir(b"d" * 250, dir_fd=descriptor)
        below = os.open(b"d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    file = os.open(b"deep.mp4", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor)
    os.write(file, library.media.content("mp4"))
    os.close(file)
    os.close(descriptor)
    result = library.scan(section)
    assert result.complete
    assert library.titles(section, ItemType.MOVIE) == ["short"]
    assert library.unreadable() == {"deep.mp4": "the path is too long to be opened"}


def test_hostile_nfo_and_subtitles_change_nothing_but_their_item(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    folder: Path = library.root / "Films" / "Film (2000)"
    library.media.write(folder / "Film (2000).mp4")
    entities = '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'
    (folder / "Film (2000).nfo").write_text(f"{entities}<movie><title>Film</title><plot>x &b; y</plot></movie>")
    (folder / "Film (2000).en.srt").write_bytes(b"\xff\xfe\x00" * 1000)
    library.media.write(library.root / "Films" / "Other (2001).mp4")
    library.scan(section)
    assert library.titles(section, ItemType.MOVIE) == ["Film", "Other"]
    summaries = [row[0] for row in library.rows(select(item_details.c.summary))]
    assert not any("root:" in summary for summary in summaries)


@pytest.mark.usefixtures("hanging")
def test_a_worker_that_hangs_costs_one_file(library: Any) -> None:
    section = library.section(SectionKind.MOVIE, "Films")
    for number in range(6):
        library.media.write(library.root / "Films" / f"Film {number} (2000).mp4")
    library.media.write(library.root / "Films" / "hangs for ever (2000).mp4")
    library.media.write(library.root / "Films" / "dies at once (2000).mp4")
    result = library.scan(section, file_limit_s=6.0)
    assert result.complete
    assert len(library.items(section, ItemType.MOVIE)) == 6
    assert library.unreadable().keys() == {"hangs for ever (2000).mp4", "dies at once (2000).mp4"}
