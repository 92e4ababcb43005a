"""Cut lists, and what was read in them, are found without looking through all files."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    lists, read = sa.text("file_class = 'cut-list'"), sa.text("kind = 'cut-list'")
    op.create_index("files_cut_lists", "files", ["location_id", "path"], sqlite_where=lists, postgresql_where=lists)
    op.create_index("derived_cut_lists", "derived", ["kind", "fingerprint"], sqlite_where=read, postgresql_where=read)
