"""The server that a verb operates: ours is asked while it runs, any other is looked at from outside.

Both give the same plain values (:mod:`vitascope.ops.told`), so that verbs show both alike.
"""

import asyncio
import logging
import os
from collections.abc import Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.ops.actions import ActionError, InputError, UnknownActionError
from vitascope.ops.backup.records import newest_facts
from vitascope.ops.managers import BadManager, ManagerError
from vitascope.ops.outside import operations_outside, outside
from vitascope.ops.package_state import PackageStateError
from vitascope.ops.service import Engine, service_of
from vitascope.ops.told import action_told, check_told, dependency_told, finding_told, plain, task_told

T = TypeVar("T")
Rows = list[dict[str, Any]]


class Operated:
    """One server by what the command line says."""

    def __init__(
        self, config: Path, *, engine: Engine, manager: str = "none", url: str | None = None, state: Path | None = None
    ) -> None:
        logging.getLogger("vitascope").addHandler(logging.NullHandler())  # what is logged is printed here anyway
        self.service = service_of(engine)
        self.client = ServerClient(config)
        try:
            seen = outside(engine, config, manager=manager, url=url, state=state)
        except BadManager as error:
            raise CommandError(str(error), exit_code=2) from error
        backups = os.environ.get("VITASCOPE_BACKUP_DIR")
        self._outside = operations_outside(
            seen, newest_backup=partial(newest_facts, Path(backups)) if backups else None
        )
        self.is_ours_running = engine is Engine.VITASCOPE and self._answers()

    def _answers(self) -> bool:
        try:
            self.client.get("/identity")
        except NoServerError:
            return False
        except CommandError:
            return True  # it runs, and says no (503 while the database is upgraded)
        return True

    def actions(self) -> Rows:
        """The actions, and whether they can be run now."""
        if self.is_ours_running:
            return self._listed("/vitascope/actions", "Action")
        found = self._run(self._outside.actions())
        return plain([action_told(action, obstacle) for action, obstacle in found])

    def run(self, action: str, given: dict[str, list[str]]) -> str:
        """Runs an action, and says what came of it."""
        if self.is_ours_running:
            body = {name: ",".join(values) for name, values in given.items()}
            return str(self.client.call("POST", f"/vitascope/actions/{action}", body=body)["message"])
        return self._run(self._outside.registry.run(action, given)).message

    def tasks(self) -> Rows:
        """What the owner should do."""
        if self.is_ours_running:
            return self._listed("/vitascope/tasks", "Task")
        return plain([task_told(self.service, task) for task in self._run(self._outside.tasks())])

    def dependencies(self) -> Rows:
        """Which other services must exist."""
        if self.is_ours_running:
            return self._listed("/vitascope/tasks", "Dependency")
        return plain([dependency_told(one) for one in self._run(self._outside.dependencies())])

    def checks(self) -> Rows:
        """The health checks."""
        if self.is_ours_running:
            return self._listed("/vitascope/health", "Check")
        return plain([check_told(one) for one in self._run(self._outside.health(wait_seconds=60))])

    def findings(self, proxies: Sequence[str]) -> Rows:
        """What the doctor finds."""
        if self.is_ours_running:
            return self._listed("/vitascope/doctor", "Finding", [("proxy", one) for one in proxies])
        return plain([finding_told(one) for one in self._run(self._outside.examine(proxies))])

    def environment(self) -> dict[str, str]:
        """The variables that the package gives to the server now."""
        return self._run(self._outside.environment())

    def _listed(self, path: str, name: str, query: Sequence[tuple[str, str]] = ()) -> Rows:
        found: Rows = self.client.get(path, query).get(name, [])
        return found

    def _run(self, asked: Coroutine[Any, Any, T]) -> T:
        async def once() -> T:
            try:
                return await asked
            finally:
                await self._outside.close()

        try:
            return asyncio.run(once())
        except (InputError, UnknownActionError) as error:
            raise CommandError(str(error), exit_code=2) from error
        except (ActionError, ManagerError, PackageStateError) as error:
            raise CommandError(str(error)) from error
