"""Answers kept on disk for a day, so that looking at candidates, choosing one and being asked again costs the service
one question and not three. A folder that cannot be written to means only that more is asked."""

import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

KEPT_S = 86_400
MOST = 2_000
_LOOKED_THROUGH_EVERY = 100


class KeptAnswers:
    """One file for each address, named by its digest; the time of the file is the time of the answer."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._written = 0

    def get(self, url: str) -> bytes | None:
        """What was answered there within a day."""
        path = self._path(url)
        try:
            if not 0 <= self._clock() - path.stat().st_mtime < KEPT_S:
                return None
            return path.read_bytes()
        except OSError:
            return None

    def put(self, url: str, body: bytes) -> None:
        """Keeps an answer."""
        path = self._path(url)
        part = path.with_suffix(".part")
        now = self._clock()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(body)
            os.utime(part, (now, now))
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
            return
        if self._written % _LOOKED_THROUGH_EVERY == 0:
            self._look_through()
        self._written += 1

    def _path(self, url: str) -> Path:
        return self._folder / f"{hashlib.sha256(url.encode()).hexdigest()}.json"

    def _look_through(self) -> None:
        """Deletes what is older than a day, and the oldest beyond :data:`MOST`."""
        with contextlib.suppress(OSError):
            by_age = sorted(((each.stat().st_mtime, each) for each in self._folder.iterdir()), reverse=True)
            for at, (time_of, path) in enumerate(by_age):
                if at >= MOST or self._clock() - time_of >= KEPT_S:
                    path.unlink()
