"""Servers to run actions on: their files are real, whether they run is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vitascope.ops.actions import LinkOwner, Running, Surroundings
from vitascope.ops.package_state import StateFile
from vitascope.ops.service import Engine, service_of

NOW = 1_700_000_000.0

Around = Callable[..., Surroundings]


@pytest.fixture
def around(tmp_path: Path) -> Around:
    def make(
        engine: Engine = Engine.PLEX,
        *,
        running: Running = Running.STOPPED,
        linked: bool = False,
        link: LinkOwner | None = None,
    ) -> Surroundings:
        async def is_running() -> Running:
            return running

        async def is_linked() -> bool:
            return linked

        return Surroundings(
            service=service_of(engine),
            state=StateFile(tmp_path / "store.json"),
            preferences=tmp_path / "Preferences.xml",
            running=is_running,
            is_linked=is_linked,
            link=link,
            stop_command="systemctl --user stop plex.service",
            start_command="systemctl --user start plex.service",
            clock=lambda: NOW,
        )

    return make
