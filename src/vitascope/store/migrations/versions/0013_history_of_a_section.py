"""What one person played of one section is counted from the index alone."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("history_section", "history")
    op.create_index("history_section", "history", ["section_id", "viewed_at", "person_id"])
