"""Looking for what changed beside the media: NFO files, pictures, subtitles, lyrics.

A scan finds all of this too, together with everything else. Here only the folders that the library knows are listed
and compared with what is known of them, and those that differ are scanned, with nothing else.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy import bindparam, select

from vitascope.core.model import FileClass, SectionKind
from vitascope.core.naming import classify
from vitascope.library.scanner import ScanError, ScanService
from vitascope.media import reach
from vitascope.sources.folders import Present, check
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, chunks
from vitascope.store.rows import LocationRow, SectionRow
from vitascope.store.schema import files
from vitascope.store.sections import list_sections, locations

_PAGE = 200
_TOGETHER = 50
_SCANNED_TOGETHER = 100
_MEDIA = frozenset({FileClass.VIDEO, FileClass.AUDIO, FileClass.OTHER, FileClass.PLEXIGNORE})
_known = (
    select(files.c.id, files.c.path, files.c.file_class, files.c.size_bytes, files.c.mtime_ns)
    .where(
        files.c.location_id == bindparam("location_id"),
        files.c.id > bindparam("after"),
        files.c.missing_since.is_(None),
    )
    .order_by(files.c.id)
    .limit(_PAGE)
)
Beside = dict[bytes, tuple[int, int]]
"""What lies in a folder beside the media: by name the size and the time of the last change."""
Step = Callable[[float, str], Awaitable[None]]


async def refresh_local_media(database: Database, scans: ScanService, step: Step) -> int:
    """Has every folder read again in which something beside the media changed; returns how many."""
    sections = await database.read(list_sections)
    found = 0
    for number, section in enumerate(sections):
        show = partial(step, number / len(sections), section.title)
        await show()
        changed: list[bytes] = []
        for location in await database.read(locations, section.id):
            answer = await asyncio.to_thread(check, location.path, location)
            if isinstance(answer, Present):
                changed += await _changed(database, section, location, show)
        for some in chunks(changed, _SCANNED_TOGETHER):
            await _scan(scans, section.id, some)
        found += len(changed)
    return found


async def _scan(scans: ScanService, section_id: int, folders: Sequence[bytes]) -> None:
    try:
        activity_id = await scans.start_folders(section_id, folders, force=False)
        await scans.result(activity_id)
    except (ScanError, NotFound):
        return  # the folders, or the section, have gone meanwhile
    except asyncio.CancelledError:
        scans.cancel(section_id)
        raise


async def _changed(
    database: Database, section: SectionRow, location: LocationRow, step: Callable[[], Awaitable[None]]
) -> list[bytes]:
    """The folders (absolute) whose files beside the media are not those that are known."""
    media = _MEDIA | {FileClass.IMAGE} if section.kind == SectionKind.PHOTO else _MEDIA
    folders: dict[bytes, Beside] = {}
    after = 0
    while rows := await database.read(_page, location.id, after):
        after = rows[-1][0]
        for _, path, file_class, size_bytes, mtime_ns in rows:
            folder, _, name = path.rpartition(b"/")
            here = folders.setdefault(folder, {})
            if FileClass(file_class) not in media:
                here[name] = (size_bytes, mtime_ns)
            while folder:  # the pictures of a show lie above those of its seasons
                folder = folder.rpartition(b"/")[0]
                folders.setdefault(folder, {})
    found: list[bytes] = []
    for some in chunks(sorted(folders), _TOGETHER):
        await step()
        found += await asyncio.to_thread(_differing, location.path, {folder: folders[folder] for folder in some}, media)
    return found


def _page(r: Reader, location_id: int, after: int) -> list[tuple[int, bytes, str, int, int]]:
    rows = r.tuples(_known, {"location_id": location_id, "after": after})
    return [(row[0], bytes(row[1]), row[2], row[3], row[4]) for row in rows]


def _differing(root: bytes, folders: dict[bytes, Beside], media: frozenset[FileClass]) -> list[bytes]:
    found: list[bytes] = []
    for folder, known in folders.items():
        path = root.rstrip(b"/") + b"/" + folder if folder else root
        if _listed(path, media) not in (known, None):
            found.append(path)
    return found


def _listed(path: bytes, media: frozenset[FileClass]) -> Beside | None:
    """What lies in a folder now; ``None`` when it cannot be listed, which a scan will judge."""
    found: Beside = {}
    try:
        with reach.scandir(path) as listing:
            for entry in listing:
                name = entry.name
                if name.startswith(b".") or classify(os.fsdecode(name)) in media or not entry.is_file():
                    continue
                status = entry.stat()
                if status.st_size:
                    found[name] = (status.st_size, status.st_mtime_ns)
    except OSError:
        return None
    return found
