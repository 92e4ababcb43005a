"""The health check of certificates: what the server says of them, and when that is a reason to do something."""

import asyncio
from datetime import UTC, datetime

import pytest

from vitascope.edge.keeper import Shown, TlsState
from vitascope.ops.health import Health, Observation
from vitascope.ops.health.certificates import certificates_look

DAY = 86_400
NOW = int(datetime(2027, 3, 1, 12, tzinfo=UTC).timestamp())


def seen(*shown: Shown, offered: bool = True, awaited: str = "", troubles: tuple[str, ...] = ()) -> Observation:
    state = TlsState(offered=offered, shown=shown, awaited=awaited, troubles=troubles)
    return asyncio.run(certificates_look(lambda: state, clock=lambda: float(NOW))())  # type: ignore[arg-type]  # a coroutine


def certificate(*, left: float, life: float = 90, source: str = "acme", name: str = "media.example") -> Shown:
    """One with so many days left."""
    until = NOW + int(left * DAY)
    return Shown(source=source, names=frozenset({name}), since=until - int(life * DAY), until=until)


OWN = certificate(left=200, life=391, source="own", name="localhost")


def test_what_holds_is_said_with_its_end() -> None:
    found = seen(OWN, certificate(left=60))
    assert found.health is Health.SUCCESS
    assert found.detail == (
        "the server's own certificate holds until 2027-09-17; the certificate for media.example holds until 2027-04-30"
    )


@pytest.mark.parametrize(
    ("one", "health"),
    [
        (certificate(left=30), Health.SUCCESS),
        (certificate(left=14.1), Health.SUCCESS),
        (certificate(left=13.9), Health.FAILURE),
        (certificate(left=-1), Health.FAILURE),
        (certificate(left=2, life=6), Health.SUCCESS),
        (certificate(left=0.9, life=6), Health.FAILURE),
        (certificate(left=60, life=3_650, source="custom"), Health.SUCCESS),
        (certificate(left=13, life=3_650, source="custom"), Health.FAILURE),
    ],
)
def test_it_ends_soon_by_its_own_measure(one: Shown, health: Health) -> None:
    assert seen(OWN, one).health is health


def test_which_one_ends_is_said() -> None:
    assert seen(certificate(left=3, source="custom")).detail == "your certificate for media.example ends 2027-03-04"
    assert seen(certificate(left=-3)).detail == "the certificate for media.example ended 2027-02-26"
    assert seen(certificate(left=3, source="own")).detail == "the server's own certificate ends 2027-03-04"


def test_a_renewal_that_failed_is_a_failure_while_the_old_one_still_holds() -> None:
    found = seen(OWN, certificate(left=29), troubles=("HTTPS: no certificate for media.example: nobody answers",))
    assert (found.health, found.detail) == (Health.FAILURE, "HTTPS: no certificate for media.example: nobody answers")


def test_one_that_is_ordered_is_waited_for() -> None:
    found = seen(OWN, awaited="media.example")
    assert (found.health, found.detail) == (Health.STARTING, "a certificate for media.example is being ordered")
    assert seen(OWN, awaited="media.example", troubles=("no",)).health is Health.FAILURE


def test_without_https_there_is_nothing_to_say() -> None:
    assert seen().health is Health.DISABLED
    assert seen(OWN, offered=False).detail == "HTTPS is switched off"
