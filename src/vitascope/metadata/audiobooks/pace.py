"""How fast one service is asked: a few questions at once, then one a second; and not at all for as long as it said.

Audnexus serves 100 requests a minute to one address and answers 429 beyond that; whoever is told so stays away for the
time that ``Retry-After`` names (RFC 9110, 10.2.3).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from vitascope.metadata.online.errors import ProviderError

AT_ONCE = 30
EACH_S = 1.0
_UNSAID_S = 60.0
_LONGEST_S = 3_600.0


class Pace:
    """Of one service. ``clock`` counts seconds, ``sleep`` waits for some."""

    def __init__(
        self,
        name: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._left = float(AT_ONCE)
        self._at = clock()
        self._closed_until = clock()

    async def turn(self) -> None:
        """Waits until it may be asked. Raises :class:`ProviderError` while it wants to be left alone."""
        self._open()
        now = self._clock()
        self._left = min(self._left + (now - self._at) / EACH_S, AT_ONCE) - 1
        self._at = now
        if self._left < 0:
            await self._sleep(-self._left * EACH_S)
            self._open()

    def leave_alone(self, retry_after: str | None) -> float:
        """It asked for a pause, of that length where it says one; returns how many seconds it is left alone."""
        wait = min(seconds_of(retry_after), _LONGEST_S)
        self._closed_until = max(self._closed_until, self._clock() + wait)
        return wait

    def _open(self) -> None:
        left = self._closed_until - self._clock()
        if left > 0:
            raise ProviderError(f"{self._name} wants to be left alone for {left:.0f} s", again=True, wait_s=left)


def seconds_of(retry_after: str | None) -> float:
    """What ``Retry-After`` says, in seconds or as a date; a minute when it says nothing that can be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return _UNSAID_S
    now = datetime.now(UTC)
    return max((until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp(), 0.0)
