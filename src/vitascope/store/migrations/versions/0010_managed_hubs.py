"""How the owner arranged the hubs of a section."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "managed_hubs",
        sa.Column("section_id", ID, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("identity_id", ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("recommended", sa.Boolean(), nullable=False),
        sa.Column("own_home", sa.Boolean(), nullable=False),
        sa.Column("shared_home", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("section_id", "name"),
        sqlite_with_rowid=False,
    )
