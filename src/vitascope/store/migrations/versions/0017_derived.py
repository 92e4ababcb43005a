"""What is made of the content of files."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "derived",
        sa.Column("fingerprint", sa.LargeBinary(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("made_with", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary()),
        sa.Column("error", sa.Text()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
    )
