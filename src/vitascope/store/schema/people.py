"""People, their devices and tokens, and whose the server is."""

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

people = Table(
    "people",
    metadata,
    pk(),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("is_owner", Boolean, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("restrictions", Text, nullable=False, server_default="{}"),  # JSON: sections, ratings, labels
)

devices = Table(
    "devices",
    metadata,
    pk(),
    Column("client_identifier", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("product", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("platform", Text, nullable=False, server_default=""),
    Column("platform_version", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    pk(),
    Column("person_id", Id, nullable=False, index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256; the token itself is never kept
    Column("label", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("encoded", Text, nullable=False),  # Argon2id with its salt and cost
    Column("changed_at", BigInteger, nullable=False),
)

ownership = Table(
    "ownership",
    metadata,
    pk(),  # one row or none
    Column("way", Text, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Column("home", Text, nullable=False, server_default=""),  # URL of the account home that vouches for the owner
    Column("home_token", Text, nullable=False, server_default=""),  # proves this server to that home, and opens nothing
)

linked_servers = Table(
    "linked_servers",
    metadata,
    pk(),
    Column("client_identifier", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("linked_at", BigInteger, nullable=False),
)
