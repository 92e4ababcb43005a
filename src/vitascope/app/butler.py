"""What the butler of a running server does at night: each task with the work behind it.

A task of the original for which there is no work here is not on the list: a task that does nothing would say that
something was done.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from vitascope.core.butler import Window
from vitascope.jobs.butler import Butler, Run, Task
from vitascope.library import keeping, trash
from vitascope.library.activities import ActivityBoard
from vitascope.library.derived import sweeping
from vitascope.library.derived.places import Bundles
from vitascope.library.erasing import Eraser
from vitascope.library.expiring import delete_expired
from vitascope.library.local_media import refresh_local_media
from vitascope.library.loudness import Loudness
from vitascope.library.measuring import measure_music
from vitascope.library.missing_pictures import make_missing_again
from vitascope.library.online.service import OnlineService
from vitascope.library.scanner import ScanService
from vitascope.media.images import PictureCache
from vitascope.ops.backup.service import BackupService
from vitascope.ops.preferences import Preferences
from vitascope.store import key_frames
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.maintenance import optimize_step
from vitascope.store.sections import list_sections

_UNUSED_S = 30 * 86_400.0
_ASKED_AGAIN_S = 30 * 86_400
_ASKED_AT_ONCE = 500


def make_butler(
    *,
    database: Database,
    board: ActivityBoard,
    preferences: Preferences,
    scans: ScanService,
    backups: BackupService,
    metadata: Path,
    cache: PictureCache,
    eraser: Eraser,
    online: OnlineService,
    loudness: Loudness,
    playing: Callable[[], set[int]],
    bundles: Bundles,
    lengthy: Sequence[Task],
) -> Butler:
    """The butler, with everything he does."""

    def wanted(name: str) -> Callable[[], bool]:
        return partial(preferences.flag, name)

    tasks: Sequence[Task] = (
        Task(
            name="BackupDatabase",
            title="Back up the server",
            description="Makes an encrypted backup, looks at it, and removes old ones.",
            interval_days=1,
            work=lambda _: backups.night(),
            enabled=lambda: backups.wanted,
            obstacle=backups.obstacle,
            window=partial(_backup_window, backups),
            last_run=backups.newest_at,
            beside=True,
            shows_itself=True,
        ),
        Task(
            name="OptimizeDatabase",
            title="Optimise the database",
            description="Puts the pieces of the search index together, so that the database stays quick.",
            interval_days=7,
            work=partial(_optimize, database),
            enabled=wanted("ButlerTaskOptimizeDatabase"),
        ),
        Task(
            name="CleanOldBundles",
            title="Tidy up pictures",
            description="Removes pictures that nothing refers to, and makes those again whose files are gone.",
            interval_days=7,
            work=partial(_tidy_pictures, database, metadata, bundles),
            enabled=wanted("ButlerTaskCleanOldBundles"),
        ),
        Task(
            name="CleanOldCacheFiles",
            title="Tidy up the cache",
            description="Removes scaled pictures that nobody has looked at for thirty days.",
            interval_days=7,
            work=partial(_clean_cache, cache),
            enabled=wanted("ButlerTaskCleanOldCacheFiles"),
        ),
        Task(
            name="GarbageCollectBlobs",
            title="Forget what a restore kept",
            description="Removes the state from before a restore, once it was kept long enough.",
            interval_days=1,
            work=lambda _: backups.forget_old(),
            enabled=wanted("ButlerTaskGarbageCollectBlobs"),
        ),
        Task(
            name="GarbageCollectLibraryMedia",
            title="Forget files that are gone",
            description="Forgets files that are gone and that no item is made of any more.",
            interval_days=1,
            work=partial(_forget_files, database, bundles),
            enabled=wanted("ButlerTaskGarbageCollectLibraryMedia"),
        ),
        Task(
            name="RefreshLibraries",
            title="Scan the libraries",
            description="Scans every section for files that are new, changed or gone.",
            interval_days=1,
            work=partial(_scan, database, scans),
            enabled=wanted("ButlerTaskRefreshLibraries"),
        ),
        Task(
            name="RefreshLocalMedia",
            title="Look at local files",
            description="Reads NFO files, subtitles and pictures beside the media again, where they changed.",
            interval_days=3,
            work=partial(_refresh_local, database, scans),
            enabled=wanted("ButlerTaskRefreshLocalMedia"),
        ),
        Task(
            name="RefreshPeriodicMetadata",
            title="Ask metadata providers again",
            description="Asks about what providers know and were not asked about for thirty days, some each night.",
            interval_days=1,
            work=partial(_ask_again, online),
            enabled=wanted("ButlerTaskRefreshPeriodicMetadata"),
        ),
        Task(
            name="LoudnessAnalysis",
            title="Measure loudness",
            description="Measures how loud music is that was not measured yet.",
            interval_days=1,
            work=partial(_measure, database, loudness),
            enabled=lambda: preferences.text("LoudnessAnalysisBehavior") != "never",
            obstacle=lambda: (
                "LoudnessAnalysisBehavior is never" if preferences.text("LoudnessAnalysisBehavior") == "never" else None
            ),
        ),
        Task(
            name="DeleteExpiredEpisodes",
            title="Delete what shows do not keep",
            description="Deletes the episodes that the preferences of their show say are not kept.",
            interval_days=1,
            work=partial(_delete_expired, database, eraser, preferences, playing),
            enabled=wanted("allowMediaDeletion"),
            obstacle=lambda: None if preferences.flag("allowMediaDeletion") else "allowMediaDeletion is off",
        ),
    )
    return Butler(
        database,
        board,
        (*tasks, *lengthy),
        window=partial(_window, preferences),
        busy=lambda: bool(playing()),
        seed=preferences.machine_identifier,
    )


def _window(preferences: Preferences) -> Window:
    return Window(start=preferences.number("ButlerStartHour") * 60, end=preferences.number("ButlerEndHour") * 60)


def _backup_window(backups: BackupService) -> Window:
    """From the time of the backup on, for a day: one that was missed is made whenever the server is there again."""
    daily = backups.settings.daily
    at = daily.hour * 60 + daily.minute
    return Window(start=at, end=at)


async def _optimize(database: Database, run: Run) -> None:
    while await database.awrite(optimize_step, urgent=False):
        await run.step()


async def _tidy_pictures(database: Database, metadata: Path, bundles: Bundles, run: Run) -> None:
    await keeping.sweep(database, metadata)
    await run.step()
    await make_missing_again(database, metadata)
    await run.step()
    await sweeping.forget_missing(database, bundles)


async def _clean_cache(cache: PictureCache, _: Run) -> None:
    await asyncio.to_thread(cache.sweep, unused_for_s=_UNUSED_S)


async def _forget_files(database: Database, bundles: Bundles, run: Run) -> None:
    for section in await database.read(list_sections):
        await run.step()
        await trash.forget_files(database, section.id)
    await run.step()
    await sweeping.sweep(database, bundles)
    while orphans := await database.read(key_frames.orphans):
        await database.awrite(key_frames.forget, orphans, urgent=False)
        await run.step()


async def _delete_expired(
    database: Database, eraser: Eraser, preferences: Preferences, playing: Callable[[], set[int]], run: Run
) -> None:
    allowed = partial(preferences.flag, "allowMediaDeletion")
    await delete_expired(database, eraser, allowed=allowed, playing=playing, step=partial(_step, run))


async def _step(run: Run, done: float, what: str) -> None:
    run.show(done, what)
    await run.step()


async def _refresh_local(database: Database, scans: ScanService, run: Run) -> None:
    await refresh_local_media(database, scans, partial(_step, run))


async def _measure(database: Database, loudness: Loudness, run: Run) -> None:
    await measure_music(database, loudness, partial(_step, run))


async def _ask_again(online: OnlineService, _: Run) -> None:
    await online.refresh_oldest(older_than_s=_ASKED_AGAIN_S, most=_ASKED_AT_ONCE)


async def _scan(database: Database, scans: ScanService, run: Run) -> None:
    found = await database.read(list_sections)
    for number, section in enumerate(found):
        run.show(number / len(found), section.title)
        await run.step()
        try:
            activity_id = await scans.start(section.id)
        except NotFound:
            continue  # it was deleted meanwhile
        try:
            await scans.result(activity_id)
        except asyncio.CancelledError:
            scans.cancel(section.id)
            raise
