"""Where files begin, asked of a worker once for each file that is converted."""

from collections import OrderedDict

from vitascope.media.transcoding.beginning_tasks import Beginning, BeginningArgs, beginning
from vitascope.media.transcoding.production import Source, Unplayable
from vitascope.media.workers import TaskError, WorkerPool

_KEPT = 256


class Beginnings:
    """What was asked lately."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._known: OrderedDict[tuple[bytes, int], Beginning] = OrderedDict()

    async def of(self, source: Source) -> Beginning:
        """Where a file begins. Raises :class:`Unplayable` when it cannot be opened."""
        key = (source.path, source.duration_us)
        known = self._known.get(key)
        if known is None:
            try:
                known = await self._pool.run(beginning, BeginningArgs(path=source.path))
            except TaskError as error:
                raise Unplayable(str(error)) from error
            self._known[key] = known
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known
