"""Cut lists beside films, met by the real scan: what they say is followed when one comes, changes or goes, and the film
is left alone. In these tests it would not bear another look."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.library.conftest import Library
from tests.support.media_files import Media

from vitascope.core.model import SectionKind
from vitascope.library.derived.cut_lists import CutLists
from vitascope.library.derived.markers import Layer
from vitascope.library.scanner import ScanResult
from vitascope.media.workers import WorkerPool
from vitascope.store import cut_lists, derived, found_markers
from vitascope.store.cut_lists import COMMERCIAL, NOT_SEARCHED
from vitascope.store.engine import Database
from vitascope.store.found_markers import FoundMarker
from vitascope.store.rows import DerivedRow, FileRow, SectionRow
from vitascope.store.schema import files, items, markers


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    pool = WorkerPool(1)
    yield pool
    pool.close()


class Recordings:
    """A section of films that were scanned once."""

    def __init__(self, library: Library, workers: WorkerPool) -> None:
        self.library, self.database = library, library.database
        self.section: SectionRow = library.section(SectionKind.MOVIE, "Recorded")
        self.folder = library.root / "Recorded"
        self.lists = CutLists(self.database, workers, Layer(self.database))

    def film(self, name: str) -> Path:
        return self.films(name)[0]

    def films(self, *names: str, seed: str | None = None) -> list[Path]:
        """Writes films, scans them and spoils them: from now on they look as they were, but nothing can be read."""
        paths = [self.folder / name for name in names]
        for path in paths:
            self.library.media.write(path, seed)
        self.scan()
        for path in paths:
            status = path.stat()
            path.write_bytes(b"\0" * status.st_size)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return paths

    def scan(self, *, unasked: bool = True) -> ScanResult:
        result = self.library.scan(self.section)
        asyncio.run(self.lists.follow(self.section.id, unasked=unasked))
        assert result.unreadable_files == 0, "a film was opened again"
        return result

    def content(self, path: Path) -> bytes:
        """By which what is made of a film is kept."""
        with self.database.reader() as r:
            rows = r.rows(FileRow, select(files))
        (row,) = (row for row in rows if row.path == os.fsencode(path.relative_to(self.folder)))
        assert row.fingerprint is not None
        return row.fingerprint

    def searched(self, path: Path, value: bytes | None) -> None:
        """As though the film had been looked through."""
        row = DerivedRow(fingerprint=self.content(path), kind=COMMERCIAL, made_with="1", value=value)
        self.database.write(derived.keep, [row]).result()

    def search(self, path: Path) -> DerivedRow | None:
        with self.database.reader() as r:
            return derived.find(r, self.content(path), COMMERCIAL)

    def starts(self) -> dict[str, list[int]]:
        """Where the advertisements of each film begin."""
        columns = select(items.c.title, markers.c.start_ms)
        wanted = columns.join(items, items.c.id == markers.c.item_id).where(markers.c.type == COMMERCIAL)
        found: dict[str, list[int]] = {}
        for title, start_ms in self.library.rows(wanted.order_by(items.c.title, markers.c.start_ms)):
            found.setdefault(title, []).append(start_ms)
        return found


@pytest.fixture
def recordings(library: Library, workers: WorkerPool) -> Recordings:
    return Recordings(library, workers)


@pytest.fixture
def on_each_engine(database: Database, tmp_path: Path, media: Media, workers: WorkerPool) -> Recordings:
    return Recordings(Library(database, tmp_path, media), workers)


def test_a_list_is_followed_as_it_comes_changes_and_goes(on_each_engine: Recordings) -> None:
    recordings = on_each_engine
    film = recordings.film("Film (2001).mkv")
    list_ = film.with_suffix(".edl")
    list_.write_text("0.25 1.9 3\n")
    assert recordings.scan().changed_files == 0
    assert recordings.starts() == {"Film": [250]}
    list_.write_text("0.125 1.9 3\n")
    assert recordings.scan().changed_files == 0
    assert recordings.starts() == {"Film": [125]}
    recordings.folder.rename(recordings.folder.with_name("away"))
    recordings.scan()
    recordings.folder.with_name("away").rename(recordings.folder)
    assert recordings.starts() == {"Film": [125]}, "a source that is away has not lost its lists"
    list_.unlink()
    recordings.scan()
    assert recordings.starts() == {}
    assert recordings.library.rows(select(files.c.path).where(files.c.file_class == "cut-list")) == []


def test_what_was_found_in_the_film_counts_again_without_the_list(recordings: Recordings) -> None:
    film = recordings.film("Film (2001).mkv")
    recordings.searched(film, found_markers.written([FoundMarker(start_ms=300, end_ms=800)]))
    list_ = film.with_suffix(".edl")
    list_.write_text("0.25 1.9 3\n")
    recordings.scan()
    assert recordings.starts() == {"Film": [250]}
    list_.write_text("nothing that could be followed\n")
    recordings.scan()
    assert recordings.starts() == {"Film": [300]}
    list_.write_text("0.25 1.9 3\n")
    recordings.scan()
    list_.unlink()
    recordings.scan()
    assert recordings.starts() == {"Film": [300]}
    assert recordings.search(film) is not None, "it is not searched once more"


def test_a_film_passed_over_for_its_list_is_searched_when_that_says_nothing(recordings: Recordings) -> None:
    films = recordings.films("Gone (2001).mkv", "Emptied (2001).mkv")
    for film in films:
        film.with_suffix(".edl").write_text("0.25 1.9 3\n")
        recordings.searched(film, NOT_SEARCHED)
    recordings.scan()
    assert sorted(recordings.starts()) == ["Emptied", "Gone"]
    films[0].with_suffix(".edl").unlink()
    films[1].with_suffix(".edl").write_text("30 40 1\n")
    recordings.scan()
    assert recordings.starts() == {}
    assert [recordings.search(film) for film in films] == [None, None]


def test_lists_of_films_nobody_asked_about_are_left_alone(recordings: Recordings) -> None:
    asked, other = recordings.films("Asked (2001).mkv", "Other (2001).mkv")
    recordings.searched(asked, None)
    for film in (asked, other):
        film.with_suffix(".edl").write_text("0.25 1.9 3\n")
    recordings.scan(unasked=False)
    assert recordings.starts() == {"Asked": [250]}
    recordings.scan()
    assert sorted(recordings.starts()) == ["Asked", "Other"]


def test_each_film_has_the_list_of_its_own_name(on_each_engine: Recordings, monkeypatch: pytest.MonkeyPatch) -> None:
    recordings = on_each_engine
    monkeypatch.setattr("vitascope.library.derived.cut_lists._PAGE", 2)
    names = ("Up", "Up.b (2002)", "Up-c (2003)", "Ä (2004)", "Z (2005)")
    recordings.films(*(f"{name}.mkv" for name in (*names, "Linked (2001)")))
    for number, name in enumerate(names):
        (recordings.folder / f"{name}.edl").write_text(f"0.0{number + 1} 1.9 3\n")
    (recordings.folder / "Nobody (2001).edl").write_text("0.25 1.9 3\n")
    (recordings.folder / "Linked (2001).edl").symlink_to(recordings.folder / "Up.edl")
    recordings.scan()
    found = sorted(start for starts in recordings.starts().values() for start in starts)
    assert found == [10 * (number + 1) for number in range(len(names))]


def test_of_one_content_the_first_list_counts_and_is_read_once(recordings: Recordings) -> None:
    films = recordings.films("One (2001).mkv", "Two/Two (2001).mkv", seed="same")
    for film, start in zip(films, ("0.25", "0.375"), strict=True):
        film.with_suffix(".edl").write_text(f"{start} 1.9 3\n")
    recordings.scan()
    starts = recordings.starts()
    assert starts["One"] == starts["Two"]
    with recordings.database.reader() as r:
        (before,) = cut_lists.kept(r, [recordings.content(films[0])]).values()
    recordings.scan()
    with recordings.database.reader() as r:
        assert cut_lists.kept(r, [before.fingerprint]) == {before.fingerprint: before}
