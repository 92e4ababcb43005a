"""Opening a media file so that nothing but that file can be read.

Media is hostile (design rule 4), names included. A file is opened once, by us: only when it is a regular file (a pipe
would hang its reader), whatever bytes its name has and however long its path is. From there on only the descriptor is
used. libav gets it through its ``fd:`` protocol, which is then the only protocol it may use: a playlist in the dress
of a film (the class of CVE-2016-1897) could name ``file:///etc/passwd`` but not open it. Which demuxer reads the file
is decided here from its first bytes, from a list without the formats that refer to other files.

A far file (:mod:`vitascope.media.reach`) has no descriptor; libav is given a stream of ours then, and no protocol.
"""

import io
import os
import stat
from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from vitascope.media.reach import table
from vitascope.media.reach.file import FarFile, FarStream
from vitascope.media.workers.failure import MediaError, Reason, reason_of

HEAD_BYTES = 64 * 1024
_OPEN_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_STEP_BYTES = 2048


class MediaFile:
    """An open regular file that is not empty. Raises :class:`MediaError` for everything else.

    ``here_and_there``: a few places of it will be read, and what lies behind each of them will not. Else the kernel
    fetches more than was asked for, up to 128 KiB at each place.
    """

    def __init__(self, path: str | bytes, *, here_and_there: bool = False) -> None:
        self.path = os.fsencode(path)
        self._far = _open_far(self.path, here_and_there=here_and_there)
        if self._far is None:
            self._fd = _open_regular(self.path)
            status = os.fstat(self._fd)
            self.size_bytes = status.st_size
            if here_and_there and not os.major(status.st_dev):  # no disk of its own: a mount, where bytes may cost
                with suppress(OSError):
                    os.posix_fadvise(self._fd, 0, 0, os.POSIX_FADV_RANDOM)
        else:
            self.size_bytes = self._far.size_bytes
        if not self.size_bytes:
            self.close()
            raise MediaError(Reason.EMPTY, "zero bytes")

    @property
    def fd(self) -> int | None:
        """The descriptor; ``None`` for a far file, which has only its stream."""
        return None if self._far is not None else self._fd

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB."""
        return self.read_at(0, HEAD_BYTES)

    def read_at(self, offset: int, count: int, /) -> bytes:
        """Up to ``count`` bytes; fewer at the end of the file. Raises :class:`MediaError` when the disk fails."""
        if offset < 0 or offset >= self.size_bytes:
            return b""
        try:
            return os.pread(self._fd, count, offset) if self._far is None else self._far.read_at(offset, count)
        except OSError as error:
            raise _refusal(error) from error

    def stream(self) -> BinaryIO:
        """A seekable stream at the beginning, for libraries that want one. It does not own the descriptor."""
        if self._far is not None:
            return io.BufferedReader(FarStream(self._far))
        os.lseek(self._fd, 0, os.SEEK_SET)
        return open(self._fd, "rb", closefd=False)

    def for_libav(self) -> tuple[str | FarStream, dict[str, str]]:
        """What libav opens, at its beginning, and the options that leave it nothing else."""
        if self._far is not None:
            return FarStream(self._far), {"protocol_whitelist": "fd"}
        os.lseek(self._fd, 0, os.SEEK_SET)
        return "fd:", {"protocol_whitelist": "fd", "fd": str(self._fd)}

    def close(self) -> None:
        if self._far is None:
            os.close(self._fd)
        else:
            self._far.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Reads(Protocol):
    """Random reads of a few bytes here and there, over ``size`` bytes."""

    @property
    def size(self) -> int: ...

    def get(self, offset: int, count: int, /) -> bytes: ...


class Window:
    """Random reads of a few bytes here and there, served from blocks of 64 KiB."""

    BLOCK_BYTES = 64 * 1024

    def __init__(self, file: MediaFile) -> None:
        self._file = file
        self._start = 0
        self._block = file.head

    @property
    def size(self) -> int:
        return self._file.size_bytes

    def get(self, offset: int, count: int, /) -> bytes:
        """Up to ``count`` bytes at ``offset``."""
        place = offset - self._start
        if place < 0 or place + count > len(self._block):
            if count > self.BLOCK_BYTES:
                return self._file.read_at(offset, count)
            self._start, self._block = offset, self._file.read_at(offset, self.BLOCK_BYTES)
            place = 0
        return self._block[place : place + count]


def _open_far(path: bytes, *, here_and_there: bool) -> FarFile | None:
    try:
        far = table.find(path)
        return None if far is None else FarFile(far, here_and_there=here_and_there)
    except IsADirectoryError as error:
        raise MediaError(Reason.NOT_A_FILE, "not a regular file") from error
    except OSError as error:
        raise _refusal(error) from error


def _open_regular(path: bytes) -> int:
    try:
        folder, name = _reach(path)
    except OSError as error:
        raise _refusal(error) from error
    try:
        # Looked at before it is opened: opening a pipe or a device can hang or have effects.
        if not stat.S_ISREG(os.stat(name, dir_fd=folder).st_mode):
            raise MediaError(Reason.NOT_A_FILE, "not a regular file")
        fd = os.open(name, _OPEN_FLAGS, dir_fd=folder)
    except OSError as error:
        raise _refusal(error) from error
    finally:
        if folder is not None:
            os.close(folder)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise MediaError(Reason.NOT_A_FILE, "not a regular file")
    return fd


def _reach(path: bytes) -> tuple[int | None, bytes]:
    """A folder descriptor and the rest of the path, short enough for the kernel (which takes 4,095 bytes)."""
    folder: int | None = None
    while len(path) > _STEP_BYTES:
        cut = path.rfind(b"/", 1, _STEP_BYTES)
        if cut < 1:
            break
        flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
        try:
            reached = os.open(path[:cut], flags, dir_fd=folder)
        finally:
            if folder is not None:
                os.close(folder)
        folder, path = reached, path[cut:].lstrip(b"/")
    return folder, path


def _refusal(error: OSError) -> MediaError:
    return MediaError(reason_of(error), error.strerror or "")
