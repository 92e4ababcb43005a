"""When the work of the night was done last: one line of ``meta``, so that it comes back with a backup."""

import msgspec
from sqlalchemy import bindparam, insert, select, update

from vitascope.store.reader import Reader
from vitascope.store.schema import meta
from vitascope.store.writer import Writer

_KEY = "butler.runs"
_get = select(meta.c.value).where(meta.c.key == bindparam("k"))
_add = insert(meta).values(key=bindparam("k"), value=bindparam("v"))
_set = update(meta).where(meta.c.key == bindparam("k")).values(value=bindparam("v"))


def runs(r: Reader) -> dict[str, float]:
    """By task the time (epoch seconds) of its last run; nothing when the line cannot be read."""
    found = r.scalar(_get, {"k": _KEY})
    try:
        return msgspec.json.decode(found, type=dict[str, float]) if found else {}
    except msgspec.MsgspecError:
        return {}


def note_runs(tx: Writer, times: dict[str, float]) -> None:
    """Notes when these tasks were run; what is known of others stays."""
    value = msgspec.json.encode(runs(tx) | times).decode()
    if not tx.conn.execute(_set, {"k": _KEY, "v": value}).rowcount:
        tx.conn.execute(_add, {"k": _KEY, "v": value})
