"""Identities: what survives renames, moves and rescans, and what the owner changed by hand."""

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, clustered, metadata, pk

identities = Table(
    "identities",
    metadata,
    pk(),
    Column("uuid", Text, nullable=False, unique=True),  # 24 hex digits: the item's plex:// or local:// guid
    Column("created_at", BigInteger, nullable=False),
    Column("merged_into", Id),
)

identity_keys = Table(
    "identity_keys",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),  # over kind and key
    Column("kind", SmallInteger, nullable=False),  # 1 external id, 2 parsed name, 3 fingerprint, 4 path
    Column("identity_id", Id, nullable=False, index=True),
    Column("key", Text, nullable=False),
    **clustered,
)

# Identities that turned out to be one, with what each had, so that a wrong match can be undone.
identity_merges = Table(
    "identity_merges",
    metadata,
    pk(),
    Column("kept_id", Id, nullable=False),
    Column("merged_id", Id, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON of store.uniting.MergeRecord
)

# What the owner changed by hand: applied over whatever a scan finds, and locked until unlocked.
edits = Table(
    "edits",
    metadata,
    Column("identity_id", Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text),  # JSON; NULL: locked without a value of its own
    Column("locked", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    **clustered,
)
