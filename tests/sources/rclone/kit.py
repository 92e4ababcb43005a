"""What the stories of sources share: a service over a real remote, and what it says of one of its sources."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TypeVar

from tests.support.remotes import Remote

from vitascope.media import reach
from vitascope.ops.atomic import write_atomically
from vitascope.sources.rclone.flags import Flags, parse_flags
from vitascope.sources.rclone.process import note_of
from vitascope.sources.rclone.registry import Registry, Wish
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source, Way
from vitascope.sources.rclone.supervisor import Pace, Standing, State

T = TypeVar("T")

QUICK = Pace(look_every_s=0.05, first_wait_s=0.05, longest_wait_s=0.2, silent_looks=2)
IMPATIENT = parse_flags(
    {"dir-cache-time": "10ms", "contimeout": "1s", "timeout": "1s", "low-level-retries": "1", "vfs-cache-mode": "off"}
)
_LIMIT_S = 120.0


def names(source: Source) -> list[bytes]:
    """What lies at the top of a source, whatever its way. Raises ``OSError``."""
    if source.way is Way.MOUNT:
        return os.listdir(source.point)
    with reach.scandir(source.point) as listing:
        return [entry.name for entry in listing]


def run(story: Callable[[], Awaitable[T]]) -> T:
    async def limited() -> T:
        async with asyncio.timeout(_LIMIT_S):
            return await story()

    return asyncio.run(limited())


class Seen:
    """Every standing that a source had."""

    def __init__(self, service: SourceService, name: str) -> None:
        self._name = name
        self._changed = asyncio.Event()
        self.all: list[Standing] = []
        service.listen(self._note)

    def _note(self, name: str, standing: Standing) -> None:
        if name == self._name:
            self.all.append(standing)
            self._changed.set()

    async def until(self, state: State, *, after: int = 0, reason: str = "") -> Standing:
        """The first standing of that state, with that in its reason, from the ``after``-th on."""
        while True:
            for standing in self.all[after:]:
                if standing.state == state and reason in standing.reason:
                    return standing
            self._changed.clear()
            await self._changed.wait()


@asynccontextmanager
async def serving(
    registry: Registry, names: frozenset[bytes] = frozenset(), pace: Pace = QUICK
) -> AsyncIterator[SourceService]:
    """A service that ends with the block, whatever happens in it."""

    async def expected(_source: Source) -> frozenset[bytes]:
        return names

    service = SourceService(registry, write=write_atomically, expected=expected, pace=pace)
    try:
        yield service
    finally:
        await service.close()


def added(
    registry: Registry,
    remote: Remote,
    *,
    way: Way | None = None,
    flags: Flags = IMPATIENT,
    options: Mapping[str, str] = MappingProxyType({}),
) -> Source:
    """The bucket as a source, with flags that let it notice quickly when the remote is gone."""
    wish = Wish(address="far:media", kind=remote.kind, way=way, options={**remote.options, **options}, flags=flags)
    return registry.add(wish, ask_remote=False)


def rclone_of(registry: Registry) -> int:
    """The process of a source called ``media``."""
    note = note_of(registry.places.running, "media").read_text("utf-8")
    return int(note.partition(":")[2].partition(",")[0])
