"""What becomes of updates, told to whoever listens: the updater of the machine writes it into a file, and that is
looked at when the kernel says that it is another.

The kernel says so of a folder that another container or the host has too, but not where the host is another machine
(the virtual one of a desktop). So it is looked at now and then as well, and often while an update runs.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from vitascope.app.noticing import FolderNotices
from vitascope.events import Bus, UpdateChanged
from vitascope.ops.settings import Settings
from vitascope.ops.updates.board import Board, Release, ReleaseState
from vitascope.ops.updates.view import Shown, UpdaterView

_OFTEN_SECONDS, _SELDOM_SECONDS = 1.0, 30.0
_RUNS = frozenset({ReleaseState.DOWNLOADING, ReleaseState.INSTALLING})
_DONE = "done"
"""The original's word for a release that was installed."""


def release_key(release: Release) -> str:
    """By what clients call a release."""
    return f"/updater/status/{release.image[:12]}"


def change_between(before: Shown, now: Shown) -> UpdateChanged | None:
    """What clients are told when one thing was shown and now another is."""
    was, release = before.release, now.release
    if release is not None:
        if was is not None and (was.image, was.state) == (release.image, release.state):
            return None
        return UpdateChanged(key=release_key(release), version=release.version, state=release.state)
    if was is not None and now.done == was.version:
        return UpdateChanged(key=release_key(was), version=was.version, state=_DONE)
    return None


async def make_updater(stack: AsyncExitStack, settings: Settings, bus: Bus) -> UpdaterView:
    """The updater of this machine as the server sees it; what becomes of updates is told from now on."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def told() -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody listens any more
            loop.call_soon_threadsafe(asked.set)

    view = UpdaterView(Board(settings.support.root, settings.support.updates), time.time, told=told)
    notices = FolderNotices(settings.support.updates, asked.set)
    stack.callback(notices.close)
    await tell_updates(stack, view, bus, asked, notices.watch)
    return view


async def tell_updates(
    stack: AsyncExitStack, view: UpdaterView, bus: Bus, asked: asyncio.Event, watch: Callable[[], bool]
) -> None:
    """Publishes each change of an update's state. ``asked`` is set when there may be one, and is looked at at once;
    ``watch`` sees to it that it is set, and says whether it can. What is there at the start is no change; an update
    that put this very server here has ended."""
    noticed = watch()
    before = await asyncio.to_thread(view.shown)

    async def look() -> None:
        nonlocal before, noticed
        while True:
            runs = before.release is not None and before.release.state in _RUNS
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), _SELDOM_SECONDS if noticed and not runs else _OFTEN_SECONDS)
            asked.clear()
            noticed = watch()
            now = await asyncio.to_thread(view.shown)
            change = change_between(before, now)
            before = now
            if change is not None:
                bus.publish(change)

    looking = asyncio.create_task(look(), name="updates")
    stack.callback(looking.cancel)
