"""A server seen from outside: the original image, or one of ours that does not run.

The original's files lie in the same layout, so most is read from them. Whether it runs is asked of its manager; where
none is named, of the database (somebody has it open) and of ``/identity``. Its own database is read and never opened
for writing.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from vitascope.ops.actions import Running, Surroundings
from vitascope.ops.asking import Failure, ask, split_urls
from vitascope.ops.doctor import Patient
from vitascope.ops.doctor.installation import PLEX_DATABASE
from vitascope.ops.health import BackupFacts, HealthBoard, Look, Observation, nothing
from vitascope.ops.health.conversion import try_conversion
from vitascope.ops.health.databases import is_in_use, look_at_file, read_only
from vitascope.ops.health.looks import (
    MediaFolder,
    backup_look,
    clock_look,
    disk_look,
    file_time,
    sources_look,
    web_look,
)
from vitascope.ops.manager_commands import manager_commands
from vitascope.ops.managers import Manager, NoManager, manager_of
from vitascope.ops.operations import Operations
from vitascope.ops.package_state import StateFile, default_path
from vitascope.ops.paths import SupportDir
from vitascope.ops.plugins import named_in
from vitascope.ops.service import Engine, service_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What is known of a server that is looked at from outside."""

    engine: Engine
    config: Path
    support: SupportDir
    state: StateFile
    url: str
    manager: Manager
    manager_text: str = ""
    environment: Mapping[str, str]

    @property
    def database(self) -> Path:
        """Its SQLite file."""
        plex = self.engine is Engine.PLEX
        return self.support.databases / PLEX_DATABASE if plex else self.support.database

    def attributes(self) -> dict[str, str]:
        """The attributes of its ``Preferences.xml``; none where that cannot be read."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(self.support.preferences.read_bytes(), parser)
        except (OSError, etree.XMLSyntaxError, ValueError):
            return {}
        return {str(name): str(value) for name, value in root.attrib.items()}

    def running(self) -> Running:
        """Whether it runs. Blocks. Raises :class:`~vitascope.ops.managers.ManagerError`."""
        if self.is_surely_running():
            return Running.RUNNING
        if not isinstance(self.manager, NoManager):
            return Running.STOPPED
        answer = ask(self.url, timeout_s=3)
        if answer.failure is Failure.REFUSED:
            return Running.STOPPED
        machine = self.attributes().get("ProcessedMachineIdentifier")
        if answer.machine_identifier and machine and answer.machine_identifier != machine:
            return Running.STOPPED  # another server has the port, and this one's database is not in use
        return Running.RUNNING if answer.status is not None else Running.UNKNOWN

    def is_surely_running(self) -> bool:
        """Whether that is known from something that no other program can pretend. Blocks."""
        managed = not isinstance(self.manager, NoManager)
        return (managed and self.manager.running()) or is_in_use(self.database)

    def is_linked(self) -> bool:
        """Whether it has an owner."""
        if self.attributes().get("PlexOnlineToken"):
            return True
        return self.engine is Engine.VITASCOPE and bool(self._rows("SELECT 1 FROM ownership LIMIT 1"))

    def folders(self) -> list[MediaFolder]:
        """Where its media should be: the folders of its sections, and the mounts of the sources that are selected."""
        query = (
            "SELECT root_path FROM section_locations" if self.engine is Engine.PLEX else "SELECT path FROM locations"
        )
        paths = {os.fsdecode(row) if isinstance(row, bytes) else str(row) for row in self._rows(query)}
        chosen = self.state.read().media_sources
        mounts = {source.mount for source in service_of(self.engine).sources if source.id in chosen}
        return [MediaFolder(path=path, is_mount=path in mounts) for path in sorted(paths | mounts)]

    def last_scan(self) -> float | None:
        """When a section of it was last scanned. (Of items the original has dates in the future now and then.)"""
        table = "library_sections" if self.engine is Engine.PLEX else "sections"
        found = self._rows(f"SELECT MAX(scanned_at) FROM {table}")  # noqa: S608  # a name of ours
        return next((float(row) for row in found if isinstance(row, int | float)), None)

    def started_at(self) -> float | None:
        """Since when it runs: the original notes its process in a file at each start."""
        return file_time(self.support.root / "plexmediaserver.pid")

    def _rows(self, query: str) -> list[object]:
        """The first column of what a query finds; nothing where the database or a table is not there."""
        if not self.database.exists():
            return []
        try:
            with closing(read_only(self.database)) as connection:
                return [row[0] for row in connection.execute(query)]
        except sqlite3.Error:
            return []


def outside(
    engine: Engine,
    config: Path,
    *,
    manager: str = "none",
    url: str | None = None,
    state: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outside:
    """A server's outside by what the command line says. Raises :class:`~vitascope.ops.managers.BadManager`."""
    found = dict(os.environ if environment is None else environment)
    support = SupportDir.for_config(config.absolute(), found)
    return Outside(
        engine=engine,
        config=config.absolute(),
        support=support,
        state=StateFile(state or default_path(support)),
        url=url or f"http://127.0.0.1:{service_of(engine).port}",
        manager=manager_of(manager),
        manager_text=manager,
        environment=found,
    )


def operations_outside(seen: Outside, *, newest_backup: Callable[[], BackupFacts | None] | None = None) -> Operations:
    """What an operator may ask of a server seen from outside."""
    service = service_of(seen.engine)
    stop, start, restart = manager_commands(seen.manager_text)

    async def running() -> Running:
        return await asyncio.to_thread(seen.running)

    async def is_linked() -> bool:
        return await asyncio.to_thread(seen.is_linked)

    async def folders() -> list[MediaFolder]:
        return await asyncio.to_thread(seen.folders)

    async def has_sections() -> bool:
        return seen.engine is Engine.VITASCOPE and bool(await asyncio.to_thread(seen.folders))

    async def database() -> Observation:
        return await asyncio.to_thread(look_at_file, seen.database)

    async def conversion() -> Observation:
        if seen.engine is Engine.PLEX:
            return nothing("Only the original's own transcoder could tell")
        return await asyncio.to_thread(try_conversion, seen.support.cache / "Transcode")

    async def certificates() -> Observation:
        return nothing("Only the running server could tell")

    async def happened() -> list[tuple[str, float]]:
        known = (
            ("this program", file_time(Path(__file__))),
            ("Preferences.xml", file_time(seen.support.preferences)),
            ("the last scan", await asyncio.to_thread(seen.last_scan)),
        )
        return [(what, at) for what, at in known if at is not None]

    async def patient(more: Sequence[str]) -> Patient:
        attributes = seen.attributes()
        given = f"{attributes.get('customConnections', '')},{seen.environment.get('ADVERTISE_IP', '')}"
        return Patient(
            engine=seen.engine,
            config=seen.config,
            support=seen.support,
            direct=seen.url,
            is_running=await running() is Running.RUNNING,
            answers_surely=await asyncio.to_thread(seen.is_surely_running),
            advertised=list(dict.fromkeys([*split_urls(given), *more])),
            media=await folders(),
            attributes=attributes,
            restart=restart,
            plugins=named_in(seen.environment),
        )

    looks: dict[str, Look] = {
        "web": web_look(lambda: seen.url),
        "sources": sources_look(folders),
        "database": database,
        "disk": disk_look(lambda: [place for place in (seen.support.root,) if place.exists()]),
        "transcoder": conversion,
        "backup": backup_look(newest_backup),
        "clock": clock_look(happened),
        "certificates": certificates,
    }
    around = Surroundings(
        service=service,
        state=seen.state,
        preferences=seen.support.preferences,
        running=running,
        is_linked=is_linked,
        stop_command=stop,
        start_command=start,
    )
    board = HealthBoard(service, looks, started_at=seen.started_at)
    return Operations(around, board, has_sections=has_sections, patient=patient, newest_backup=newest_backup)
