"""Everything an operator asks of one server: actions, tasks, dependencies, health and the doctor, in one place.

The running server makes one of itself (:mod:`vitascope.ops.inside`), the command line one of a server it sees from
outside (:mod:`vitascope.ops.outside`); whoever has one need not know which.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from vitascope.ops.actions import Facts, Registry, Running, Surroundings, dependencies_of, tasks_of
from vitascope.ops.doctor import Finding, Patient, examine
from vitascope.ops.health import BackupFacts, CheckResult, HealthBoard
from vitascope.ops.health.board import WAIT_SECONDS
from vitascope.ops.package_state import PackageState, PackageStateError, managed_environment
from vitascope.ops.service import ActionSpec, DependencySpec, Service, TaskSpec

_log = logging.getLogger(__name__)

_SETTLE_SECONDS = 10.0
_HEALTH_SECONDS = 300.0


class Operations:
    """The operated side of one server."""

    def __init__(
        self,
        around: Surroundings,
        board: HealthBoard,
        *,
        has_sections: Callable[[], Awaitable[bool]],
        patient: Callable[[Sequence[str]], Awaitable[Patient]],
        newest_backup: Callable[[], BackupFacts | None] | None = None,
    ) -> None:
        self._around = around
        self._board = board
        self._has_sections = has_sections
        self._patient = patient
        self._newest_backup = newest_backup
        self._tending: asyncio.Task[None] | None = None
        self.registry = Registry(around)

    @property
    def service(self) -> Service:
        return self._around.service

    async def running(self) -> Running:
        """Whether the server runs."""
        return await self._around.running()

    async def actions(self) -> list[tuple[ActionSpec, str | None]]:
        """The actions, each with the reason why it cannot be run now, if there is one."""
        running = await self.running()
        return [(action, self.registry.obstacle(action, running)) for action in self.registry.actions]

    async def state(self) -> PackageState:
        """The package's state; a token that is of no use any more is erased first. Raises
        :class:`~vitascope.ops.package_state.PackageStateError`."""
        linked = await self._around.is_linked()
        return await asyncio.to_thread(self._around.state.settle, linked=linked, now=self._around.clock())

    async def environment(self) -> dict[str, str]:
        """The variables that the package gives to the server at this moment."""
        state = await self.state()
        return managed_environment(state, await self._around.is_linked(), self._around.clock())

    async def facts(self) -> Facts:
        """What decides about tasks."""
        state = await self.state()
        return Facts(
            linked=await self._around.is_linked(),
            media_sources=state.media_sources,
            has_sections=await self._has_sections(),
        )

    async def tasks(self) -> list[TaskSpec]:
        """What the owner should do, the critical tasks first."""
        return tasks_of(self.service, await self.facts())

    async def dependencies(self) -> list[DependencySpec]:
        """Which other services must exist."""
        return dependencies_of(self.service, (await self.state()).media_sources)

    async def health(self, *, fresh: bool = False, wait_seconds: float = WAIT_SECONDS) -> list[CheckResult]:
        """All health checks; one that takes longer than ``wait_seconds`` shows what it said last."""
        return await self._board.results(fresh=fresh, wait_seconds=wait_seconds)

    async def backup_age_seconds(self) -> float | None:
        """How old the newest backup is; ``None`` when there is none."""
        facts = await asyncio.to_thread(self._newest_backup) if self._newest_backup is not None else None
        return None if facts is None else self._around.clock() - facts.taken_at

    async def examine(self, more_addresses: Sequence[str] = ()) -> list[Finding]:
        """What the doctor finds; ``more_addresses`` are looked at beside those that clients are given."""
        patient = await self._patient(more_addresses)
        return await asyncio.to_thread(lambda: list(examine(patient)))

    def tend(self) -> None:
        """From now on erases tokens in time, and looks at the health now and then so that the log tells of it."""
        self._tending = asyncio.get_running_loop().create_task(self._tend(), name="operations")

    async def close(self) -> None:
        """Ends what :meth:`tend` began."""
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.gather(self._tending, return_exceptions=True)
        await self._board.close()

    async def _tend(self) -> None:
        waited, trouble = 0.0, ""
        while True:
            await asyncio.sleep(_SETTLE_SECONDS)
            waited += _SETTLE_SECONDS
            if waited >= _HEALTH_SECONDS:
                waited = 0.0
                await self.health()
            try:
                await self.state()
                trouble = ""
            except PackageStateError as error:
                if str(error) != trouble:  # once is enough
                    _log.error("the package's state: %s", error)
                trouble = str(error)
