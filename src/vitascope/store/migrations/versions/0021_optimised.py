"""Versions that the owner has made."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("media", sa.Column("target", sa.Text()))
    op.create_table(
        "generators",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_tag", sa.Integer()),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("section_uuid", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer()),
        sa.Column("unwatched", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("location_id", _ID),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "conversions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("generator_id", _ID, nullable=False),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("ordering", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("context", sa.Text(), server_default="good", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("plan", sa.Text()),
        sa.Column("path", sa.LargeBinary()),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversions_identity_id", "conversions", ["identity_id"])
    op.create_index("ix_conversions_status", "conversions", ["status"])
    op.create_index("conversions_generator", "conversions", ["generator_id", "identity_id"], unique=True)
