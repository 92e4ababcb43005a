"""People, their devices and their tokens. Of a token only the SHA-256 is kept, so a leaked database opens nothing."""

import hashlib
import secrets
import uuid

from sqlalchemy import bindparam, select, update

from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import bulk, downloads, playlists, queues
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import DeviceRow, PersonRow, TokenRow
from vitascope.store.schema import (
    devices,
    passwords,
    people,
    progress,
    remembered_streams,
    states,
    stream_choices,
    tokens,
)
from vitascope.store.writer import Writer

SEEN_STEP_S = 300
"""How much later a device or a token must be seen again before that is written down."""

_people = select(people).order_by(people.c.id)
_person = select(people).where(people.c.id == bindparam("id"))
_by_name = select(people).where(people.c.name == bindparam("name"))
_by_token = (
    select(people)
    .join(tokens, tokens.c.person_id == people.c.id)
    .where(tokens.c.token_hash == bindparam("hash"), tokens.c.revoked_at.is_(None))
)
_hash_known = select(tokens.c.id).where(tokens.c.token_hash == bindparam("hash"))
_tokens = select(tokens).where(tokens.c.person_id == bindparam("person_id")).order_by(tokens.c.id)
_revoke = (update(tokens).where(tokens.c.id == bindparam("token_id"), tokens.c.revoked_at.is_(None))).values(
    revoked_at=bindparam("now")
)
_revoke_hash = (update(tokens).where(tokens.c.token_hash == bindparam("hash"), tokens.c.revoked_at.is_(None))).values(
    revoked_at=bindparam("now")
)
_revoke_all = (update(tokens).where(tokens.c.person_id == bindparam("whose"), tokens.c.revoked_at.is_(None))).values(
    revoked_at=bindparam("now")
)
_rename = update(people).where(people.c.id == bindparam("person_id")).values(name=bindparam("value"))
_retitle = update(people).where(people.c.id == bindparam("person_id")).values(title=bindparam("value"))
_device = select(devices).where(devices.c.client_identifier == bindparam("client_identifier"))
_devices = select(devices).order_by(devices.c.last_seen_at.desc(), devices.c.id)
_devices_by_id = select(devices).where(any_of(devices.c.id, "ids"))


def hash_token(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def ensure_owner(tx: Writer, name: str = "owner", title: str = "Owner") -> PersonRow:
    """The owner, made when there is none yet; always person 1."""
    found = tx.row(PersonRow, _person, {"id": OWNER_PERSON_ID})
    if found is not None:
        return found
    if tx.id("people") != OWNER_PERSON_ID:
        raise RuntimeError("the owner must be the first person of a database")
    return _insert(tx, OWNER_PERSON_ID, name, title, is_owner=True, restrictions="{}")


def add_person(tx: Writer, name: str, title: str | None = None, *, restrictions: str = "{}") -> PersonRow:
    """A new person; names are unique (ValueError)."""
    ensure_owner(tx)
    if tx.row(PersonRow, _by_name, {"name": name}) is not None:
        raise ValueError(f"there is a person named {name!r} already")
    return _insert(tx, tx.id("people"), name, title or name, is_owner=False, restrictions=restrictions)


def _insert(tx: Writer, person_id: int, name: str, title: str, *, is_owner: bool, restrictions: str) -> PersonRow:
    row = PersonRow(
        id=person_id,
        uuid=uuid.uuid4().hex[:16],
        name=name,
        title=title,
        is_owner=is_owner,
        created_at=tx.now,
        restrictions=restrictions,
    )
    bulk.insert_rows(tx, people, [row])
    tx.touch_person(person_id)
    return row


def list_people(r: Reader) -> list[PersonRow]:
    """Everyone, the owner first."""
    return r.rows(PersonRow, _people)


def person(r: Reader, person_id: int) -> PersonRow:
    """One person; :class:`NotFound` when there is none."""
    found = r.row(PersonRow, _person, {"id": person_id})
    if found is None:
        raise NotFound(f"no person {person_id}")
    return found


def person_by_name(r: Reader, name: str) -> PersonRow | None:
    """The person with this name."""
    return r.row(PersonRow, _by_name, {"name": name})


def set_name(tx: Writer, person_id: int, name: str) -> None:
    """The name a person signs in with; names are unique (ValueError)."""
    known = person_by_name(tx, name)
    if known is not None and known.id != person_id:
        raise ValueError(f"there is a person named {name!r} already")
    person(tx, person_id)
    tx.conn.execute(_rename, {"person_id": person_id, "value": name})
    tx.touch_person(person_id)


def set_title(tx: Writer, person_id: int, title: str) -> None:
    """The name a person is shown by."""
    person(tx, person_id)
    tx.conn.execute(_retitle, {"person_id": person_id, "value": title})
    tx.touch_person(person_id)


def delete_person(tx: Writer, person_id: int) -> None:
    """Delete a person with their tokens, states, choices, playlists and queues; history stays. The owner cannot be
    deleted."""
    if person(tx, person_id).is_owner:
        raise ValueError("the owner cannot be deleted")
    playlists.delete_of_person(tx, person_id)
    queues.delete_of_person(tx, person_id)
    downloads.forget_person(tx, person_id)
    for table in (tokens, passwords, states, progress, stream_choices, remembered_streams):
        bulk.delete_where(tx, table, "person_id", [person_id])
    bulk.delete_where(tx, people, "id", [person_id])
    tx.touch_person(person_id)


# --- tokens ----------------------------------------------------------------------------------------------------


def mint_token(tx: Writer, person_id: int, label: str = "") -> str:
    """A new token for a person. This is the only time it can be read."""
    person(tx, person_id)
    token = secrets.token_urlsafe(24)
    add_token(tx, person_id, token, label)
    return token


def add_token(tx: Writer, person_id: int, token: str, label: str = "") -> int:
    """Accept a token that was made elsewhere (a claimed server's); returns its id."""
    return add_token_hash(tx, person_id, hash_token(token), label)


def add_token_hash(tx: Writer, person_id: int, token_hash: bytes, label: str = "") -> int:
    """As :func:`add_token` for a token that only its hash is known of."""
    row = TokenRow(id=tx.id("tokens"), person_id=person_id, token_hash=token_hash, label=label, created_at=tx.now)
    bulk.insert_rows(tx, tokens, [row])
    return row.id


def person_for_token(r: Reader, token: str) -> PersonRow | None:
    """Whose token this is, ``None`` when it is unknown or revoked."""
    return person_for_token_hash(r, hash_token(token))


def person_for_token_hash(r: Reader, token_hash: bytes) -> PersonRow | None:
    """As :func:`person_for_token` for a token that only its hash is known of."""
    return r.row(PersonRow, _by_token, {"hash": token_hash})


def is_token_hash_known(r: Reader, token_hash: bytes) -> bool:
    """Whether this is a token of anybody's, a revoked one too."""
    return bool(r.tuples(_hash_known, {"hash": token_hash}))


def tokens_of(r: Reader, person_id: int) -> list[TokenRow]:
    """A person's tokens, revoked ones too."""
    return r.rows(TokenRow, _tokens, {"person_id": person_id})


def revoke_tokens_of(tx: Writer, person_id: int) -> int:
    """Revoke every token of a person; how many there were to revoke."""
    return tx.conn.execute(_revoke_all, {"whose": person_id, "now": tx.now}).rowcount


def revoke_token(tx: Writer, token_id: int) -> bool:
    """Revoke a token by its id; whether there was one to revoke."""
    return tx.conn.execute(_revoke, {"token_id": token_id, "now": tx.now}).rowcount > 0


def revoke_token_text(tx: Writer, token: str) -> bool:
    """Revoke a token by itself (signing out); whether there was one to revoke."""
    return tx.conn.execute(_revoke_hash, {"hash": hash_token(token), "now": tx.now}).rowcount > 0


# --- devices ---------------------------------------------------------------------------------------------------


def touch_device(
    tx: Writer,
    *,
    client_identifier: str,
    name: str = "",
    product: str = "",
    version: str = "",
    platform: str = "",
    platform_version: str = "",
    model: str = "",
) -> DeviceRow:
    """A client was seen: its row, made or brought up to date. Empty values leave what is known."""
    known = tx.row(DeviceRow, _device, {"client_identifier": client_identifier})
    row = DeviceRow(
        id=known.id if known else tx.id("devices"),
        client_identifier=client_identifier,
        name=name or (known.name if known else ""),
        product=product or (known.product if known else ""),
        version=version or (known.version if known else ""),
        platform=platform or (known.platform if known else ""),
        platform_version=platform_version or (known.platform_version if known else ""),
        model=model or (known.model if known else ""),
        created_at=known.created_at if known else tx.now,
        last_seen_at=tx.now,
    )
    if known is None:
        bulk.insert_rows(tx, devices, [row])
    else:
        bulk.update_rows(tx, devices, [row])
    return row


def list_devices(r: Reader) -> list[DeviceRow]:
    """All devices, the one seen last first."""
    return r.rows(DeviceRow, _devices)


def devices_by_id(r: Reader, ids: list[int]) -> dict[int, DeviceRow]:
    """These devices."""
    return {row.id: row for row in r.rows(DeviceRow, _devices_by_id, {"ids": ids})}


def delete_device(tx: Writer, device_id: int) -> None:
    """Forget a device; history keeps its number."""
    bulk.delete_where(tx, devices, "id", [device_id])
