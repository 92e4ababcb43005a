"""The only place where the parts are put together: one running server.

The order of things at start is a promise: the port is bound first (a port in use is known at once), then HTTP answers
(503 while the database is being made or upgraded), then the house is complete and everything answers. It ends in the
reverse order, and whatever signal asks for the end, requests that are under way are finished first.
"""

import asyncio
import gc
import logging
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

from vitascope import __version__
from vitascope.accounts.claims import ClaimDesk
from vitascope.accounts.devices import Devices
from vitascope.accounts.directory import Directory
from vitascope.accounts.errors import AccountError
from vitascope.accounts.gate import Gate
from vitascope.accounts.home import Account, ThisServer
from vitascope.accounts.home_desk import HomeDesk
from vitascope.accounts.linking import Linker
from vitascope.accounts.ownership import ClaimWay, Ownership
from vitascope.accounts.passwords import PasswordThread
from vitascope.accounts.sign_in import SignIn
from vitascope.accounts.unknown_tokens import UnknownTokens
from vitascope.api.dispatch import OWN_SOCKET, Api
from vitascope.api.house import House
from vitascope.api.now_playing import NowPlaying
from vitascope.api.pictures import Photographer
from vitascope.api.routes import FAMILIES
from vitascope.edge.accept import Acceptor, raise_file_limit, tcp_socket, unix_socket
from vitascope.events import (
    Activity,
    ActivityChanged,
    ActivityEvent,
    Bus,
    LibraryChanged,
    PlaySessionState,
    PlayState,
    PreferenceChanged,
    StatusNote,
)
from vitascope.jobs.executor import Executor
from vitascope.library import activities, sections
from vitascope.library.missing_pictures import make_missing_again
from vitascope.library.pictures import JOB as PICTURES
from vitascope.library.pictures import Pictures
from vitascope.library.presence import Presence
from vitascope.library.scanner import ScanResult, ScanService
from vitascope.library.sections import SectionError
from vitascope.library.timeline import Timeline
from vitascope.library.watch import Watcher
from vitascope.media.images import PictureCache
from vitascope.media.workers import WorkerPool
from vitascope.ops.actions import ActionFailedError, LinkRequest
from vitascope.ops.backup import swap
from vitascope.ops.backup.errors import BackupError
from vitascope.ops.backup.records import newest_facts
from vitascope.ops.backup.service import BackupService
from vitascope.ops.inside import operations_inside
from vitascope.ops.logs import LogFiles
from vitascope.ops.package_state import PackageStateError, StateFile, default_path
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.settings import Settings, SettingsError, read_secret
from vitascope.ops.trust import LiveTrust
from vitascope.store import people
from vitascope.store.engine import Database
from vitascope.store.positions import Positions
from vitascope.store.positions.values import Values
from vitascope.store.revision import is_current
from vitascope.store.sections import list_sections

_log = logging.getLogger(__name__)

_GRACE_SECONDS = 5.0
_GOODBYE_SECONDS = 2.0
_GOODBYE = "The server is ending"
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_PICTURES_WAIT_S = 30.0
"""A scan of a usual library is over by then; the pictures of a long one are not held up any longer."""
_WEB = Path(__file__).parent / "api" / "web"


def _publish_activity(bus: Bus, event: activities.ActivityEvent, activity: activities.Activity) -> None:
    told = Activity(
        uuid=activity.uuid,
        type=activity.type,
        title=activity.title,
        subtitle=activity.subtitle,
        progress=activity.progress,
        cancellable=activity.cancellable,
        person_id=activity.person_id,
        section_id=activity.section_id,
    )
    bus.publish(ActivityChanged(event=ActivityEvent(event.value), activity=told))


async def _link_owner(gate: Gate, request: LinkRequest) -> str:
    """The action that makes the owner; whoever may run it may already do everything."""
    try:
        linked = await gate.linker.link(request.token, request.owner_name, request.owner_password)
    except AccountError as error:
        raise ActionFailedError(str(error)) from error
    return linked.message


class Watching:
    """Watches the sections' folders as long as the owner wants that."""

    def __init__(self, database: Database, scans: ScanService, preferences: Preferences) -> None:
        self._preferences = preferences
        self._scans = scans
        self._watcher = Watcher(database, scan=self._scan)
        self._loop = asyncio.get_running_loop()
        preferences.listen(self._changed)

    async def _scan(self, section_id: int, folder: bytes | None) -> None:
        whole = not self._preferences.flag("FSEventLibraryPartialScanEnabled")
        await self._scans.start(section_id, None if whole else folder)

    def _changed(self, name: str, _value: object) -> None:
        if name == "FSEventLibraryUpdatesEnabled":
            self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self.renew()))

    async def renew(self) -> None:
        """Watches what there is to watch now."""
        if self._preferences.flag("FSEventLibraryUpdatesEnabled"):
            await self._watcher.restart()
        else:
            await self._watcher.close()

    async def close(self) -> None:
        """Stops watching."""
        await self._watcher.close()


class Server:
    """One server: made from its settings, served until it is asked to end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._api = Api(FAMILIES)
        self._ended = asyncio.Event()
        self._finished_restore: str | None = None

    def end(self) -> None:
        """Asks the server to end."""
        self._ended.set()

    async def serve(self, ready: Callable[[str], None], unclaimed: Callable[[str], None]) -> None:
        """Serves until the end is asked for; calls ``ready`` with the web address once everything answers, then
        ``unclaimed`` with a claim token when the server belongs to nobody.

        Raises:
            PortUnavailableError: the address cannot be listened on.
            PreferenceError: the preferences cannot be read or written.
            StoreError: the database cannot be opened or upgraded.
            BackupError: a restore is under way, or cannot be finished.
        """
        settings = self._settings
        async with AsyncExitStack() as stack:
            raise_file_limit()
            listener = tcp_socket(settings.host, settings.port)
            port = listener.getsockname()[1]
            acceptor = Acceptor(self._api)
            acceptor.start(listener)
            stack.push_async_callback(acceptor.close, _GRACE_SECONDS)
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.end)

            self._finished_restore = await asyncio.to_thread(swap.settle, settings.support, settings.database)
            preferences = Preferences(settings.support.preferences)
            preferences.load()
            settings.container.apply(preferences)
            _set_log_level(preferences)
            preferences.listen(lambda *_: _set_log_level(preferences))
            house = await self._furnish(stack, preferences, port)
            self._api.house = house
            acceptor.start(unix_socket(settings.support.socket), {OWN_SOCKET: True})
            stack.callback(partial(settings.support.socket.unlink, missing_ok=True))
            gc.freeze()  # what lives as long as the server need not be looked at by every collection
            _log.info("Vitascope %s serves port %d", __version__, port)
            confirming = asyncio.create_task(self._confirm_restore(house))
            stack.push_async_callback(_cancelled, confirming)
            await self._make_wished(house)
            await self._go_on_scanning(house)
            ready(f"http://{settings.shown_host}:{port}/web")
            if not house.gate.ownership.claimed:
                unclaimed(house.gate.desk.mint())
            linking = asyncio.create_task(self._link(house))
            stack.callback(linking.cancel)
            await self._ended.wait()
            _log.info("ending")
            await self._say_goodbye(house)
            house.bus.close()
            await acceptor.close(_GRACE_SECONDS)

    async def _say_goodbye(self, house: House) -> None:
        """Tells those who listen and those who watch why it ends. Players hear it with their next report: who plays
        is waited for, but not for long, since whoever ends a container does not wait long either."""
        sessions = house.playing.end(_GOODBYE)
        house.bus.publish(StatusNote(name="SERVER_ENDING", title=_GOODBYE, description="What plays will stop."))
        for session in sessions:
            house.bus.publish(
                PlaySessionState(
                    session_key=session.key,
                    client_identifier=session.player.client_identifier,
                    person_id=session.person_id,
                    item_id=session.item_id,
                    guid="",
                    state=PlayState.STOPPED,
                    view_offset_ms=session.time_ms,
                )
            )
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                while house.playing.sessions():
                    await asyncio.sleep(0.02)

    async def _furnish(self, stack: AsyncExitStack, preferences: Preferences, port: int) -> House:
        settings = self._settings
        self._api.waiting_for = "The database is being made ready."
        await asyncio.to_thread(self._migrate)
        database = Database(settings.database_target)
        await asyncio.to_thread(database.open)
        stack.callback(database.close)
        await database.awrite(people.ensure_owner)
        gate = self._gate(stack, database, preferences)
        trust = LiveTrust(
            preferences,
            claimed=lambda: gate.ownership.claimed,
            loopback=settings.trust_loopback,
            host_names=settings.host_names,
        )
        gate.ownership.listen(trust.renew)
        await gate.ownership.load()
        await self._make_owner(gate)

        bus = Bus()
        preferences.listen(lambda name, value: bus.publish(PreferenceChanged(name=name, value=value)))
        workers = WorkerPool(max(os.cpu_count() or 2, 2))
        stack.callback(workers.close)
        background = WorkerPool(max((os.cpu_count() or 2) // 2, 1), niceness=10)
        stack.callback(background.close)
        pictures = Pictures(database, background, settings.support.metadata)
        executor = Executor(
            database, {PICTURES: pictures.handle}, gives_way=lambda: scans.is_at_full_speed(_PICTURES_WAIT_S)
        )
        stack.push_async_callback(executor.close)

        def scan_ended(result: ScanResult) -> None:
            executor.wake()
            bus.publish(LibraryChanged(section_id=result.section_id))
            bus.publish(
                StatusNote(name="LIBRARY_UPDATE", title="Library scan complete", description=result.failure or "")
            )

        board = activities.ActivityBoard(partial(_publish_activity, bus))
        scans = ScanService(database, board, pref=preferences.get, finished=scan_ended)
        stack.push_async_callback(scans.close)
        executor.start()
        presence = Presence(database, is_back=scans.start)
        stack.push_async_callback(presence.close)
        presence.start()
        watching = Watching(database, scans, preferences)
        stack.push_async_callback(watching.close)
        await watching.renew()
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
        backups.start()
        operations = operations_inside(
            settings,
            preferences,
            database,
            port=port,
            started_at=time.time(),
            is_claimed=lambda: gate.ownership.claimed,
            link=partial(_link_owner, gate),
            newest_backup=(lambda: newest_facts(backups.folder)) if settings.backup.possible else None,
        )
        stack.push_async_callback(operations.close)
        operations.tend()
        positions = Positions()
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
            positions=positions,
            values=Values(positions),
            workers=workers,
            photographer=Photographer(
                database=database,
                workers=workers,
                cache=PictureCache(settings.support.cache / "PhotoTranscoder"),
                metadata=settings.support.metadata,
            ),
            operations=operations,
            playing=NowPlaying(),
            timeline=Timeline(database, pref=preferences.get),
            sections_changed=watching.renew,
            backups=backups,
            started_at=int(time.time()),
            web=_WEB,
        )
        if preferences.repaired:
            house.notes.append(preferences.repaired)
        if self._finished_restore:
            house.notes.append(self._finished_restore)
        return house

    def _gate(self, stack: AsyncExitStack, database: Database, preferences: Preferences) -> Gate:
        passwords = PasswordThread()
        stack.callback(passwords.close)
        desk = ClaimDesk()
        ownership = Ownership(
            database, passwords=passwords, desk=desk, inherited=lambda: bool(preferences.text("PlexOnlineToken"))
        )

        def keep_plex_account(account: Account) -> None:
            preferences.keep_account(token=account.token, username=account.username, mail=account.email)

        linker = Linker(
            database,
            ownership,
            desk,
            home=self._settings.account_home,
            server=lambda: ThisServer(
                client_identifier=preferences.machine_identifier,
                name=preferences.text("FriendlyName") or socket.gethostname(),
                version=__version__,
            ),
            keep_plex_account=keep_plex_account,
        )
        sign_in = SignIn(database, passwords, vouch=linker.vouch)
        return Gate(
            desk=desk,
            ownership=ownership,
            passwords=passwords,
            sign_in=sign_in,
            home=HomeDesk(database, desk, sign_in),
            linker=linker,
            unknown=UnknownTokens(),
        )

    async def _make_owner(self, gate: Gate) -> None:
        """Makes the owner that the settings name, where the server has none of ours yet."""
        settings = self._settings
        if settings.owner is None or gate.ownership.row is not None:
            return
        try:
            password = await asyncio.to_thread(settings.owner_password)
            await gate.ownership.make_owner(settings.owner, password, ClaimWay.SETTINGS)
        except AccountError as error:
            raise SettingsError(f"owner {settings.owner!r}: {error}") from error
        _log.info("the owner was made from the settings")

    async def _confirm_restore(self, house: House) -> None:
        """The first start after a restore: it works, and pictures that are in no backup are made again."""
        support = self._settings.support
        if not swap.is_first_start(support):
            return
        missing = await make_missing_again(house.database, support.metadata)
        _log.info("first start after a restore; %d pictures are made again", missing)
        try:
            await asyncio.to_thread(swap.confirm_start, support, time.time())
        except BackupError as error:
            _log.error("the state from before the restore is kept: %s", error)

    async def _link(self, house: House) -> None:
        """Exchanges the claim token that the server was started with, when it has one and no owner."""
        ownership, container = house.gate.ownership, self._settings.container
        token = container.claim
        try:
            if not ownership.claimed and not token and container.claim_file is not None:
                token = (await asyncio.to_thread(read_secret, container.claim_file, "PLEX_CLAIM_FILE")).strip()
            state = StateFile(self._settings.state or default_path(self._settings.support))
            kept = await asyncio.to_thread(state.settle, linked=ownership.claimed, now=time.time())
            if not ownership.claimed and (token := token or kept.claim_token or ""):
                await house.gate.linker.link_at_start(token)
                await asyncio.to_thread(state.settle, linked=ownership.claimed, now=time.time())
        except (SettingsError, PackageStateError) as error:
            _log.warning("the server was not linked: %s", error)

    async def _make_wished(self, house: House) -> None:
        """Makes the sections that the settings name and that are missing."""
        known = {row.title.casefold() for row in await house.database.read(list_sections)}
        for wish in self._settings.sections:
            if wish.title.casefold() in known:
                continue
            try:
                saved = await sections.create(
                    house.database, title=wish.title, kind=wish.kind, paths=[str(path) for path in wish.paths]
                )
            except SectionError as error:
                # A disk that is not mounted yet must not keep the server from starting.
                note = (
                    f"the library {wish.title!r} of the settings was not made: {error}; it is tried at the next start"
                )
                _log.error("%s", note)
                house.notes.append(note)
                continue
            await house.sections_changed()
            await house.scans.start(saved.section.id)

    async def _go_on_scanning(self, house: House) -> None:
        """Completes first scans that an earlier run of the server did not."""
        for row in await house.database.read(list_sections):
            if row.scanned_at is None and not house.scans.is_scanning(row.id):
                await house.scans.start(row.id)

    def _migrate(self) -> None:
        target = self._settings.database_target
        if is_current(target):
            return
        from vitascope.store import migrate  # Alembic is loaded only where there is something to do

        migrate.ensure(target, progress=self._migrating)

    def _migrating(self, what: str, done: float) -> None:
        self._api.waiting_for = f"The database is being made ready: {what}, {done:.0%}."


async def _cancelled(task: "asyncio.Task[None]") -> None:
    """Ends a task that need not come to its end."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _backup_folder(settings: Settings, preferences: Preferences) -> Path:
    """Where backups go now."""
    if settings.backup.folder is not None:
        return settings.backup.folder
    chosen = preferences.text("ButlerDatabaseBackupPath").strip()
    return Path(chosen) if chosen else settings.config / "backups"


def _log_files_kept(settings: Settings) -> int:
    """How many old log files the preferences want; looked up before anything else, since logging comes first."""
    preferences = Preferences(settings.support.preferences)
    with suppress(PreferenceError):
        preferences.peek()
    return preferences.number("LogNumFiles")


def _set_log_level(preferences: Preferences) -> None:
    """As much in the log as the owner wants, from now on."""
    level = logging.INFO if preferences.flag("logDebug") else logging.WARNING
    logging.getLogger().setLevel(logging.DEBUG if preferences.flag("LogVerbose") else level)


def run(settings: Settings) -> None:
    """Runs a server in this process until a signal ends it."""
    settings.support.make()
    logs = LogFiles(settings.support.logs, kept=_log_files_kept(settings), to_stderr=settings.log_to_stderr)
    logs.open()
    try:
        import uvloop

        def ready(address: str) -> None:
            print(f"Vitascope {__version__} ready at {address}", flush=True)  # the one line that scripts wait for

        def unclaimed(token: str) -> None:
            # To the terminal and never to the log: it opens the server.
            print(f"Claim token: {token}", flush=True)
            print(
                "This server belongs to nobody yet. Enter the token at the address above within 4 minutes to make it "
                f"yours; another one: vitascope claim-token --config {shlex.quote(str(settings.config))}",
                flush=True,
            )

        async def main() -> None:
            await Server(settings).serve(ready, unclaimed)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())
    except BaseException:
        if not isinstance(sys.exception(), KeyboardInterrupt | SystemExit):
            _log.exception("the server ended")
        raise
    finally:
        logs.close()
