"""The health checks of one server: each looked at when somebody asks, and what it said kept for a while.

A look may cost much (the database is read whole, a film is converted) or hang (a network mount); so one look at a time
is made of each thing, its result is kept for as long as such a thing stays true, and whoever asks waits a few seconds
at most. A failure of a check that has a time of grace is "starting" until that time after the server's start is over.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from vitascope.ops.health.model import CheckResult, Health, Look, Observation, bad
from vitascope.ops.service import CheckSpec, Service

_log = logging.getLogger(__name__)

_KEEP_SECONDS = {
    "web": 2.0,
    "certificates": 0.0,  # known without looking anywhere
    "sources": 30.0,
    "disk": 30.0,
    "transcoder": 21_600.0,
    "database": 86_400.0,
}
_KEEP_OTHERS_SECONDS = 60.0
_KEEP_FAILURE_SECONDS = 60.0
"""What failed is looked at again sooner."""
WAIT_SECONDS = 10.0


class HealthBoard:
    """The checks of a service. ``looks`` has one for each; ``started_at`` says since when the server runs, ``None``
    where that is not known."""

    def __init__(
        self,
        service: Service,
        looks: Mapping[str, Look],
        *,
        started_at: Callable[[], float | None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._service = service
        self._looks = looks
        self._started_at = started_at
        self._clock = clock
        self._known: dict[str, tuple[float, Observation]] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        """What is looked at once more as soon as the look that is under way is over."""
        self._noted: dict[str, Health] = {}

    async def results(self, *, fresh: bool = False, wait_seconds: float = WAIT_SECONDS) -> list[CheckResult]:
        """All checks, in the order in which the service lists them. ``fresh`` looks at everything again: a look that
        is under way may have seen what is no longer so."""
        for spec in self._service.checks:
            if fresh or not self._is_fresh(spec.id):
                self._look(spec.id, fresh=fresh)
        tasks = list(self._under_way.values())
        if tasks:
            await asyncio.wait(tasks, timeout=wait_seconds)
        return [self._result(spec) for spec in self._service.checks]

    async def close(self) -> None:
        """Ends the looks that are under way."""
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    def _is_fresh(self, check: str) -> bool:
        known = self._known.get(check)
        if known is None:
            return False
        keep = _KEEP_SECONDS.get(check, _KEEP_OTHERS_SECONDS)
        if known[1].health is Health.FAILURE:
            keep = min(keep, _KEEP_FAILURE_SECONDS)
        return 0 <= self._clock() - known[0] < keep

    def _look(self, check: str, *, fresh: bool) -> None:
        if check not in self._under_way:
            task = asyncio.get_running_loop().create_task(self._observe_all(check), name=f"health-{check}")
            self._under_way[check] = task
        elif fresh:
            self._again.add(check)

    async def _observe_all(self, check: str) -> None:
        """Looks, and again for who asked meanwhile."""
        try:
            while True:
                self._again.discard(check)
                await self._observe(check)
                if check not in self._again:
                    return
        finally:
            self._under_way.pop(check, None)

    async def _observe(self, check: str) -> None:
        try:
            found = await self._looks[check]()
        except Exception as error:  # noqa: BLE001  # a check that breaks is a finding, not the end of the others
            _log.exception("the health check %s failed", check)
            found = bad(str(error) or type(error).__name__)
        self._known[check] = (self._clock(), found)
        if self._noted.get(check) is not found.health:
            if found.health is Health.FAILURE or check in self._noted:
                level = logging.WARNING if found.health is Health.FAILURE else logging.INFO
                _log.log(level, "health of %s: %s %s", check, found.health.value, found.detail)
            self._noted[check] = found.health

    def _result(self, spec: CheckSpec) -> CheckResult:
        at, found = self._known.get(spec.id, (self._clock(), None))
        if found is None:
            return CheckResult(spec=spec, health=Health.STARTING, detail="is being looked at", looked_at=at)
        health = found.health
        if health is Health.FAILURE and self._is_in_grace(spec):
            health = Health.STARTING
        return CheckResult(spec=spec, health=health, detail=found.detail, looked_at=at)

    def _is_in_grace(self, spec: CheckSpec) -> bool:
        started = self._started_at()
        return started is not None and 0 <= self._clock() - started < spec.grace_seconds
