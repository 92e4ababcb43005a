"""What becomes of updates, told to whoever listens: the updater of the machine writes it into a file, and that is
looked at. A folder that a program on the other side of a mount writes into sends no notice that could be relied on."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress

from vitascope.events import Bus, UpdateChanged
from vitascope.ops.settings import Settings
from vitascope.ops.updates.board import Board, Release
from vitascope.ops.updates.view import Shown, UpdaterView

_LOOK_SECONDS = 1.0
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
    await tell_updates(stack, view, bus, asked)
    return view


async def tell_updates(stack: AsyncExitStack, view: UpdaterView, bus: Bus, asked: asyncio.Event) -> None:
    """Publishes each change of an update's state. ``asked`` is set when something was asked of the updater, and is
    looked at at once. What is there at the start is no change; an update that put this very server here has ended."""
    before = await asyncio.to_thread(view.shown)

    async def look() -> None:
        nonlocal before
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), _LOOK_SECONDS)
            asked.clear()
            now = await asyncio.to_thread(view.shown)
            change = change_between(before, now)
            before = now
            if change is not None:
                bus.publish(change)

    looking = asyncio.create_task(look(), name="updates")
    stack.callback(looking.cancel)
