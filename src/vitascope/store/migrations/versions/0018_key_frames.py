"""When the key frames of video streams are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_frames",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        sa.Column("stream_index", sa.SmallInteger(), primary_key=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("reached_us", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("why_not", sa.Text(), nullable=False, server_default=""),
        sa.Column("times", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
