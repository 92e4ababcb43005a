"""What was made of the content of files: pictures along a film, markers, measures. Their bytes lie below ``Media/``."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text, text

from vitascope.store.schema.base import metadata

# By the content of the file, so that it is made once whatever the file is called and however often it is scanned.
derived = Table(
    "derived",
    metadata,
    Column("fingerprint", LargeBinary, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column(
        "made_with", Text, nullable=False
    ),  # what the result hangs on besides the content: another one makes it anew
    Column("value", LargeBinary),
    Column("error", Text),  # why there is none
    Column("made_at", BigInteger, nullable=False),
    Index(
        "derived_cut_lists",
        "kind",  # one and the same, but without it engines prefer the primary key and read all kinds
        "fingerprint",
        sqlite_where=text("kind = 'cut-list'"),
        postgresql_where=text("kind = 'cut-list'"),
    ),
)
