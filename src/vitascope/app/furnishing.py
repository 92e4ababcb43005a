"""The house of a running server, put together from its parts."""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import numpy as np

from vitascope import __version__
from vitascope.accounts.devices import Devices
from vitascope.accounts.directory import Directory
from vitascope.api.house import House
from vitascope.api.optimised.hands import LibraryHands
from vitascope.api.pictures import Photographer
from vitascope.app.beginning import read_ahead
from vitascope.app.butler import make_butler
from vitascope.app.converting import make_workshop
from vitascope.app.deriving import Deriving
from vitascope.app.finding import be_found
from vitascope.app.gate import link_owner, make_gate, make_owner
from vitascope.app.playing import (
    DOWNLOADS,
    make_bandwidth,
    make_downloads,
    make_reports,
    make_resources,
    make_transcoder,
    own_conversions,
)
from vitascope.app.sources import look_after_changes, make_sources, remote_facts, sparingly, wait_for_players
from vitascope.app.telling import make_herald, tell_activity, tell_ownership, tell_preferences
from vitascope.app.updating import make_updater
from vitascope.app.watching import Watching
from vitascope.app.webhooks import make_webhooks
from vitascope.core.model import MediaKind, Viewer
from vitascope.edge.keeper import Keeper
from vitascope.egress import Fetcher
from vitascope.events import (
    Bus,
    LibraryChanged,
    StatusNote,
)
from vitascope.jobs.executor import Executor
from vitascope.library import activities
from vitascope.library.derived.voice import SubtitleFitter
from vitascope.library.editing import Editing
from vitascope.library.erasing import Eraser
from vitascope.library.filing import Filing
from vitascope.library.hubs import Shelves
from vitascope.library.key_frames import JOB as KEY_FRAMES
from vitascope.library.key_frames import KeyFrames
from vitascope.library.loudness import Loudness
from vitascope.library.online.matching import Matcher
from vitascope.library.online.posters import Posters
from vitascope.library.online.registry import Registry
from vitascope.library.online.service import OnlineService
from vitascope.library.optimised.shelf import Shelf
from vitascope.library.pictures import JOB as PICTURES
from vitascope.library.pictures import Pictures
from vitascope.library.playable import QueueSources
from vitascope.library.playlists import Playlists
from vitascope.library.presence import Presence
from vitascope.library.regular_scans import RegularScans
from vitascope.library.scanner import ScanResult, ScanService
from vitascope.library.selection import SelectionError
from vitascope.media.images import PictureCache
from vitascope.media.workers import WorkerPool
from vitascope.metadata.audiobooks import Audiobooks, KeptAnswers
from vitascope.metadata.online import Manner, ProviderClient
from vitascope.ops.backup.records import newest_facts
from vitascope.ops.backup.service import BackupService
from vitascope.ops.inside import operations_inside
from vitascope.ops.manners import manner_of
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.ops.trust import LiveTrust
from vitascope.playback.profiles import Profiles
from vitascope.playback.queues import PlayQueues, Source
from vitascope.store import item_preferences
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.positions import Positions
from vitascope.store.positions.values import Values
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, PlayQueueRow
from vitascope.store.sections import get_section

_PICTURES_WAIT_S = 30.0
_WEB = Path(__file__).parents[1] / "api" / "web"


async def furnish(
    stack: AsyncExitStack,
    settings: Settings,
    preferences: Preferences,
    database: Database,
    port: int,
    keeper: Keeper,
) -> House:
    """Everything an endpoint may use, begun and handed to ``stack`` to be ended in the reverse order."""
    gate = make_gate(stack, settings, database, preferences)
    trust = LiveTrust(
        preferences,
        claimed=lambda: gate.ownership.claimed,
        loopback=settings.trust_loopback,
        host_names=settings.host_names,
    )
    gate.ownership.listen(trust.renew)
    await gate.ownership.load()
    await make_owner(settings, gate)

    sources = await make_sources(stack, settings, database)
    bus = Bus()
    tell_preferences(preferences, bus)
    tell_ownership(gate.ownership, bus)
    workers = WorkerPool(max(os.cpu_count() or 2, 2))
    stack.callback(workers.close)
    background = WorkerPool(max((os.cpu_count() or 2) // 2, 1), niceness=10)
    stack.callback(background.close)
    pictures = Pictures(database, background, settings.support.metadata)
    key_frames = KeyFrames(database, workers, background)
    executor = Executor(
        database,
        {PICTURES: sparingly(sources, pictures.handle), KEY_FRAMES: sparingly(sources, key_frames.handle)},
        gives_way=lambda: scans.is_at_full_speed(_PICTURES_WAIT_S),
    )
    stack.push_async_callback(executor.close)

    after_scans: list[Callable[[], None]] = []

    def scan_ended(result: ScanResult) -> None:
        executor.wake()
        online.scan_ended(result.section_id)
        deriving.scan_ended(result.section_id)
        for wake in after_scans:
            wake()
        if result.changed_files and preferences.text("LoudnessAnalysisBehavior") == "asap":
            deriving.prompt("LoudnessAnalysis")
        bus.publish(LibraryChanged(section_id=result.section_id))
        bus.publish(StatusNote(name="LIBRARY_UPDATE", title="Library scan complete", description=result.failure or ""))

    board = activities.ActivityBoard(partial(tell_activity, bus))
    scans = ScanService(database, board, pref=preferences.get, finished=scan_ended, around=sources.sparing)
    stack.push_async_callback(scans.close)
    deriving = Deriving(stack, settings, preferences, database, board, scans)
    editing = Editing(database, board)
    stack.push_async_callback(editing.close)
    await sort_by_articles(stack, preferences, Filing(database, board))
    executor.start()
    executor.set_paused(preferences.flag("BackgroundQueueIdlePaused"))
    preferences.listen(
        lambda name, value: executor.set_paused(bool(value)) if name == "BackgroundQueueIdlePaused" else None
    )
    fetcher = Fetcher(user_agent=f"Vitascope/{__version__}")
    audiobooks = Audiobooks(
        fetcher,
        KeptAnswers(settings.support.cache / "Audiobooks"),
        service_address=lambda: preferences.text("AudnexusAddress").strip(),
        catalogue_address=lambda: preferences.text("AudibleCatalogueAddress").strip(),
    )
    asking = ProviderClient(fetcher, [audiobooks])
    posters = Posters(database, asking, settings.support.metadata)
    manner = partial(_manner, preferences)
    online = OnlineService(database, asking, scans, board, posters, manner=manner)
    stack.push_async_callback(online.close)
    online.start()
    presence = Presence(database, is_back=scans.start)
    stack.push_async_callback(presence.close)
    presence.start()
    look_after_changes(stack, sources, presence)
    watching = Watching(database, scans, preferences)
    stack.push_async_callback(watching.close)
    watching.begin()
    backups = BackupService(
        settings.backup,
        settings.support,
        board,
        folder=partial(_backup_folder, settings, preferences),
        enabled=partial(preferences.flag, "ButlerTaskBackupDatabase"),
        database=settings.database,
        package_state=settings.state,
    )
    stack.push_async_callback(backups.close)
    reports = make_reports(stack, database, bus, preferences, watching=scans.set_paused)
    cache = PictureCache(settings.support.cache / "PhotoTranscoder")
    eraser = Eraser(database)

    def playing() -> set[int]:
        return {session.item_id for session in reports.sessions.sessions()}

    wait_for_players(sources, database, playing)

    def measures_loudness() -> bool:
        return preferences.text("LoudnessAnalysisBehavior") != "never"

    butler = make_butler(
        database=database,
        board=board,
        preferences=preferences,
        scans=scans,
        backups=backups,
        metadata=settings.support.metadata,
        cache=cache,
        eraser=eraser,
        online=online,
        loudness=Loudness(database, background, wanted=measures_loudness),
        playing=playing,
        bundles=deriving.bundles,
        lengthy=deriving.tasks(),
    )
    stack.push_async_callback(butler.close)
    deriving.prompt = butler.prompt
    butler.start()
    regularly = RegularScans(
        database,
        start=scans.start,
        enabled=partial(preferences.flag, "ScheduledLibraryUpdatesEnabled"),
        interval_s=partial(preferences.number, "ScheduledLibraryUpdateInterval"),
    )
    stack.push_async_callback(regularly.close)
    regularly.start()
    await be_found(stack, preferences, port)
    operations = operations_inside(
        settings,
        preferences,
        database,
        port=port,
        started_at=time.time(),
        is_claimed=lambda: gate.ownership.claimed,
        certificates=keeper.state,
        link=partial(link_owner, gate),
        newest_backup=(lambda: newest_facts(backups.folder)) if settings.backup.possible else None,
        remotes=partial(remote_facts, sources),
    )
    stack.push_async_callback(operations.close)
    operations.tend()
    photographer = Photographer(
        database=database, workers=workers, cache=cache, metadata=settings.support.metadata, posters=posters
    )
    webhooks = await make_webhooks(
        stack, database, bus, preferences, photographer, fetcher, scanning=lambda: bool(scans.running())
    )
    make_herald(stack, database, bus, heard=lambda: bus.is_heard or webhooks.any)
    conversions, note = await asyncio.to_thread(own_conversions, settings, preferences)
    workshop = await make_workshop(
        stack, conversions, settings.support.cache / "Conversions" / "abilities.json", preferences
    )
    transcoder = await make_transcoder(stack, conversions, bus, preferences, workshop.producers)
    files, _ = await asyncio.to_thread(own_conversions, settings, preferences, DOWNLOADS)
    downloads, optimiser = make_downloads(stack, files, database, preferences, workshop.unhurried, transcoder, board)
    after_scans.append(optimiser.wake)
    shelf = Shelf(
        database,
        workers,
        eraser,
        settings.support.media / "Optimized",
        beside=partial(preferences.flag, "OptimizedVersionsBesideOriginals"),
    )
    positions = Positions()
    after_scans.append(read_ahead(stack, database, positions))
    values = Values(positions)
    playlists = Playlists(positions)
    queue_sources = QueueSources(positions, playlists, rest_days=lambda: preferences.number("RadioDaysSinceLastPlayed"))
    house = House(
        settings=settings,
        preferences=preferences,
        database=database,
        accounts=Directory(database, trust, inherited=lambda: preferences.text("PlexOnlineToken")),
        devices=Devices(database),
        gate=gate,
        bus=bus,
        board=board,
        scans=scans,
        editing=editing,
        positions=positions,
        values=values,
        shelves=Shelves(positions, values),
        playlists=playlists,
        queue_sources=queue_sources,
        queues=PlayQueues(database, partial(_queue_source, queue_sources)),
        workers=workers,
        eraser=eraser,
        loudness=Loudness(database, workers, wanted=measures_loudness),
        key_frames=key_frames,
        fetcher=fetcher,
        photographer=photographer,
        registry=Registry(database, asking),
        matcher=Matcher(database, asking, manner=manner),
        online=online,
        operations=operations,
        reports=reports,
        profiles=Profiles(settings.support.profiles),
        abilities=workshop.abilities,
        proved=workshop.proved,
        tried=workshop.tried,
        transcoder=transcoder,
        whole_streams=workshop.streams,
        downloads=downloads,
        optimiser=optimiser,
        shelf=shelf,
        bandwidth=make_bandwidth(stack, database),
        webhooks=webhooks,
        resources=make_resources(stack),
        sections_changed=watching.renew,
        backups=backups,
        updater=await make_updater(stack, settings, bus),
        butler=butler,
        bundles=deriving.bundles,
        derived=deriving.media,
        fitter=SubtitleFitter(database, workers),
        sources=sources,
        started_at=int(time.time()),
        web=_WEB,
        certificates=keeper,
        notes=[note] if note is not None else [],
    )
    optimiser.start(LibraryHands(house))
    return house


def _manner(preferences: Preferences, r: Reader, item: ItemRow) -> Manner:
    """How metadata providers are asked about an item."""
    stored = item_preferences.preferences(r, [item.identity_id]).get(item.identity_id, {})
    section = get_section(r, item.section_id)
    return manner_of(item, section, stored, agent_country=preferences.number("ImdbAgentCountry"))


def _queue_source(queue_sources: QueueSources, r: Reader, row: PlayQueueRow, viewer: Viewer, turn: int) -> Source:
    """What a play queue is made of, as the library says; nothing more once that is gone."""
    try:
        found = queue_sources.playable(
            r,
            row.source_uri,
            viewer,
            kind=MediaKind(row.kind),
            continuous=row.continuous,
            seed=row.seed,
            turn=turn,
        )
    except (SelectionError, NotFound):
        if not turn:
            raise
        return Source.of(np.empty(0, dtype=np.int64))
    return Source(item_ids=found.item_ids, numbers=found.numbers, endless=found.endless)


async def sort_by_articles(stack: AsyncExitStack, preferences: Preferences, filing: Filing) -> None:
    """Titles are sorted as the preference says, now and whenever it changes."""
    preferences.listen(lambda name, value: filing.choose(str(value)) if name == "ArticleStrings" else None)
    stack.push_async_callback(filing.close)
    await filing.start(preferences.text("ArticleStrings"))


def _backup_folder(settings: Settings, preferences: Preferences) -> Path:
    """Where backups go now."""
    if settings.backup.folder is not None:
        return settings.backup.folder
    chosen = preferences.text("ButlerDatabaseBackupPath").strip()
    return Path(chosen) if chosen else settings.config / "backups"
