"""The keys by which identities are found again: what they are, and to whom they lead."""

import uuid
from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import blake2b

from msgspec import Struct
from sqlalchemy import bindparam, select, update

from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import IdentityKeyRow, IdentityRow
from vitascope.store.schema import identities, identity_keys


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
give_keys = (
    update(identity_keys)
    .where(identity_keys.c.key_hash.in_(bindparam("hashes", expanding=True)))
    .values(identity_id=bindparam("owner"))
)
"""Lets the keys of these hashes lead to another identity."""


def owners(r: Reader, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """The identities that known keys lead to, by key hash."""
    found: dict[bytes, int] = {}
    for some in chunks(hashes, 500):
        found.update((bytes(key), owner) for key, owner in r.tuples(_owners, {"hashes": some}))
    return found


def new_uuid() -> str:
    """24 hex digits, as the guids of items have."""
    return uuid.uuid4().hex[:24]


def identity(r: Reader, identity_id: int) -> IdentityRow:
    """One identity; :class:`NotFound` when there is none."""
    found = r.row(IdentityRow, _identity, {"id": identity_id})
    if found is None:
        raise NotFound(f"no identity {identity_id}")
    return found


def key_rows(r: Reader, identity_ids: Sequence[int]) -> list[IdentityKeyRow]:
    """All keys of these identities, the strongest first."""
    return r.rows(IdentityKeyRow, _keys, {"ids": list(identity_ids)})


def keys_of(r: Reader, identity_id: int) -> list[Key]:
    """All keys of an identity, strongest first."""
    return [Key(row.kind, row.key) for row in key_rows(r, [identity_id])]


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
