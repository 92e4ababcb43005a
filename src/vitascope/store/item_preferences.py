"""Preferences of items, which hang on their identities, and the one of them that changes rows: the original title.

With ``useOriginalTitle`` an item is titled, sorted and found by its original title, unless its title was edited. What
it was called is kept beside it, and comes back when the preference goes.
"""

from collections.abc import Mapping, Sequence

from msgspec import json
from sqlalchemy import bindparam, select

from vitascope.store import bulk, kept_edits
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import EditRow, ItemPreferenceRow, ItemRow
from vitascope.store.schema import edits, item_preferences, items
from vitascope.store.writer import Writer

ORIGINAL = "useOriginalTitle"
_FORMER = "formerTitle"
"""Kept with the preferences; no preference itself."""
_of = select(item_preferences).where(any_of(item_preferences.c.identity_id, "ids"))
_item = select(items).where(items.c.id == bindparam("id"))
_forget = item_preferences.delete().where(
    item_preferences.c.identity_id == bindparam("owner"), any_of(item_preferences.c.name, "names", text=True)
)
_titled = edits.delete().where(
    edits.c.identity_id == bindparam("owner"), edits.c.field == "title", edits.c.locked.is_(False)
)


def preferences(r: Reader, identity_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What differs from the usual, by identity; identities without any are absent."""
    found: dict[int, dict[str, str]] = {}
    for row in r.rows(ItemPreferenceRow, _of, {"ids": list(identity_ids)}) if identity_ids else ():
        if row.name != _FORMER:
            found.setdefault(row.identity_id, {})[row.name] = row.value
    return found


def set_preferences(tx: Writer, item_id: int, changes: Mapping[str, str | None]) -> str | None:
    """Set preferences of an item, or with ``None`` forget them. Returns the title it is to have when that changes."""
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is None:
        return None
    gone = [name for name, value in changes.items() if value is None]
    kept = [ItemPreferenceRow(item.identity_id, name, value) for name, value in changes.items() if value is not None]
    title = _title(tx, item, changes[ORIGINAL]) if ORIGINAL in changes else None
    if gone:
        tx.conn.execute(_forget, {"owner": item.identity_id, "names": gone})
    bulk.insert_rows(tx, item_preferences, kept, "replace")
    tx.touch(item.section_id, edit=True)
    return title


def _title(tx: Writer, item: ItemRow, wanted: str | None) -> str | None:
    known = {row.field: row for row in kept_edits.edits_of(tx, [item.identity_id]).get(item.identity_id, [])}
    former = {row.name: row.value for row in tx.rows(ItemPreferenceRow, _of, {"ids": [item.identity_id]})}.get(_FORMER)
    if wanted == "1":
        if former is not None or not item.original_title or "title" in known:
            return None
        rows = [ItemPreferenceRow(item.identity_id, _FORMER, item.title)]
        bulk.insert_rows(tx, item_preferences, rows, "replace")
        value = json.encode(item.original_title).decode()
        bulk.insert_rows(tx, edits, [EditRow(item.identity_id, "title", value, False, tx.now)], "replace")
        return item.original_title
    if former is None:
        return None
    tx.conn.execute(_forget, {"owner": item.identity_id, "names": [_FORMER]})
    edited = known.get("title")
    if edited is None or edited.locked:
        return None
    tx.conn.execute(_titled, {"owner": item.identity_id})
    return former
