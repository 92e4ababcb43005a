"""Download queues: what a person's apps want to have as files, and how far that is."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

download_queues = Table(
    "download_queues",
    metadata,
    pk(),
    Column("person_id", Id, nullable=False),
    Column("client_identifier", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("download_queues_owner", "person_id", "client_identifier", unique=True),
)

downloads = Table(
    "downloads",
    metadata,
    pk(),
    Column("queue_id", Id, nullable=False, index=True),
    Column("item_id", Id, nullable=False),
    Column("part_id", Id),  # of a file that is sent as it is, or that another one is made of
    Column("asked", Text, nullable=False),  # the parameters of the decision, as JSON
    Column("status", Text, nullable=False, index=True),  # store.downloads.Status
    Column("verdict", Text, nullable=False),  # of the decision, as JSON
    Column("plan", Text),  # what is made, as JSON; none: the file is sent as it is
    Column("error", Text),
    Column("size_bytes", BigInteger, nullable=False, server_default="0"),
    Column("used_at", BigInteger, nullable=False),  # when it was made, fetched, or otherwise wanted last
    Column("fetched_at", BigInteger),  # when its end was sent
)
