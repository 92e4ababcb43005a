"""Everything an endpoint may use, put together by ``app`` and handed to every call."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.accounts.devices import Devices
from vitascope.accounts.directory import Directory
from vitascope.accounts.gate import Gate
from vitascope.api.pictures import Photographer
from vitascope.core.playback.decision import Abilities
from vitascope.edge.keeper import Keeper
from vitascope.egress import Fetcher
from vitascope.events import Bus
from vitascope.jobs.butler import Butler
from vitascope.library.activities import ActivityBoard
from vitascope.library.derived.places import Bundles
from vitascope.library.derived.service import DerivedMedia
from vitascope.library.derived.voice import SubtitleFitter
from vitascope.library.editing import Editing
from vitascope.library.erasing import Eraser
from vitascope.library.hubs import Shelves
from vitascope.library.key_frames import KeyFrames
from vitascope.library.loudness import Loudness
from vitascope.library.online.matching import Matcher
from vitascope.library.online.registry import Registry
from vitascope.library.online.service import OnlineService
from vitascope.library.optimised.shelf import Shelf
from vitascope.library.playable import QueueSources
from vitascope.library.playlists import Playlists
from vitascope.library.scanner import ScanService
from vitascope.media.transcoding.abilities import Report
from vitascope.media.transcoding.progressive import ProgressiveProducer
from vitascope.media.workers import WorkerPool
from vitascope.ops.backup.service import BackupService
from vitascope.ops.operations import Operations
from vitascope.ops.preferences import Preferences
from vitascope.ops.resources import Resources
from vitascope.ops.settings import Settings
from vitascope.ops.updates.view import UpdaterView
from vitascope.playback.bandwidth import Bandwidth
from vitascope.playback.offline.downloads import Downloads
from vitascope.playback.offline.optimiser import Optimiser
from vitascope.playback.profiles import Profiles
from vitascope.playback.queues import PlayQueues
from vitascope.playback.reports import Reports
from vitascope.playback.transcode.service import Transcoder
from vitascope.sources.rclone.service import SourceService
from vitascope.store.engine import Database
from vitascope.store.positions import Positions
from vitascope.store.positions.values import Values
from vitascope.webhooks.service import Webhooks


@dataclass(slots=True, kw_only=True)
class House:
    """The running server, as the API sees it."""

    settings: Settings
    preferences: Preferences
    database: Database
    accounts: Directory
    devices: Devices
    gate: Gate
    bus: Bus
    board: ActivityBoard
    scans: ScanService
    editing: Editing
    positions: Positions
    values: Values
    playlists: Playlists
    shelves: Shelves
    queue_sources: QueueSources
    queues: PlayQueues
    workers: WorkerPool
    eraser: Eraser
    key_frames: KeyFrames
    loudness: Loudness
    fetcher: Fetcher
    """The one way out to other servers."""
    photographer: Photographer
    registry: Registry
    matcher: Matcher
    online: OnlineService
    operations: Operations
    reports: Reports
    profiles: Profiles
    abilities: Callable[[], Abilities]
    """What this server can convert at the moment."""
    proved: Callable[[], Report]
    """What was tried of that on this machine."""
    tried: Callable[[], Awaitable[object]]
    """Waits until all was tried, which takes some seconds of the first start."""
    bandwidth: Bandwidth
    transcoder: Transcoder
    whole_streams: ProgressiveProducer
    """Makes streams in one piece."""
    downloads: Downloads
    optimiser: Optimiser
    shelf: Shelf
    """Of the versions that the optimiser made."""
    webhooks: Webhooks
    resources: Resources
    sections_changed: Callable[[], Awaitable[None]]
    """Called after sections or their folders changed."""
    backups: BackupService
    updater: UpdaterView
    butler: Butler
    bundles: Bundles
    derived: DerivedMedia
    fitter: SubtitleFitter
    sources: SourceService
    started_at: int
    certificates: Keeper
    """The certificates that HTTPS shows."""
    web: Path
    """Folder of the web application; it may be missing."""
    listening: "set[asyncio.Task[object]]" = field(default_factory=set)
    """Those who send events to somebody: they say goodbye before the connections are closed."""
    notes: list[str] = field(default_factory=list)
    """What the owner should know, such as repaired preferences."""
