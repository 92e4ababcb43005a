"""How often somebody may be wrong before they have to wait.

A key (an address, a name) may fail some times for free; each further failure doubles the wait, up to a most. Failures
are forgotten after a while without new ones, and a success forgets those of its key. A wait has an end, always: what
keeps an attacker out for ever would keep the owner out as well.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from vitascope.accounts.locality import parse_address

_REMEMBERED = 4_096


@dataclass(slots=True)
class _Record:
    failures: int = 0
    last: float = 0.0
    until: float = 0.0


class Throttle:
    """Counts failures by key, in memory. Used from the event loop only."""

    def __init__(
        self,
        *,
        free: int,
        most_seconds: float,
        forgotten_after: float = 3_600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free = free
        self._most = most_seconds
        self._forgotten = forgotten_after
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the key may try again; 0 when it may now."""
        record = self._records.get(key)
        return max(record.until - self._clock(), 0.0) if record else 0.0

    def failed(self, key: str) -> None:
        """The key was wrong once more."""
        now = self._clock()
        record = self._records.pop(key, None) or _Record()
        if now - record.last > self._forgotten:
            record = _Record()
        record.failures += 1
        record.last = now
        beyond = record.failures - self._free
        if beyond > 0:
            record.until = now + min(2.0 ** min(beyond - 1, 32), self._most)
        self._records[key] = record
        while len(self._records) > _REMEMBERED:
            self._records.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """The key was right: its failures are forgotten."""
        self._records.pop(key, None)

    def clear(self) -> None:
        """Forgets everything."""
        self._records.clear()


def address_key(peer: str | None, forwarded: str | None = None) -> str:
    """The key of an address: of IPv6 the network of a house (/64), since whoever has one address has them all.

    Behind a proxy everybody has the proxy's address; what the proxy last added to ``X-Forwarded-For`` tells them apart.
    It proves nothing, so it never widens what an address may do: callers count by the address alone as well.
    """
    address = parse_address(peer) if peer else None
    key = str(address) if address else "unknown"
    if address is not None and address.version == 6:
        key = ":".join(address.exploded.split(":")[:4]) + "::/64"
    behind = parse_address(forwarded.rpartition(",")[2].strip()) if forwarded else None
    return f"{key} {address_key(str(behind))}" if behind else key
