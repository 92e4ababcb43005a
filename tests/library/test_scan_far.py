"""Sections whose folder is a far one: scanned like a folder of this machine, and believed as carefully."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.support.far import FarFolder, Relay

from vitascope.core.model import ItemType, SectionKind
from vitascope.media import reach
from vitascope.store.rows import SectionRow
from vitascope.store.schema import files, streams
from vitascope.store.sections import create_section

POINT = "/nowhere/library"


@pytest.fixture
def far(library: Any, tmp_path: Path) -> Iterator[FarFolder]:
    """The folder of the library, as a source that is read directly."""
    library.root.mkdir()
    served = FarFolder(library.root, POINT, tmp_path / "run", live=True)
    served.start()
    reach.put([served.point])
    yield served
    reach.put(())
    served.die()


def far_section(library: Any, kind: SectionKind, folder: str) -> SectionRow:
    (library.root / folder).mkdir(parents=True, exist_ok=True)
    made: SectionRow = library.database.write(
        create_section,
        uuid=str(uuid.uuid4()),
        kind=kind.value,
        title=f"far {folder}",
        paths=[os.fsencode(f"{POINT}/{folder}")],
        agent="local",
        scanner="test",
        language="en",
        prefs="{}",
    ).result()
    return made


def add_films(library: Any, *titles: str) -> None:
    for title in titles:
        folder = library.root / "Movies" / title
        folder.mkdir(parents=True)
        (folder / f"{title}.mkv").write_bytes(library.media.content("mkv", title))


@pytest.mark.usefixtures("far")
def test_a_far_folder_holds_what_it_would_hold_here(library: Any) -> None:
    add_films(library, "One (2001)", "Two & a Half (2002)", "Drei (2003)", "Ignored (2004)")
    one = library.root / "Movies" / "One (2001)"
    (one / "One (2001).nfo").write_text("<movie><title>The One</title><year>2001</year></movie>")
    (one / "One (2001).de.srt").write_text("1\n00:00:00,100 --> 00:00:01,000\nHallo.\n")
    (library.root / "Movies" / ".plexignore").write_text("Ignored*\n")
    here = library.section(SectionKind.MOVIE, "Movies")
    there = far_section(library, SectionKind.MOVIE, "Movies")
    scanned, far_scanned = library.scan(here), library.scan(there)
    assert far_scanned.seen_files == scanned.seen_files
    assert (
        library.titles(there, ItemType.MOVIE)
        == library.titles(here, ItemType.MOVIE)
        == [
            "Drei",
            "The One",
            "Two & a Half",
        ]
    )

    def seen(section: SectionRow) -> list[tuple[object, ...]]:
        statement = (
            select(files.c.path, files.c.file_class, files.c.size_bytes, files.c.fingerprint, files.c.error)
            .where(files.c.location_id == library.location(section).id)
            .order_by(files.c.path)
        )
        return [tuple(row) for row in library.rows(statement)]

    assert seen(there) == seen(here)
    assert library.scan(there).changed_files == 0


@pytest.mark.usefixtures("far")
def test_music_and_photos_are_read_too(library: Any) -> None:
    for folder, name, kind in (
        ("Music/Artist/Album", "01 - Track.flac", SectionKind.ARTIST),
        ("Photos/Trip", "picture.jpg", SectionKind.PHOTO),
    ):
        (library.root / folder).mkdir(parents=True)
        data = library.media.content(name.rpartition(".")[2])
        (library.root / folder / name).write_bytes(data)
        result = library.scan(far_section(library, kind, folder.partition("/")[0]))
        assert (result.seen_files, result.unreadable_files) == (1, 0)


def test_what_is_really_gone_goes_and_what_cannot_be_asked_stays(library: Any, far: FarFolder) -> None:
    add_films(library, "One (2001)", "Two (2002)")
    section = far_section(library, SectionKind.MOVIE, "Movies")
    library.scan(section)
    far.die()
    assert not library.scan(section).complete
    assert not library.location(section).available
    assert library.titles(section, ItemType.MOVIE) == ["One", "Two"]
    far.start()
    shutil.rmtree(library.root / "Movies" / "Two (2002)")
    assert library.scan(section).complete
    gone = library.rows(select(files.c.path).where(files.c.missing_since.is_not(None)))
    assert [bytes(path) for (path,) in gone] == [b"Two (2002)/Two (2002).mkv"]


def test_files_whose_source_fell_silent_while_they_were_read_are_read_by_the_next_scan(
    library: Any, far: FarFolder, tmp_path: Path
) -> None:
    add_films(library, "One (2001)", "Two (2002)")
    section = far_section(library, SectionKind.MOVIE, "Movies")
    with Relay(far, tmp_path / "relay") as relay:
        reach.put([relay.point])
        relay.silent = True
        assert library.scan(section).unreadable_files == 2
        assert set(library.unreadable().values()) == {"lost: Transport endpoint is not connected"}
        relay.silent = False
        again = library.scan(section)
        assert (again.changed_files, again.unreadable_files) == (2, 0)
        assert library.unreadable() == {}
        assert len(library.rows(select(streams.c.id))) > 0
        assert library.scan(section).changed_files == 0
