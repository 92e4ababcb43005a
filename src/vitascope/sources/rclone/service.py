"""The sources of a running server: which there are, how each is doing, what it fetched.

Starting it waits for nothing. A source that is not ready makes every root below its mount point an offline one
(:func:`~vitascope.sources.folders.expect_mounts`), which is said before anything else can look there. So is which
sources are read directly (:func:`vitascope.media.reach.put`): these paths are far whether their source is ready or not.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from functools import partial

from vitascope.media import reach
from vitascope.sources.errors import InvalidSource, SourceError, UnknownSource
from vitascope.sources.folders import expect_mounts
from vitascope.sources.rclone.control import Control, Usage
from vitascope.sources.rclone.direct import Direct, point_of
from vitascope.sources.rclone.leftovers import clear_leftovers
from vitascope.sources.rclone.mount import Mount
from vitascope.sources.rclone.registry import Change, Registry, Wish, Write
from vitascope.sources.rclone.source import Source, Way
from vitascope.sources.rclone.supervisor import Pace, Standing, State, Supervisor
from vitascope.sources.rclone.traffic import Traffic

log = logging.getLogger(__name__)

_COUNT_EVERY_S = 60.0
_LEVEL = re.compile(r"^\S+ \S+ (DEBUG|INFO|NOTICE|ERROR|CRITICAL)\b")
_LEVELS = {"INFO": logging.DEBUG, "NOTICE": logging.INFO, "ERROR": logging.WARNING, "CRITICAL": logging.WARNING}


class SourceService:
    """Keeps all sources mounted."""

    def __init__(
        self,
        registry: Registry,
        *,
        write: Write,
        expected: Callable[[Source], Awaitable[Collection[bytes]]],
        pace: Pace | None = None,
    ) -> None:
        """``expected`` says what the last scan saw at the top of a source."""
        self._registry = registry
        self._expected = expected
        self._listeners: list[Callable[[str, Standing], None]] = []
        self._pace = pace or Pace()
        self._running: dict[str, tuple[Source, Supervisor]] = {}
        self._mounted: dict[str, Source] = {}
        """Each as it is mounted, which is not what it is to be while somebody plays from it."""
        self._held: dict[str, list[str]] = {}
        """Those that are to be mounted otherwise, and what plays from them."""
        self._holding: asyncio.Task[None] | None = None
        self._before: dict[str, Source] = {}
        """Those that are mounted otherwise for the first time, as they were when that was well."""
        self._taken_back: dict[str, str] = {}
        """Why a change was taken back, by the name of the source."""
        self._taking_back: set[asyncio.Task[None]] = set()
        self._plays: Callable[[Source], Awaitable[list[str]]] = _nothing
        self._traffic = Traffic(registry.places.traffic, write)
        self._counting: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()
        self._sparing = 0
        self.problem = ""
        """Why the list cannot be read, if it cannot."""

    @property
    def registry(self) -> Registry:
        return self._registry

    def sources(self) -> list[Source]:
        """Those that are looked after."""
        return [source for source, _ in self._running.values()]

    def listen(self, listener: Callable[[str, Standing], None]) -> None:
        """``listener`` is called, on the loop, with the name of a source and how it is from now on."""
        self._listeners.append(listener)

    def ask_what_plays(self, plays: Callable[[Source], Awaitable[list[str]]]) -> None:
        """``plays`` says the titles of what is being played from a source."""
        self._plays = plays

    async def start(self) -> None:
        """Begins to mount; must be called on the loop that lives as long as the server."""
        await self.renew()
        self._counting = asyncio.create_task(self._count(), name="source-traffic")

    async def renew(self, *, at_once: str = "") -> None:
        """Reads the list again: what is new is mounted, what is gone unmounted, and what is to be otherwise mounted
        anew, unless somebody plays from it: then after that, or when it goes away. ``at_once`` is not waited for."""
        async with self._one:
            try:
                wanted = {source.name: source for source in await asyncio.to_thread(self._registry.list)}
            except SourceError as error:
                self.problem = str(error)
                log.error("%s", error)
                return
            self.problem = ""
            gone = [name for name in self._running if name not in wanted]
            changed = [one for name, one in wanted.items() if name in self._running and not self._is_as(one)]
            for one in changed:
                self._taken_back.pop(one.name, None)
            self._held = {one.name: titles for one in changed if (titles := await self._waits_for(one, at_once))}
            anew = [one.name for one in changed if one.name not in self._held]
            self._before |= {name: self._mounted[name] for name in anew if self._can_be_taken_back(wanted[name])}
            await asyncio.gather(*(self._drop(name) for name in (*gone, *anew)))
            for name in gone:
                self._traffic.forget(name)
                self._before.pop(name, None)
                self._taken_back.pop(name, None)
            await asyncio.to_thread(clear_leftovers, self._registry.places.cache, wanted)
            new = [source for name, source in wanted.items() if name not in self._running]
            for name, (_, supervisor) in self._running.items():
                self._running[name] = (wanted[name], supervisor)
            for source in new:
                self._running[source.name] = (source, self._supervise(source))
                self._mounted[source.name] = source
            self._expect()
            for source in new:
                self._running[source.name][1].start()
            if self._held and self._holding is None:
                self._holding = asyncio.create_task(self._hold(), name="source-changes-held")

    def _is_as(self, wanted: Source) -> bool:
        """Whether a source that runs is mounted as it is to be."""
        return self._mounted[wanted.name].mounts_like(wanted)

    def _can_be_taken_back(self, wanted: Source) -> bool:
        """Whether a source that is to be mounted otherwise is well as it is. With other options or secrets of its
        remote it could not be mounted as before: these are asked for before they are kept."""
        name = wanted.name
        is_ready = self._running[name][1].standing.state == State.READY
        return is_ready and wanted.edition == self._mounted[name].edition

    async def _waits_for(self, source: Source, at_once: str) -> list[str]:
        """What a source plays that is to be mounted anew; nothing when that need not be waited for."""
        if source.name == at_once or self._running[source.name][1].standing.state != State.READY:
            return []
        return await self._plays(source)

    async def _hold(self) -> None:
        """As long as something waits for the end of what plays."""
        while self._held:
            await asyncio.sleep(self._pace.look_every_s)
            try:
                await self.renew()
            except Exception:
                log.exception("Looking after changed sources failed")
        self._holding = None

    def held(self, name: str) -> list[str]:
        """What plays from a source that is to be mounted otherwise, and is as soon as that ends; else nothing."""
        return self._held.get(name, [])

    def _supervise(self, source: Source) -> Supervisor:
        kind = Direct if source.way is Way.DIRECT else Mount
        kept = kind(source, self._registry, told=partial(_log, source.name), expected=partial(self._expected, source))
        return Supervisor(source.name, kept, changed=partial(self._stands, source), pace=self._pace)

    def _stands(self, source: Source, standing: Standing) -> None:
        if standing.state == State.MOUNTING:
            self._traffic.begins(source.name)
        elif standing.state == State.READY:
            self._before.pop(source.name, None)
        elif standing.state == State.WAITING and source.name in self._before:
            self._take_back(source, self._before.pop(source.name), standing.reason)
        self._expect()
        for listener in self._listeners:
            listener(source.name, standing)

    def _take_back(self, failed: Source, before: Source, reason: str) -> None:
        """A source that was well cannot be mounted as it was changed to: it is mounted as before."""

        async def take_back() -> None:
            try:
                if not await asyncio.to_thread(self._registry.put_back, before, failed):
                    return
            except SourceError as error:
                log.error("source %s stays as it was changed to: %s", failed.name, error)
                return
            log.warning("source %s is mounted as before, since its change failed: %s", failed.name, reason)
            await self.renew()
            self._taken_back[failed.name] = reason

        task = asyncio.create_task(take_back(), name=f"source-taken-back-{failed.name}")
        self._taking_back.add(task)
        task.add_done_callback(self._taking_back.discard)

    def taken_back(self, name: str) -> str:
        """Why the last change of a source was taken back; empty when it was not."""
        return self._taken_back.get(name, "")

    def _expect(self) -> None:
        places = self._registry.places
        as_they_run = [self._mounted[name] for name in self._running]
        reach.put(point_of(source, places) for source in as_they_run if source.way is Way.DIRECT)
        expect_mounts({source.point: _offline(one.standing) for source, one in self._running.values()})

    async def _drop(self, name: str) -> None:
        _, supervisor = self._running[name]
        await self.usage(name)  # what it fetched until now
        await supervisor.stop()
        del self._running[name], self._mounted[name]

    async def add(self, wish: Wish, *, ask_remote: bool = True) -> Source:
        """Adds a source and begins to mount it. Raises :class:`SourceError`."""
        source = await asyncio.to_thread(partial(self._registry.add, wish, ask_remote=ask_remote))
        await self.renew()
        return source

    async def change(self, name: str, change: Change, *, ask_remote: bool = True) -> Source:
        """Changes a source, and mounts it anew where that is needed; one that was well and cannot be mounted like that
        is mounted as before. Raises :class:`SourceError`."""
        source = await asyncio.to_thread(partial(self._registry.change, name, change, ask_remote=ask_remote))
        await self.renew()
        return source

    async def rename(self, name: str, new: str) -> Source:
        """Gives a source another name. It stays where it is, but is mounted anew, so nobody may play from it. Raises
        :class:`SourceError`."""
        try:
            async with self._one:
                self._of(name)
                await asyncio.to_thread(self._registry.check_new_name, name, new)
                if titles := await self._plays(self._running[name][0]):
                    raise InvalidSource(f"{', '.join(titles)} plays from {name}: it can be renamed when that ends")
                await self._drop(name)
                self._before.pop(name, None)
                source = await asyncio.to_thread(self._registry.rename, name, new)
                self._taken_back.pop(name, None)
                self._traffic.rename(name, new)
        finally:
            await self.renew()
        return source

    async def remove(self, name: str) -> Source:
        """Unmounts a source and forgets it. Raises :class:`UnknownSource`."""
        source = await asyncio.to_thread(self._registry.remove, name)
        await self.renew()
        return source

    async def mount_now(self, name: str) -> None:
        """Mounts a source now, also one that waits for the end of what plays, or looks at it. Raises
        :class:`UnknownSource`."""
        self._of(name)
        if name in self._held:
            await self.renew(at_once=name)
        else:
            self._of(name).retry()

    def standing(self, name: str) -> Standing:
        """How a source is. Raises :class:`UnknownSource`."""
        return self._of(name).standing

    def _of(self, name: str) -> Supervisor:
        if name not in self._running:
            raise UnknownSource(f"there is no source {name!r}")
        return self._running[name][1]

    @asynccontextmanager
    async def sparing(self) -> AsyncIterator[None]:
        """While in it, nothing is read ahead: who looks into the headers of many files must not fetch fifty megabytes
        of each. What plays meanwhile is read as it is needed."""
        self._sparing += 1
        if self._sparing == 1:
            await self._read_ahead(lambda _source: "0")
        try:
            yield
        finally:
            self._sparing -= 1
            if not self._sparing:
                await self._read_ahead(lambda source: source.flags.buffer_size)

    async def _read_ahead(self, size: Callable[[Source], str]) -> None:
        async def tell(source: Source) -> None:
            with suppress(SourceError):  # one that is not there reads nothing ahead, and begins with its own flag
                await self._control(source.name).read_ahead(size(source))

        await asyncio.gather(*(tell(source) for source in self.sources()))

    def _control(self, name: str) -> Control:
        return Control(self._registry.places.running, self._registry.places.socket_name(name))

    async def usage(self, name: str) -> Usage | None:
        """What a mount says of itself; ``None`` while it says nothing."""
        try:
            usage = await self._control(name).usage()
        except SourceError:
            return None
        self._traffic.saw(name, usage.transferred_bytes)
        return usage

    def fetched_bytes(self, name: str) -> int:
        """What went over the wire this month."""
        return self._traffic.fetched(name)

    async def _count(self) -> None:
        while True:
            await asyncio.sleep(_COUNT_EVERY_S)
            await self._count_now()

    async def _count_now(self) -> None:
        await asyncio.gather(*(self.usage(name) for name in self._running))
        await asyncio.to_thread(self._traffic.save)

    async def close(self) -> None:
        """Unmounts everything."""
        if self._counting is not None:
            self._counting.cancel()
            with suppress(asyncio.CancelledError):
                await self._counting
            await self._count_now()
        for task in self._taking_back:
            task.cancel()
        async with self._one:  # so that nothing is being mounted anew at the moment
            if self._holding is not None:
                self._holding.cancel()
            await asyncio.gather(*(supervisor.stop() for _, supervisor in self._running.values()))
            self._running.clear()
            reach.put(())


async def _nothing(_source: Source) -> list[str]:
    return []


def _offline(standing: Standing) -> str:
    """Why the library must not believe what lies there; empty when it may."""
    if standing.state == State.READY:
        return ""
    if standing.state in (State.MOUNTING, State.STOPPED):
        return "it is not mounted yet"
    return standing.reason or "it is not mounted"


def _log(name: str, line: str) -> None:
    level = _LEVEL.match(line)
    log.log(_LEVELS.get(level[1], logging.DEBUG) if level else logging.INFO, "rclone %s: %s", name, line)
