"""Pictures of ours whose files are gone are made again.

A backup leaves them out, because they can be; so a server that was restored onto another machine begins without.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import bindparam, select

from vitascope.library.pictures import JOB, made_path
from vitascope.store import artworks, jobs
from vitascope.store.engine import Database
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader
from vitascope.store.schema import artworks as artwork_table
from vitascope.store.writer import Writer

_BATCH = 100
_PAGE = 1_000
_made = (
    select(artwork_table.c.id, artwork_table.c.item_id, artwork_table.c.cache_key)
    .where(
        artwork_table.c.source.in_(["frame", "composite"]),
        artwork_table.c.cache_key.is_not(None),
        artwork_table.c.id > bindparam("after"),
    )
    .order_by(artwork_table.c.id)
    .limit(_PAGE)
)

Row = tuple[int, int, str]


async def make_missing_again(database: Database, metadata: Path) -> int:
    """Forgets pictures of ours whose file is not there, and asks for new ones; returns how many."""
    after, found = 0, 0
    while rows := await database.read(_page, after):
        after = rows[-1][0]
        gone = await asyncio.to_thread(_gone, rows, metadata)
        for start in range(0, len(gone), _BATCH):
            await database.awrite(_forget, gone[start : start + _BATCH], urgent=False)
        found += len(gone)
    return found


def _page(r: Reader, after: int) -> list[Row]:
    return [(int(row[0]), int(row[1]), str(row[2])) for row in r.tuples(_made, {"after": after})]


def _gone(rows: Sequence[Row], metadata: Path) -> list[Row]:
    return [row for row in rows if not made_path(metadata, row[2]).exists()]


def _forget(tx: Writer, rows: Sequence[Row]) -> None:
    for artwork_id, _, _ in rows:
        try:
            artworks.remove_artwork(tx, artwork_id)
        except NotFound:
            continue  # its item has gone meanwhile
    jobs.add_jobs(tx, JOB, sorted({str(row[1]) for row in rows}))
