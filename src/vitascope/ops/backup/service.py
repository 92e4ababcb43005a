"""Backups in the running server: each night, when the butler says so, and when the owner asks. The work is a child's
(:mod:`.child`).

One piece of work runs at a time, and is an activity while it does. After a nightly backup it is verified where the
server has an identity, practised once in a while, and old ones are removed; a backup that cannot be made removes none.
"""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from vitascope.library.activities import ActivityBoard
from vitascope.ops.backup import records, swap
from vitascope.ops.backup.child import Job, Line
from vitascope.ops.backup.errors import BackupError, NotHere
from vitascope.ops.backup.schedule import next_due
from vitascope.ops.backup.settings import BackupSettings
from vitascope.ops.paths import SupportDir

_log = logging.getLogger(__name__)

ACTIVITY = "butler.backup"
_TITLES = {"create": "Making a backup", "verify": "Verifying a backup", "drill": "Practising a restore"}
_NO_RECIPIENT = (
    "no recipient: set VITASCOPE_BACKUP_RECIPIENTS (or VITASCOPE_BACKUP_RECIPIENTS_FILE) to the age keys that can open "
    "backups"
)
_END_SECONDS = 10.0
_WEEK_SECONDS = 7 * 86_400 - 3_600


class BusyError(BackupError):
    """Something is being done already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of work, and how it went."""

    kind: str
    activity_id: str
    running: bool = True
    what: str = ""
    done: float = 0.0
    ok: bool = False
    name: str = ""
    message: str = ""


class BackupService:
    """The server's backups."""

    def __init__(
        self,
        settings: BackupSettings,
        support: SupportDir,
        board: ActivityBoard,
        *,
        folder: Callable[[], Path],
        enabled: Callable[[], bool],
        database: str | None = None,
        package_state: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self._support = support
        self._board = board
        self._folder = folder
        self._enabled = enabled
        self._database = database
        self._package_state = package_state
        self._clock = clock
        self._work: asyncio.Task[Run] | None = None
        self.last: Run | None = None
        """What runs, or ran last."""

    @property
    def folder(self) -> Path:
        """Where backups are."""
        return self._folder()

    @property
    def next_at(self) -> float | None:
        """When the next one is made by itself; ``None``: none will be."""
        if not (self.settings.possible and self._enabled()):
            return None
        return next_due(self.settings.daily, self._clock())

    @property
    def wanted(self) -> bool:
        """Whether backups are to be made by themselves."""
        return self._enabled()

    def obstacle(self) -> str | None:
        """Why none can be made, for the owner; ``None`` when one can."""
        return None if self.settings.possible else _NO_RECIPIENT

    async def close(self) -> None:
        """Ends what runs; a backup that is not whole leaves nothing."""
        if self._work is not None:
            self._work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._work

    def begin(self, kind: str, name: str = "") -> Run:
        """Starts ``create``, ``verify`` (of the named backup, or the newest) or ``drill``.

        Raises:
            BackupError: it cannot be done, or something is being done already.
        """
        return self._begin(kind, name)[0]

    def _begin(self, kind: str, name: str = "") -> "tuple[Run, asyncio.Task[Run]]":
        if self._work is not None and not self._work.done():
            raise BusyError("a backup is being made or looked at already")
        if kind == "create" and not self.settings.possible:
            raise BackupError(_NO_RECIPIENT)
        if kind == "drill" and self.settings.identity_file is None and not self.settings.unencrypted:
            raise BackupError("a drill needs the key: set VITASCOPE_BACKUP_IDENTITY_FILE")
        if kind != "create":
            name = records.pick(self.folder, name).name
        activity_id = self._board.start(ACTIVITY, _TITLES[kind], cancel=self._cancel)
        run = self.last = Run(kind=kind, activity_id=activity_id)
        work = self._work = asyncio.get_running_loop().create_task(self._run(run, name))
        return run, work

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.get_loop().call_soon_threadsafe(self._work.cancel)

    async def _run(self, run: Run, name: str) -> Run:
        try:
            line = await self._child(run, name)
            self.last = replace(
                run, running=False, what="", done=1.0, ok=line.ok, name=line.name or name, message=line.message
            )
        except asyncio.CancelledError:
            self.last = replace(run, running=False, message="it was cancelled")
            raise
        except OSError as error:
            self.last = replace(run, running=False, message=f"{error.filename}: {error.strerror}")
        except Exception as error:  # noqa: BLE001 - it is over then, and the owner is told why
            _log.exception("backup, %s", run.kind)
            self.last = replace(run, running=False, message=str(error) or type(error).__name__)
        finally:
            self._board.end(run.activity_id)
        said = _log.info if self.last.ok else _log.error
        said("backup, %s %s: %s", run.kind, self.last.name, self.last.message)
        return self.last

    async def _child(self, run: Run, name: str) -> Line:
        settings = self.settings
        job = Job(
            kind=run.kind,
            support=str(self._support.root),
            folder=str(self.folder),
            recipients=settings.recipients.texts,
            unencrypted=settings.unencrypted,
            database=self._database,
            identity_file=None if settings.identity_file is None else str(settings.identity_file),
            package_state=None if self._package_state is None else str(self._package_state),
            name=name,
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "vitascope.ops.backup"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise AssertionError("pipes were asked for")
        try:
            process.stdin.write(msgspec.json.encode(job) + b"\n")
            await process.stdin.drain()
            outcome = Line(ended=True, message="the process that made it ended without a word")
            async for text in process.stdout:
                line = msgspec.json.decode(text, type=Line)
                if line.ended:
                    outcome = line
                    continue
                self.last = replace(run, what=line.what, done=line.done)
                self._board.update(run.activity_id, progress=int(line.done * 100), subtitle=line.what)
            await process.wait()
            return outcome
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), _END_SECONDS)
                except TimeoutError:
                    process.kill()
                    await process.wait()

    # --- each night --------------------------------------------------------------------------------------------

    def newest_at(self) -> float | None:
        """When the newest backup was made; ``None`` when there is none."""
        try:
            found = records.find_backups(self.folder)
        except OSError:
            return None
        return found[0].taken_at if found else None

    async def forget_old(self) -> None:
        """Removes the state from before a restore, once it was kept long enough."""
        await asyncio.to_thread(swap.forget_old, self._support, self._database, self._clock())

    async def night(self) -> None:
        """What is done each night: a backup, which is looked at, and then old ones are removed.

        Raises:
            BackupError: none could be made; then none was removed.
        """
        run = await self._do("create")
        if not run.ok:
            raise BackupError(f"no backup was made: {run.message}")
        if self.settings.identity_file is not None or self.settings.unencrypted:
            await self._do("drill" if self._wants_drill() else "verify")
        removed = await asyncio.to_thread(records.remove_old, self.folder, self.settings.keep)
        if removed:
            _log.info("backups removed: %s", ", ".join(removed))

    async def _do(self, kind: str) -> Run:
        """Does something as soon as nothing else is being done; how it went. Raises :class:`BackupError`."""
        while self._work is not None and not self._work.done():
            await asyncio.wait({self._work})
        begun, work = self._begin(kind)
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            work.cancel()
            raise
        return replace(begun, running=False, message="it was cancelled") if work.cancelled() else work.result()

    def _wants_drill(self) -> bool:
        if self.settings.drill == "never":
            return False
        last = records.read_records(self.folder).drill
        return self.settings.drill == "daily" or last is None or self._clock() - last.at >= _WEEK_SECONDS


__all__ = ["ACTIVITY", "BackupService", "BusyError", "NotHere", "Run"]
