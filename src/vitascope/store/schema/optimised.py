"""Versions that the owner has made: what of and what for, and the conversions that this comes to."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

generators = Table(
    "generators",
    metadata,
    pk(),
    Column("identity_id", Id, nullable=False),  # of the film, show, season or episode that it is about
    Column("title", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("target_tag", Integer),  # core.playback.targets; NULL: the owner's own
    Column("uri", Text, nullable=False),
    Column("section_uuid", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("settings", Text, nullable=False),  # JSON of core.playback.targets.MediaSettings
    Column("most", Integer),  # only so many items at once
    Column("unwatched", Boolean, nullable=False, server_default="0"),
    Column("location_id", Id),  # NULL: beside the originals
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

conversions = Table(
    "conversions",
    metadata,
    pk(),
    Column("generator_id", Id, nullable=False),
    Column("identity_id", Id, nullable=False, index=True),
    Column("ordering", BigInteger, nullable=False),
    Column("status", Text, nullable=False, index=True),  # store.optimised.Status
    Column("context", Text, nullable=False, server_default="good"),  # why it went wrong, as the API says it
    Column("error", Text),
    Column("plan", Text),  # what is made, as JSON, once it was begun
    Column("path", LargeBinary),  # absolute, where the finished file was put
    Column("size_bytes", BigInteger, nullable=False, server_default="0"),
    Column("mtime_ns", BigInteger, nullable=False, server_default="0"),
    Index("conversions_generator", "generator_id", "identity_id", unique=True),
)
