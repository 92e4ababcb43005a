"""Uploads, markers set by hand, loudness, and offsets of subtitles."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cache_key", sa.Text(), nullable=False),
        sa.Column("info", sa.Text(), nullable=False, server_default=""),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_uploads_identity_id", "uploads", ["identity_id"])
    op.create_table(
        "marks",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("person_id", _ID),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger()),
        sa.Column("final", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("title", sa.Text()),
    )
    op.create_index("ix_marks_identity_id", "marks", ["identity_id"])
    op.create_table(
        "loudness",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        sa.Column("stream_index", sa.SmallInteger(), primary_key=True),
        sa.Column("integrated_lufs", sa.Float()),
        sa.Column("range_lu", sa.Float()),
        sa.Column("peak", sa.Float()),
        sa.Column("levels", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream_offsets",
        sa.Column("stream_id", _ID, primary_key=True),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
