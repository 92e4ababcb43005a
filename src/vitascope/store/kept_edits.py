"""What the owner changed by hand: it hangs on identities, and locks its field."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import EditRow
from vitascope.store.schema import edits
from vitascope.store.writer import Writer

_edits_of = select(edits).where(any_of(edits.c.identity_id, "ids")).order_by(edits.c.field)
_forget_edit = edits.delete().where(edits.c.identity_id == bindparam("id"), edits.c.field == bindparam("name"))


def edits_of(r: Reader, identity_ids: Sequence[int]) -> dict[int, list[EditRow]]:
    """What the owner changed or locked, by identity."""
    found: dict[int, list[EditRow]] = {}
    for row in r.rows(EditRow, _edits_of, {"ids": list(identity_ids)}):
        found.setdefault(row.identity_id, []).append(row)
    return found


def edit(tx: Writer, identity_id: int, field: str, value: str | None, *, locked: bool = True) -> None:
    """Write down a change by hand: ``value`` is JSON, ``None`` locks or unlocks what is there without a value."""
    if value is None and not locked:
        forget_edit(tx, identity_id, field)
        return
    bulk.insert_rows(tx, edits, [EditRow(identity_id, field, value, locked, tx.now)], "replace")


def forget_edit(tx: Writer, identity_id: int, field: str) -> None:
    """Unlock a field and forget what was written into it."""
    tx.conn.execute(_forget_edit, {"id": identity_id, "name": field})
