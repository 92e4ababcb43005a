"""Pictures of the beginnings of chapters, taken ahead so that nobody waits for them.

Those of the file's own chapters are taken. A picture that is asked for without having been taken is taken then: that of
a chapter which the owner wrote, for example.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vitascope.core.model import ChapterInfo
from vitascope.library.derived.making import Run
from vitascope.library.derived.places import Bundles, write_whole
from vitascope.media.images.tasks import FrameArgs, take_frame
from vitascope.media.workers import Reason, TaskError, WorkerPool
from vitascope.store import derived
from vitascope.store.derived import Subject

_WIDTH = 480
_decode = msgspec.json.Decoder(list[ChapterInfo]).decode


@dataclass(slots=True, kw_only=True)
class ChapterMaker:
    """Takes them."""

    workers: WorkerPool
    bundles: Bundles
    kind: str = derived.CHAPTERS
    made_with: str = "1"
    least_ms: int = 0
    only_with_chapters: bool = True

    async def make(self, subject: Subject, run: Run) -> None:
        """Raises :class:`TaskError` and ``OSError``. A chapter at which nothing can be decoded has no picture."""
        found = _decode(subject.chapters) if subject.chapters else []
        failure: TaskError | None = None
        taken = 0
        for chapter in found:
            path = self.bundles.chapter(subject.fingerprint, chapter.start_ms)
            if not await asyncio.to_thread(path.exists):
                await run.step()
                try:
                    await self._take(subject, chapter.start_ms, path)
                except TaskError as error:
                    if error.reason is not Reason.DAMAGED:
                        raise
                    failure = error
                    continue
            taken += 1
        if failure is not None and not taken:
            raise failure

    async def after(self, subject: Subject) -> None:
        """Nothing more is to be done."""

    async def _take(self, subject: Subject, at_ms: int, path: Path) -> None:
        args = FrameArgs(path=subject.path, at_ms=at_ms, max_width=_WIDTH)
        picture = await self.workers.run(take_frame, args)
        await asyncio.to_thread(write_whole, path, picture.jpeg)
