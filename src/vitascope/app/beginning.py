"""What a server does first once its house is complete: after a restore, for wished sections, for unfinished scans."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from vitascope.api.house import House
from vitascope.library import keeping, sections
from vitascope.library.ahead import ReadingAhead
from vitascope.library.derived import sweeping
from vitascope.library.missing_pictures import make_missing_again
from vitascope.library.sections import SectionError
from vitascope.ops.backup import swap
from vitascope.ops.backup.errors import BackupError
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.positions import Positions
from vitascope.store.sections import list_sections

_log = logging.getLogger("vitascope.app")


_ALL_ANSWERS_S = 2.0
"""So long after it was furnished a house answers, at the latest, what the first who ask want of it."""


def read_ahead(stack: AsyncExitStack, database: Database, positions: Positions) -> Callable[[], None]:
    """Reads what listings are made of before somebody asks, once the start is over; what asks for it again."""
    ahead = ReadingAhead(database, positions)
    loop = asyncio.get_running_loop()
    stack.callback(loop.call_later(_ALL_ANSWERS_S, ahead.wake).cancel)
    stack.callback(loop.create_task(ahead.run(), name="reading-ahead").cancel)
    return ahead.wake


async def confirm_restore(house: House) -> None:
    """The first start after a restore: it works, and pictures that are in no backup are made again."""
    support = house.settings.support
    if not swap.is_first_start(support):
        return
    missing = await make_missing_again(house.database, support.metadata)
    missing += await sweeping.forget_missing(house.database, house.bundles)
    _log.info("first start after a restore; %d pictures are made again", missing)
    try:
        await asyncio.to_thread(swap.confirm_start, support, time.time())
    except BackupError as error:
        _log.error("the state from before the restore is kept: %s", error)


async def clear_away(house: House) -> None:
    """Removes pictures and subtitles of ours that nothing refers to any more."""
    removed = await keeping.sweep(house.database, house.settings.support.metadata)
    if removed:
        _log.info("%d files below Metadata were used by nothing and are gone", removed)


async def make_wished(house: House) -> None:
    """Makes the sections that the settings name and that are missing."""
    known = {row.title.casefold() for row in await house.database.read(list_sections)}
    for wish in house.settings.sections:
        if wish.title.casefold() in known:
            continue
        try:
            saved = await sections.create(
                house.database, title=wish.title, kind=wish.kind, paths=[str(path) for path in wish.paths]
            )
        except SectionError as error:
            # A disk that is not mounted yet must not keep the server from starting.
            note = f"the library {wish.title!r} of the settings was not made: {error}; it is tried at the next start"
            _log.error("%s", note)
            house.notes.append(note)
            continue
        await house.sections_changed()
        with suppress(NotFound):
            await house.scans.start(saved.section.id)


async def go_on_scanning(house: House) -> None:
    """Completes first scans that an earlier run of the server did not."""
    for row in await house.database.read(list_sections):
        if row.scanned_at is None and not house.scans.is_scanning(row.id):
            with suppress(NotFound):  # it was deleted meanwhile: everything answers by now
                await house.scans.start(row.id)
