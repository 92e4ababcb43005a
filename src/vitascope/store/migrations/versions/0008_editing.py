"""Merged items, preferences of items, and ratings by source."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "item_merges",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kept_identity_id", _ID, nullable=False),
        sa.Column("gone_identity_id", _ID, nullable=False),
        sa.Column("gone_item_id", _ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("item_merges_kept", "item_merges", ["kept_identity_id"])
    op.create_table(
        "item_preferences",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_ratings",
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("ordering", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "ordering"),
        sqlite_with_rowid=False,
    )
