"""Around the tar: zstd, then age, as a stream of flat memory; opened by ``age -d | zstd -d | tar x``.

pyrage pulls from a reader and pushes into a writer, so it works in a thread at one end of a pipe. Whatever breaks at
one end closes the pipe, and the first cause is what is raised. On the way back every byte is checked by age as it
comes; the last one as well, so a file that was cut is noticed even where nothing but its end is missing.
"""

import os
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Any, BinaryIO, Self, cast

from vitascope.ops.backup.errors import BadArchive, CannotWrite, WrongKey

AGE_MAGIC = b"age-encryption.org/v1\n"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_LEVEL = 3
_WINDOW_BYTES = 128 << 20
_PIPE_BYTES = 1 << 20
_SLICE_BYTES = 1024
"""Of compressed bytes taken at once: a block of zstd that stands for 128 KiB can be as small as 4 bytes."""
_READ_BYTES = 256 << 10


class _Noting:
    """Writes all of what it is given, and remembers why it could not: pyrage keeps only the text of an error."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            self.failure = error
            raise
        return len(data)

    def flush(self) -> None:
        self._file.flush()


class Sealer:
    """Compresses and encrypts what is written to it, into ``file``, which is not buffered. Without recipients it only
    compresses."""

    def __init__(self, file: BinaryIO, recipients: Sequence[Any]) -> None:
        import zstandard

        self._target = _Noting(file)
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        sink: Any = self._target
        if recipients:
            reading, writing = os.pipe()
            sink = os.fdopen(writing, "wb", buffering=0)
            self._thread = threading.Thread(target=self._encrypt, args=(reading, list(recipients)), daemon=True)
            self._thread.start()
        self._sink = sink
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self._stream = compressor.stream_writer(cast("IO[bytes]", _Whole(sink)), closefd=False)

    def _encrypt(self, reading: int, recipients: list[Any]) -> None:
        import pyrage

        with os.fdopen(reading, "rb", buffering=_PIPE_BYTES) as source:
            try:
                pyrage.encrypt_io(source, self._target, recipients)
            except Exception as error:  # noqa: BLE001  # raised where it was asked for
                self._failure = error

    def write(self, data: bytes) -> None:
        """Raises :class:`CannotWrite`."""
        try:
            self._stream.write(data)
        except OSError as error:
            self._raise(error)

    def finish(self) -> None:
        """Writes the end. Raises :class:`CannotWrite`."""
        import zstandard

        try:
            self._stream.flush(zstandard.FLUSH_FRAME)
        except OSError as error:
            self._raise(error)
        self._join()
        if self._failure is not None:
            self._raise(self._failure)

    def abort(self) -> None:
        """Ends the thread; what was written is of no use."""
        self._join()

    def _join(self) -> None:
        if self._thread is not None:
            self._sink.close()
            self._thread.join()
            self._thread = None

    def _raise(self, error: BaseException) -> None:
        self._join()
        cause = self._target.failure or self._failure or error
        raise CannotWrite(f"the backup cannot be written: {getattr(cause, 'strerror', None) or cause}") from cause


class _Whole:
    """Writes all of what it is given; a pipe may take less at once."""

    def __init__(self, sink: Any) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            rest = rest[self._sink.write(rest) :]
        return len(data)

    def flush(self, *_: object) -> None:
        """Nothing waits here."""


class Unsealer:
    """Reads what a :class:`Sealer` wrote. Raises :class:`WrongKey` and :class:`BadArchive`."""

    def __init__(self, file: BinaryIO, identities: Sequence[Any]) -> None:
        import zstandard

        self._file = file
        self.taken_bytes = 0
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._buffer = bytearray()
        self._compressed = memoryview(b"")
        self._zstd = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES).decompressobj()
        start = file.read(len(AGE_MAGIC))
        file.seek(0)
        self.encrypted = start == AGE_MAGIC
        if self.encrypted:
            if not identities:
                raise WrongKey("the archive is encrypted, and no identity was given")
            reading, writing = os.pipe()
            self._source: Any = os.fdopen(reading, "rb", buffering=0)
            self._thread = threading.Thread(target=self._decrypt, args=(writing, list(identities)), daemon=True)
            self._thread.start()
        elif start[:4] == ZSTD_MAGIC:
            self._source = file
        else:
            raise BadArchive("this is no backup: it begins neither as age nor as zstd does")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _decrypt(self, writing: int, identities: list[Any]) -> None:
        import pyrage

        with os.fdopen(writing, "wb", buffering=0) as sink:
            try:
                pyrage.decrypt_io(self._file, _Whole(sink), identities)
            except Exception as error:  # noqa: BLE001  # raised where it was asked for
                self._failure = error

    def close(self) -> None:
        """Ends the thread."""
        if self._thread is not None:
            self._source.close()
            self._thread.join()
            self._thread = None

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end, which then was reached in order."""
        while len(self._buffer) < size and not self._zstd.eof:
            self._more()
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        self.taken_bytes += len(taken)
        return taken

    def check_end(self) -> None:
        """Nothing may follow, in any of the layers."""
        if self._buffer or not self._zstd.eof:
            raise BadArchive("the archive goes on behind its end")
        if self._zstd.unused_data or self._compressed or self._read():
            raise BadArchive("there is something behind the end of the archive")

    def _more(self) -> None:
        import zstandard

        if not self._compressed:
            self._compressed = memoryview(self._read())
            if not self._compressed:
                raise BadArchive("the archive ends early")
        piece, self._compressed = self._compressed[:_SLICE_BYTES], self._compressed[_SLICE_BYTES:]
        try:
            self._buffer += self._zstd.decompress(piece)
        except zstandard.ZstdError as error:
            raise BadArchive(f"the archive is damaged: {error}") from error

    def _read(self) -> bytes:
        data = bytes(self._source.read(_READ_BYTES) or b"")
        if not data:
            self._raise_decryption()
        return data

    def _raise_decryption(self) -> None:
        """At the end of the pipe the thread has said why it ended."""
        if self._thread is None:
            return
        self.close()
        error = self._failure
        if error is None or isinstance(error, BrokenPipeError):
            return
        if "No matching keys" in str(error):
            raise WrongKey("the archive is not encrypted to this identity") from error
        raise BadArchive(f"the archive is damaged: {error}") from error
