"""The words of titles and of tags' names, where a search for a word in the middle or with a typing mistake looks."""

from collections.abc import Iterable, Sequence

from vitascope.core.model import TagType
from vitascope.core.naming.search_text import deletions, search_tokens
from vitascope.store import bulk, schema
from vitascope.store.rows import SearchTextRow, TagRow, TagWordRow
from vitascope.store.writer import Writer

SEARCHED_TAGS = frozenset(
    {
        *(TagType.GENRE, TagType.COLLECTION, TagType.DIRECTOR, TagType.WRITER, TagType.ROLE, TagType.PRODUCER),
        *(TagType.LABEL, TagType.AUTOTAG, TagType.MOOD, TagType.STYLE, TagType.PLACE),
    }
)
"""Tags that people look for by name; nobody looks for an aperture."""


def learn_words(tx: Writer, texts: Sequence[SearchTextRow]) -> None:
    """Put the words of new titles where a search with a typing mistake looks."""
    _learn(tx, (word for row in texts for word in row.title_tokens.split()))


def learn_tags(tx: Writer, rows: Sequence[TagRow]) -> None:
    """Put the words of new tags' names where a search looks for them."""
    found = [
        TagWordRow(word, row.id)
        for row in rows
        if row.type in SEARCHED_TAGS
        for word in dict.fromkeys(search_tokens(row.tag))
    ]
    bulk.insert_rows(tx, schema.tag_words, found, "ignore")
    _learn(tx, (row.word for row in found))


def _learn(tx: Writer, words: Iterable[str]) -> None:
    known = tx.shared.words
    if len(known) > 200_000:
        known.clear()
    forms: list[tuple[str, str]] = []
    for word in words:
        if word not in known:
            known.add(word)
            shorter = deletions(word)
            if shorter:
                forms.append((word, word))
                forms.extend((form, word) for form in shorter)
    bulk.insert_tuples(tx, schema.search_words, forms, "ignore")
