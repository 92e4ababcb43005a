"""Deleting the episodes that their show does not keep: only where the owner lets files be deleted at all, by the rules
of every deletion (:mod:`vitascope.library.erasing`), and with a line in the log for each show."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vitascope.core.expiry import Rule, expired
from vitascope.library.erasing import Eraser, NotErased
from vitascope.store import expiring
from vitascope.store.engine import Database
from vitascope.store.expiring import Show

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Of one show what is to go: ids of episodes in their order, each with the wish that says so."""

    show: Show
    episodes: dict[int, Rule]


async def foresee(database: Database, at: int) -> list[Foreseen]:
    """What :func:`delete_expired` would delete at a time (epoch seconds) if until then nobody watched anything; shows
    that lose nothing are left out."""
    found: list[Foreseen] = []
    for show in await database.read(expiring.shows):
        doomed = expired(await database.read(expiring.episodes, show.item_id), show.wish, at)
        if doomed:
            found.append(Foreseen(show=show, episodes=doomed))
    return found


async def delete_expired(
    database: Database,
    eraser: Eraser,
    *,
    allowed: Callable[[], bool],
    playing: Callable[[], set[int]],
    step: Callable[[float, str], Awaitable[None]],
) -> int:
    """Looks at every show once; returns how many files went.

    Args:
        allowed: whether files may be deleted, asked again before each show.
        playing: items that somebody plays at the moment.
        step: told how far it is and which show is looked at.
    """
    deleted = 0
    shows = await database.read(expiring.shows)
    for number, show in enumerate(shows):
        await step(number / len(shows), show.title)
        episodes = await database.read(expiring.episodes, show.item_id)
        doomed = [each for each in expired(episodes, show.wish, int(database.clock())) if each not in playing()]
        if not doomed or not allowed():
            continue
        try:
            done = await eraser.items(doomed)
        except NotErased as error:
            log.warning("Episodes of %r are not to be kept, but nothing was deleted: %s", show.title, error)
            continue
        deleted += len(done.files)
        names = ", ".join(path.decode("utf-8", "replace") for path in done.files)
        log.info("Deleted what %r does not keep: %s", show.title, names or "nothing")
        for path, why in done.failed:
            log.warning("%s is not to be kept and still there: %s", path.decode("utf-8", "replace"), why)
    return deleted
