"""Sources, put together: what the last scan saw in them, what plays from them, and who hears that one is there again or
away."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack

from vitascope.jobs.executor import Handler
from vitascope.library.presence import Presence
from vitascope.ops.atomic import write_atomically
from vitascope.ops.doctor.remotes import RemoteFact
from vitascope.ops.settings import Settings
from vitascope.sources.rclone.registry import registry_of
from vitascope.sources.rclone.service import SourceService
from vitascope.sources.rclone.source import Source
from vitascope.store import below
from vitascope.store.engine import Database
from vitascope.store.rows import JobRow

log = logging.getLogger("vitascope.app")


async def make_sources(stack: AsyncExitStack, settings: Settings, database: Database) -> SourceService:
    """The sources of a running server; mounting has begun when this returns, and nothing waits for it."""
    support = settings.support

    async def expected(source: Source) -> frozenset[bytes]:
        return await database.read(below.top_names, source.point)

    sources = SourceService(
        registry_of(support.sources, support.cache, settings.config, write_atomically),
        write=write_atomically,
        expected=expected,
    )
    await sources.start()
    stack.push_async_callback(sources.close)
    return sources


def wait_for_players(sources: SourceService, database: Database, playing: Callable[[], set[int]]) -> None:
    """A source that was changed is mounted anew when nobody plays from it. ``playing`` says the items of players."""

    async def plays(source: Source) -> list[str]:
        return await database.read(below.titles_below, source.point, playing())

    sources.ask_what_plays(plays)


def remote_facts(sources: SourceService) -> list[RemoteFact]:
    """How the sources are, for the doctor."""
    return [RemoteFact(source=source, standing=sources.standing(source.name)) for source in sources.sources()]


def sparingly(sources: SourceService, handle: Handler) -> Handler:
    """A handler of jobs that open many media files and read little of each."""

    async def handle_sparingly(job: JobRow) -> None:
        async with sources.sparing():
            await handle(job)

    return handle_sparingly


def look_after_changes(stack: AsyncExitStack, sources: SourceService, presence: Presence) -> None:
    """Has the roots looked at whenever a source became ready or ceased to be: the library says at once what it has."""
    pending = asyncio.Event()

    async def look() -> None:
        while True:
            await pending.wait()
            pending.clear()
            try:
                await presence.look()
            except Exception:
                log.exception("Looking after the folders of sources failed")

    looking = asyncio.create_task(look(), name="source-changes")
    stack.callback(looking.cancel)
    sources.listen(lambda _name, _standing: pending.set())
    pending.set()
