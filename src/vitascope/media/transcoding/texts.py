"""Text subtitles that are drawn into the picture: a script and its fonts, where ffmpeg finds them.

A film in Matroska has its subtitles spread over its whole length. So it is read in windows, each twice as long as the
one before: the first one is there after a few megabytes, the next ones are read while the pictures before them are
made. MP4 has an index of its subtitles and files beside a film are short: these are read at once.
"""

import asyncio
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vitascope.core.playback.commands import TextSubtitle
from vitascope.core.playback.renditions import Burned
from vitascope.media.subtitles.converting import Source as TextFormat
from vitascope.media.transcoding.beginning_tasks import Beginning
from vitascope.media.transcoding.beginnings import Beginnings
from vitascope.media.transcoding.production import OutOfSpace, Source, Unplayable
from vitascope.media.transcoding.script_tasks import FontsArgs, ScriptArgs, fonts, script
from vitascope.media.workers import TaskError, WorkerPool

FIRST_WINDOW_US = 30_000_000
LONGEST_WINDOW_US = 960_000_000
_WHOLE = frozenset({"mp4", "mov", "m4v"})
_FORMATS: dict[str, TextFormat] = {"vtt": "vtt", "webvtt": "vtt", "ass": "ass", "ssa": "ssa", "smi": "smi"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How a film's subtitles are read."""

    whole: bool

    def end_us(self, from_us: int, number: int, duration_us: int) -> int:
        """Where the window with that number ends that begins at ``from_us``."""
        if self.whole:
            return duration_us
        return min(duration_us, from_us + min(FIRST_WINDOW_US << min(number, 8), LONGEST_WINDOW_US))


def windows(source: Source, burned: Burned) -> Windows:
    """Whether the subtitles are read at once or in windows."""
    return Windows(whole=burned.index is None or source.container in _WHOLE)


class Texts:
    """Makes scripts, by workers."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self.beginnings = Beginnings(pool)
        """Where the films begin."""

    async def whole(self, source: Source, burned: Burned, folder: Path) -> TextSubtitle:
        """All subtitles. Raises :class:`ProductionError`."""
        return await self._make(source, burned, folder, None)

    async def window(self, source: Source, burned: Burned, folder: Path, from_us: int, to_us: int) -> TextSubtitle:
        """The subtitles of a part. Raises :class:`ProductionError`."""
        if windows(source, burned).whole:
            return await self.whole(source, burned, folder)
        # A second more: pictures of the last segment may lie beyond its end.
        return await self._make(source, burned, folder, (max(0, from_us // 1_000 - 1_000), to_us // 1_000 + 1_000))

    async def _make(self, source: Source, burned: Burned, folder: Path, window: tuple[int, int] | None) -> TextSubtitle:
        path = source.path if burned.path is None else burned.path
        suffix = Path(os.fsdecode(path)).suffix.lstrip(".").lower()
        begin = await self.beginnings.of(source) if burned.index is not None else Beginning()
        arguments = ScriptArgs(
            path=path,
            index=burned.index,
            source=_FORMATS.get(suffix, "srt"),
            offset_ms=burned.offset_ms,
            size_percent=min(max(burned.size_percent, 10), 1_000),
            window=window,
            start_ms=begin.start_us // 1_000,
        )
        mark = hashlib.blake2b(repr(arguments).encode(), digest_size=8).hexdigest()
        target, attached = folder / f"{mark}.ass", folder / "fonts"
        try:
            if not target.exists():
                text = await self._pool.run(script, arguments)
                await _whole(lambda: _write(target, text.encode("utf-8", "replace")))
            if source.has_fonts and not attached.exists():
                found = await self._pool.run(fonts, FontsArgs(path=source.path))
                await _whole(lambda: _write_fonts(attached, found))
        except TaskError as error:
            raise Unplayable(f"its subtitles cannot be drawn: {error}") from error
        except OSError as error:
            raise OutOfSpace(f"{folder}: {error.strerror}") from error
        return TextSubtitle(path=str(target), fonts=str(attached) if source.has_fonts else None)


async def _whole(write: Callable[[], None]) -> None:
    """Writes in a thread. Who is cancelled goes only when that is done: then the folder may be removed."""
    writing = asyncio.create_task(asyncio.to_thread(write))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        with suppress(OSError):
            await writing
        raise


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")  # two runs may need the same at once
    unfinished.write_bytes(data)
    unfinished.replace(target)


def _write_fonts(folder: Path, found: list[bytes]) -> None:
    unfinished = folder.with_name(f".fonts.{secrets.token_hex(4)}")
    unfinished.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(found):
        (unfinished / f"{number:03d}.ttf").write_bytes(data)
    try:
        unfinished.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(unfinished, ignore_errors=True)
