"""Helpers that every test of this folder may ask for."""

import asyncio
import io
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import PIL.Image as Image
import pytest
from sqlalchemy import select
from tests.support.media_files import Media, Tree, draw, make_originals

from vitascope.core.model import ItemType, SectionKind
from vitascope.library.activities import ActivityBoard
from vitascope.library.scanner import ScanResult, ScanService
from vitascope.store.engine import Database
from vitascope.store.rows import ItemRow, LocationRow, SectionRow
from vitascope.store.schema import files, items
from vitascope.store.sections import create_section, locations


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Tree], bytes]:
    """Draws a tree below ``tmp_path/root`` and returns that root as bytes."""

    def make(drawn: Tree) -> bytes:
        draw(tmp_path / "root", drawn)
        return os.fsencode(tmp_path / "root")

    return make


@pytest.fixture(scope="session")
def originals() -> dict[str, bytes]:
    """The bytes of one tiny real file of each kind, by extension."""
    return make_originals()


@pytest.fixture
def media(originals: dict[str, bytes]) -> Media:
    return Media(originals)


# --- a server's library without the server --------------------------------------------------------------------------

PREFS: dict[str, int | str | bool | float] = {"autoEmptyTrash": False, "ScannerLowPriority": False}


class Library:
    """A database, the scan service, and sections over folders of a test."""

    def __init__(self, database: Database, root: Path, media: Media) -> None:
        self.database = database
        self.root = root
        self.media = media
        self.board = ActivityBoard()
        self.prefs = dict(PREFS)

    def section(self, kind: SectionKind, *folders: str, prefs: str = "{}") -> SectionRow:
        paths = [self.root / folder for folder in folders]
        for path in paths:
            path.mkdir(parents=True, exist_ok=True)
        return self.database.write(
            create_section,
            uuid=str(uuid.uuid4()),
            kind=kind.value,
            title=folders[0],
            paths=[os.fsencode(path) for path in paths],
            agent="local",
            scanner="test",
            language="en",
            prefs=prefs,
        ).result()

    def scan(
        self, section: SectionRow, path: Path | None = None, *, force: bool = False, listing_limit_s: float = 30.0,
        file_limit_s: float = 60.0,
    ) -> ScanResult:  # fmt: skip
        """Scan by the real child process and wait for its end."""

        async def run() -> ScanResult:
            service = ScanService(
                self.database, self.board, pref=self.prefs.__getitem__, workers=1, listing_limit_s=listing_limit_s,
                file_limit_s=file_limit_s,
            )  # fmt: skip
            activity = await service.start(section.id, None if path is None else os.fsencode(path), force)
            result = await service.result(activity)
            await service.close()
            assert result is not None
            return result

        result = asyncio.run(run())
        assert result.failure is None, result.failure
        return result

    def rows(self, statement: Any) -> list[Any]:
        with self.database.reader() as r:
            return r.tuples(statement)

    def items(self, section: SectionRow, item_type: ItemType | None = None) -> list[ItemRow]:
        """Items of a section in the order of their titles, extras left out."""
        statement = select(items).where(items.c.section_id == section.id, items.c.extra_type.is_(None))
        if item_type is not None:
            statement = statement.where(items.c.type == int(item_type))
        with self.database.reader() as r:
            return r.rows(ItemRow, statement.order_by(items.c.sort_key, items.c.id))

    def titles(self, section: SectionRow, item_type: ItemType) -> list[str]:
        return [item.title for item in self.items(section, item_type)]

    def item(self, section: SectionRow, title: str) -> ItemRow:
        found = [item for item in self.items(section) if item.title == title]
        assert len(found) == 1, f"{title}: {[item.title for item in self.items(section)]}"
        return found[0]

    def unreadable(self) -> dict[str, str]:
        """Reason by file name."""
        found = self.rows(select(files.c.path, files.c.error).where(files.c.error.is_not(None)))
        return {os.fsdecode(path).rpartition("/")[2]: error for path, error in found}

    def location(self, section: SectionRow) -> LocationRow:
        with self.database.reader() as r:
            return locations(r, section.id)[0]


@pytest.fixture
def library(sqlite_url: str, tmp_path: Path, media: Media) -> Iterator[Library]:
    """An empty library on SQLite."""
    with Database(sqlite_url, readers=2) as database:
        yield Library(database, tmp_path / "library", media)


@pytest.fixture
def postgres_library(postgres_url: str, tmp_path: Path, media: Media) -> Iterator[Library]:
    """An empty library on PostgreSQL."""
    with Database(postgres_url, readers=2) as database:
        yield Library(database, tmp_path / "library", media)


@pytest.fixture(scope="session")
def photograph() -> bytes:
    """A JPEG that carries EXIF."""
    picture = Image.new("RGB", (120, 80), (30, 90, 160))
    exif = picture.getexif()
    exif[0x010F], exif[0x0110] = "Lumen", "L-1"
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2011:02:03 04:05:06"
    details[0x8827] = 200
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes workers hang on files called ``hangs…`` and die on files called ``dies…``."""
    folder = tmp_path / "startup"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import os, signal, time\n"
        "import vitascope.media.probe.opening as opening\n"
        "real = opening.MediaFile.__init__\n"
        "def hostile(self, path, **how):\n"
        "    name = os.path.basename(os.fsencode(path))\n"
        "    if name.startswith(b'hangs'):\n"
        "        time.sleep(3600)\n"
        "    if name.startswith(b'dies'):\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n"
        "    real(self, path, **how)\n"
        "opening.MediaFile.__init__ = hostile\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
