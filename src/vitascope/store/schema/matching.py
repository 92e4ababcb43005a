"""Metadata providers, and what items are by their word or a person's."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from vitascope.store.schema.base import Id, clustered, metadata, pk

# HTTP services that the owner registered by address; what they can do is their own description, read from there.
metadata_providers = Table(
    "metadata_providers",
    metadata,
    pk(),
    Column("identifier", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("uri", Text, nullable=False),
    Column("types", Text, nullable=False),  # JSON list of core.model.ItemType
    Column("match_path", Text, nullable=False),
    Column("metadata_path", Text, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("checked_at", BigInteger, nullable=False),
    Column("problem", Text),  # why it did not answer when it was asked last; NULL: it did
)

provider_groups = Table(
    "provider_groups",
    metadata,
    pk(),
    Column("title", Text, nullable=False),
    Column("primary_identifier", Text, nullable=False),
)

provider_group_items = Table(
    "provider_group_items",
    metadata,
    pk(),
    Column("group_id", Id, nullable=False),
    Column("provider_id", Id, nullable=False),
    Column("ordering", Integer, nullable=False),
    UniqueConstraint("group_id", "provider_id"),
)

section_providers = Table(
    "section_providers",
    metadata,
    Column("section_id", Id, primary_key=True),
    Column("group_id", Id, nullable=False),
    **clustered,
)

# What an identity is. A row by a person outlives every scan and is never changed by a provider.
matches = Table(
    "matches",
    metadata,
    Column("identity_id", Id, primary_key=True),
    Column("guid", Text),  # NULL: nothing that anybody knows
    Column("by_person", Boolean, nullable=False),
    Column("matched_at", BigInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),  # store.matches.State
    Column("run_after", BigInteger, nullable=False),  # of what waits: not before
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("fetched_at", BigInteger),  # when providers answered last
    Column("problem", Text),
    Index("matches_waiting", "state", "run_after"),
    Index("matches_guid", "guid"),
)

# What each provider says about an identity: read by every scan that writes its items.
provider_records = Table(
    "provider_records",
    metadata,
    Column("identity_id", Id, primary_key=True),
    Column("provider", Text, primary_key=True),  # its identifier
    Column("guid", Text, nullable=False),
    Column("record", Text, nullable=False),  # JSON of metadata.MetadataRecord
    Column("pictures", Text, nullable=False, server_default="[]"),  # JSON list of metadata.online.Picture
    Column("fetched_at", BigInteger, nullable=False),
)
