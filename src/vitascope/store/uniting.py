"""Two identities that turn out to be one, and the way back.

Everything that hangs on an identity is named in the record of a merge, so that it can be given back.
"""

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update

from vitascope.store import bulk, optimised, rollups
from vitascope.store import uploads as handed_in
from vitascope.store.errors import NotFound
from vitascope.store.known_keys import give_keys, identity, keys_of
from vitascope.store.reader import any_of, chunks
from vitascope.store.rows import (
    CollectionMemberRow,
    EditRow,
    IdentityMergeRow,
    MatchRow,
    RememberedStreamsRow,
    StateRow,
)
from vitascope.store.schema import (
    added_extras,
    collection_members,
    edits,
    history,
    identities,
    identity_merges,
    items,
    marks,
    matches,
    memberships,
    queue_items,
    remembered_offsets,
    remembered_streams,
    states,
    uploads,
)
from vitascope.store.writer import Writer


class MergeRecord(Struct, frozen=True):
    """What the merged identity had, to give it back."""

    keys: list[str]
    """Key hashes as hex digits."""
    items: list[int]
    states: list[StateRow]
    edits: list[EditRow]
    memberships: list[int]
    history: list[int]
    collections: list[tuple[int, float]] = []
    """The collections it stood in, by identity, and where."""
    uploads: list[int] = []
    marks: list[int] = []
    streams: list[RememberedStreamsRow] = []
    offsets: list[int] = []
    extras: list[int] = []


_items_of = select(items.c.id).where(items.c.identity_id == bindparam("id"))
_members_of = select(memberships.c.id).where(memberships.c.identity_id == bindparam("id"))
_history_of = select(history.c.id).where(history.c.identity_id == bindparam("id"))
_uploads_of = select(uploads.c.id).where(uploads.c.identity_id == bindparam("id"))
_streams_of = select(remembered_streams).where(remembered_streams.c.identity_id == bindparam("id"))
_offsets_of = select(remembered_offsets.c.id).where(remembered_offsets.c.identity_id == bindparam("id"))
_extras_of = select(added_extras.c.id).where(added_extras.c.identity_id == bindparam("id"))
_marks_of = select(marks.c.id).where(marks.c.identity_id == bindparam("id"))
_states_of = select(states).where(any_of(states.c.identity_id, "ids"))
_places_of = select(collection_members.c.list_identity_id, collection_members.c.position).where(
    collection_members.c.identity_id == bindparam("id")
)
_edits_of = select(edits).where(any_of(edits.c.identity_id, "ids")).order_by(edits.c.field)
_by_person = select(matches).where(any_of(matches.c.identity_id, "ids"), matches.c.by_person)
_set_merged = update(identities).where(identities.c.id == bindparam("gone")).values(merged_into=bindparam("kept"))
_merges_of = (
    select(identity_merges)
    .where(identity_merges.c.merged_id == bindparam("id"))
    .order_by(identity_merges.c.id.desc())
    .limit(1)
)
_requeue = (
    update(queue_items).where(queue_items.c.identity_id == bindparam("gone")).values(identity_id=bindparam("kept"))
)
_move = {
    table.name: update(table).where(any_of(table.c.id, "ids")).values(identity_id=bindparam("owner"))
    for table in (items, memberships, history, uploads, marks, remembered_offsets, added_extras)
}


def merge(tx: Writer, kept_id: int, gone_id: int, *, unite_edits: bool = True) -> None:
    """Make two identities one: keys, items, memberships and history move, states and edits are united (without
    ``unite_edits`` those of the kept one stay as they are)."""
    if kept_id == gone_id:
        return
    gone = {"id": gone_id}
    their_states = tx.rows(StateRow, _states_of, {"ids": [gone_id]})
    their_edits = tx.rows(EditRow, _edits_of, {"ids": [gone_id]})
    key_hashes = [key.hash for key in keys_of(tx, gone_id)]
    record = MergeRecord(
        keys=[key.hex() for key in key_hashes],
        items=tx.scalars(_items_of, gone),
        states=their_states,
        edits=their_edits,
        memberships=tx.scalars(_members_of, gone),
        history=tx.scalars(_history_of, gone),
        collections=tx.tuples(_places_of, gone),
        uploads=tx.scalars(_uploads_of, gone),
        marks=tx.scalars(_marks_of, gone),
        streams=tx.rows(RememberedStreamsRow, _streams_of, gone),
        offsets=tx.scalars(_offsets_of, gone),
        extras=tx.scalars(_extras_of, gone),
    )
    row = IdentityMergeRow(
        id=tx.id("identity_merges"),
        kept_id=kept_id,
        merged_id=gone_id,
        at=tx.now,
        record=json.encode(record).decode(),
    )
    bulk.insert_rows(tx, identity_merges, [row])
    _move_rows(tx, record, kept_id)
    tx.conn.execute(_requeue, {"gone": gone_id, "kept": kept_id})
    optimised.unite(tx, kept_id, gone_id)
    _stand_in(tx, record, kept_id)
    bulk.delete_where(tx, collection_members, "identity_id", [gone_id])

    my_states = {row.person_id: row for row in tx.rows(StateRow, _states_of, {"ids": [kept_id]})}
    united = [unite_states(my_states.get(theirs.person_id), theirs, kept_id) for theirs in their_states]
    bulk.insert_rows(tx, states, united, "replace")
    bulk.delete_where(tx, states, "identity_id", [gone_id])

    theirs_too = [replace(row, identity_id=kept_id) for row in record.streams]
    bulk.insert_rows(tx, remembered_streams, theirs_too, "ignore")
    bulk.delete_where(tx, remembered_streams, "identity_id", [gone_id])

    my_edits = {row.field: row for row in tx.rows(EditRow, _edits_of, {"ids": [kept_id]})}
    newer = [
        replace(theirs, identity_id=kept_id)
        for theirs in their_edits
        if unite_edits and (theirs.field not in my_edits or theirs.updated_at > my_edits[theirs.field].updated_at)
    ]
    bulk.insert_rows(tx, edits, newer, "replace")
    bulk.delete_where(tx, edits, "identity_id", [gone_id])

    said = {row.identity_id: row for row in tx.rows(MatchRow, _by_person, {"ids": [kept_id, gone_id]})}
    if gone_id in said and kept_id not in said:  # the other keeps its row as well, for the day it is one again
        bulk.insert_rows(tx, matches, [replace(said[gone_id], identity_id=kept_id)], "replace")

    tx.conn.execute(_set_merged, {"gone": gone_id, "kept": kept_id})
    # a scan that is running may still speak of the one that is gone
    aliases = tx.shared.aliases.setdefault("identities", {})
    for alias, target in [*aliases.items(), (gone_id, gone_id)]:
        if target == gone_id:
            aliases[alias] = kept_id
    if record.uploads or record.extras:
        handed_in.restore(tx, tx.scalars(_items_of, {"id": kept_id}))
    rollups.recount_progress(tx, rollups.containers_above(tx, [kept_id]))
    for person_id in {row.person_id for row in their_states}:
        tx.touch_person(person_id)


def undo_merge(tx: Writer, merged_id: int) -> None:
    """Give an identity that was merged its keys, items and what people did with it back; what was united with the
    other stays with the other as well. :class:`NotFound` when it was not merged."""
    row = tx.row(IdentityMergeRow, _merges_of, {"id": merged_id})
    if row is None or identity(tx, merged_id).merged_into is None:
        raise NotFound(f"identity {merged_id} was not merged")
    record = json.decode(row.record, type=MergeRecord)
    _move_rows(tx, record, merged_id)
    _stand_in(tx, record, merged_id)
    bulk.insert_rows(tx, states, record.states, "replace")
    bulk.insert_rows(tx, edits, record.edits, "replace")
    bulk.insert_rows(tx, remembered_streams, record.streams, "replace")
    bulk.delete_where(tx, identity_merges, "id", [row.id])
    tx.conn.execute(_set_merged, {"gone": merged_id, "kept": None})
    tx.shared.aliases.get("identities", {}).pop(merged_id, None)
    rollups.recount_progress(tx, rollups.containers_above(tx, [merged_id, row.kept_id]))
    for state in record.states:
        tx.touch_person(state.person_id)


def merged_items(record: str) -> frozenset[int]:
    """The items that came with a merged identity, from the record of the merge."""
    return frozenset(json.decode(record, type=MergeRecord).items)


def _move_rows(tx: Writer, record: MergeRecord, owner: int) -> None:
    for some in chunks(record.keys, 500):
        tx.conn.execute(give_keys, {"hashes": [bytes.fromhex(key) for key in some], "owner": owner})
    moved = {
        "items": record.items,
        "memberships": record.memberships,
        "history": record.history,
        "uploads": record.uploads,
        "marks": record.marks,
        "remembered_offsets": record.offsets,
        "added_extras": record.extras,
    }
    for name, ids in moved.items():
        if ids:
            tx.conn.execute(_move[name], {"ids": ids, "owner": owner})


def _stand_in(tx: Writer, record: MergeRecord, owner: int) -> None:
    """Let an identity stand in collections where the merged one stood, unless it stands there already."""
    rows = [CollectionMemberRow(list_id, owner, position) for list_id, position in record.collections]
    bulk.insert_rows(tx, collection_members, rows, "ignore")


def unite_states(mine: StateRow | None, theirs: StateRow, identity_id: int) -> StateRow:
    """What a person did with two items that turn out to be one: the most views, the latest of everything else."""
    if mine is None:
        return replace(theirs, identity_id=identity_id)
    newer = theirs if (theirs.last_viewed_at or 0) > (mine.last_viewed_at or 0) else mine
    rated = theirs if (theirs.last_rated_at or 0) > (mine.last_rated_at or 0) else mine
    return StateRow(
        person_id=mine.person_id,
        identity_id=identity_id,
        view_count=max(mine.view_count, theirs.view_count),
        view_offset_ms=newer.view_offset_ms,
        last_viewed_at=newer.last_viewed_at,
        skip_count=max(mine.skip_count, theirs.skip_count),
        rating=rated.rating,
        last_rated_at=rated.last_rated_at,
        hidden_from_continue_at=max(
            filter(None, (mine.hidden_from_continue_at, theirs.hidden_from_continue_at)), default=None
        ),
        updated_at=max(mine.updated_at, theirs.updated_at),
    )
