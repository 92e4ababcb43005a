"""Search among tags: people, genres, collections, labels, by any word of their names.

As for titles (:mod:`vitascope.store.search`) candidates are bounded before anything is ranked: a word names its tags
through an index over words, an unfinished word through a range of it; words with one typing mistake are asked only for
tokens of four letters or more, and only when nothing else is found. Of a query of several words the longest finished
one is looked up, and the others are compared here.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, exists, func, select

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming.search_text import search_tokens
from vitascope.store import visibility
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import TagRow
from vitascope.store.schema import items, sections, tag_counts, tag_words, taggings, tags
from vitascope.store.search import similar_words

CANDIDATES = 600
_END = "\U0010ffff"
_WIDER = 5
"""So many times more tags are counted than are wanted."""
_CARRYING = [int(kind) for kind in (ItemType.MOVIE, ItemType.SHOW, ItemType.ARTIST, ItemType.ALBUM)]

_by_name = (
    select(tags)
    .where(tags.c.type == bindparam("type"), tags.c.folded >= bindparam("low"), tags.c.folded < bindparam("high"))
    .order_by(tags.c.folded)
    .limit(bindparam("most"))
)
_by_word = (
    select(tag_words.c.tag_id).where(tag_words.c.word == bindparam("word")).order_by(tag_words.c.tag_id.desc())
).limit(CANDIDATES)
_by_beginning = (
    select(tag_words.c.tag_id)
    .where(tag_words.c.word >= bindparam("low"), tag_words.c.word < bindparam("high"))
    .order_by(tag_words.c.word, tag_words.c.tag_id)
    .limit(CANDIDATES)
)
_tags = select(tags).where(any_of(tags.c.id, "ids"), any_of(tags.c.type, "types"))
_carried = (
    select(tag_counts.c.tag_id, func.sum(tag_counts.c.item_count))
    .where(
        any_of(tag_counts.c.tag_id, "ids"),
        any_of(tag_counts.c.section_id, "sections"),
        any_of(tag_counts.c.item_type, "item_types"),
    )
    .group_by(tag_counts.c.tag_id)
)
_sections = select(sections.c.id)


def search_tags(
    r: Reader, tokens: Sequence[str], folded: str, viewer: Viewer, types: Sequence[int], limit: int = 10
) -> list[TagRow]:
    """The best ``limit`` tags of each of the types: exactly the query first, then names that begin with it, then those
    with all its words, each by how many items carry them; only such as the viewer finds on something.

    ``tokens`` is what ``search_tokens(query, for_query=True)`` says, ``folded`` what ``fold(query)`` says; the last
    token may be the beginning of a word.
    """
    if not folded:
        return []
    found = _beginning(r, folded, types, limit)
    found |= {row.id: row for row in _with_words(r, tokens, types)}
    if not found:
        found = {row.id: row for row in _misspelt(r, tokens, types)}
    near = _best(found.values(), tokens, folded, {}, limit * _WIDER)
    seen = _visible(r, [row.id for row in near], viewer)
    carried = _carriers(r, list(seen))
    return _best([row for row in near if row.id in seen], tokens, folded, carried, limit)


def _best(
    rows: Iterable[TagRow], tokens: Sequence[str], folded: str, carried: Mapping[int, int], limit: int
) -> list[TagRow]:
    """The best of each type."""
    ranked = sorted(
        rows,
        key=lambda row: (
            row.folded != folded,
            not row.folded.startswith(folded),
            not set(tokens).issubset(search_tokens(row.tag)),
            -carried.get(row.id, 0),
            len(row.folded),
            row.folded,
            row.id,
        ),
    )
    taken: dict[int, int] = {}
    kept: list[TagRow] = []
    for row in ranked:
        taken[row.type] = taken.get(row.type, 0) + 1
        if taken[row.type] <= limit:
            kept.append(row)
    return kept


def _beginning(r: Reader, folded: str, types: Sequence[int], limit: int) -> dict[int, TagRow]:
    found: dict[int, TagRow] = {}
    for tag_type in types:
        params = {"type": int(tag_type), "low": folded, "high": folded + _END, "most": limit * 10}
        found |= {row.id: row for row in r.rows(TagRow, _by_name, params)}
    return found


def _with_words(r: Reader, tokens: Sequence[str], types: Sequence[int]) -> list[TagRow]:
    """Tags that have every word, the last one unfinished."""
    if not tokens:
        return []
    *whole, last = tokens
    if whole:
        ids = r.scalars(_by_word, {"word": max(whole, key=len)})
    else:
        ids = r.scalars(_by_beginning, {"low": last, "high": last + _END})
    return [row for row in _rows(r, ids, types) if _fits(row, whole, last)]


def _misspelt(r: Reader, tokens: Sequence[str], types: Sequence[int]) -> list[TagRow]:
    """Tags that have every word, each with at most one typing mistake."""
    groups = [{token, *similar_words(r, token)} for token in tokens]
    if not any(len(group) > 1 for group in groups):
        return []
    longest = max(groups, key=lambda group: max(map(len, group)))
    ids = [tag_id for word in sorted(longest) for tag_id in r.scalars(_by_word, {"word": word})]
    found = []
    for row in _rows(r, ids[:CANDIDATES], types):
        words = set(search_tokens(row.tag))
        if all(words & group for group in groups):
            found.append(row)
    return found


def _rows(r: Reader, ids: Sequence[int], types: Sequence[int]) -> list[TagRow]:
    if not ids:
        return []
    return r.rows(TagRow, _tags, {"ids": list(dict.fromkeys(ids)), "types": [int(kind) for kind in types]})


def _fits(row: TagRow, whole: Sequence[str], last: str) -> bool:
    words = search_tokens(row.tag)
    return set(whole) <= set(words) and any(word.startswith(last) for word in words)


def _visible(r: Reader, ids: list[int], viewer: Viewer) -> set[int]:
    """Which of the tags are on something the viewer may see; of each the first such item will do."""
    condition = visibility.condition(viewer)
    if not ids or condition is None:
        return set(ids)
    carried = taggings.join(items, items.c.id == taggings.c.item_id)
    seen = exists(select(items.c.id).select_from(carried).where(taggings.c.tag_id == tags.c.id, condition))
    return set(r.scalars(select(tags.c.id).where(any_of(tags.c.id, "ids"), seen), {"ids": ids}))


def _carriers(r: Reader, ids: list[int]) -> dict[int, int]:
    """How many films, shows, artists and albums carry each tag, as the writer counts them."""
    if not ids:
        return {}
    wanted = {"ids": ids, "sections": r.scalars(_sections), "item_types": _CARRYING}
    return {tag_id: int(number) for tag_id, number in r.tuples(_carried, wanted)}
