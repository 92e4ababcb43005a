"""Webhooks: whom the owner wants told of what happens, and what is on its way to them."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

webhooks = Table(
    "webhooks",
    metadata,
    pk(),
    Column("url", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),  # when it last took something
    Column("status", Integer),  # of its last answer
    Column("error", Text),  # why the last attempt came to nothing; NULL after one that did not
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    pk(),
    Column("webhook_id", Id, nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", Text, nullable=False),  # JSON, as it is sent
    Column("item_id", Id),  # whose picture goes with it
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("run_after", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("webhook_deliveries_next", "webhook_id", "run_after"),
)
