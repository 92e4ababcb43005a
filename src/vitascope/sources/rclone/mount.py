"""One mount: made, looked at, taken away.

It is never made over something: a mount point that is a link, holds files (unless ``allow-non-empty`` is set) or has
been mounted by somebody else is left as it is. What a server of ours that was killed left there is cleared first.
"""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path

from vitascope.sources.errors import SourceError
from vitascope.sources.mounts import Lack, barred, fusermount, mounted_at, unmount
from vitascope.sources.patience import Patience
from vitascope.sources.rclone.command import mount_command
from vitascope.sources.rclone.look import Seen, look_at, reason_away
from vitascope.sources.rclone.process import Process, end_leftover, note_of
from vitascope.sources.rclone.program import find_rclone
from vitascope.sources.rclone.registry import Registry, without
from vitascope.sources.rclone.source import Source

_APPEARS_S = 60.0
_LOOK_EVERY_S = 0.02
_FUSE = Path("/dev/fuse")


class MountError(SourceError):
    """It cannot be mounted; the text says why, for the owner."""


def lacking_fuse() -> Lack | None:
    """What this machine lacks for mounting; ``None`` when nothing does."""
    if not _FUSE.exists():
        return Lack(
            what="this machine has no /dev/fuse",
            remedy="modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN",
        )
    if not os.access(_FUSE, os.R_OK | os.W_OK):
        return Lack(what="/dev/fuse can be used by others only: this user may not mount")
    if fusermount() is None:
        return Lack(what="fusermount3 is not installed", remedy="apt install fuse3")
    return barred()


def missing_fuse() -> str | None:
    """The same in a sentence."""
    lack = lacking_fuse()
    return None if lack is None else str(lack)


class Mount:
    """One source that is being mounted by this process."""

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
        self._patience = self._new_patience()

    def _new_patience(self) -> Patience[Seen]:
        return Patience(lambda: look_at(self._source.point))

    @property
    def pid(self) -> int | None:
        """Of rclone, while it runs."""
        process = self._process
        return None if process is None or process.has_ended else process.pid

    async def start(self) -> None:
        """Starts rclone and returns once the folder is a mount. Raises :class:`SourceError`."""
        program = await asyncio.to_thread(find_rclone)
        secrets = await asyncio.to_thread(self._registry.secrets, program)
        await asyncio.to_thread(self._clear)
        await asyncio.to_thread(self._prepare)
        self._patience = self._new_patience()  # what was asked of an earlier mount is no answer
        process = self._process = await Process.begin(
            mount_command(program, self._source, self._places),
            folder=self._places.running,
            home=self._places.root,
            name=self._source.name,
            told=self._told,
            hide=partial(without, secrets),
        )
        try:
            async with asyncio.timeout(_APPEARS_S):
                while mounted_at(self._source.point) is None:
                    if process.has_ended:
                        await process.ended()
                        raise MountError(process.reason())
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            raise MountError(f"it was not mounted within {_APPEARS_S:.0f} seconds: {process.reason()}") from None

    def _clear(self) -> None:
        """Takes away what an earlier server left there. Blocks."""
        note = note_of(self._places.running, self._source.name)
        was_ours = note.exists()
        end_leftover(note)
        there = mounted_at(self._source.point)
        if there is None:
            return
        if not was_ours and not self._is_dead():
            raise MountError(f"something else is mounted there: {there.source} ({there.kind})")
        if not unmount(self._source.point):
            raise MountError(f"what was mounted there cannot be unmounted (umount -l {self._source.mount})")

    def _is_dead(self) -> bool:
        """Whether what is mounted there has no program behind it any more. That is answered at once."""
        try:
            os.stat(self._source.point)
        except OSError as error:
            return error.errno == errno.ENOTCONN
        return False

    def _prepare(self) -> None:
        """The folders it needs. Blocks."""
        reason = missing_fuse()
        if reason is not None:
            raise MountError(reason)
        point = Path(self._source.mount)
        try:
            point.mkdir(parents=True, exist_ok=True)
            if point.is_symlink():
                raise MountError(f"{point} is a link")
            if not self._source.flags.allow_non_empty and any(point.iterdir()):
                raise MountError(f"{point} is not empty: mounted over it, its files would be hidden (allow-non-empty)")
            (self._places.cache / self._source.name).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._places.running.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._places.running / self._places.socket_name(self._source.name)).unlink(missing_ok=True)
        except OSError as error:
            raise MountError(f"{error.filename or point}: {error.strerror}") from error

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
            return f"{reason} ({process.reason()})"
        return reason

    async def ended(self) -> str:
        """Returns when rclone has ended, with why."""
        process = self._process
        if process is None:
            return "it was not started"
        await process.ended()
        return process.reason()

    async def stop(self, *, gently: bool = True) -> None:
        """Ends rclone and unmounts. Nothing is left there, whatever happened."""
        process, self._process = self._process, None
        if process is not None:
            await process.end(gently=gently)
            await asyncio.to_thread(unmount, self._source.point)
        with suppress(OSError):
            (self._places.running / self._places.socket_name(self._source.name)).unlink(missing_ok=True)
