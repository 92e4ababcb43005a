"""One running server, from the port it binds first to the goodbye it says last.

The order of things at start is a promise: the port is bound first (a port in use is known at once), then HTTP answers
(503 while the database is being made or upgraded), then the house is complete and everything answers. It ends in the
reverse order, and whatever signal asks for the end, requests that are under way are finished first.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

from vitascope import __version__
from vitascope.api.dispatch import OWN_SOCKET, Api
from vitascope.api.house import House
from vitascope.api.routes import FAMILIES
from vitascope.app.beginning import clear_away, confirm_restore, go_on_scanning, make_wished
from vitascope.app.furnishing import furnish
from vitascope.app.gate import link_at_start
from vitascope.app.resting import rest_when_idle
from vitascope.app.securing import make_keeper, serve_domain
from vitascope.edge.accept import Acceptor, raise_file_limit, tcp_socket, unix_socket
from vitascope.edge.keeper import Keeper
from vitascope.events import StatusNote
from vitascope.ops.backup import swap
from vitascope.ops.preferences import Preferences
from vitascope.ops.settings import Settings
from vitascope.store import people
from vitascope.store.engine import CONNECTIONS, Database
from vitascope.store.revision import is_current

_log = logging.getLogger("vitascope.app")

_GRACE_SECONDS = 5.0
_GOODBYE_SECONDS = 2.0
_GOODBYE = "The server is ending"
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_COLLECT_AFTER = (10_000, 20, 50)
"""Objects until garbage is looked for, and how often among older ones. A page of fifty items makes some thousands, none
in a ring: Python's own 700 took a tenth of its time."""


class Server:
    """One server: made from its settings, served until it is asked to end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._api = Api(FAMILIES)
        self._ended = asyncio.Event()

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
            keeper: Keeper | None = None
            acceptor = Acceptor(self._api)
            acceptor.start(listener, tls=lambda: keeper.context() if keeper else None)
            stack.push_async_callback(acceptor.close, _GRACE_SECONDS)
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self.end)

            finished_restore = await asyncio.to_thread(swap.settle, settings.support, settings.database)
            preferences = Preferences(settings.support.preferences)
            preferences.load()
            settings.container.apply(preferences)
            _set_log_level(preferences)
            preferences.listen(lambda *_: _set_log_level(preferences))
            keeper = make_keeper(stack, settings, preferences)
            if settings.domain is not None:
                await serve_domain(stack, keeper, settings, settings.domain, acceptor)
            certifying = asyncio.create_task(keeper.open())
            database = await self._open_database(stack, preferences.number("DatabaseCacheSize"))
            house = await furnish(stack, settings, preferences, database, port, keeper)
            house.notes += [note for note in (preferences.repaired, finished_restore) if note]
            self._api.house = house
            acceptor.start(unix_socket(settings.support.socket), {OWN_SOCKET: True})
            stack.callback(partial(settings.support.socket.unlink, missing_ok=True))
            gc.freeze()  # what lives as long as the server need not be looked at by every collection
            gc.set_threshold(*_COLLECT_AFTER)
            gc.enable()
            _log.info("Vitascope %s serves port %d", __version__, port)
            for task in (confirm_restore(house), clear_away(house), rest_when_idle(database)):
                stack.push_async_callback(_cancelled, asyncio.create_task(task))
            await make_wished(house)
            await go_on_scanning(house)
            await certifying
            ready(f"http://{settings.shown_host}:{port}/web")
            if not house.gate.ownership.claimed:
                unclaimed(house.gate.desk.mint())
            linking = asyncio.create_task(link_at_start(settings, house))
            stack.push_async_callback(_cancelled, linking)
            await self._ended.wait()
            _log.info("ending")
            await self._say_goodbye(house)
            await house.transcoder.close()  # a stream in one piece would go on for hours
            house.bus.close()
            if house.listening:
                await asyncio.wait(set(house.listening), timeout=_GOODBYE_SECONDS)
            await acceptor.close(_GRACE_SECONDS)

    async def _say_goodbye(self, house: House) -> None:
        """Tells those who listen and those who watch why it ends. Players hear it with their next report: who plays
        is waited for, but not for long, since whoever ends a container does not wait long either."""
        house.bus.publish(StatusNote(name="SERVER_ENDING", title=_GOODBYE, description="What plays will stop."))
        house.reports.goodbye(_GOODBYE)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                while house.reports.sessions.sessions():
                    await asyncio.sleep(0.02)

    async def _open_database(self, stack: AsyncExitStack, cache_mb: int) -> Database:
        """The database, made or upgraded first where that is needed; everything answers 503 meanwhile."""
        self._api.waiting_for = "The database is being made ready."
        await asyncio.to_thread(self._migrate)
        database = Database(self._settings.database_target, cache_kib=cache_mb * 1024 // CONNECTIONS)
        await asyncio.to_thread(database.open)
        stack.callback(database.close)
        await database.awrite(people.ensure_owner)
        return database

    def _migrate(self) -> None:
        target = self._settings.database_target
        if is_current(target):
            return
        from vitascope.store import migrate  # Alembic is loaded only where there is something to do

        migrate.ensure(target, progress=self._migrating)

    def _migrating(self, what: str, done: float) -> None:
        self._api.waiting_for = f"The database is being made ready: {what}, {done:.0%}."


async def _cancelled(task: "asyncio.Task[None]") -> None:
    """Ends a task that need not come to its end. One that failed long ago is no reason to end badly."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("a task of the start failed", exc_info=error)


def _set_log_level(preferences: Preferences) -> None:
    """As much in the log as the owner wants, from now on."""
    level = logging.INFO if preferences.flag("logDebug") else logging.WARNING
    logging.getLogger().setLevel(logging.DEBUG if preferences.flag("LogVerbose") else level)
