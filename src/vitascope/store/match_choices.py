"""What a person says an item is, or is not: that stands against the word of any provider.

All of it hangs on identities (:mod:`.matches`), so it survives whatever happens to the files. Whoever says that an item
is something else also says that what was known of it, by ids and by providers, was of another.
"""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.store import bulk, identities, uniting
from vitascope.store.errors import NotFound
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.matches import State, blank, by_people, forget_records, item, items_below, matches_of
from vitascope.store.reader import Reader, chunks
from vitascope.store.rows import ItemRow, MatchRow
from vitascope.store.schema import identity_keys, identity_merges, matches
from vitascope.store.writer import Writer

_external_keys = select(identity_keys.c.key_hash).where(
    identity_keys.c.identity_id == bindparam("id"), identity_keys.c.kind == int(KeyKind.EXTERNAL)
)
_forget_keys = identity_keys.delete().where(identity_keys.c.key_hash.in_(bindparam("hashes", expanding=True)))
_merges_into = (
    select(identity_merges.c.merged_id, identity_merges.c.record)
    .where(identity_merges.c.kept_id == bindparam("id"))
    .order_by(identity_merges.c.id.desc())
)


def match_with(tx: Writer, item_id: int, guid: str, keys: Sequence[Key], *, ask: bool) -> None:
    """A person says what an item is: by the guid of a provider, or by an id elsewhere with its ``keys``."""
    mine = _item(tx, item_id)
    _forget_what_it_was(tx, mine)
    _say(tx, mine.identity_id, guid, State.ASK if ask else State.MERGE)
    identities.attach(tx, mine.identity_id, keys)
    tx.touch(mine.section_id, edit=True)


def match_automatically(tx: Writer, item_id: int, *, ask: bool) -> None:
    """A person says that an item is what its own files and names say: nobody's word stands against them any more."""
    mine = _item(tx, item_id)
    row = replace(blank(mine.identity_id, tx.now), state=int(State.ASK if ask else State.MERGE))
    bulk.insert_rows(tx, matches, [row], "replace")
    tx.touch(mine.section_id, edit=True)


def match_with_item(tx: Writer, item_id: int, other_id: int, guid: str) -> None:
    """A person says that two items are the same thing: one identity with what was done to either. ``guid`` is our own
    of the other one, which both show from now on."""
    mine, other = _item(tx, item_id), _item(tx, other_id)
    _forget_what_it_was(tx, mine)
    uniting.merge(tx, other.identity_id, mine.identity_id)
    if other.identity_id not in by_people(tx):
        _say(tx, other.identity_id, guid, State.MERGE)
    _want_merging(tx, other.identity_id)
    tx.touch(mine.section_id, edit=True)


def unmatch(tx: Writer, item_id: int) -> None:
    """A person says that an item is not what it was taken for. What was merged into it by that match leaves again."""
    mine = _item(tx, item_id)
    for merged_id, record in tx.tuples(_merges_into, {"id": mine.identity_id}):
        if item_id in uniting.merged_items(record):
            uniting.undo_merge(tx, merged_id)
            _want_merging(tx, mine.identity_id)
            mine = _item(tx, item_id)
            break
    _forget_what_it_was(tx, mine)
    _say(tx, mine.identity_id, None, State.MERGE)
    tx.touch(mine.section_id, edit=True)


def _say(tx: Writer, identity_id: int, guid: str | None, state: State) -> None:
    row = MatchRow(identity_id, guid, by_person=True, matched_at=tx.now, state=int(state), run_after=tx.now)
    bulk.insert_rows(tx, matches, [row], "replace")


def _item(r: Reader, item_id: int) -> ItemRow:
    found = item(r, item_id)
    if found is None:
        raise NotFound(f"no item {item_id}")
    return found


def _forget_what_it_was(tx: Writer, item: ItemRow) -> None:
    """The ids it was recognised by and what was said about it, and the same of everything below."""
    below = items_below(tx, [item.id])
    concerned = [item.identity_id, *(row.identity_id for row in below)]
    for identity_id in concerned:
        hashes = [bytes(key) for key in tx.scalars(_external_keys, {"id": identity_id})]
        for some in chunks(hashes, 500):
            tx.conn.execute(_forget_keys, {"hashes": some})
    forget_records(tx, concerned)
    stale = [i for i, row in matches_of(tx, concerned).items() if i != item.identity_id and not row.by_person]
    bulk.delete_where(tx, matches, "identity_id", stale)


def _want_merging(tx: Writer, identity_id: int) -> None:
    known = matches_of(tx, [identity_id]).get(identity_id) or blank(identity_id, tx.now)
    row = replace(known, state=int(State.MERGE), run_after=tx.now)
    bulk.insert_rows(tx, matches, [row], "replace")
