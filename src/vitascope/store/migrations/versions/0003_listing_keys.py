"""One index with what most listings are ordered and filtered by."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "items_keys",
        "items",
        [
            "section_id",
            "type",
            "id",
            "year",
            "available_at",
            "added_at",
            "duration_ms",
            "content_rating",
            "rating",
            "audience_rating",
            "height",
            "bitrate_kbps",
        ],
        unique=False,
    )
