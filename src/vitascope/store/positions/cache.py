"""Arrays by what they were made of, the longest unused given up first.

An entry is filed with the versions it was made under; one of older versions may be mended instead of made anew. While
a scan writes, versions change many times a second, and an array of a million ids is not made anew for each: an entry
whose making was slow stays in use for a short while after *content* changed, never after a *person* changed something.
What is made of an entry that lags, lags as well: it must not be filed as if it knew what its source does not.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")

STALE_AFTER_S = 3.0
"""How long an array may lag behind a scan."""

_SLOW_S = 0.02
"""Making that takes less is simply repeated."""


@dataclass(frozen=True, slots=True)
class Versions:
    edit: Hashable
    """What must match: edits, and the person's own doings where they matter."""
    scan: Hashable
    edits: tuple[int, ...] = ()
    """The edit version of each section."""
    person: int = 0
    """The version of the person whose doings matter, if any does."""


_LAGS = "made of what lags"
"""The scan version of an entry that is nobody's."""


class _Making(threading.local):
    """Whether what this thread makes at the moment is made of something that lags; the innermost last."""

    def __init__(self) -> None:
        self.lags: list[bool] = []


_making = _Making()


@dataclass(slots=True)
class _Entry(Generic[T]):
    value: T
    versions: Versions
    made_at: float
    cost_s: float
    bytes: int


class ArrayCache(Generic[T]):
    """Thread-safe; a value that several threads ask for at once is made by one of them."""

    def __init__(
        self,
        limit_bytes: int,
        *,
        size_of: Callable[[T], int],
        clock: Callable[[], float] = time.monotonic,
        slow_s: float = _SLOW_S,
    ) -> None:
        self._limit_bytes = limit_bytes
        self._slow_s = slow_s
        self._size_of = size_of
        self._clock = clock
        self._entries: OrderedDict[Hashable, _Entry[T]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._makers: dict[Hashable, threading.Lock] = {}

    def get(
        self,
        key: Hashable,
        versions: Versions,
        make: Callable[[], T],
        mend: Callable[[T, Versions], T | None] = lambda _value, _versions: None,
    ) -> T:
        """The value for these versions, made when there is none that may be used. ``mend`` is given the one there is
        and its versions, and may make one out of it; ``None``: it cannot."""
        found = self._usable(key, versions)
        if found is not None:
            return self._used(found, versions)
        with self._maker(key):
            found = self._usable(key, versions)
            if found is not None:
                return self._used(found, versions)
            started = self._clock()
            with self._lock:
                old = self._entries.get(key)
            _making.lags.append(False)
            try:
                value = None if old is None else mend(old.value, old.versions)
                if value is None:
                    value = make()
            finally:
                lags = _making.lags.pop()
            made = replace(versions, scan=_LAGS) if lags else versions
            entry = _Entry(value, made, self._clock(), self._clock() - started, self._size_of(value))
            self._put(key, entry)
            return self._used(entry, versions)

    @staticmethod
    def _used(entry: _Entry[T], versions: Versions) -> T:
        """The value; who makes something of it right now is told when it lags."""
        if _making.lags and entry.versions.scan != versions.scan:
            _making.lags[-1] = True
        return entry.value

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a value, of whatever versions."""
        with self._lock:
            return key in self._entries

    def holds(self, key: Hashable, versions: Versions) -> bool:
        """Whether there is a value that may be used for these versions."""
        return self._usable(key, versions) is not None

    def is_of(self, key: Hashable, versions: Versions) -> bool:
        """Whether there is a value of these very versions."""
        with self._lock:
            entry = self._entries.get(key)
            return entry is not None and entry.versions == versions

    def has_room_for(self, size_bytes: int) -> bool:
        """Whether a value of this size is kept without another being given up."""
        return self._bytes + size_bytes <= self._limit_bytes

    def put(self, key: Hashable, versions: Versions, value: T, *, cost_s: float) -> None:
        """Keep a value that was made with others, in ``cost_s`` seconds."""
        self._put(key, _Entry(value, versions, self._clock(), cost_s, self._size_of(value)))

    def forget(self) -> None:
        """Forget everything; it is made again when it is asked for."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    @property
    def used_bytes(self) -> int:
        return self._bytes

    def _usable(self, key: Hashable, versions: Versions) -> _Entry[T] | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.versions.edit != versions.edit:
                return None
            if entry.versions.scan != versions.scan:
                age = self._clock() - entry.made_at
                if entry.cost_s < self._slow_s or age > STALE_AFTER_S + 10 * entry.cost_s:
                    return None
            self._entries.move_to_end(key)
            return entry

    def _maker(self, key: Hashable) -> threading.Lock:
        with self._lock:
            if len(self._makers) > 1000:
                self._makers = {kept: lock for kept, lock in self._makers.items() if lock.locked()}
            return self._makers.setdefault(key, threading.Lock())

    def _put(self, key: Hashable, entry: _Entry[T]) -> None:
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self._bytes -= old.bytes
            if entry.bytes > self._limit_bytes:
                return
            self._entries[key] = entry
            self._bytes += entry.bytes
            while self._bytes > self._limit_bytes:
                _, dropped = self._entries.popitem(last=False)
                self._bytes -= dropped.bytes
