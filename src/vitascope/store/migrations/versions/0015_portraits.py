"""Where the pictures of people lie."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "portraits",
        sa.Column("tag_id", ID, autoincrement=False, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("cache_key", sa.Text()),
        sa.PrimaryKeyConstraint("tag_id"),
    )
    op.create_index("portraits_key", "portraits", ["cache_key"])
