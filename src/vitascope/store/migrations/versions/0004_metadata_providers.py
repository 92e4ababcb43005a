"""Metadata providers, groups of them, and what items are by their word or a person's."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "metadata_providers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("match_path", sa.Text(), nullable=False),
        sa.Column("metadata_path", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("identifier"),
    )
    op.create_table(
        "provider_groups",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("primary_identifier", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "provider_group_items",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("provider_id", _ID, nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id", "provider_id"),
    )
    op.create_table(
        "section_providers",
        sa.Column("section_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("section_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "matches",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("matched_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("run_after", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("identity_id"),
    )
    op.create_index("matches_waiting", "matches", ["state", "run_after"], unique=False)
    op.create_index("matches_guid", "matches", ["guid"], unique=False)
    op.create_table(
        "provider_records",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Text(), server_default="[]", nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "provider"),
    )
