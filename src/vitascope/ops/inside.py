"""Our running server as its operator: the same questions as from outside, answered from what the server knows."""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from vitascope.ops.actions import LinkOwner, Running, Surroundings
from vitascope.ops.asking import split_urls
from vitascope.ops.doctor import Patient
from vitascope.ops.doctor.remotes import RemoteFact
from vitascope.ops.health import BackupFacts, HealthBoard, Look, Observation, good
from vitascope.ops.health.certificates import CertificateFacts, certificates_look
from vitascope.ops.health.conversion import try_conversion
from vitascope.ops.health.databases import look_at_file
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
from vitascope.ops.operations import Operations
from vitascope.ops.package_state import StateFile, default_path
from vitascope.ops.preferences import Preferences
from vitascope.ops.service import Engine, service_of
from vitascope.ops.settings import Settings
from vitascope.store import providers, sections
from vitascope.store.engine import Database


def conversions_folder(settings: Settings, preferences: Preferences) -> Path:
    """Where conversions go: as the command line says, else the preferences."""
    wished = settings.transcode_dir or preferences.text("TranscoderTempDirectory")
    return Path(wished) if wished else settings.support.cache / "Transcode"


def operations_inside(
    settings: Settings,
    preferences: Preferences,
    database: Database,
    *,
    port: int,
    started_at: float,
    is_claimed: Callable[[], bool],
    certificates: Callable[[], CertificateFacts],
    link: LinkOwner | None = None,
    newest_backup: Callable[[], BackupFacts | None] | None = None,
    remotes: Callable[[], Sequence[RemoteFact]] = tuple,
) -> Operations:
    """What an operator may ask of this server. ``port`` is the one it really listens on."""
    service = service_of(Engine.VITASCOPE)
    state = StateFile(settings.state or default_path(settings.support))
    direct = f"http://{settings.shown_host}:{port}"
    stop, start, restart = manager_commands(os.environ.get("VITASCOPE_MANAGER", ""))

    async def running() -> Running:
        return Running.RUNNING

    async def is_linked() -> bool:
        return is_claimed()

    async def folders() -> list[MediaFolder]:
        chosen = (await asyncio.to_thread(state.read)).media_sources
        mounts = {source.mount for source in service.sources if source.id in chosen}
        found = [
            MediaFolder(path=path, last=root, is_mount=path in mounts)
            for root in await database.read(sections.locations)
            for path in (os.fsdecode(root.path),)
        ]
        known = {one.path for one in found}
        return found + [MediaFolder(path=mount, is_mount=True) for mount in sorted(mounts - known)]

    async def has_sections() -> bool:
        return bool(await database.read(sections.list_sections))

    def transcode_dir() -> Path:
        return conversions_folder(settings, preferences)

    async def look_at_database() -> Observation:
        if database.path is not None:
            return await asyncio.to_thread(look_at_file, database.path)
        await database.read(sections.list_sections)
        return good(database.dialect)

    async def conversion() -> Observation:
        return await asyncio.to_thread(try_conversion, transcode_dir())

    async def happened() -> list[tuple[str, float]]:
        known = (
            ("this program", file_time(Path(__file__))),
            ("Preferences.xml", file_time(settings.support.preferences)),
            *(("the last scan", row.scanned_at) for row in await database.read(sections.list_sections)),
        )
        return [(what, at) for what, at in known if at is not None]

    def places() -> list[Path]:
        return [place for place in (settings.support.root, transcode_dir()) if place.exists()]

    async def patient(more: Sequence[str]) -> Patient:
        given = f"{preferences.text('customConnections')},{os.environ.get('ADVERTISE_IP', '')}"
        return Patient(
            engine=Engine.VITASCOPE,
            config=settings.config,
            support=settings.support,
            direct=direct,
            is_running=True,
            answers_surely=True,
            advertised=list(dict.fromkeys([*split_urls(given), *more])),
            media=await folders(),
            remotes=remotes(),
            attributes={
                "PlexOnlineToken": preferences.text("PlexOnlineToken"),
                "secureConnections": str(preferences.number("secureConnections")),
            },
            restart=restart,
            plugins=settings.container.plugins,
            unasked=[(row.title, row.agent) for row in await database.read(providers.sections_off)],
        )

    looks: dict[str, Look] = {
        "web": web_look(lambda: direct),
        "sources": sources_look(folders),
        "database": look_at_database,
        "disk": disk_look(places),
        "transcoder": conversion,
        "backup": backup_look(newest_backup),
        "clock": clock_look(happened),
        "certificates": certificates_look(certificates),
    }
    around = Surroundings(
        service=service,
        state=state,
        preferences=settings.support.preferences,
        running=running,
        is_linked=is_linked,
        link=link,
        stop_command=stop,
        start_command=start,
    )
    return Operations(
        around,
        HealthBoard(service, looks, started_at=lambda: started_at),
        has_sections=has_sections,
        patient=patient,
        newest_backup=newest_backup,
    )
