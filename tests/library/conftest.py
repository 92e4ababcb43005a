"""Helpers that every test of this folder may ask for."""

import asyncio
import hashlib
import io
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import mutagen
import mutagen.id3
import PIL.Image as Image
import pytest
from sqlalchemy import select

from vitascope.core.model import ItemType, SectionKind
from vitascope.library.activities import ActivityBoard
from vitascope.library.scanner import ScanResult, ScanService
from vitascope.store.engine import Database
from vitascope.store.rows import ItemRow, LocationRow, SectionRow
from vitascope.store.schema import files, items
from vitascope.store.sections import create_section, locations

Tree = dict[str, "Tree | str | bytes"]


def draw(root: Path, tree: Tree) -> None:
    """Write a tree of folders (dicts) and files (their content)."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        if isinstance(content, dict):
            draw(path, content)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Tree], bytes]:
    """Draws a tree below ``tmp_path/root`` and returns that root as bytes."""

    def make(drawn: Tree) -> bytes:
        draw(tmp_path / "root", drawn)
        return os.fsencode(tmp_path / "root")

    return make


# --- real media, made once ------------------------------------------------------------------------------------------


def _picture(source: str) -> list[str]:
    return ["-f", "lavfi", "-i", source]


def _tone(hertz: int, seconds: int = 1) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}"]


_H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
RECIPES: dict[str, list[str]] = {
    "mp4": [*_picture("testsrc2=size=320x180:rate=24:duration=1"), *_tone(440), *_H264, "-movflags", "+faststart"],
    "mkv": [
        *(*_picture("testsrc=size=720x480:rate=25:duration=1"), *_tone(220), *_H264),
        *("-metadata:s:a:0", "language=ger"),
    ],
    "mp3": [*_tone(330), "-c:a", "libmp3lame", "-b:a", "64k", "-id3v2_version", "0"],
    "flac": [*_tone(550), "-c:a", "flac"],
    "m4b": [*_tone(150, 2), "-c:a", "aac", "-b:a", "32k", "-f", "mp4"],
    "jpg": [*_picture("testsrc2=size=400x300:duration=1"), "-frames:v", "1", "-q:v", "5"],
}


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of one tiny real file of each kind, by extension."""
    folder = tmp_path_factory.mktemp("originals")
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    made: dict[str, bytes] = {}
    for extension, recipe in RECIPES.items():
        path = folder / f"original.{extension}"
        subprocess.run([ffmpeg, "-v", "error", "-y", *recipe, path], check=True)
        made[extension] = path.read_bytes()
    return made


class Media:
    """Writes real media files, each with bytes of its own although their pictures and sound are the same."""

    def __init__(self, originals: dict[str, bytes]) -> None:
        self._originals = originals
        self._number = 0

    def content(self, extension: str, seed: str | None = None) -> bytes:
        """A playable file; one of its own each time, or always the same one for the same ``seed``."""
        if seed is None:
            self._number += 1
            seed = f"file {self._number}"
        mark = hashlib.sha256(seed.encode()).digest()
        data = self._originals[extension]
        if extension in ("mp4", "m4b"):
            return data + (8 + len(mark)).to_bytes(4, "big") + b"free" + mark
        if extension == "mkv":
            return data + b"\xec" + bytes([0x80 | len(mark)]) + mark
        return data + mark

    def write(self, path: Path, seed: str | None = None, **tags: str) -> Path:
        """A file of the kind its name says, with these tags (of music: title, artist, album, tracknumber, …)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content(path.suffix.lstrip(".").lower(), seed))
        if tags:
            self.tag(path, **tags)
        return path

    @staticmethod
    def tag(path: Path, **tags: str) -> None:
        opened = mutagen.File(path, easy=True)
        if opened.tags is None:
            opened.add_tags()
        for name, value in tags.items():
            opened[name] = value
        opened.save()

    @staticmethod
    def cover(path: Path, picture: bytes) -> None:
        """Put a picture into an MP3 file."""
        opened = mutagen.id3.ID3(path)
        opened.add(mutagen.id3.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=picture))
        opened.save()


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
        "def hostile(self, path):\n"
        "    name = os.path.basename(os.fsencode(path))\n"
        "    if name.startswith(b'hangs'):\n"
        "        time.sleep(3600)\n"
        "    if name.startswith(b'dies'):\n"
        "        os.kill(os.getpid(), signal.SIGSEGV)\n"
        "    real(self, path)\n"
        "opening.MediaFile.__init__ = hostile\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder))
