"""Playlists of people, what was meant by an entry of a list, and play queues."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("memberships", sa.Column("item_id", ID))
    op.create_table(
        "playlists",
        sa.Column("item_id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("smart", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("content", sa.Text()),
        sa.Column("folder_id", ID),
        sa.Column("source_path", sa.Text()),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_index("ix_playlists_person_id", "playlists", ["person_id"], unique=False)
    op.create_table(
        "play_queues",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("client_identifier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_uri", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("shuffled", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("repeat", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("continuous", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("goes_on", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("selected_id", ID),
        sa.Column("last_added_id", ID),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("play_queues_person", "play_queues", ["person_id", "used_at"], unique=False)
    op.create_table(
        "queue_items",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("queue_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("natural", sa.Float(), nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("added", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_queue_items_identity_id", "queue_items", ["identity_id"], unique=False)
    op.create_index("queue_items_queue", "queue_items", ["queue_id", "position"], unique=False)
