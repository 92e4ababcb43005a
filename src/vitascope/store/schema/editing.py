"""What a person made of items beyond single fields: merged ones, their preferences; and what many sources think."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, clustered, metadata, pk

# Items that a person merged into others, with all they were, so that they can be split again exactly.
item_merges = Table(
    "item_merges",
    metadata,
    pk(),
    Column("kept_identity_id", Id, nullable=False),
    Column("gone_identity_id", Id, nullable=False),
    Column("gone_item_id", Id, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON of store.merging.Merged
    Index("item_merges_kept", "kept_identity_id"),
)

# Preferences of shows, artists, … that differ from the usual: core.item_prefs says which there are.
item_preferences = Table(
    "item_preferences",
    metadata,
    Column("identity_id", Id, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    **clustered,
)

item_ratings = Table(
    "item_ratings",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("ordering", SmallInteger, primary_key=True),
    Column("source", Text, nullable=False),  # imdb, themoviedb, …
    Column("type", Text, nullable=False),  # critic or audience
    Column("image", Text),  # the address that tells clients which badge to show
    Column("value", Float, nullable=False),  # 0..10
    Column("votes", Integer),
    **clustered,
)

# What critics wrote, as sources of metadata say; what the owner writes instead is an edit.
item_reviews = Table(
    "item_reviews",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("ordering", SmallInteger, primary_key=True),
    Column("reviewer", Text, nullable=False),
    Column("source", Text),
    Column("image", Text),
    Column("link", Text),
    Column("text", Text),
    **clustered,
)
