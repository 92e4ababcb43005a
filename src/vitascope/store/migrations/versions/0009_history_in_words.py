"""The history says what was played in its own words, and is read from an index in the order of time; how much was
delivered to whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("history", sa.Column("item_type", sa.SmallInteger()))
    for name in ("title", "parent_title", "grandparent_title"):
        op.add_column("history", sa.Column(name, sa.Text()))
    for name in ("index_number", "parent_index"):
        op.add_column("history", sa.Column(name, sa.Integer()))
    op.add_column("history", sa.Column("available_at", sa.Text()))
    op.add_column("history", sa.Column("duration_ms", sa.BigInteger()))
    op.drop_index("ix_history_identity_id", "history")
    op.drop_index("ix_history_viewed_at", "history")
    op.create_index("history_viewed", "history", ["viewed_at"])
    for name, column in (
        ("history_person", "person_id"),
        ("history_section", "section_id"),
        ("history_device", "device_id"),
        ("history_identity", "identity_id"),
    ):
        op.create_index(name, "history", [column, "viewed_at"])
    # What is known of the lines that are there already.
    op.execute(
        """
        UPDATE history SET
            item_type = (SELECT type FROM items WHERE items.id = history.item_id),
            title = (SELECT title FROM items WHERE items.id = history.item_id),
            parent_title = (
                SELECT above.title FROM items JOIN items AS above ON above.id = items.parent_id
                WHERE items.id = history.item_id
            ),
            grandparent_title = (
                SELECT above.title FROM items JOIN items AS above ON above.id = items.grandparent_id
                WHERE items.id = history.item_id
            ),
            index_number = (SELECT index_number FROM items WHERE items.id = history.item_id),
            parent_index = (SELECT parent_index FROM items WHERE items.id = history.item_id),
            available_at = (SELECT available_at FROM items WHERE items.id = history.item_id),
            duration_ms = (SELECT duration_ms FROM items WHERE items.id = history.item_id)
        """
    )
    op.create_table(
        "bandwidth",
        sa.Column("timespan", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=False),
        sa.Column("lan", sa.Boolean(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("timespan", "at", "person_id", "device_id", "lan"),
        sqlite_with_rowid=False,
    )
