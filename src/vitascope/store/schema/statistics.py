"""What was delivered to whom."""

from sqlalchemy import BigInteger, Boolean, Column, SmallInteger, Table

from vitascope.store.schema.base import Id, clustered, metadata

# Sums by span of time; the narrower the span, the sooner its rows are forgotten.
bandwidth = Table(
    "bandwidth",
    metadata,
    Column("timespan", SmallInteger, primary_key=True),  # store.statistics.Timespan
    Column("at", BigInteger, primary_key=True),  # beginning of the span
    Column("person_id", Id, primary_key=True),
    Column("device_id", Id, primary_key=True),  # 0: the device did not say which it is
    Column("lan", Boolean, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    **clustered,
)
