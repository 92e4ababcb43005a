"""Deep analysis: what bandwidth a file needs moment by moment, read from the sizes of its packets."""

from dataclasses import dataclass

from vitascope.core import bandwidths
from vitascope.library.derived.making import Run
from vitascope.media.bandwidths.tasks import WeighArgs, weigh
from vitascope.media.workers import Reason, TaskError, WorkerPool
from vitascope.store import derived
from vitascope.store.derived import Subject

_PIECE_S = 600
"""So much of a file is read between two looks whether somebody needs the machine more."""


@dataclass(slots=True, kw_only=True)
class BandwidthMaker:
    """Measures them."""

    workers: WorkerPool
    kind: str = derived.BANDWIDTHS
    made_with: str = "1"
    least_ms: int = 0
    only_with_chapters: bool = False

    async def make(self, subject: Subject, run: Run) -> bytes:
        """Raises :class:`TaskError`."""
        length_s = max(-(-subject.duration_ms // 1000), 1)
        sizes: list[int] = []
        for from_s in range(0, length_s, _PIECE_S):
            await run.step()
            to_s = min(from_s + _PIECE_S, length_s)
            args = WeighArgs(path=subject.path, from_s=from_s, to_s=to_s)
            sizes += (await self.workers.run(weigh, args)).sizes
        if not any(sizes):
            raise TaskError(Reason.DAMAGED, "nothing in it has a time")
        return bandwidths.written(bandwidths.required_kbps(sizes)).encode()

    async def after(self, subject: Subject) -> None:
        """Nothing more is to be done."""
