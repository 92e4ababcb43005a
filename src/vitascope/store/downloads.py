"""Download queues on disk: one for each person and app, and what is in them.

A download that is being made is so in the database too; after a crash :func:`reset` has it made again, from where it
was. Every change of state names the states it may follow, so that what was taken out or begun again meanwhile stays so.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from msgspec.structs import replace
from sqlalchemy import and_, bindparam, func, or_, select, update

from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import DownloadQueueRow, DownloadRow
from vitascope.store.schema import download_queues, downloads
from vitascope.store.writer import Writer

MOST_DOWNLOADS = 5_000
"""In one queue."""


class Status(StrEnum):
    """``DownloadQueueItem.status``. Nothing is ever ``deciding``: that is done before it is in the queue."""

    WAITING = "waiting"
    PROCESSING = "processing"
    AVAILABLE = "available"
    ERROR = "error"
    EXPIRED = "expired"


class QueueFull(Exception):
    """A queue does not take as many downloads."""


_queue = select(download_queues).where(
    download_queues.c.id == bindparam("id"), download_queues.c.person_id == bindparam("person_id")
)
_own = select(download_queues.c.id).where(
    download_queues.c.person_id == bindparam("person_id"), download_queues.c.client_identifier == bindparam("client")
)
_of_queue = select(downloads).where(downloads.c.queue_id == bindparam("queue_id")).order_by(downloads.c.id)
_some = (
    select(downloads)
    .where(downloads.c.queue_id == bindparam("queue_id"), any_of(downloads.c.id, "ids"))
    .order_by(downloads.c.id)
)
_counts = (
    select(downloads.c.status, func.count())
    .where(downloads.c.queue_id == bindparam("queue_id"))
    .group_by(downloads.c.status)
)
_same = select(downloads.c.id).where(
    downloads.c.queue_id == bindparam("queue_id"),
    downloads.c.item_id == bindparam("item_id"),
    downloads.c.asked == bindparam("asked"),
)
_waiting = (
    select(downloads)
    .where(downloads.c.status == Status.WAITING.value, downloads.c.id > bindparam("after"))
    .order_by(downloads.c.id)
    .limit(1)
)
_one = select(downloads).where(downloads.c.id == bindparam("id"))
_reset = update(downloads).where(downloads.c.status == Status.PROCESSING.value).values(status=Status.WAITING.value)
_made = select(downloads).where(downloads.c.status == Status.AVAILABLE.value, downloads.c.plan.is_not(None))
_unused = _made.where(
    or_(
        downloads.c.used_at < bindparam("unused_since"),
        and_(downloads.c.fetched_at.is_not(None), downloads.c.fetched_at < bindparam("fetched_before")),
    )
)
_ids = select(downloads.c.id)
_queues_of = select(download_queues.c.id).where(download_queues.c.person_id == bindparam("person_id"))


def get(r: Reader, queue_id: int, person_id: int) -> DownloadQueueRow:
    """A queue of this person. Raises :class:`NotFound`, for somebody else's too."""
    found = r.row(DownloadQueueRow, _queue, {"id": queue_id, "person_id": person_id})
    if found is None:
        raise NotFound(f"no download queue {queue_id}")
    return found


def counts(r: Reader, queue_id: int) -> dict[str, int]:
    """How many downloads of a queue are in which state."""
    return {str(status): int(number) for status, number in r.tuples(_counts, {"queue_id": queue_id})}


def of_queue(r: Reader, queue_id: int, person_id: int) -> list[DownloadRow]:
    """The downloads of a queue. Raises :class:`NotFound`."""
    get(r, queue_id, person_id)
    return r.rows(DownloadRow, _of_queue, {"queue_id": queue_id})


def some(r: Reader, queue_id: int, person_id: int, ids: Collection[int]) -> list[DownloadRow]:
    """Downloads of a queue by their ids, all of which must be there. Raises :class:`NotFound`."""
    get(r, queue_id, person_id)
    found = r.rows(DownloadRow, _some, {"queue_id": queue_id, "ids": list(ids)})
    if missing := set(ids) - {row.id for row in found}:
        raise NotFound(f"no download {min(missing)}")
    return found


def find(r: Reader, download_id: int) -> DownloadRow | None:
    """A download, whoever's it is."""
    return r.row(DownloadRow, _one, {"id": download_id})


def next_waiting(r: Reader, after: int = 0) -> DownloadRow | None:
    """The one that waits longest to be made, of those after another one."""
    return r.row(DownloadRow, _waiting, {"after": after})


def made(r: Reader) -> list[DownloadRow]:
    """Those that a file was made for."""
    return r.rows(DownloadRow, _made)


def unused(r: Reader, *, unused_since: int, fetched_before: int) -> list[DownloadRow]:
    """Those of :func:`made` that nobody wanted since a time, or that were fetched before one."""
    return r.rows(DownloadRow, _unused, {"unused_since": unused_since, "fetched_before": fetched_before})


def ids(r: Reader) -> set[int]:
    """All downloads there are."""
    return set(r.scalars(_ids))


# --- writing -----------------------------------------------------------------------------------------------------


def own(tx: Writer, person_id: int, client_identifier: str) -> int:
    """The queue of a person's app, made if there is none; its id."""
    found: int | None = tx.scalar(_own, {"person_id": person_id, "client": client_identifier})
    if found is not None:
        return found
    row = DownloadQueueRow(tx.id("download_queues"), person_id, client_identifier, tx.now)
    bulk.insert_rows(tx, download_queues, [row])
    return row.id


def add(tx: Writer, queue_id: int, person_id: int, rows: Sequence[DownloadRow]) -> list[int]:
    """Put downloads into a queue, ``rows`` without ids and times; their ids. One that is there with the same
    parameters is not put in again. Raises :class:`NotFound` and :class:`QueueFull`."""
    get(tx, queue_id, person_id)
    there = sum(counts(tx, queue_id).values())
    found: list[int] = []
    for row in rows:
        known: int | None = tx.scalar(_same, {"queue_id": queue_id, "item_id": row.item_id, "asked": row.asked})
        if known is None:
            there += 1
            if there > MOST_DOWNLOADS:
                raise QueueFull(f"a queue holds {MOST_DOWNLOADS} downloads at most")
            known = tx.id("downloads")
            bulk.insert_rows(tx, downloads, [replace(row, id=known, queue_id=queue_id, used_at=tx.now)])
        found.append(known)
    return found


def begin_again(tx: Writer, queue_id: int, person_id: int, rows: Sequence[DownloadRow]) -> None:
    """Write down new decisions for downloads that are there. Raises :class:`NotFound`."""
    some(tx, queue_id, person_id, [row.id for row in rows])
    bulk.update_rows(tx, downloads, [replace(row, used_at=tx.now, fetched_at=None, size_bytes=0) for row in rows])


def remove(tx: Writer, queue_id: int, person_id: int, download_ids: Collection[int]) -> None:
    """Take downloads out of a queue. Raises :class:`NotFound` when one is not there; then none is taken out."""
    some(tx, queue_id, person_id, download_ids)
    bulk.delete_where(tx, downloads, "id", download_ids)


def change(
    tx: Writer,
    download_id: int,
    status: Status,
    *,
    after: Collection[Status],
    error: str | None = None,
    size_bytes: int = 0,
) -> bool:
    """Bring a download from one of some states to another one; whether it was in one of them."""
    row = find(tx, download_id)
    if row is None or row.status not in after:
        return False
    row = replace(row, status=status.value, error=error, size_bytes=size_bytes)
    if status is Status.AVAILABLE:
        row = replace(row, used_at=tx.now, fetched_at=None)
    bulk.update_rows(tx, downloads, [row])
    return True


def expire(tx: Writer, *, unused_since: int, fetched_before: int) -> set[int]:
    """Give up what :func:`unused` finds; the downloads. In one step: somebody may want one after it was looked at."""
    rows = unused(tx, unused_since=unused_since, fetched_before=fetched_before)
    bulk.update_rows(
        tx, downloads, [replace(row, status=Status.EXPIRED.value, error=None, size_bytes=0) for row in rows]
    )
    return {row.id for row in rows}


def note_use(tx: Writer, download_id: int, *, whole: bool) -> None:
    """Somebody fetches a download; ``whole``: to its end."""
    row = find(tx, download_id)
    if row is not None:
        fetched_at = tx.now if whole else row.fetched_at
        bulk.update_rows(tx, downloads, [replace(row, used_at=tx.now, fetched_at=fetched_at)])


def reset(tx: Writer) -> None:
    """What was being made when the server ended waits again."""
    tx.conn.execute(_reset)


def forget_person(tx: Writer, person_id: int) -> None:
    """A person is gone, and their queues with them; the files go with the next sweep."""
    queue_ids = tx.scalars(_queues_of, {"person_id": person_id})
    bulk.delete_where(tx, downloads, "queue_id", queue_ids)
    bulk.delete_where(tx, download_queues, "id", queue_ids)
