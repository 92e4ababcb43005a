"""Far files: the bytes are those of the file wherever reading begins, and no more are fetched than is asked."""

import os
import threading
from pathlib import Path

import pytest
from tests.media.reach.conftest import POINT, STRANGE
from tests.support.far import FarFolder

from vitascope.media import reach
from vitascope.media.probe.opening import MediaFile
from vitascope.media.reach.dial import patiently, tries_again
from vitascope.media.reach.file import LARGEST_BYTES, SMALLEST_BYTES, FarFile
from vitascope.media.workers import MediaError, Reason

FILM = f"{POINT}/{STRANGE}/film.mkv".encode()


def _opened(path: bytes) -> FarFile:
    far = reach.find(path)
    assert far is not None
    return FarFile(far)


def test_its_bytes_are_those_of_the_file(far: FarFolder) -> None:
    data = (far.folder / STRANGE / "film.mkv").read_bytes()
    with _opened(FILM) as file:
        assert file.size_bytes == len(data)
        for start, count in (
            (0, 10),
            (2_999_990, 100),
            (1_000_000, 1),
            (65_530, 20),
            (0, 3_000_000),
            (5, 0),
            (9**9, 4),
        ):
            assert file.read_at(start, count) == data[start : start + count]


@pytest.mark.usefixtures("far")
def test_it_fetches_little_here_and_much_where_it_reads_on() -> None:
    asked: list[tuple[int, int]] = []

    class Watched(FarFile):
        def _fetch(self, start: int, stop: int) -> bytes:
            asked.append((start, stop))
            return super()._fetch(start, stop)

    found = reach.find(FILM)
    assert found is not None
    with Watched(found) as file:
        file.read_at(1_000_000, 4)
        file.read_at(1_000_100, 4)
        file.read_at(1_000_000, 4)
        assert asked == [(1_000_000, 1_000_000 + SMALLEST_BYTES)]
        for at in range(0, 3_000_000, 10_000):
            file.read_at(at, 10_000)
    sizes = [stop - start for start, stop in asked[1:]]
    assert sizes[0] == SMALLEST_BYTES
    assert max(sizes) > 8 * SMALLEST_BYTES
    assert max(sizes) <= LARGEST_BYTES
    assert len(asked) < 12
    asked.clear()
    with Watched(found, here_and_there=True) as file:
        for at in range(0, 300_000, 10_000):  # a key frame
            file.read_at(at, 10_000)
    assert sum(stop - start for start, stop in asked) < 300_000 + 2 * SMALLEST_BYTES


def test_a_media_file_may_be_far(far: FarFolder) -> None:
    data = (far.folder / STRANGE / "film.mkv").read_bytes()
    with MediaFile(FILM) as file:
        assert file.fd is None
        assert file.head == data[:65_536]
        stream = file.stream()
        assert stream.seek(-10, os.SEEK_END) == len(data) - 10
        assert stream.read() == data[-10:]


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (f"{POINT}/nothing.mkv", Reason.MISSING),
        (f"{POINT}/{STRANGE}", Reason.NOT_A_FILE),
        (f"{POINT}/empty.txt", Reason.EMPTY),
        (f"{POINT}/../secret.txt", Reason.UNREADABLE),
    ],
)
def test_what_is_no_media_file_says_why(path: str, reason: Reason) -> None:
    with pytest.raises(MediaError) as refused:
        MediaFile(path)
    assert refused.value.reason is reason


def test_it_reads_on_after_its_server_came_back(far: FarFolder) -> None:
    data = (far.folder / STRANGE / "film.mkv").read_bytes()
    with _opened(FILM) as file:
        assert file.read_at(0, 10) == data[:10]
        far.die()
        with pytest.raises(OSError, match="not connected"):
            file.read_at(1_000_000, 10)
        assert file.read_at(0, 10) == data[:10]
        far.start()
        assert file.read_at(1_000_000, 10) == data[1_000_000:1_000_010]


def test_who_watches_waits_until_its_server_is_back(far: FarFolder) -> None:
    data = (far.folder / STRANGE / "film.mkv").read_bytes()
    with _opened(FILM) as file:
        file.read_at(0, 10)
        far.die()
        back = threading.Thread(target=far.start)
        with patiently(120):
            back.start()
            assert file.read_at(2_000_000, 10) == data[2_000_000:2_000_010]
            assert reach.stat(FILM).st_size == len(data)
        back.join()
    assert not tries_again()


def test_a_file_that_became_another_is_not_read_on(far: FarFolder) -> None:
    changing = far.folder / "changing.bin"
    changing.write_bytes(bytes(1_000_000))
    with _opened(f"{POINT}/changing.bin".encode()) as file:
        file.read_at(0, 10)
        changing.write_bytes(b"\1" * 1_500_000)
        with pytest.raises(OSError, match="Input/output"):
            for at in range(100_000, 1_000_000, 100_000):
                file.read_at(at, 10)
    changing.unlink()


def test_nobody_else_comes_near_the_socket(far: FarFolder) -> None:
    folder = Path(far.point.socket).parent
    assert folder.stat().st_mode & 0o077 == 0
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.setgid(65_534)
            os.setuid(65_534)
            from vitascope.media.reach.dial import connect

            try:
                connect(far.point.socket)
            except PermissionError:
                code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
