"""What the kernel is told of a file whose place cannot say what lies in memory, and what is read of it."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from vitascope.api.pieces import CHUNK_BYTES, MOST_AHEAD_BYTES, FilePieces

MB = 1 << 20
SIZE = 24 * MB


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pieces") / "film.mkv"
    path.write_bytes(b"".join(number.to_bytes(4, "big") * 1024 for number in range(SIZE // 4096)))
    return path


class Told:
    """Advices to the kernel, written down and passed on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ranges: list[tuple[int, int]] = []
        real = os.posix_fadvise

        def advise(fd: int, offset: int, length: int, advice: int) -> None:
            if advice == os.POSIX_FADV_WILLNEED:
                self.ranges.append((offset, offset + length))
            real(fd, offset, length, advice)

        monkeypatch.setattr(os, "posix_fadvise", advise)

    @property
    def end(self) -> int:
        return max((end for _, end in self.ranges), default=0)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


@pytest.fixture
def mount(monkeypatch: pytest.MonkeyPatch) -> None:
    """As FUSE answers."""

    def preadv(*_: object) -> int:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "preadv", preadv)


def read(path: Path, start: int, stop: int, told: Told, *, most: int | None = None) -> tuple[bytes, list[int]]:
    """The range, and how far ahead of what was sent the kernel had been told at each piece."""

    async def run() -> tuple[bytes, list[int]]:
        gone = asyncio.create_task(asyncio.sleep(3600))
        fd = os.open(path, os.O_RDONLY)
        try:
            pieces, data, ahead = FilePieces(fd, stop), b"", []
            while start + len(data) < (most or stop):
                at = start + len(data)
                piece = await pieces.read(at, stop - at, gone)
                assert 0 < len(piece) <= stop - at
                data += bytes(piece)
                await asyncio.sleep(0.01)
                ahead.append(told.end - start - len(data))
            await pieces.close()
            await asyncio.sleep(0.05)
            return data, ahead
        finally:
            gone.cancel()
            os.close(fd)

    return asyncio.run(run())


@pytest.mark.usefixtures("mount")
@pytest.mark.parametrize(("start", "stop"), [(0, SIZE), (12_345, 9 * MB + 7), (SIZE - 5, SIZE), (0, 1)])
def test_the_kernel_is_told_of_every_byte_that_is_sent_once_and_of_no_other(
    content: Path, told: Told, start: int, stop: int
) -> None:
    data, _ = read(content, start, stop, told)
    assert data == content.read_bytes()[start:stop]
    assert told.ranges[0][0] == start
    assert told.end == stop
    assert all(end == begin for (_, end), (begin, _) in zip(told.ranges, told.ranges[1:], strict=False))


@pytest.mark.usefixtures("mount")
def test_what_is_read_ahead_grows_with_what_was_sent(content: Path, told: Told) -> None:
    _, ahead = read(content, 0, SIZE, told, most=12 * MB)
    assert ahead[0] <= 2 * CHUNK_BYTES
    assert all(later <= 2 * CHUNK_BYTES + (number + 1) * MB for number, later in enumerate(ahead))
    assert max(ahead) > MOST_AHEAD_BYTES - MB
    assert max(ahead) <= MOST_AHEAD_BYTES + MB


def test_a_disk_of_this_machine_needs_no_telling(content: Path, told: Told) -> None:
    content.read_bytes()
    data, _ = read(content, 0, SIZE, told)
    assert data == content.read_bytes()
    assert not told.ranges


@pytest.mark.usefixtures("mount")
def test_an_advice_that_is_refused_costs_nothing_else(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    told = Told(monkeypatch)
    monkeypatch.setattr(os, "posix_fadvise", refuse)
    data, _ = read(content, 0, SIZE, told)
    assert data == content.read_bytes()
