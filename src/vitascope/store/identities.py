"""Who an item is, whatever its file is called today: identities and the keys by which they are found again.

A scan asks with all keys a find has, strongest first: external ids, the parsed name, the content's fingerprint, the
path. The first that is known decides; all of them are attached to that identity, so that the next rename, move, new
tag or better encode still finds one. Where two keys lead to two identities:

- they are one, when nothing speaks against it (a film without ids got its ids, a folder was renamed): they are
  **merged**, what people did with either is united, and the merge is written down so that it can be undone;
- they are two, when the other has an id of the same kind that differs, or was found by path or content only and bears
  another name: then the weaker **key moves** and both stay what they are (a corrected match, swapped tags).

Keys: :mod:`vitascope.store.known_keys`; how two become one: :mod:`vitascope.store.uniting`.
"""

from collections.abc import Sequence

from msgspec import Struct

from vitascope.store import bulk
from vitascope.store.known_keys import (
    Key,
    KeyKind,
    give_keys,
    key_hash,
    key_row,
    key_rows,
    keys_of,
    new_uuid,
    owners,
    speaks_against,
)
from vitascope.store.reader import Reader
from vitascope.store.rows import IdentityRow
from vitascope.store.schema import identities, identity_keys
from vitascope.store.uniting import merge
from vitascope.store.writer import Writer


class Found(Struct, frozen=True):
    """What the known keys of one find say."""

    identity_id: int | None
    """The one the strongest known key leads to."""
    others: tuple[int, ...] = ()
    """Others that weaker keys lead to: to be settled by attaching all keys."""
    new_keys: tuple[Key, ...] = ()
    """Keys that do not lead to ``identity_id`` yet."""


def plain_identities(r: Reader, identity_ids: Sequence[int]) -> dict[int, int]:
    """Of editions of films and shows the identity of the same one without an edition, where there is one.

    The edition is the last part of their external ids and names (``library.scan.keys``): the keys without it are asked.
    What a person split off says itself what it was split off (:func:`split_off`).
    """
    rows = key_rows(r, identity_ids)
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
        tx.conn.execute(give_keys, {"hashes": [key.hash for key in contested], "owner": identity_id})
    else:
        merge(tx, identity_id, other_id)
