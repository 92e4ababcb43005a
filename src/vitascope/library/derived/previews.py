"""Pictures along a film for seeking, as the original keeps them: a BIF file for each content.

They are taken a few seconds of work at a time and appended to a file beside the place of the finished one, so what was
taken before a stop is not taken again; the finished file is written whole or not at all.
"""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vitascope.core import bif
from vitascope.core.model import StreamInfo
from vitascope.library.derived.making import Run
from vitascope.library.derived.places import Bundles, write_whole
from vitascope.media.previews.tasks import PreviewArgs, take_previews
from vitascope.media.workers import Reason, TaskError, WorkerPool
from vitascope.store import derived
from vitascope.store.derived import Subject
from vitascope.store.engine import Database

_MAX_SIDE = 320
_AT_ONCE = 240
_MOST_PICTURES = 100_000
_LENGTH = struct.Struct("<I")
_decode_info = msgspec.json.Decoder(StreamInfo).decode


@dataclass(slots=True, kw_only=True)
class PreviewMaker:
    """Makes them."""

    database: Database
    workers: WorkerPool
    bundles: Bundles
    interval_s: Callable[[], int]
    key_frames_only: Callable[[], bool]
    kind: str = derived.PREVIEWS
    made_with: str = "1"
    least_ms: int = 0
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> None:
        """Raises :class:`TaskError` and ``OSError``."""
        interval_ms = max(self.interval_s(), 1) * 1000
        exact = not self.key_frames_only()
        total = min(max(-(-subject.duration_ms // interval_ms), 1), _MOST_PICTURES)
        index = self.bundles.index(subject.fingerprint)
        taken = _Taken(index.with_name(f"taken-{interval_ms}-{'exact' if exact else 'key'}"))
        count, last = await asyncio.to_thread(taken.resume)
        dolby = await self._dolby_profile(subject)
        while count < total:
            await run.step()
            wanted = min(_AT_ONCE, total - count)
            args = PreviewArgs(
                path=subject.path,
                first=count,
                count=wanted,
                interval_ms=interval_ms,
                max_side=_MAX_SIDE,
                key_frames_only=not exact,
                dolby_profile=dolby,
            )
            try:
                pictures = (await self.workers.run(take_previews, args)).pictures
            except TaskError as error:
                if error.reason is not Reason.DAMAGED or last is None:
                    raise
                pictures = [last] * wanted  # nothing can be decoded any more: the film is shorter than it says
            await asyncio.to_thread(taken.add, pictures)
            count, last = count + len(pictures), pictures[-1]
        await asyncio.to_thread(_finish, taken, index, interval_ms)

    async def after(self, subject: Subject) -> None:
        """Nothing more is to be done."""

    async def _dolby_profile(self, subject: Subject) -> int | None:
        for info in await self.database.read(derived.video_infos, subject.part_id):
            return _decode_info(info).dovi_profile
        return None


class _Taken:
    """Pictures that were taken so far: one after the other, each after its length."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def resume(self) -> tuple[int, bytes | None]:
        """How many there are, and the last; cuts off one that is not whole."""
        pictures = self.read()
        if self.path.is_file():
            with self.path.open("r+b") as file:
                file.truncate(sum(len(one) + _LENGTH.size for one in pictures))
        return len(pictures), pictures[-1] if pictures else None

    def add(self, pictures: list[bytes]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(b"".join(_LENGTH.pack(len(one)) + one for one in pictures))

    def read(self) -> list[bytes]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        found: list[bytes] = []
        at = 0
        while at + _LENGTH.size <= len(data):
            (length,) = _LENGTH.unpack_from(data, at)
            at += _LENGTH.size
            if at + length > len(data):
                break
            found.append(data[at : at + length])
            at += length
        return found


def _finish(taken: _Taken, index: Path, interval_ms: int) -> None:
    pictures = taken.read()
    write_whole(index, bif.front([len(one) for one in pictures], interval_ms), *pictures)
    for left in index.parent.glob("taken-*"):
        left.unlink(missing_ok=True)
