"""Wrong tokens, counted by the address they come from.

A token has 192 bits and nobody guesses one; what is held off is the attempt, and the work it makes. Only *different*
wrong tokens count, so a program that goes on with an old one is told 401 for ever and held up never. Good tokens are
never asked about: they work from the worst address there is.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from vitascope.accounts.throttle import address_key

MOST_DIFFERENT = 20
PERIOD_SECONDS = 600.0
_ADDRESSES = 1_024


@dataclass(slots=True)
class _Record:
    until: float
    tokens: set[bytes] = field(default_factory=set)


class BadTokens:
    """Which addresses show too many wrong tokens. Used from the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def note(self, peer: str | None, token_hash: bytes) -> bool:
        """A wrong token was shown: whether that is one too many."""
        key, now = address_key(peer), self._clock()
        record = self._records.get(key)
        if record is None or now >= record.until:
            self._records.pop(key, None)
            record = self._records[key] = _Record(until=now + PERIOD_SECONDS)
            while len(self._records) > _ADDRESSES:
                self._records.popitem(last=False)
        if token_hash in record.tokens:
            return False
        if len(record.tokens) >= MOST_DIFFERENT:
            return True
        record.tokens.add(token_hash)
        return False
