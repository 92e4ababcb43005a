"""Key frames of films, found once and kept: by the file's own index when a scan finds it new or somebody first plays
it, by reading it through where it has none.

Nobody who presses play waits for a read: :meth:`KeyFrames.of` answers at once from the table, else by the index, else
that there are none, and has the file read by a job, in the background and in slices, so that a restart goes on where it
was. Who asks for the same stream at the same time waits for one answer.
"""

import asyncio
import hashlib
from dataclasses import dataclass

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from vitascope.media import reach
from vitascope.media.keyframes.tasks import KeyFramesArgs, key_frames, read_key_frames
from vitascope.media.workers import Reason, TaskError, WorkerPool
from vitascope.store import jobs
from vitascope.store import key_frames as table
from vitascope.store.engine import Database
from vitascope.store.files import files_by_id, path_of
from vitascope.store.rows import FileRow, JobRow, KeyFramesRow
from vitascope.store.writer import Writer

JOB = "key-frames"
_PRIORITY = 1
"""Of a film that was played: before those that a scan found."""
Key = tuple[bytes, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The key frames of a stream."""

    times_us: tuple[int, ...]
    independent: bool
    """No picture refers back over one of them."""


class KeyFramesJob(Struct, frozen=True, kw_only=True):
    """``read``: also by reading, where the index does not tell."""

    read: bool = False


def subject(file_id: int, stream_index: int) -> str:
    """What a job is about."""
    return f"{file_id}/{stream_index}"


class KeyFrames:
    """Finds and remembers. ``background`` are niced workers, for what nobody waits for."""

    def __init__(self, database: Database, workers: WorkerPool, background: WorkerPool) -> None:
        self._database = database
        self._workers = workers
        self._background = background
        self._under_way: dict[Key, asyncio.Task[KeyFramesRow | None]] = {}

    async def of(self, file: FileRow, path: bytes, stream_index: int) -> Found | None:
        """The key frames of a stream; ``None`` where nobody knows them yet, or ever will."""
        key = (_content(file), stream_index)
        known = await self._database.read(table.find, *key)
        if known is None:
            known = await self._once(key, file, path)
        elif not await asyncio.to_thread(_is_still, file, path):
            # Another file by now, which no scan has seen.
            known = await self._by_index(self._workers, key, path)
        if known is None:
            return None
        if not known.complete:
            await self._database.awrite(_have_it_read, file.id, stream_index)
        return Found(times_us=table.unpacked(known.times), independent=known.independent) if _usable(known) else None

    async def known(self, file: FileRow, stream_index: int) -> bool | None:
        """Whether they are known, by the table alone; ``None`` when nobody has looked yet."""
        row = await self._database.read(table.find, _content(file), stream_index)
        return None if row is None else _usable(row)

    async def handle(self, job: JobRow) -> None:
        """A job: the index of a new file, or a read of one without."""
        file_id, _, index = job.subject.partition("/")
        asked = msgspec.json.decode(job.payload, type=KeyFramesJob)
        file = (await self._database.read(files_by_id, [int(file_id)])).get(int(file_id))
        if file is None or file.missing_since is not None:
            return
        path = await self._database.read(path_of, file)
        if path is None or not await asyncio.to_thread(_is_still, file, path):
            return
        key = (_content(file), int(index))
        known = await self._database.read(table.find, *key)
        if known is None:
            known = await self._by_index(self._background, key, path)
            if known is None:
                return
            await self._database.awrite(table.keep, known, urgent=False)
        while asked.read and not known.complete:
            known = await self._read_on(known, path)
            await self._database.awrite(table.keep, known, urgent=False)

    # --- finding ------------------------------------------------------------------------------------------------

    async def _once(self, key: Key, file: FileRow, path: bytes) -> KeyFramesRow | None:
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._find(key, file, path))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _find(self, key: Key, file: FileRow, path: bytes) -> KeyFramesRow | None:
        row = await self._by_index(self._workers, key, path)
        if row is not None and await asyncio.to_thread(_is_still, file, path):
            await self._database.awrite(table.keep, row)
        return row

    async def _by_index(self, workers: WorkerPool, key: Key, path: bytes) -> KeyFramesRow | None:
        """What the index says; ``None`` when the file could not be opened, which may pass."""
        try:
            found = await workers.run(key_frames, KeyFramesArgs(path=path, stream_index=key[1]))
        except TaskError as error:
            if error.reason in {Reason.CLOSED, Reason.MISSING, Reason.UNREADABLE, Reason.LOST}:
                return None
            return KeyFramesRow(fingerprint=key[0], stream_index=key[1], complete=True, why_not=str(error))
        return KeyFramesRow(
            fingerprint=key[0],
            stream_index=key[1],
            complete=not found.why_not,
            independent=found.independent,
            why_not=found.why_not,
            times=table.packed(found.times_us),
        )

    async def _read_on(self, known: KeyFramesRow, path: bytes) -> KeyFramesRow:
        """One slice more. Raises :class:`TaskError` when nothing can be read now; a job is tried again."""
        args = KeyFramesArgs(path=path, stream_index=known.stream_index, from_us=known.reached_us)
        try:
            found = await self._background.run(read_key_frames, args)
        except TaskError as error:
            if error.reason in {Reason.CLOSED, Reason.MISSING, Reason.UNREADABLE, Reason.LOST}:
                raise
            return replace(known, complete=True, times=b"", why_not=str(error))
        if found.why_not:
            return replace(known, complete=True, why_not=found.why_not)
        return replace(
            known,
            complete=found.complete,
            independent=known.independent and found.independent,
            reached_us=found.reached_us,
            times=table.packed((*table.unpacked(known.times), *found.times_us)),
        )


def _usable(row: KeyFramesRow) -> bool:
    return row.complete and bool(row.times)


def _content(file: FileRow) -> bytes:
    """What a file is known by: its content, else which file it is and when it was written."""
    if file.fingerprint:
        return file.fingerprint
    stamp = f"{file.size_bytes}/{file.mtime_ns}".encode()
    return hashlib.blake2b(file.path_hash + stamp, digest_size=16).digest()


def _is_still(file: FileRow, path: bytes) -> bool:
    """Whether the file on disk is the one the scan saw."""
    try:
        status = reach.stat(path)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size_bytes, file.mtime_ns)


def _have_it_read(tx: Writer, file_id: int, stream_index: int) -> None:
    payload = msgspec.json.encode(KeyFramesJob(read=True)).decode()
    jobs.add_job(tx, JOB, subject(file_id, stream_index), payload=payload, priority=_PRIORITY)
