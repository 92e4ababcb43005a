"""How busy the machine and this server are: processor and memory, sampled every few seconds and kept for an hour.

Read from ``/proc``, of the whole tree of processes, since scans and media workers are children. Kept in memory only:
after a restart nobody asks how busy it was before. Utilisation is in percent of the whole machine.
"""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

SAMPLE_SECONDS = 5.0
_KEPT = 720
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What has been used until now (processor time, in ticks) and is used now (memory, in bytes)."""

    host_ticks: int
    host_idle_ticks: int
    process_ticks: int
    host_bytes: int
    host_used_bytes: int
    process_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How busy it was in the seconds before ``at`` (epoch seconds), in percent of the machine."""

    at: int
    host_cpu: float
    host_memory: float
    process_cpu: float
    process_memory: float


def _numbers(path: Path) -> list[int]:
    first = path.read_text("ascii").split("\n", 1)[0]
    return [int(word) for word in first.split() if word.isdecimal()]


def _memory(text: str) -> Mapping[str, int]:
    return {
        name: int(rest.split()[0]) * 1024
        for name, colon, rest in (line.partition(":") for line in text.splitlines())
        if colon and rest.split() and rest.split()[0].isdecimal()
    }


def _process(pid: int) -> tuple[int, int, int]:
    """(parent, ticks used by itself and the children it waited for, resident pages) of a process."""
    text = (_PROC / str(pid) / "stat").read_text("ascii", "replace")
    fields = text[text.rindex(")") + 2 :].split()  # a name may hold anything, a bracket too
    return int(fields[1]), sum(int(fields[at]) for at in (11, 12, 13, 14)), int(fields[21])


def tree(root: int) -> tuple[int, int]:
    """(ticks, resident pages) of a process and everything below it."""
    found: dict[int, tuple[int, int, int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):
                found[int(entry.name)] = _process(int(entry.name))
    below: dict[int, list[int]] = {}
    for pid, (parent, _, _) in found.items():
        below.setdefault(parent, []).append(pid)
    ticks = pages = 0
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid in found:
            ticks += found[pid][1]
            pages += found[pid][2]
        waiting += below.get(pid, [])
    return ticks, pages


def look(root: int) -> Usage:
    """What a tree of processes and the machine use. Raises ``OSError`` where there is no ``/proc``."""
    cpu = _numbers(_PROC / "stat")
    memory = _memory((_PROC / "meminfo").read_text("ascii"))
    total = memory.get("MemTotal", 1)
    ticks, pages = tree(root)
    return Usage(
        host_ticks=sum(cpu[:8]),
        host_idle_ticks=sum(cpu[3:5]),
        process_ticks=ticks,
        host_bytes=total,
        host_used_bytes=total - memory.get("MemAvailable", total),
        process_bytes=pages * os.sysconf("SC_PAGE_SIZE"),
    )


def _percent(part: float, whole: float) -> float:
    return round(min(max(100.0 * part / whole, 0.0), 100.0), 3) if whole > 0 else 0.0


def between(before: Usage, after: Usage, at: int) -> Sample:
    """How busy it was between two looks."""
    ticks = after.host_ticks - before.host_ticks
    idle = after.host_idle_ticks - before.host_idle_ticks
    return Sample(
        at=at,
        host_cpu=_percent(ticks - idle, ticks),
        process_cpu=_percent(after.process_ticks - before.process_ticks, ticks),
        host_memory=_percent(after.host_used_bytes, after.host_bytes),
        process_memory=_percent(after.process_bytes, after.host_bytes),
    )


class Resources:
    """Samples of the last hour."""

    def __init__(self, *, root: int | None = None, clock: Callable[[], float] = time.time) -> None:
        self._root = root or os.getpid()
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=_KEPT)
        self._before: Usage | None = None
        self._task: asyncio.Task[None] | None = None

    def samples(self) -> list[Sample]:
        """The samples, oldest first."""
        return list(self._samples)

    def sample(self) -> None:
        """Looks once more; the first look only begins."""
        now = look(self._root)
        if self._before is not None:
            self._samples.append(between(self._before, now, int(self._clock())))
        self._before = now

    def start(self) -> None:
        """Begins to sample."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="resources")

    async def close(self) -> None:
        """Stops."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.sample)
            except OSError as error:
                _log.info("how busy the machine is cannot be read: %s", error)
                return
            await asyncio.sleep(SAMPLE_SECONDS)
