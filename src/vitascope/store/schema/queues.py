"""Play queues: what a device plays now and next."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

play_queues = Table(
    "play_queues",
    metadata,
    pk(),
    Column("person_id", Id, nullable=False),
    Column("client_identifier", Text, nullable=False),
    Column("kind", Text, nullable=False),  # core.model.MediaKind
    Column("source_uri", Text, nullable=False),
    Column("seed", BigInteger, nullable=False),  # what a shuffled order and a random sort follow from
    Column("shuffled", Boolean, nullable=False, server_default="0"),
    Column("repeat", Boolean, nullable=False, server_default="0"),
    Column("continuous", Boolean, nullable=False, server_default="0"),
    Column("goes_on", Boolean, nullable=False, server_default="0"),  # a part of its source, or of one that grows
    Column("version", Integer, nullable=False, server_default="1"),
    Column("selected_id", Id),
    Column("last_added_id", Id),  # where "Up Next" ends
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
    Index("play_queues_person", "person_id", "used_at"),
)

queue_items = Table(
    "queue_items",
    metadata,
    pk(),  # the playQueueItemID
    Column("queue_id", Id, nullable=False),
    Column("item_id", Id, nullable=False),
    Column("identity_id", Id, nullable=False, index=True),
    Column("position", Float, nullable=False),
    Column("natural", Float, nullable=False),  # where it stands when nothing is shuffled
    Column("number", Id, nullable=False),  # what it is called in the source: an item, or an entry of a playlist
    Column("added", Boolean, nullable=False, server_default="0"),  # by hand, after the queue was made
    Index("queue_items_queue", "queue_id", "position"),
)
