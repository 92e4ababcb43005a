"""Everything an endpoint may use, put together by ``app`` and handed to every call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vitascope.accounts.directory import Directory
from vitascope.api.now_playing import NowPlaying
from vitascope.events import Bus
from vitascope.library.activities import ActivityBoard
from vitascope.media.images import PictureCache
from vitascope.media.workers import WorkerPool
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.store.engine import Database
from vitascope.store.positions import Positions


class Scans(Protocol):
    """What starts and stops scans."""

    def start(self, section_id: int, path: Path | None = None, *, force: bool = False) -> str:
        """Starts a scan, or joins the one that runs, and returns the id of its activity."""
        ...

    def cancel(self, section_id: int) -> bool:
        """Asks a section's scan to stop; false when none runs."""
        ...

    def running(self) -> Mapping[int, str]:
        """The activity ids of the running scans by section."""
        ...


@dataclass(slots=True, kw_only=True)
class House:
    """The running server, as the API sees it."""

    settings: Settings
    preferences: Preferences
    database: Database
    accounts: Directory
    bus: Bus
    board: ActivityBoard
    scans: Scans
    positions: Positions
    workers: WorkerPool
    pictures: PictureCache
    playing: NowPlaying
    started_at: int
    web: Path
    """Folder of the web application; it may be missing."""
    notes: list[str] = field(default_factory=list)
    """What the owner should know, such as repaired preferences."""
