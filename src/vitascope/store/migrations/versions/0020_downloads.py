"""Download queues."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "download_queues",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("client_identifier", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("download_queues_owner", "download_queues", ["person_id", "client_identifier"], unique=True)
    op.create_table(
        "downloads",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("queue_id", _ID, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("part_id", _ID),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("size_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_downloads_queue_id", "downloads", ["queue_id"])
    op.create_index("ix_downloads_status", "downloads", ["status"])
