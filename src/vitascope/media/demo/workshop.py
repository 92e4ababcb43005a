"""Where files come into being: written aside, noted in a journal, then moved to their place.

The journal (``.vitascope-demo/journal.jsonl`` in the library's directory) says which files are ours and how
large they are. A file is noted *before* it is moved, so that a run that was killed at any moment is completed
by the next one; a file that stands where one of ours should be and is not in the journal belongs to somebody
and is left alone.
"""

import errno
import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RECIPE = 2
"""Counts up when the contents change: files of an older recipe are made anew."""

STATE_DIR = ".vitascope-demo"
NEEDED_BYTES = 300_000_000


class DemoError(Exception):
    """The demo library cannot be made.

    - ``NotWritableError``: the directory cannot be made or written
    - ``NoSpaceError``: the disk is or would be full
    - ``BusyError``: another run is making the same library
    """


class NotWritableError(DemoError):
    """The directory cannot be made or written."""


class NoSpaceError(DemoError):
    """The disk is full, or too full to begin."""


class BusyError(DemoError):
    """Another run is making the same library."""


class Stopped(Exception):
    """Raised inside a job when the run is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Some files that are made together. ``run`` makes those of ``outputs`` that the bench wants."""

    part: str
    label: str
    outputs: Sequence[str]
    run: Callable[["Bench"], None]
    weight: int = 1


class Bench:
    """The library's directory: what of it is there, what is ours, and the way a file gets into it."""

    def __init__(self, directory: Path, *, ended: Callable[[], bool] = lambda: False) -> None:
        self.directory = directory
        self._state = directory / STATE_DIR
        self._journal = self._state / "journal.jsonl"
        self._sizes: dict[str, set[int]] = {}
        self._current: dict[str, int] = {}
        self._lock = threading.Lock()
        self._ended = ended
        self._count = 0
        self.made: list[str] = []

    @contextmanager
    def open(self) -> Iterator[None]:
        """Take the directory for this run; nobody else may make the same library meanwhile."""
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            handle = (self._state / "lock").open("a")
        except OSError as error:
            raise explained(error, self.directory) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError(f"another run is making the library in {self.directory}") from error
            self.reload()
            work = self._state / "work"
            shutil.rmtree(work, ignore_errors=True)
            try:
                work.mkdir()
                yield
            except OSError as error:
                raise explained(error, self.directory) from error
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def reload(self) -> None:
        """Read the journal, which other processes of the same run write too."""
        if not self._journal.exists():
            return
        for line in self._journal.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                path, size, recipe = str(entry["path"]), int(entry["bytes"]), int(entry["recipe"])
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a run that was killed
            self._sizes.setdefault(path, set()).add(size)
            if recipe == RECIPE:
                self._current[path] = size

    def check(self) -> None:
        """Raise ``Stopped`` if the run was asked to end."""
        if self._ended():
            raise Stopped

    def is_present(self, path: str) -> bool:
        """Whether our file of the present recipe is in its place."""
        return (size := self._size(path)) is not None and self._current.get(path) == size

    def is_foreign(self, path: str) -> bool:
        """Whether a file that we did not make, or that was changed since, is in the place of ours."""
        return (size := self._size(path)) is not None and size not in self._sizes.get(path, ())

    def wants(self, path: str) -> bool:
        """Whether the file is to be made."""
        return not self.is_present(path) and not self.is_foreign(path)

    def _size(self, path: str) -> int | None:
        try:
            return (self.directory / path).lstat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, path: str, write: Callable[[Path], None]) -> None:
        """Make one file: ``write`` fills a file of the same ending, which then takes its place."""
        self.check()
        if not self.wants(path):
            return
        with self._lock:
            self._count += 1
            aside = self._state / "work" / f"{os.getpid()}-{self._count}{Path(path).suffix}"
        write(aside)
        size = aside.stat().st_size
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            with self._journal.open("a", encoding="utf-8") as journal:
                journal.write(json.dumps({"path": path, "bytes": size, "recipe": RECIPE}) + "\n")
            self._sizes.setdefault(path, set()).add(size)
            self._current[path] = size
            os.replace(aside, target)  # noqa: PTH105 - Path.replace would do the same, less plainly
            self.made.append(path)

    def put_bytes(self, path: str, data: Callable[[], bytes]) -> None:
        """Make one small file; ``data`` is called only if it is wanted."""
        self.put(path, lambda aside: _store(aside, data()))


def _store(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def explained(error: OSError, directory: Path) -> DemoError:
    """What went wrong with the disk, in one sentence that says what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpaceError(f"the disk that holds {directory} is full; the library needs {NEEDED_BYTES // 10**6} MB")
    reason = (error.strerror or str(error)).lower()
    return NotWritableError(f"cannot write to {error.filename or directory}: {reason}")


def require_space(directory: Path, missing_bytes: int) -> None:
    """Raise ``NoSpaceError`` if less than ``missing_bytes`` is free where the directory is or will be."""
    place = directory
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < missing_bytes:
        raise NoSpaceError(f"{directory} has {free // 10**6} MB free, and {missing_bytes // 10**6} MB are needed")
