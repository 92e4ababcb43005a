"""The process of one mount: begun, remembered so that the next server finds it, and ended for certain.

It ends with the server, even when that is killed (:mod:`.child`). Should it not have been able to (it hung, the machine
was busy), the next start finds it by the note that lies in the folder of running mounts: the number of a process alone
may belong to somebody else by then, so the moment of its start is compared too.

It writes its log into a pipe whose reading end it holds as well: a server that is killed must not break that pipe,
since a program written in Go dies of its next line then, before it has unmounted.
"""

import asyncio
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from vitascope.sources.rclone.program import confined_environment, reason_in

_END_S = 10.0
_LONGEST_LINE = 65_536
_LAST_LINES = 20


class _Note(msgspec.Struct, frozen=True):
    pid: int
    started: int


def _started(pid: int) -> int | None:
    """When a process began, in ticks since the machine did; ``None`` when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


def end_leftover(note: Path) -> None:
    """Ends the process that an earlier server left behind, if it did. Blocks for a moment."""
    try:
        known = msgspec.json.decode(note.read_bytes(), type=_Note)
    except (OSError, msgspec.MsgspecError):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        if _started(known.pid) == known.started:
            with suppress(ProcessLookupError):
                os.kill(known.pid, number)
        until = time.monotonic() + _END_S
        while _started(known.pid) == known.started and time.monotonic() < until:
            time.sleep(0.05)
    note.unlink(missing_ok=True)


class Process:
    """A running rclone. Use it on one loop, from the thread that lives as long as the server."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        note: Path,
        stream: asyncio.StreamReader,
        transport: asyncio.BaseTransport,
        told: Callable[[str], None],
        hide: Callable[[str], str],
    ) -> None:
        self._process = process
        self._note = note
        self._stream = stream
        self._transport = transport
        self._told = told
        self._hide = hide
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._reading = asyncio.create_task(self._read(), name="rclone-log")

    @classmethod
    async def begin(
        cls,
        line: Sequence[str],
        *,
        folder: Path,
        home: Path,
        name: str,
        told: Callable[[str], None],
        hide: Callable[[str], str],
    ) -> "Process":
        """Starts it in ``folder``. ``told`` hears each line of its log, from which ``hide`` has taken the secrets."""
        reading, writing = os.pipe()
        log = os.fdopen(reading, "rb", buffering=0)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # what lies in the folder it runs in is no module of ours
                "-m",
                "vitascope.sources.rclone.child",
                str(os.getpid()),
                *line,
                cwd=folder,
                env=confined_environment(home, also=("PYTHONPATH",)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=writing,
                pass_fds=(reading,),
                start_new_session=True,
            )
        except BaseException:
            log.close()
            raise
        finally:
            os.close(writing)
        note = note_of(folder, name)
        started = _started(process.pid)
        if started is not None:
            note.write_bytes(msgspec.json.encode(_Note(pid=process.pid, started=started)))
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), log
        )
        return cls(process, note, stream, transport, told, hide)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def ended(self) -> None:
        """Returns when it has ended, and everything it said was heard."""
        await self._process.wait()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({self._reading}, timeout=1)

    def reason(self) -> str:
        """Why it ended or cannot do its work, as it said last."""
        errors = [line for line in self._last if "ERROR" in line or "Failed" in line or "CRITICAL" in line]
        return reason_in(errors or list(self._last))

    async def end(self, *, gently: bool = True) -> None:
        """Ends it: asked first, when ``gently``, so that it unmounts and lets go of its cache by itself."""
        numbers = (signal.SIGTERM, signal.SIGKILL) if gently else (signal.SIGKILL,)
        for number in numbers:
            if self.has_ended:
                break
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._process.wait()
        await self.ended()
        self._reading.cancel()
        self._transport.close()
        self._note.unlink(missing_ok=True)

    async def _read(self) -> None:
        rest = b""
        while piece := await self._stream.read(1 << 16):
            *lines, rest = (rest + piece).split(b"\n")
            rest = rest[-_LONGEST_LINE:]
            for line in lines:
                text = self._hide(line.decode("utf-8", "replace").rstrip())[:_LONGEST_LINE]
                self._last.append(text)
                self._told(text)


def note_of(folder: Path, name: str) -> Path:
    """Where it is noted who a mount's process is."""
    return folder / f"{name}.pid"
