"""Breaks of advertisements in recordings: where no cut list beside the film says them, they are found in its content.

The search goes through a film some minutes at a time and keeps nothing but the cuts. As with all that is found in the
content of files, what a person says of it counts more (``store.found_markers``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core import commercials as rules
from vitascope.core.commercials import Break, Cut
from vitascope.library.derived.cut_lists import CutLists
from vitascope.library.derived.making import Run, Workshop
from vitascope.library.derived.markers import Layer, Without
from vitascope.library.derived.service import EachFile
from vitascope.media.markers.tasks import CutsArgs, find_cuts
from vitascope.media.workers import WorkerPool
from vitascope.store import found_markers
from vitascope.store.cut_lists import COMMERCIAL, NOT_SEARCHED
from vitascope.store.derived import Subject
from vitascope.store.engine import Database
from vitascope.store.found_markers import FoundMarker

_PIECE_MS = 2 * 60_000
"""So much is looked at between two looks whether somebody needs the machine more."""


@dataclass(slots=True, kw_only=True)
class CommercialsMaker:
    """Finds the breaks of a file."""

    workers: WorkerPool
    layer: Layer
    lists: CutLists
    kind: str = COMMERCIAL
    made_with: str = "1"
    least_ms: int = rules.LEAST_DURATION_MS
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> bytes | None:
        """Raises :class:`~vitascope.media.workers.TaskError`."""
        if await self.lists.read(subject):
            return NOT_SEARCHED
        found = await self._searched(subject, run)
        return found_markers.written([FoundMarker(start_ms=one.start_ms, end_ms=one.end_ms) for one in found])

    async def after(self, subject: Subject) -> None:
        await self.layer.lay_contents([subject.fingerprint], COMMERCIAL)

    async def _searched(self, subject: Subject, run: Run) -> Sequence[Break]:
        cuts: list[Cut] = []
        for from_ms in range(0, subject.duration_ms, _PIECE_MS):
            await run.step()
            to_ms = min(from_ms + _PIECE_MS, subject.duration_ms)
            args = CutsArgs(path=subject.path, from_ms=from_ms, to_ms=to_ms, duration_ms=subject.duration_ms)
            cuts += await self.workers.run(find_cuts, args)
        return rules.breaks(cuts, subject.duration_ms)


class CommercialsWork(EachFile):
    """Finds the breaks of files; what a person asks for is also laid over items that lost it."""

    def __init__(self, database: Database, workshop: Workshop, maker: CommercialsMaker, without: Without) -> None:
        super().__init__(workshop, maker, "Find advertisements", sections_without=without)
        self._database = database

    async def do_for(self, item_ids: Sequence[int], run: Run, *, again: bool) -> None:
        if again:
            await self._database.awrite(found_markers.allow_again, item_ids, COMMERCIAL)
        await super().do_for(item_ids, run, again=again)
        await self._database.awrite(found_markers.lay, item_ids, COMMERCIAL)
