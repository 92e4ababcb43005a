"""A far file for random reads.

Read in blocks, each by a request of its own for exactly its bytes, over one connection that is kept: a probe fetches
some 64 KiB here and there and not what lies between. Whoever reads on and on gets larger blocks, up to 4 MiB; who said
that a few places are all, up to 128 KiB: more requests, and less in vain. The blocks read last are kept, since readers
of media return to where they were.
"""

import errno
import http.client
import io
import os
import stat as modes
from collections import OrderedDict
from types import TracebackType
from typing import Self

from vitascope.media.reach import webdav
from vitascope.media.reach.dial import tries_again
from vitascope.media.reach.table import Far

SMALLEST_BYTES = 64 * 1024
LARGEST_BYTES = 4 * 1024 * 1024
_LARGEST_OF_A_PLACE_BYTES = 128 * 1024
_KEPT = 8


class FarFile:
    """An open far file. Raises ``OSError`` when there is none. Not for two threads at once."""

    def __init__(self, far: Far, *, here_and_there: bool = False) -> None:
        status = webdav.look(far)
        if not modes.S_ISREG(status.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        self.size_bytes = status.st_size
        self._far = far
        self._line = webdav.Line(far.point)
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._read_on_at = 0
        self._step = SMALLEST_BYTES
        self._largest = _LARGEST_OF_A_PLACE_BYTES if here_and_there else LARGEST_BYTES

    def read_at(self, offset: int, count: int, /) -> bytes:
        """Up to ``count`` bytes; fewer at the end of the file. Raises ``OSError``."""
        end = min(offset + count, self.size_bytes)
        pieces: list[bytes] = []
        while 0 <= offset < end:
            piece = self._kept(offset, end) or self._block(offset, end)[: end - offset]
            pieces.append(piece)
            offset += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _kept(self, offset: int, end: int) -> bytes:
        for start, block in reversed(self._blocks.items()):
            if start <= offset < start + len(block):
                self._blocks.move_to_end(start)
                return block[offset - start : end - start]
        return b""

    def _block(self, offset: int, end: int) -> bytes:
        """Fetches what begins at ``offset``, and keeps it."""
        self._step = min(self._step * 2, self._largest) if offset == self._read_on_at else SMALLEST_BYTES
        stop = min(max(min(end, offset + LARGEST_BYTES), offset + self._step), self.size_bytes)
        block = self._fetch(offset, stop)
        self._read_on_at = stop
        self._blocks[offset] = block
        while len(self._blocks) > _KEPT:
            self._blocks.popitem(last=False)
        return block

    def _fetch(self, start: int, stop: int) -> bytes:
        while True:
            try:
                return self._answered(start, stop)
            except OSError as error:
                self._line.close()
                if error.errno != errno.ENOTCONN or not tries_again():
                    raise

    def _answered(self, start: int, stop: int) -> bytes:
        answer = self._line.ask("GET", self._far.path, {"Range": f"bytes={start}-{stop - 1}"})
        promised = f"bytes {start}-{stop - 1}/{self.size_bytes}"
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT or answer.headers.get("Content-Range") != promised:
            raise webdav.broken()
        try:
            data = answer.read(stop - start)
        except (http.client.HTTPException, OSError) as error:
            raise webdav.gone(error) from error
        if len(data) != stop - start:
            raise webdav.lost()
        return data

    def close(self) -> None:
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class FarStream(io.RawIOBase):
    """The same as a seekable stream, for libraries that want one. It does not own the file."""

    def __init__(self, file: FarFile) -> None:
        super().__init__()
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._file.size_bytes}[whence]
        if base + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = base + offset
        return self._at

    def read(self, count: int = -1, /) -> bytes:
        data = self._file.read_at(self._at, self._file.size_bytes if count < 0 else count)
        self._at += len(data)
        return data

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]  # any buffer
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
