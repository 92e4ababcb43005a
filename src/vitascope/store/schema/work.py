"""What the server has to do, and what happened."""

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table, Text, UniqueConstraint

from vitascope.store.schema.base import metadata, pk

jobs = Table(
    "jobs",
    metadata,
    pk(),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),  # with the kind: one waiting job for one thing
    Column("payload", Text, nullable=False, server_default="{}"),
    Column("priority", SmallInteger, nullable=False, server_default="0"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("run_after", BigInteger, nullable=False),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("kind", "subject"),
    Index("jobs_next", "priority", "run_after"),
)

events = Table(
    "events",
    metadata,
    pk(),
    Column("at", BigInteger, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("payload", Text, nullable=False),
)
