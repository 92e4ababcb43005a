"""What people did: states, progress, choices of streams, history."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, SmallInteger, Table, Text, text

from vitascope.store.schema.base import Id, clustered, metadata, pk

states = Table(
    "states",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("identity_id", Id, primary_key=True),
    Column("view_count", Integer, nullable=False, server_default="0"),
    Column("view_offset_ms", BigInteger),
    Column("last_viewed_at", BigInteger),
    Column("skip_count", Integer, nullable=False, server_default="0"),
    Column("rating", Float),
    Column("last_rated_at", BigInteger),
    Column("hidden_from_continue_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Index("states_identity", "identity_id"),
    Index("states_recent", "person_id", "last_viewed_at"),
    Index(
        "states_started",
        "person_id",
        "last_viewed_at",
        sqlite_where=text("view_offset_ms IS NOT NULL"),
        postgresql_where=text("view_offset_ms IS NOT NULL"),
    ),
    **clustered,
)

# Watched leaves below a show, season, artist, album or photo album, by person: kept by the writer.
progress = Table(
    "progress",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("item_id", Id, primary_key=True),
    Column("item_type", SmallInteger, nullable=False),
    Column("viewed_leaf_count", Integer, nullable=False),
    Column("last_viewed_at", BigInteger),
    Column("last_leaf_id", Id),  # the leaf watched last: what comes after it is on deck
    Index("progress_item", "item_id"),
    Index("progress_recent", "person_id", "item_type", "last_viewed_at"),
    **clustered,
)

stream_choices = Table(
    "stream_choices",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("part_id", Id, primary_key=True),
    Column("audio_stream_id", Id),
    Column("subtitle_stream_id", Id),  # 0: none
    **clustered,
)

# The same by what the streams are, so that a choice outlives the part: JSON of core.playback.likeness.Likeness.
remembered_streams = Table(
    "remembered_streams",
    metadata,
    Column("person_id", Id, primary_key=True),
    Column("identity_id", Id, primary_key=True),
    Column("part_number", SmallInteger, primary_key=True),
    Column("audio", Text),
    Column("subtitle", Text),  # null in JSON: none
    Index("remembered_streams_identity", "identity_id"),
    **clustered,
)

# One line for each time somebody played something to its end. It says what was played in words of its own, so that it
# can still be read when the item is gone.
history = Table(
    "history",
    metadata,
    pk(),
    Column("person_id", Id, nullable=False),
    Column("identity_id", Id, nullable=False),
    Column("item_id", Id, nullable=False),
    Column("device_id", Id),
    Column("section_id", Id, nullable=False),
    Column("viewed_at", BigInteger, nullable=False),
    Column("item_type", SmallInteger),  # this and what follows: NULL in lines from before they were kept
    Column("title", Text),
    Column("parent_title", Text),
    Column("grandparent_title", Text),
    Column("index_number", Integer),
    Column("parent_index", Integer),
    Column("available_at", Text),
    Column("duration_ms", BigInteger),
    Index("history_viewed", "viewed_at"),
    Index("history_person", "person_id", "viewed_at"),
    Index("history_section", "section_id", "viewed_at", "person_id"),
    Index("history_device", "device_id", "viewed_at"),
    Index("history_identity", "identity_id", "viewed_at"),
)
