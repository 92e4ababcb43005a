"""When the server looks at what the updater wrote: at once when the kernel says so, and now and then otherwise."""

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from vitascope.app import updating
from vitascope.app.noticing import FolderNotices
from vitascope.events import Bus, Event, UpdateChanged
from vitascope.ops.updates.board import Board, MemberNote, Notice, Release, ReleaseState
from vitascope.ops.updates.view import UpdaterView

NEVER = 3600.0
Watch = Callable[[Path, asyncio.Event], Callable[[], bool]]


def notice(state: ReleaseState | None) -> Notice:
    """What an updater says of one release."""
    return Notice(
        group="interactive",
        member="vitascope",
        seen_at=int(time.time()),
        schedule="02:00",
        latest="05:00",
        automatic=True,
        at_once=True,
        release=None if state is None else Release(version="2", image="abc" * 20, state=state),
        members=(MemberNote(name="vitascope"),),
    )


def told_by_the_kernel(folder: Path, asked: asyncio.Event) -> Callable[[], bool]:
    return FolderNotices(folder, asked.set).watch


def told_by_nobody(_folder: Path, _asked: asyncio.Event) -> Callable[[], bool]:
    return lambda: True


def cannot_be_told(_folder: Path, _asked: asyncio.Event) -> Callable[[], bool]:
    return lambda: False


def follow(
    root: Path, watch: Watch, first: ReleaseState | None, *steps: Callable[[Board], None]
) -> list[ReleaseState | str]:
    """The states that are told when the updater takes each step, one after the other."""
    board = Board(root, root / "Updates")
    board.publish(notice(first))

    async def run() -> list[ReleaseState | str]:
        bus, asked = Bus(), asyncio.Event()
        heard: asyncio.Queue[ReleaseState | str] = asyncio.Queue()

        def hear(event: Event) -> None:
            if isinstance(event, UpdateChanged):
                heard.put_nowait(event.state)

        bus.listen(hear)
        async with AsyncExitStack() as stack:
            view = UpdaterView(board, time.time)
            await updating.tell_updates(stack, view, bus, asked, watch(root / "Updates", asked))
            found = []
            for step in steps:
                await asyncio.to_thread(step, board)
                found.append(await asyncio.wait_for(heard.get(), 60))
            return found

    return asyncio.run(run())


def test_a_change_is_told_without_looking_every_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "_OFTEN_SECONDS", NEVER)
    monkeypatch.setattr(updating, "_SELDOM_SECONDS", NEVER)
    told = follow(
        tmp_path,
        told_by_the_kernel,
        None,
        lambda board: board.publish(notice(ReleaseState.AVAILABLE)),
        lambda board: board.publish(notice(ReleaseState.INSTALLING)),
        lambda board: board.publish(notice(ReleaseState.ERROR)),
    )
    assert told == ["available", "installing", "error"]


def test_a_folder_that_another_takes_the_place_of_is_watched_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_SELDOM_SECONDS", 0.05)  # there is a moment without any folder

    def replaced(board: Board) -> None:
        shutil.rmtree(tmp_path / "Updates")
        board.publish(notice(ReleaseState.AVAILABLE))

    told = follow(
        tmp_path,
        told_by_the_kernel,
        None,
        replaced,
        lambda board: board.publish(notice(ReleaseState.DOWNLOADED)),
    )
    assert told == ["available", "downloaded"]


def test_where_no_notice_comes_a_running_update_is_looked_at_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_OFTEN_SECONDS", 0.01)
    monkeypatch.setattr(updating, "_SELDOM_SECONDS", NEVER)
    told = follow(
        tmp_path,
        told_by_nobody,
        ReleaseState.DOWNLOADING,
        lambda board: board.publish(notice(ReleaseState.INSTALLING)),
        lambda board: board.publish(notice(ReleaseState.ERROR)),
    )
    assert told == ["installing", "error"]


def test_where_the_kernel_tells_nothing_it_is_looked_at_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "_OFTEN_SECONDS", 0.01)
    monkeypatch.setattr(updating, "_SELDOM_SECONDS", NEVER)
    told = follow(tmp_path, cannot_be_told, None, lambda board: board.publish(notice(ReleaseState.AVAILABLE)))
    assert told == ["available"]
