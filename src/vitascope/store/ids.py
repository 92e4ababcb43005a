"""Ids, given out in blocks by the one writer, so that a scan can build finished rows before they are written.

The highest id promised for each table lies in ``meta``; it is raised in steps, so most blocks cost no statement. Ids
are never given twice: a restart, or a write that failed, leaves a gap.
"""

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert

from vitascope.store.reader import Reader
from vitascope.store.schema import meta, metadata

STEP = 512

_get = select(meta.c.value).where(meta.c.key == bindparam("k"))
_add = insert(meta).values(key=bindparam("k"), value=bindparam("v"))
_set = update(meta).where(meta.c.key == bindparam("k")).values(value=bindparam("v"))


class IdSource:
    """The next free id of every table. Used by the writer thread only."""

    __slots__ = ("_limit", "_next")

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._limit: dict[str, int] = {}

    def forget_promises(self) -> None:
        """A transaction was rolled back: what it wrote into ``meta`` is gone, so look there again."""
        self._limit.clear()

    def take(self, tx: Reader, table: str, count: int) -> range:
        """``count`` ids of ``table`` that nobody else will get."""
        if count < 0:
            raise ValueError("count must not be negative")
        if table not in self._limit:
            self._load(tx, table)
        first = self._next[table]
        self._next[table] = first + count
        if self._next[table] > self._limit[table]:
            self._limit[table] = self._next[table] + STEP
            values = {"k": f"ids.{table}", "v": str(self._limit[table])}
            if not tx.conn.execute(_set, values).rowcount:
                tx.conn.execute(_add, values)
        return range(first, first + count)

    def _load(self, tx: Reader, table: str) -> None:
        promised = tx.scalar(_get, {"k": f"ids.{table}"})
        if promised is None:
            column = metadata.tables[table].c.id
            highest = int(tx.scalar(select(func.coalesce(func.max(column), 0))))
            self._limit[table] = highest + 1
        else:
            self._limit[table] = int(promised)
        # after a roll-back the counter in memory is ahead of what is written
        self._next[table] = max(self._limit[table], self._next.get(table, 1))
        self._limit[table] = self._next[table]
