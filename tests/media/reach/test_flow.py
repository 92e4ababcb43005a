"""Far files that stream: the bytes of the range, on after the server came back, and no further."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.media.reach.conftest import POINT, STRANGE
from tests.support.far import FarFolder

from vitascope.media import reach
from vitascope.media.reach import flow as flowing
from vitascope.media.reach.flow import Flow

FILM = f"{POINT}/{STRANGE}/film.mkv".encode()
SIZE = 3_000_000


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(60):
            await story()

    asyncio.run(limited())


def _flow(start: int, stop: int, size: int = SIZE) -> Flow:
    far = reach.find(FILM)
    assert far is not None
    return Flow(far, size, start, stop)


@pytest.mark.parametrize(("start", "stop"), [(0, SIZE), (1, 2), (SIZE - 1, SIZE), (1_000_000, 2_500_000)])
def test_a_range_is_what_lies_in_the_file(far: FarFolder, start: int, stop: int) -> None:
    async def story() -> None:
        flow = _flow(start, stop)
        found = b""
        while data := await flow.read(100_000):
            assert len(data) <= 100_000
            found += data
        await flow.close()
        assert found == (far.folder / STRANGE / "film.mkv").read_bytes()[start:stop]

    run(story)


def test_a_server_that_was_killed_goes_on_where_it_was(far: FarFolder) -> None:
    async def story() -> None:
        flow = _flow(0, SIZE)
        found = await flow.read(10_000)
        far.die()
        await asyncio.to_thread(far.start)
        while data := await flow.read(1_000_000):
            found += data
        await flow.close()
        assert found == (far.folder / STRANGE / "film.mkv").read_bytes()

    run(story)


def test_a_file_of_another_size_and_a_source_that_stays_away_end_it(
    far: FarFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flowing, "_AGAIN_FOR_S", 0.0)

    async def story() -> None:
        with pytest.raises(OSError, match="Input/output"):
            await _flow(0, 100, size=SIZE - 1).read(10)
        socket = Path(far.point.socket)
        away = socket.rename(f"{socket}.away")
        try:
            with pytest.raises(OSError, match="No such file"):
                await _flow(0, 100).read(10)
        finally:
            away.rename(socket)

    run(story)
