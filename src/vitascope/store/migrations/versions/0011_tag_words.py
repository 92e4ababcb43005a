"""The words of tags' names, and their forms with one letter missing."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from vitascope.core.naming.search_text import deletions, search_tokens

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SEARCHED = (1, 2, 4, 5, 6, 7, 11, 207, 300, 301, 400)
_BATCH = 2_000


def upgrade() -> None:
    op.create_table(
        "tag_words",
        sa.Column("word", KEY, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("word", "tag_id"),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    tags = sa.text("SELECT id, tag FROM tags WHERE type IN :types AND id > :after ORDER BY id LIMIT :size")
    tags = tags.bindparams(sa.bindparam("types", expanding=True))
    words = sa.text("INSERT INTO tag_words (word, tag_id) VALUES (:word, :tag_id)")
    forms = sa.text("INSERT INTO search_words (deletion, word) VALUES (:deletion, :word) ON CONFLICT DO NOTHING")
    after = 0
    while page := connection.execute(tags, {"types": _SEARCHED, "after": after, "size": _BATCH}).all():
        after = page[-1][0]
        found = [{"word": word, "tag_id": id_} for id_, tag in page for word in set(search_tokens(tag))]
        if not found:
            continue
        connection.execute(words, found)
        shorter = {(form, one["word"]) for one in found for form in deletions(one["word"])}
        whole = {(word, word) for _, word in shorter}
        if shorter:
            connection.execute(forms, [{"deletion": form, "word": word} for form, word in sorted(shorter | whole)])
