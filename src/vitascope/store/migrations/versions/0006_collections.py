"""What a person set of a collection, and where its members stand."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "collections",
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("section_kind", sa.Text(), nullable=False),
        sa.Column("section_title", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("subtype", sa.SmallInteger(), nullable=True),
        sa.Column("mode", sa.SmallInteger(), server_default="-1", nullable=False),
        sa.Column("sort", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("filter_by_user", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "collection_members",
        sa.Column("list_identity_id", _ID, nullable=False),
        sa.Column("identity_id", _ID, nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("list_identity_id", "identity_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("collection_members_identity", "collection_members", ["identity_id"], unique=False)
