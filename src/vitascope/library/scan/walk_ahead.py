"""The walk in a thread of its own, a few folders ahead of what is done with them.

It is a thread because a dead mount hangs the system call that lists it: then the walk is declared lost after the time
limit, and the thread is left behind until the process ends.
"""

import queue
import threading
import time
from collections.abc import Iterator

from vitascope.library.scan.walk import Folder, RootLost, Walker

_AHEAD = 128
_LOOK_EVERY_S = 0.5


class WalkAhead:
    """Iterates over the folders of a walk. Raises what the walk raised, and :class:`RootLost` when it hangs."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._queue: queue.Queue[Folder | Exception | None] = queue.Queue(_AHEAD)
        self._last = time.monotonic()
        self._stopped = False

    def beat(self) -> None:
        """A listing begins."""
        self._last = time.monotonic()

    def folders(self, walker: Walker, start: bytes) -> Iterator[Folder]:
        thread = threading.Thread(target=self._run, args=(walker, start), name="scan-walk", daemon=True)
        thread.start()
        try:
            while True:
                try:
                    found = self._queue.get(timeout=_LOOK_EVERY_S)
                except queue.Empty:
                    if time.monotonic() - self._last > self._limit_s:
                        raise RootLost(None, f"a folder took longer than {self._limit_s:g} s to list") from None
                    continue
                if found is None:
                    return
                if isinstance(found, Exception):
                    raise found
                yield found
        finally:
            self._stopped = True

    def _run(self, walker: Walker, start: bytes) -> None:
        try:
            for folder in walker.walk(start):
                if not self._put(folder):
                    return
            self._put(None)
        except Exception as error:  # noqa: BLE001 - raised again where the folders are consumed
            self._put(error)

    def _put(self, found: Folder | Exception | None) -> bool:
        while not self._stopped:
            try:
                self._queue.put(found, timeout=_LOOK_EVERY_S)
            except queue.Full:
                self._last = time.monotonic()  # waiting for the consumer is not hanging
            else:
                return True
        return False
