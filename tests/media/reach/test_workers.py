"""Confined workers, which may open no socket, read far files through the door of their pool."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.far import FarFolder
from tests.support.films import film

from vitascope.core.model import FileClass
from vitascope.media import reach
from vitascope.media.images.tasks import FrameArgs, take_frame
from vitascope.media.probe.tasks import InspectArgs, inspect
from vitascope.media.reach import door
from vitascope.media.subtitles.tasks import SubtitleArgs, subtitle
from vitascope.media.workers import Reason, TaskError, WorkerPool

POINT = "/nowhere/films"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarFolder]:
    root = tmp_path_factory.mktemp("far")
    (root / "media").mkdir()
    for name in ("plain.mkv", "plain.mp4", "written.mkv"):
        shutil.copy(film(name), root / "media" / name)
    far = FarFolder(root / "media", POINT, root / "run")
    far.start()
    yield far
    far.die()


@pytest.fixture
def far(served: FarFolder) -> Iterator[FarFolder]:
    reach.put([served.point])
    yield served
    reach.put(())


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1)
    yield made
    made.close()


@pytest.mark.parametrize("name", ["plain.mkv", "plain.mp4"])
def test_what_is_in_a_far_film_is_what_is_in_it_here(far: FarFolder, pool: WorkerPool, name: str) -> None:
    here, there = os.fsencode(far.folder / name), f"{POINT}/{name}".encode()
    probed = pool.submit(inspect, InspectArgs(path=there, kind=FileClass.VIDEO)).result()
    assert probed == pool.submit(inspect, InspectArgs(path=here, kind=FileClass.VIDEO)).result()
    frame = pool.submit(take_frame, FrameArgs(path=there)).result()
    assert frame == pool.submit(take_frame, FrameArgs(path=here)).result()


@pytest.mark.usefixtures("far")
def test_subtitles_are_taken_out(pool: WorkerPool) -> None:
    text = pool.submit(subtitle, SubtitleArgs(path=f"{POINT}/written.mkv".encode(), stream_index=1)).result()
    assert "-->" in text


def test_a_worker_is_told_of_sources_that_come_and_go(served: FarFolder, pool: WorkerPool) -> None:
    args = InspectArgs(path=f"{POINT}/plain.mkv".encode(), kind=FileClass.VIDEO)
    assert reach.points() == ()
    with pytest.raises(TaskError) as missing:
        pool.submit(inspect, args).result()
    assert missing.value.reason is Reason.MISSING
    reach.put([served.point])
    try:
        assert pool.submit(inspect, args).result().probed.streams
    finally:
        reach.put(())
    with pytest.raises(TaskError):
        pool.submit(inspect, args).result()


def test_the_door_leads_to_sources_and_nowhere_else(served: FarFolder, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as elsewhere:
        elsewhere.bind(str(tmp_path / "elsewhere"))
        elsewhere.listen()
        elsewhere.setblocking(False)
        ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with ours:
            asking = door.Door(theirs.detach())
            for address in (str(tmp_path / "elsewhere"), f"{served.point.socket}/../far.media.sock", "x" * 9_000):
                asking._socket.send(os.fsencode(address))
                assert door.answer(ours, [served.point])
                with pytest.raises(OSError, match="not connected"):
                    asking._taken()
            asking._socket.send(os.fsencode(served.point.socket))
            assert door.answer(ours, [served.point])
            asking._taken().close()
            asking._socket.close()
            assert not door.answer(ours, [served.point])
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
