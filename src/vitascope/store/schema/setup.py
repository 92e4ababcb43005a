"""What the owner set up: sections, their folders, and the files found there."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint, text

from vitascope.store.schema.base import Id, clustered, metadata, pk

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    **clustered,
)

sections = Table(
    "sections",
    metadata,
    pk(),
    Column("uuid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # core.model.SectionKind
    Column("title", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("scanner", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("scanned_at", BigInteger),
    Column("content_changed_at", BigInteger, nullable=False),
    Column("prefs", Text, nullable=False, server_default="{}"),  # JSON object of the prefs that differ from default
)

locations = Table(
    "locations",
    metadata,
    pk(),
    Column("section_id", Id, nullable=False, index=True),
    Column("path", LargeBinary, nullable=False),  # absolute
    Column("available", Boolean, nullable=False, server_default="1"),
    Column("unavailable_reason", Text),
    Column("seen_at", BigInteger),  # when it was last there
    Column("file_count", Integer, nullable=False, server_default="0"),  # what the last complete walk saw
)

files = Table(
    "files",
    metadata,
    pk(),
    Column("location_id", Id, nullable=False),
    Column("path", LargeBinary, nullable=False),  # relative to the location
    Column("path_hash", LargeBinary, nullable=False),
    Column("dir_hash", LargeBinary, nullable=False),
    Column("file_class", Text, nullable=False),  # core.model.FileClass
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary),
    Column("probe_version", Integer, nullable=False, server_default="0"),  # 0: not probed yet
    Column("error", Text),  # why it could not be read, for the owner
    Column("error_at", BigInteger),
    Column("added_at", BigInteger, nullable=False),
    Column("missing_since", BigInteger),
    UniqueConstraint("location_id", "path_hash"),
    Index("files_dir", "location_id", "dir_hash"),
    Index("files_fingerprint", "fingerprint"),
    Index(
        "files_cut_lists",
        "location_id",
        "path",
        sqlite_where=text("file_class = 'cut-list'"),
        postgresql_where=text("file_class = 'cut-list'"),
    ),
    Index("files_error", "id", sqlite_where=text("error IS NOT NULL"), postgresql_where=text("error IS NOT NULL")),
)
