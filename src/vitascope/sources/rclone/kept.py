"""What a mount and a server of rclone's have in common: one process for one source, and what is asked about it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial

from vitascope.sources.errors import SourceError
from vitascope.sources.patience import Patience
from vitascope.sources.rclone.command import source_command
from vitascope.sources.rclone.look import Seen, reason_away
from vitascope.sources.rclone.process import Process
from vitascope.sources.rclone.program import find_rclone
from vitascope.sources.rclone.registry import Registry, without
from vitascope.sources.rclone.source import Source

_APPEARS_S = 60.0
_LOOK_EVERY_S = 0.02


class MountError(SourceError):
    """It cannot be mounted, or served; the text says why, for the owner."""


class Kept:
    """A source for which rclone runs."""

    def __init__(
        self,
        source: Source,
        registry: Registry,
        *,
        told: Callable[[str], None],
        expected: Callable[[], Awaitable[Collection[bytes]]],
    ) -> None:
        """``told`` hears what rclone logs, without secrets; ``expected`` says what the last scan saw at the top."""
        self._source = source
        self._registry = registry
        self._places = registry.places
        self._told = told
        self._expected = expected
        self._process: Process | None = None
        self._secrets: frozenset[str] = frozenset()
        self._patience = self._new_patience()

    def _look(self) -> Seen:
        """Looks at what is there. Blocks; raises ``OSError``."""
        raise NotImplementedError

    def _is_there(self) -> bool:
        """Whether what rclone was started for has appeared."""
        raise NotImplementedError

    def _prepare(self) -> None:
        """What has to be there before. Blocks; raises :class:`SourceError`."""
        raise NotImplementedError

    def _clear_away(self) -> None:
        """Leaves nothing of it behind. Blocks."""
        raise NotImplementedError

    def _new_patience(self) -> Patience[Seen]:
        return Patience(self._look)

    @property
    def pid(self) -> int | None:
        """Of rclone, while it runs."""
        process = self._process
        return None if process is None or process.has_ended else process.pid

    async def start(self) -> None:
        """Starts rclone and returns once it is there. Raises :class:`SourceError`."""
        program = await asyncio.to_thread(find_rclone)
        secrets = self._secrets = await asyncio.to_thread(self._registry.secrets, program)
        await asyncio.to_thread(self._prepare)
        self._patience = self._new_patience()  # what was asked of an earlier one is no answer
        process = self._process = await Process.begin(
            source_command(program, self._source, self._places),
            folder=self._places.running,
            home=self._places.root,
            name=self._source.name,
            told=self._hear,
            hide=partial(without, secrets),
        )
        try:
            async with asyncio.timeout(_APPEARS_S):
                while not self._is_there():
                    if process.has_ended:
                        await process.ended()
                        raise MountError(process.reason())
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            raise MountError(f"it was not there within {_APPEARS_S:.0f} seconds: {process.reason()}") from None

    def _hear(self, line: str) -> None:
        self._told(line)

    def _make_folders(self) -> None:
        """Those that rclone works in. Blocks; raises ``OSError``."""
        (self._places.cache / self._source.name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._places.running.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._places.running.chmod(0o700)
        self._remove_sockets()

    def _remove_sockets(self) -> None:
        name = self._source.name
        for socket in (self._places.socket_name(name), self._places.media_socket_name(name)):
            (self._places.running / socket).unlink(missing_ok=True)

    async def look(self, limit_s: float) -> str | None:
        """Why it cannot be believed now; ``None`` when it is there."""
        seen: Seen | OSError | None
        try:
            seen = await self._patience.ask(limit_s)
        except TimeoutError:
            seen = None
        except OSError as error:
            seen = error
        reason = reason_away(seen, await self._expected())
        process = self._process
        if isinstance(seen, OSError) and process is not None:
            return f"{reason} ({await self._why() or process.reason()})"
        return reason

    async def _why(self) -> str:
        """Why the remote does not answer, where rclone's log does not tell."""
        return ""

    async def ended(self) -> str:
        """Returns when rclone has ended, with why."""
        process = self._process
        if process is None:
            return "it was not started"
        await process.ended()
        return process.reason()

    async def stop(self, *, gently: bool = True) -> None:
        """Ends rclone and what it did. Nothing is left there, whatever happened."""
        process, self._process = self._process, None
        if process is not None:
            await process.end(gently=gently)
            await asyncio.to_thread(self._clear_away)
        with suppress(OSError):
            self._remove_sockets()
