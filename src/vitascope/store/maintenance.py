"""Keeping a database quick: for the nightly task, in steps that the writer can take between what people do."""

from sqlalchemy import text

from vitascope.store.reader import Reader
from vitascope.store.writer import Writer

_merge = text("INSERT INTO search_fts (search_fts, rank) VALUES ('merge', 500)")


def optimize_step(tx: Writer) -> bool:
    """One step; whether another would do something.

    SQLite: some of the full-text index's pieces become one. (No ANALYZE: every statement here is written for the plan
    that SQLite takes without statistics.) PostgreSQL: fresh statistics, which its planner cannot do without; its own
    autovacuum does that too, but not at once after a first scan.
    """
    if tx.dialect == "postgresql":
        tx.conn.execute(text("ANALYZE"))
        return False
    before = _changes(tx)
    tx.conn.execute(_merge)
    return _changes(tx) - before >= 2


def _changes(tx: Writer) -> int:
    return int(tx.scalar(text("SELECT total_changes()")))


def forget_pages(tx: Writer) -> None:
    """Empties the page cache of the writer's connection, which a scan has filled."""
    if tx.dialect == "sqlite":
        tx.conn.execute(text("PRAGMA shrink_memory"))


def size_bytes(r: Reader) -> int:
    """How large the database is."""
    if r.dialect == "postgresql":
        return int(r.scalar(text("SELECT pg_database_size(current_database())")))
    return int(r.scalar(text("PRAGMA page_count"))) * int(r.scalar(text("PRAGMA page_size")))
