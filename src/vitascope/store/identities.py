"""Who an item is, whatever its file is called today: identities and the keys by which they are found again.

A scan asks with all keys a find has, strongest first: external ids, the parsed name, the content's fingerprint, the
path. The first that is known decides; all of them are attached to that identity, so that the next rename, move, new
tag or better encode still finds one. Where two keys lead to two identities:

- they are one, when nothing speaks against it (a film without ids got its ids, a folder was renamed): they are
  **merged**, what people did with either is united, and the merge is written down so that it can be undone;
- they are two, when the other has an id of the same kind that differs, or was found by path or content only and bears
  another name: then the weaker **key moves** and both stay what they are (a corrected match, swapped tags).

Edits are what the owner changed by hand; they hang on identities too, and lock their field.
"""

import uuid
from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import blake2b

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import bindparam, select, update

from vitascope.store import bulk, rollups
from vitascope.store import uploads as handed_in
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import (
    CollectionMemberRow,
    EditRow,
    IdentityKeyRow,
    IdentityMergeRow,
    IdentityRow,
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
    identity_keys,
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


class KeyKind(IntEnum):
    """Strongest first."""

    SPLIT = 0
    """A file that a person split off: it is this one, whatever its name and ids say."""
    EXTERNAL = 1
    NAME = 2
    FINGERPRINT = 3
    PATH = 4


class Key(Struct, frozen=True, array_like=True, order=True):
    """One key of an identity; what the text holds is ``library.scan.keys``'s."""

    kind: int
    text: str

    @property
    def hash(self) -> bytes:
        """What it is looked up by."""
        return key_hash(self.kind, self.text)


class Found(Struct, frozen=True):
    """What the known keys of one find say."""

    identity_id: int | None
    """The one the strongest known key leads to."""
    others: tuple[int, ...] = ()
    """Others that weaker keys lead to: to be settled by attaching all keys."""
    new_keys: tuple[Key, ...] = ()
    """Keys that do not lead to ``identity_id`` yet."""


def key_hash(kind: int, text: str) -> bytes:
    """16 bytes that stand for a key in the index."""
    return blake2b(f"{int(kind)}|{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def key_row(key: Key, identity_id: int) -> IdentityKeyRow:
    """The row that attaches a key to an identity."""
    return IdentityKeyRow(key.hash, key.kind, identity_id, key.text)


_owners = select(identity_keys.c.key_hash, identity_keys.c.identity_id).where(
    identity_keys.c.key_hash.in_(bindparam("hashes", expanding=True))
)
_keys = (
    select(identity_keys)
    .where(any_of(identity_keys.c.identity_id, "ids"))
    .order_by(identity_keys.c.kind, identity_keys.c.key)
)
_identity = select(identities).where(identities.c.id == bindparam("id"))
_give_key = (
    update(identity_keys)
    .where(identity_keys.c.key_hash.in_(bindparam("hashes", expanding=True)))
    .values(identity_id=bindparam("owner"))
)


def owners(r: Reader, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """The identities that known keys lead to, by key hash."""
    found: dict[bytes, int] = {}
    for some in chunks(hashes, 500):
        found.update((bytes(key), owner) for key, owner in r.tuples(_owners, {"hashes": some}))
    return found


def plain_identities(r: Reader, identity_ids: Sequence[int]) -> dict[int, int]:
    """Of editions of films and shows the identity of the same one without an edition, where there is one.

    The edition is the last part of their external ids and names (``library.scan.keys``): the keys without it are asked.
    What a person split off says itself what it was split off (:func:`split_off`).
    """
    rows = r.rows(IdentityKeyRow, _keys, {"ids": list(identity_ids)})
    found: dict[int, int] = {}
    for row in rows:
        if row.kind == KeyKind.SPLIT and row.key.startswith(_SPLIT_OFF):
            found.setdefault(row.identity_id, int(row.key.split("|")[1]))
    asked = [
        (row.identity_id, key_hash(row.kind, row.key.rpartition("|")[0] + "|"))
        for row in rows
        if KeyKind.EXTERNAL <= row.kind <= KeyKind.NAME
    ]
    known = owners(r, [digest for _, digest in asked])
    for identity_id, digest in asked:
        owner = known.get(digest, identity_id)
        if owner != identity_id:
            found.setdefault(identity_id, owner)
    return found


_SPLIT_OFF = "of|"


def split_off(tx: Writer, identity_id: int, kept_id: int) -> None:
    """Note that an identity was split off another."""
    attach(tx, identity_id, [Key(KeyKind.SPLIT, f"{_SPLIT_OFF}{kept_id}|{identity_id}")])


def find_many(r: Reader, finds: Sequence[Sequence[Key]]) -> list[Found]:
    """What is known of many finds at once: one statement for each 500 keys."""
    ordered = [sorted(keys, key=lambda key: key.kind) for keys in finds]
    hashes = {key: key.hash for keys in ordered for key in keys}
    known = owners(r, hashes.values())
    answers = []
    for keys in ordered:
        led = [(key, known.get(hashes[key])) for key in keys]
        hits = [owner for _, owner in led if owner is not None]
        first = hits[0] if hits else None
        others = tuple(dict.fromkeys(owner for owner in hits if owner != first))
        answers.append(Found(first, others, tuple(key for key, owner in led if owner is None or owner != first)))
    return answers


def find(r: Reader, keys: Sequence[Key]) -> int | None:
    """The identity that the strongest known key leads to."""
    return find_many(r, [keys])[0].identity_id


def resolve(tx: Writer, keys: Sequence[Key]) -> int:
    """The identity these keys lead to, made when none does; afterwards all of them lead to it."""
    return resolve_many(tx, [keys])[0]


def resolve_many(tx: Writer, finds: Sequence[Sequence[Key]]) -> list[int]:
    """As :func:`resolve`, for many finds. Two finds of one call that share a key are one identity."""
    resolved: list[int] = []
    fresh: dict[Key, int] = {}
    for keys, found in zip(finds, find_many(tx, finds), strict=True):
        identity_id = _merged(tx, found.identity_id)
        if identity_id is None:
            identity_id = next((fresh[key] for key in sorted(keys) if key in fresh), None)
        if identity_id is None:
            identity_id = tx.id("identities")
            bulk.insert_rows(tx, identities, [IdentityRow(identity_id, new_uuid(), tx.now)])
        attach(tx, identity_id, [key for key in found.new_keys if fresh.get(key) != identity_id])
        fresh.update(dict.fromkeys(found.new_keys, identity_id))
        resolved.append(identity_id)
    return [_merged(tx, identity_id) or identity_id for identity_id in resolved]


def _merged(tx: Writer, identity_id: int | None) -> int | None:
    """The identity that this one was merged into since the server started, or itself."""
    aliases = tx.shared.aliases.get("identities", {})
    return identity_id if identity_id is None else aliases.get(identity_id, identity_id)


def new_uuid() -> str:
    """24 hex digits, as the guids of items have."""
    return uuid.uuid4().hex[:24]


def identity(r: Reader, identity_id: int) -> IdentityRow:
    """One identity; :class:`NotFound` when there is none."""
    found = r.row(IdentityRow, _identity, {"id": identity_id})
    if found is None:
        raise NotFound(f"no identity {identity_id}")
    return found


def keys_of(r: Reader, identity_id: int) -> list[Key]:
    """All keys of an identity, strongest first."""
    return [Key(row.kind, row.key) for row in r.rows(IdentityKeyRow, _keys, {"ids": [identity_id]})]


def attach(tx: Writer, identity_id: int, keys: Sequence[Key]) -> None:
    """Let these keys lead to this identity; whatever they led to is merged into it, or loses the key."""
    if not keys:
        return
    unique = sorted(set(keys))
    bulk.insert_rows(tx, identity_keys, [key_row(key, identity_id) for key in unique], "ignore")
    known = owners(tx, (key.hash for key in unique))
    contested: dict[int, list[Key]] = {}
    for key in unique:
        owner = known[key.hash]
        if owner != identity_id:
            contested.setdefault(owner, []).append(key)
    for owner, their_keys in contested.items():
        settle(tx, identity_id, owner, their_keys, evidence=unique)


def settle(tx: Writer, identity_id: int, other_id: int, contested: Sequence[Key], evidence: Sequence[Key]) -> None:
    """Two identities meet in a key: merge the other, or take the contested keys from it."""
    mine = [*keys_of(tx, identity_id), *evidence]
    if speaks_against(mine, keys_of(tx, other_id), contested):
        tx.conn.execute(_give_key, {"hashes": [key.hash for key in contested], "owner": identity_id})
    else:
        merge(tx, identity_id, other_id)


def speaks_against(mine: Sequence[Key], theirs: Sequence[Key], contested: Sequence[Key]) -> bool:
    """Whether two identities that share ``contested`` keys are nevertheless two. Pure."""
    my_ids, their_ids = _by_provider(mine), _by_provider(theirs)
    shared_kinds = my_ids.keys() & their_ids.keys()
    if any(not my_ids[provider] & their_ids[provider] for provider in shared_kinds):
        return True
    if any(key.kind <= KeyKind.NAME for key in contested) or shared_kinds:
        return False
    my_names = {key.text for key in mine if key.kind == KeyKind.NAME}
    their_names = {key.text for key in theirs if key.kind == KeyKind.NAME}
    return bool(my_names and their_names and not my_names & their_names)


def _by_provider(keys: Sequence[Key]) -> dict[str, set[str]]:
    """External ids by what comes before ``://`` (type and provider)."""
    found: dict[str, set[str]] = {}
    for key in keys:
        if key.kind == KeyKind.EXTERNAL:
            found.setdefault(key.text.partition("://")[0], set()).add(key.text)
    return found


# --- merging ---------------------------------------------------------------------------------------------------


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
        tx.conn.execute(_give_key, {"hashes": [bytes.fromhex(key) for key in some], "owner": owner})
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


# --- edits -----------------------------------------------------------------------------------------------------


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


_forget_edit = edits.delete().where(edits.c.identity_id == bindparam("id"), edits.c.field == bindparam("name"))
