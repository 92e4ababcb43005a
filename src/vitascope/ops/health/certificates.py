"""Do the certificates hold, and are they renewed in time? Looked at in what the running server says of them.

Whatever renews itself is renewed when a third of its life is left, so one of which less than a sixth is left was not
renewed for long. One that the owner brought may last for years and says nothing before its last two weeks.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from vitascope.ops.health.model import Health, Look, Observation, bad, good, nothing

_DAY_SECONDS = 86_400.0
SOON_SECONDS = 14 * _DAY_SECONDS
_SOON_SHARE = 1 / 6


class Shown(Protocol):
    """A certificate that is shown. Times are seconds since 1970."""

    @property
    def source(self) -> str:
        """``own``, ``custom`` or ``acme``."""
        ...

    @property
    def names(self) -> frozenset[str]: ...
    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...


class CertificateFacts(Protocol):
    """How HTTPS is at the moment."""

    @property
    def offered(self) -> bool:
        """Whether TLS is spoken at all."""
        ...

    @property
    def awaited(self) -> str:
        """The domain for which one is ordered while there is none; empty otherwise."""
        ...

    @property
    def shown(self) -> Sequence[Shown]: ...
    @property
    def troubles(self) -> Sequence[str]:
        """What could not be made, read or renewed, for a person."""
        ...


def certificates_look(facts: Callable[[], CertificateFacts], clock: Callable[[], float] = time.time) -> Look:
    """Whether every certificate was renewed in time and none ends soon."""

    async def look() -> Observation:
        return _judged(facts(), clock())

    return look


def _judged(facts: CertificateFacts, now: float) -> Observation:
    if facts.troubles:
        return bad("; ".join(facts.troubles))
    if not facts.shown:
        return nothing("There is no certificate yet")
    if not facts.offered:
        return nothing("HTTPS is switched off")
    ending = [one for one in facts.shown if one.until - now < min(SOON_SECONDS, (one.until - one.since) * _SOON_SHARE)]
    if ending:
        return bad("; ".join(f"{_which(one)} {'ends' if one.until > now else 'ended'} {_day(one)}" for one in ending))
    if facts.awaited:
        return Observation(health=Health.STARTING, detail=f"a certificate for {facts.awaited} is being ordered")
    return good("; ".join(f"{_which(one)} holds until {_day(one)}" for one in facts.shown))


def _which(one: Shown) -> str:
    if one.source == "own":
        return "the server's own certificate"
    names = ", ".join(sorted(one.names))
    return f"the certificate for {names}" if one.source == "acme" else f"your certificate for {names}"


def _day(one: Shown) -> str:
    return datetime.fromtimestamp(one.until, UTC).strftime("%Y-%m-%d")
