"""A server that nobody uses gives back the memory that its database holds.

SQLite keeps a page cache for each connection, up to the preference ``DatabaseCacheSize`` together. It makes a busy
server quicker and is of no use to an idle one: the same pages lie in the cache of the operating system.
"""

import asyncio
import ctypes
from contextlib import suppress

from vitascope.store.engine import Database
from vitascope.store.maintenance import forget_pages

IDLE_S = 15.0
_FEW_READS = 15
"""In that time: what the server reads by itself, to see what is due."""
_WORTH_IT = 100
"""Reads since the last rest; fewer do not fill a cache."""


async def rest_when_idle(database: Database, *, idle_s: float = IDLE_S) -> None:
    """Goes on until it is cancelled."""
    rested = 0
    while True:
        before = database.reads
        await asyncio.sleep(idle_s)
        if database.reads - before <= _FEW_READS and database.reads - rested >= _WORTH_IT:
            await asyncio.to_thread(database.rest)
            await database.awrite(forget_pages, urgent=False)
            await asyncio.to_thread(_trim)
            rested = database.reads


def _trim() -> None:
    """Hands freed memory back to the system, where the C library can (glibc)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
