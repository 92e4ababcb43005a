"""Finished pictures on disk, so that a grid of posters is scaled once and then only read.

Files lie below ``Cache/PhotoTranscoder``, two levels deep, named by a hash over what the source was (path, size,
modification time) and what was asked; a changed source simply has another name. They are written beside their place
and moved into it, so a reader never sees half a picture and two processes may write the same one. What was used
longest ago goes first when the cache outgrows its limit: reading renews a file's time, at most once an hour.

Plain files and no image library: the server process looks up, workers write.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from vitascope.media import reach
from vitascope.media.images.request import CONTENT_TYPES, PhotoRequest

RENDER_VERSION = 2
"""Raised when the same request would give another picture: the old answers are then never found again."""
_RENEW_AFTER_S = 3600
_ABANDONED_AFTER_S = 3600
_SWEEP_TO = 0.85
_TEMPORARY = ".part-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """What a picture was when it was read. Anything stable may stand in for the path of bytes that have none."""

    path: bytes
    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, path: str | bytes | os.PathLike[str]) -> "SourceIdentity":
        """Raises ``OSError`` when the file is not there."""
        found = reach.stat(os.fsencode(path))
        return cls(path=os.fsencode(path), size_bytes=found.st_size, mtime_ns=found.st_mtime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPicture:
    path: Path
    content_type: str
    size_bytes: int
    etag: str

    def read(self) -> bytes:
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    kept_bytes: int
    removed_files: int
    removed_bytes: int


class PictureCache:
    """A directory of finished pictures of at most ``max_bytes``, shared by any number of processes."""

    def __init__(
        self, directory: str | os.PathLike[str], *, max_bytes: int = 1 << 30, now: Callable[[], float] = time.time
    ) -> None:
        self._directory = Path(directory)
        self._max_bytes = max_bytes
        self._now = now
        self._estimated_bytes: int | None = None

    def find(self, source: SourceIdentity, request: PhotoRequest) -> CachedPicture | None:
        """The finished picture, or ``None``. One ``stat``."""
        name = _name(source, request)
        path = self._path(name, request)
        try:
            found = path.stat()
        except OSError:
            return None
        now = self._now()
        if now - found.st_mtime > _RENEW_AFTER_S:
            with contextlib.suppress(OSError):
                os.utime(path, (now, now))
        return CachedPicture(path=path, content_type=request.content_type, size_bytes=found.st_size, etag=name)

    def entity_tag(self, source: SourceIdentity, request: PhotoRequest) -> str:
        """The tag of a finished picture, which is known before there is one."""
        return _name(source, request)

    def store(self, source: SourceIdentity, request: PhotoRequest, picture: bytes) -> CachedPicture:
        """Keep a finished picture. Raises ``OSError`` when the disk does not take it; nothing is left behind then."""
        name = _name(source, request)
        path = self._path(name, request)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=_TEMPORARY, dir=path.parent, delete=False) as file:
            temporary = Path(file.name)
            try:
                file.write(picture)
                file.flush()
                now = self._now()
                os.utime(temporary, (now, now))
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        if self._estimated_bytes is not None:
            self._estimated_bytes += len(picture)
        return CachedPicture(path=path, content_type=request.content_type, size_bytes=len(picture), etag=name)

    @property
    def needs_sweep(self) -> bool:
        """Whether the cache may have outgrown its limit, as far as this process knows."""
        return self._estimated_bytes is None or self._estimated_bytes > self._max_bytes

    def sweep(self, *, unused_for_s: float | None = None) -> SweepResult:
        """Remove what was used longest ago until the cache is well below its limit, and what crashes left behind;
        with ``unused_for_s`` also what was not used for so long."""
        now = self._now()
        files: list[tuple[float, int, str]] = []
        removed_files = removed_bytes = 0
        for directory in self._subdirectories():
            for entry in _entries(directory):
                try:
                    if not entry.is_file(follow_symlinks=False):
                        continue
                    found = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                age = now - found.st_mtime
                is_old = unused_for_s is not None and age > unused_for_s
                if not entry.name.startswith(_TEMPORARY) and not is_old:
                    files.append((found.st_mtime, found.st_size, entry.path))
                elif age > _ABANDONED_AFTER_S and _remove(entry.path):
                    removed_files, removed_bytes = removed_files + 1, removed_bytes + found.st_size
        total = sum(size for _, size, _ in files)
        if total > self._max_bytes:
            for _, size, path in sorted(files):
                if total <= self._max_bytes * _SWEEP_TO:
                    break
                if _remove(path):
                    total, removed_files, removed_bytes = total - size, removed_files + 1, removed_bytes + size
        self._estimated_bytes = total
        return SweepResult(kept_bytes=total, removed_files=removed_files, removed_bytes=removed_bytes)

    def _path(self, name: str, request: PhotoRequest) -> Path:
        if request.format not in CONTENT_TYPES:
            raise ValueError(f"no such picture format: {request.format}")
        return self._directory / name[:2] / f"{name}.{request.format}"

    def _subdirectories(self) -> list[str]:
        return [entry.path for entry in _entries(self._directory) if entry.is_dir(follow_symlinks=False)]


def _name(source: SourceIdentity, request: PhotoRequest) -> str:
    digest = blake2b(digest_size=16)
    head = f"{RENDER_VERSION}|{source.size_bytes}|{source.mtime_ns}|{request.key()}\0"
    digest.update(head.encode())
    digest.update(source.path)
    return digest.hexdigest()


def _entries(directory: str | os.PathLike[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except OSError:
        return []


def _remove(path: str) -> bool:
    try:
        Path(path).unlink()
    except OSError:
        return False
    return True
