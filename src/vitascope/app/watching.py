"""Which folders are watched for changes: what the preferences say of that, now and whenever they change."""

import asyncio

from vitascope.core.model import SectionKind
from vitascope.library.scanner import ScanService
from vitascope.library.watch import Watcher
from vitascope.ops.preferences import Preferences
from vitascope.store.engine import Database
from vitascope.store.rows import SectionRow


class Watching:
    """Watches the sections' folders as long as the owner wants that."""

    def __init__(self, database: Database, scans: ScanService, preferences: Preferences) -> None:
        self._preferences = preferences
        self._scans = scans
        self._watcher = Watcher(database, scan=self._scan, wants=self._wants)
        self._loop = asyncio.get_running_loop()
        self._renewing: set[asyncio.Task[None]] = set()
        self._closed = False
        preferences.listen(self._changed)

    async def _scan(self, section_id: int, folder: bytes | None) -> None:
        whole = not self._preferences.flag("FSEventLibraryPartialScanEnabled")
        await self._scans.start(section_id, None if whole else folder)

    def _wants(self, section: SectionRow) -> bool:
        return section.kind != SectionKind.ARTIST or self._preferences.flag("watchMusicSections")

    def _changed(self, name: str, _value: object) -> None:
        if name in ("FSEventLibraryUpdatesEnabled", "watchMusicSections"):
            self._loop.call_soon_threadsafe(self.begin)

    def begin(self) -> None:
        """Looks in the background what there is to watch: a disk that does not answer holds up no start."""
        task = self._loop.create_task(self.renew())
        self._renewing.add(task)
        task.add_done_callback(self._renewing.discard)

    async def renew(self) -> None:
        """Watches what there is to watch now."""
        if self._closed:
            return
        if self._preferences.flag("FSEventLibraryUpdatesEnabled"):
            await self._watcher.restart()
        else:
            await self._watcher.close()

    async def close(self) -> None:
        """Stops watching, for good."""
        self._closed = True
        if self._renewing:
            await asyncio.wait(self._renewing)
        await self._watcher.close()
