"""The words of titles, where a search with a typing mistake looks."""

from collections.abc import Sequence

from vitascope.core.naming.search_text import deletions
from vitascope.store import bulk, schema
from vitascope.store.rows import SearchTextRow
from vitascope.store.writer import Writer


def learn_words(tx: Writer, texts: Sequence[SearchTextRow]) -> None:
    """Put the words of new titles where a search with a typing mistake looks."""
    known = tx.shared.words
    if len(known) > 200_000:
        known.clear()
    forms: list[tuple[str, str]] = []
    for row in texts:
        for word in row.title_tokens.split():
            if word not in known:
                known.add(word)
                shorter = deletions(word)
                if shorter:
                    forms.append((word, word))
                    forms.extend((form, word) for form in shorter)
    bulk.insert_tuples(tx, schema.search_words, forms, "ignore")
