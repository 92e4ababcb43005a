"""Whom the server belongs to, the passwords of its people, and the servers that have their owner from here.

The state of the claim lies in the database, so it comes back with a backup. A password is kept as its Argon2id text
alone, and of the tokens that other servers show here only the SHA-256; ``home_token`` is kept as it is, since this
server has to show it: it proves the server to its account home and opens nothing.
"""

from sqlalchemy import bindparam, select

from vitascope.core.model import OWNER_PERSON_ID
from vitascope.store import bulk
from vitascope.store.people import hash_token, person, revoke_tokens_of
from vitascope.store.reader import Reader
from vitascope.store.rows import LinkedServerRow, OwnershipRow, PasswordRow
from vitascope.store.schema import linked_servers, ownership, passwords
from vitascope.store.writer import Writer

_THE_ONE = 1
_ownership = select(ownership).where(ownership.c.id == _THE_ONE)
_password = select(passwords).where(passwords.c.person_id == bindparam("person_id"))
_servers = select(linked_servers).order_by(linked_servers.c.id)
_server = select(linked_servers).where(linked_servers.c.client_identifier == bindparam("client_identifier"))
_server_by_token = select(linked_servers).where(linked_servers.c.token_hash == bindparam("hash"))


def ownership_of(r: Reader) -> OwnershipRow | None:
    """How the server was claimed; ``None`` while it belongs to nobody."""
    return r.row(OwnershipRow, _ownership)


def set_ownership(tx: Writer, way: str, *, home: str = "", home_token: str = "") -> OwnershipRow:
    """The server belongs to its owner from now on; what was written before is replaced."""
    row = OwnershipRow(id=_THE_ONE, way=way, claimed_at=tx.now, home=home, home_token=home_token)
    bulk.insert_rows(tx, ownership, [row], "replace")
    tx.touch_person(OWNER_PERSON_ID)
    return row


def end_ownership(tx: Writer) -> bool:
    """The server belongs to nobody: the owner's password and tokens end too. Whether it belonged to somebody."""
    bulk.delete_where(tx, passwords, "person_id", [OWNER_PERSON_ID])
    revoke_tokens_of(tx, OWNER_PERSON_ID)
    tx.touch_person(OWNER_PERSON_ID)
    return bulk.delete_where(tx, ownership, "id", [_THE_ONE]) > 0


def password_of(r: Reader, person_id: int) -> str | None:
    """The encoded password of a person; ``None`` when they have none."""
    found = r.row(PasswordRow, _password, {"person_id": person_id})
    return found.encoded if found else None


def set_password(tx: Writer, person_id: int, encoded: str) -> None:
    """Keeps an encoded password for a person, in place of the one before."""
    person(tx, person_id)
    bulk.insert_rows(tx, passwords, [PasswordRow(person_id=person_id, encoded=encoded, changed_at=tx.now)], "replace")


def link_server(tx: Writer, client_identifier: str, name: str, token: str) -> LinkedServerRow:
    """Notes a server that has its owner from here; linked again, its former token ends."""
    known = tx.row(LinkedServerRow, _server, {"client_identifier": client_identifier})
    row = LinkedServerRow(
        id=known.id if known else tx.id("linked_servers"),
        client_identifier=client_identifier,
        name=name,
        token_hash=hash_token(token),
        linked_at=tx.now,
    )
    bulk.insert_rows(tx, linked_servers, [row], "replace")
    return row


def list_servers(r: Reader) -> list[LinkedServerRow]:
    """The servers that have their owner from here, in the order in which they came."""
    return r.rows(LinkedServerRow, _servers)


def server_for_token(r: Reader, token: str) -> LinkedServerRow | None:
    """Which linked server shows this token."""
    return r.row(LinkedServerRow, _server_by_token, {"hash": hash_token(token)})


def unlink_server(tx: Writer, server_id: int) -> bool:
    """Ends a server's link; whether there was one."""
    return bulk.delete_where(tx, linked_servers, "id", [server_id]) > 0
