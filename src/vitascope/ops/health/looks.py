"""The looks that both engines share: the web interface, the disk, the media folders, the backup, the clock."""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vitascope.media import reach
from vitascope.ops.asking import ask
from vitascope.ops.health.model import BackupFacts, Look, Observation, bad, good, nothing
from vitascope.sources.folders import Away, check
from vitascope.store.rows import LocationRow

LITTLE_SPACE_BYTES = 1 << 30
FRESH_SECONDS = 36 * 3600
"""Backups are taken daily; one that fails once is no alarm yet, one that is missed is."""
_CLOCK_TOLERANCE_SECONDS = 300


def web_look(url: Callable[[], str]) -> Look:
    """``GET /identity``; only a 2xx counts."""

    async def look() -> Observation:
        answer = await asyncio.to_thread(ask, url())
        return good() if answer.ready else bad(f"{answer.url}: {answer.words}")

    return look


def disk_look(places: Callable[[], Iterable[Path]]) -> Look:
    """Whether there is space where the server writes."""

    async def look() -> Observation:
        return await asyncio.to_thread(_disk, list(places()))

    return look


def _disk(places: Sequence[Path]) -> Observation:
    free: dict[int, tuple[int, Path]] = {}
    for place in places:
        try:
            free.setdefault(place.stat().st_dev, (shutil.disk_usage(place).free, place))
        except OSError as error:
            return bad(f"{place}: {error.strerror}")
    if not free:
        return nothing("There is nothing yet that could be full")
    found = sorted(free.values())
    said = ", ".join(f"{place}: {space / (1 << 30):.1f} GiB free" for space, place in found)
    return good(said) if found[0][0] >= LITTLE_SPACE_BYTES else bad(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFolder:
    """A folder that media are read from."""

    path: str
    last: LocationRow | None = None
    """What the last scan found there."""
    is_mount: bool = False
    """Whether something has to be mounted there."""


def away(folder: MediaFolder, *, limit_s: float = 5.0) -> str | None:
    """Why a folder cannot be used, or ``None`` when it can. Blocks for ``limit_s`` at most."""
    answer = check(os.fsencode(folder.path), folder.last, limit_s=limit_s)
    if isinstance(answer, Away):
        return answer.reason
    if reach.find(folder.path) is not None:
        return None  # it was listed, and there is nothing here that could be mounted or forbidden
    if not os.access(folder.path, os.R_OK | os.X_OK):
        return "the folder cannot be read: permission denied"
    if folder.is_mount and not os.path.ismount(folder.path) and not any(Path(folder.path).iterdir()):
        return "nothing is mounted there"
    return None


def sources_look(folders: Callable[[], Awaitable[Sequence[MediaFolder]]]) -> Look:
    """Whether every media folder is mounted and can be read."""

    async def look() -> Observation:
        found = await folders()
        if not found:
            return nothing("No media folders are chosen yet")
        reasons = await asyncio.gather(*(asyncio.to_thread(away, folder) for folder in found))
        missing = [f"{one.path}: {reason}" for one, reason in zip(found, reasons, strict=True) if reason is not None]
        return bad("; ".join(missing)) if missing else good(f"{len(found)} media folders")

    return look


def backup_look(newest: Callable[[], BackupFacts | None] | None, clock: Callable[[], float] = time.time) -> Look:
    """Whether the newest backup is fresh and was seen to be restorable. ``newest`` may block; ``None`` means that no
    backup is set up."""

    async def look() -> Observation:
        if newest is None:
            return nothing("No backup is set up")
        facts = await asyncio.to_thread(newest)
        if facts is None:
            return bad("there is no backup")
        age = clock() - facts.taken_at
        taken = f"taken {_when(facts.taken_at)}"
        if age > FRESH_SECONDS:
            return bad(f"the newest was {taken}, {age / 86_400:.1f} days ago")
        if facts.drill_ok is False:
            return bad(f"{taken}, but it could not be restored: {facts.message}")
        if facts.verified_at is None and facts.drill_ok is None:
            return bad(f"{taken}, but nobody has read it yet (vitascope backup verify)")
        return good(taken + (f"; {facts.message}" if facts.message else ""))

    return look


def clock_look(
    earliest: Callable[[], Awaitable[Iterable[tuple[str, float]]]], clock: Callable[[], float] = time.time
) -> Look:
    """Whether the clock can be right: it cannot be earlier than what has happened already. ``earliest`` gives such
    things and their times."""

    async def look() -> Observation:
        now = clock()
        for what, at in sorted(await earliest(), key=lambda one: -one[1]):
            if now < at - _CLOCK_TOLERANCE_SECONDS:
                return bad(f"it says {_when(now)}, but {what} is from {_when(at)}")
        return good(_when(now))

    return look


def file_time(path: Path) -> float | None:
    """When a file was last changed, or ``None`` where there is none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
