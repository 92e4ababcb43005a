"""One scan process: started, fed with ids, its batches written by the one writer.

All of it lives on the server's loop and does no work there: frames are cut by length, batches go undecoded to the
writer thread.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable

import msgspec

from vitascope.library.scan import protocol
from vitascope.library.scan.protocol import (
    Ack,
    Batch,
    Commit,
    Control,
    Done,
    Ids,
    LocationSeen,
    Order,
    Progress,
    WantIds,
)
from vitascope.store import changes, collections, edits, extras, identities, parentage, sections
from vitascope.store.engine import Database
from vitascope.store.writer import Writer

log = logging.getLogger(__name__)

_decode_commit = msgspec.msgpack.Decoder(Commit).decode


class ScanProcess:
    """The process of one scan. ``told`` is called with how far it is."""

    def __init__(self, database: Database, section_id: int, *, told: Callable[[Progress], None]) -> None:
        self._database = database
        self._section_id = section_id
        self._told = told
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, order: Order, first_word: Callable[[], Control]) -> tuple[Done | None, str]:
        """Starts it and stays until it has ended. Returns what it said at its end (``None``: nothing) and the last
        lines of its standard error.

        ``first_word`` is asked once the process is there: before that it hears nothing.
        """
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vitascope.library.scan",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        errors = asyncio.ensure_future(_tail(process.stderr))
        try:
            self.say(order)
            self.say(first_word())
            done = await self._serve(process)
        finally:
            self.kill()
            await process.wait()
            self._process = None
            tail = await errors
        return done, tail

    async def _serve(self, process: asyncio.subprocess.Process) -> Done | None:
        if process.stdout is None:
            return None
        writes: set[asyncio.Task[None]] = set()
        failed: list[BaseException] = []

        def written(task: "asyncio.Task[None]") -> None:
            writes.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                failed.append(error)
                self.kill()

        while True:
            try:
                header = await process.stdout.readexactly(protocol.HEADER_SIZE)
                length, kind = protocol.parse_header(header)
                body = await process.stdout.readexactly(length)
            except asyncio.IncompleteReadError:
                break
            message = protocol.parse_to_server(kind, body)
            if isinstance(message, Done):
                if writes:
                    await asyncio.wait(writes)
                if not failed:
                    return message
                break
            if isinstance(message, Batch):
                task = asyncio.ensure_future(self._apply(message))
                writes.add(task)
                task.add_done_callback(written)
            else:
                await self._hear(message)
        if writes:
            await asyncio.wait(writes)
        if failed:
            raise failed[0]
        return None

    async def _apply(self, batch: Batch) -> None:
        await self._database.awrite(_apply_payload, batch.payload, urgent=False)
        self.say(Ack(batch.number))

    async def _hear(self, message: WantIds | Progress | LocationSeen | Done) -> None:
        match message:
            case WantIds():
                block = await self._database.awrite(_take_ids, message.table, message.count)
                self.say(Ids(message.table, block[0], block[1]))
            case Progress():
                self._told(message)
            case LocationSeen():
                if not message.available:
                    log.warning("A folder of section %d is away: %s", self._section_id, message.reason)
                await self._database.awrite(
                    sections.set_location_state,
                    message.location_id,
                    message.available,
                    message.reason,
                    file_count=message.file_count,
                )
                if message.mounts is not None:
                    await self._database.awrite(sections.set_mounts, message.location_id, message.mounts)
                for folder in message.mounts_away:
                    log.warning(
                        "The mount %s of section %d is away: it is empty", os.fsdecode(folder), self._section_id
                    )
            case Done():
                pass

    def say(self, message: protocol.ToScan) -> None:
        """Tells the child something; nothing happens when it is not there."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(protocol.frame(message))

    def kill(self) -> None:
        """Ends it at once; what was committed stays."""
        if self._process is not None and self._process.returncode is None:
            # Not by the process object: it would reap a child that just ended behind asyncio's back.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)


def _apply_payload(tx: Writer, payload: bytes) -> None:
    commit = _decode_commit(payload)
    changes.apply(tx, commit.changes)
    for each in commit.attach:
        identities.attach(tx, each.identity_id, each.keys)
    written = (*commit.changes.insert.items, *commit.changes.update.items)
    ids = [row.id for row in written]
    edits.reapply(tx, [*ids, *extras.below(tx, ids), *collections.made_now(tx, commit.changes.touch)])
    parentage.reapply(tx, [row.id for row in written])


def _take_ids(tx: Writer, table: str, count: int) -> tuple[int, int]:
    block = tx.ids(table, count)
    return block.start, len(block)


async def _tail(stream: asyncio.StreamReader | None) -> str:
    """The last lines of what a process had to say, which also go to the log."""
    lines: list[str] = []
    while stream is not None and (line := await stream.readline()):
        text = line.decode("utf-8", "replace").rstrip()
        log.debug("scan: %s", text)
        lines = [*lines[-19:], text]
    return "\n".join(lines)
