"""Search as you type, at a flat cost: candidates are bounded before anything is ranked.

Three sources, each asked only while there is room, each by item type so that a million tracks do not hide one film:

1. titles that are the query, and titles that begin with it, with their article or without: ranges of the indexes over
   (type, folded title) and (section, type, sort key);
2. words: FTS5 on SQLite, a GIN index over token vectors on PostgreSQL; every word of the query must be there, the last
   one may be unfinished. One or two letters alone are a word, or the beginning of a title, and no beginning of a word
   in its middle: that would touch every other row;
3. words with one typing mistake: every title word is kept under each form that lacks one of its letters, so two words
   one slip apart share a form (``search_words``).

What was found is then ranked here, in Python, over at most a few hundred rows: the exact title, a title that begins
so, a title with all words, the rest; newer before older. Queries and texts are folded and cut by
``core.naming.search_tokens`` before they come here.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select, text

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming.search_text import deletions
from vitascope.core.naming.titles import sort_key
from vitascope.store import visibility
from vitascope.store.reader import Reader, any_of
from vitascope.store.schema import item_counts, items, search_words

CANDIDATES = 120
"""Rows taken from one source for one type."""
_MISSPELT_WORDS = 12
_SHORT = 2
_END = "\U0010ffff"

EXACT, BEGINS, TITLE_WORDS, ANY_WORDS, MISSPELT = 1.0, 0.9, 0.75, 0.5, 0.3
"""Scores of the five ways to be found."""


class Hit(NamedTuple):
    """One item and how well it fits, from 0 to 1."""

    item_id: int
    score: float


_c = items.c
_by_title: Select[Any] = (
    select(_c.id, _c.type, _c.title_folded, _c.added_at)
    .where(
        _c.type == bindparam("type"),
        _c.title_folded >= bindparam("low"),
        _c.title_folded < bindparam("high"),
        _c.extra_type.is_(None),
    )
    .order_by(_c.title_folded)
    .limit(CANDIDATES)
)
_by_sort_key: Select[Any] = (
    select(_c.id, _c.type, _c.title_folded, _c.added_at)
    .where(
        _c.section_id == bindparam("section_id"),
        _c.type == bindparam("type"),
        _c.sort_key >= bindparam("low"),
        _c.sort_key < bindparam("high"),
        _c.extra_type.is_(None),
    )
    .order_by(_c.sort_key, _c.id)
    .limit(CANDIDATES)
)
_holding = select(item_counts.c.section_id, item_counts.c.item_type)
_rows: Select[Any] = select(_c.id, _c.type, _c.title_folded, _c.added_at).where(
    any_of(_c.id, "ids"), _c.extra_type.is_(None)
)

_words_sqlite = text(
    f"SELECT rowid FROM search_fts WHERE search_fts MATCH :query ORDER BY rowid DESC LIMIT {CANDIDATES}"  # noqa: S608 - a number of ours
)
_vector = "array_to_tsvector(array_remove(string_to_array('#' || kind || ' ' || {}, ' '), ''))"
_title_vector = _vector.format("title_tokens")
_all_vector = _vector.format("title_tokens || ' ' || other_tokens")
_words_postgresql = {
    vector: text(
        f"SELECT item_id FROM search_texts WHERE {vector} @@ CAST(:query AS tsquery) "  # noqa: S608 - our own constants
        f"ORDER BY item_id DESC LIMIT {CANDIDATES}"
    )
    for vector in (_title_vector, _all_vector)
}
_index_only = text("SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)")
_any_plan = text("SELECT set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'on', true)")
_similar = select(search_words.c.word).where(any_of(search_words.c.deletion, "forms", text=True)).distinct().limit(200)


def search(
    r: Reader,
    tokens: Sequence[str],
    viewer: Viewer,
    types: Sequence[ItemType],
    limit: int = 10,
    *,
    section_id: int | None = None,
    folded: str | None = None,
    titles_only: bool = False,
) -> list[Hit]:
    """The best ``limit`` items of *each* of the types, best first, all types together by score.

    ``tokens`` is what ``search_tokens(query, for_query=True)`` says, ``folded`` what ``fold(query)`` says (where it is
    not given, the tokens joined by blanks); the last token may be the beginning of a word. ``titles_only`` leaves out
    what is found by other words than those of its title.
    """
    tokens = [bare for bare in map(_bare, tokens) if bare]
    if not tokens or limit <= 0:
        return []
    query = _Query(r, tokens, folded if folded is not None else " ".join(tokens))
    if r.dialect == "postgresql":
        # the planner takes a vector made on the fly for free and would read the whole table: leave it the GIN index
        r.conn.execute(_index_only)
    try:
        sources = (_titles, _title_words, _misspelt) if titles_only else (_titles, _title_words, _any_words, _misspelt)
        return _ranked(_candidates(r, query, viewer, types, limit, section_id, sources), limit)
    finally:
        if r.dialect == "postgresql":
            r.conn.execute(_any_plan)


def _candidates(
    r: Reader,
    query: "_Query",
    viewer: Viewer,
    types: Sequence[ItemType],
    limit: int,
    section_id: int | None,
    sources: "Sequence[_Source]",
) -> "list[_Candidate]":
    found: dict[int, _Candidate] = {}
    open_types = list(types)
    for source in sources:
        if not open_types:
            break
        fresh: dict[int, _Candidate] = {}
        for item_type in open_types:
            for candidate in source(r, query, item_type):
                if candidate.id not in found:
                    fresh.setdefault(candidate.id, candidate)
        visible = _visible(r, list(fresh), viewer, section_id)
        found.update((id_, candidate) for id_, candidate in fresh.items() if id_ in visible)
        counts = {kind: sum(candidate.type == kind for candidate in found.values()) for kind in open_types}
        open_types = [kind for kind in open_types if counts[kind] < limit]
    return list(found.values())


def _ranked(found: "list[_Candidate]", limit: int) -> list[Hit]:
    ranked = sorted(found, key=lambda c: (-c.score, len(c.title), -c.added_at, c.id))
    taken: dict[int, int] = {}
    hits = []
    for candidate in ranked:
        taken[candidate.type] = taken.get(candidate.type, 0) + 1
        if taken[candidate.type] <= limit:
            hits.append(Hit(candidate.id, candidate.score))
    return hits


class _Query:
    """What was typed, and the words it may have meant: looked up once, and only when it comes to that."""

    def __init__(self, r: Reader, tokens: Sequence[str], folded: str) -> None:
        self._r = r
        self.tokens = tokens
        self.folded = folded

    @property
    def is_one_short_word(self) -> bool:
        return len(self.tokens) == 1 and len(self.tokens[0]) <= _SHORT and self.tokens[0].isascii()

    @cached_property
    def holding(self) -> dict[int, list[int]]:
        """Which sections hold what, by type: for indexes that begin with both."""
        found: dict[int, list[int]] = {}
        for section_id, item_type in self._r.tuples(_holding):
            found.setdefault(item_type, []).append(section_id)
        return found

    @property
    def words(self) -> list[list[str]]:
        """Each word as a group of one."""
        return [[token] for token in self.tokens]

    @cached_property
    def similar(self) -> list[list[str]]:
        """Each word with those one mistake away; empty when there are none at all."""
        groups = [[token, *(w for w in similar_words(self._r, token) if w != token)] for token in self.tokens]
        return groups if any(len(group) > 1 for group in groups) else []


class _Candidate(NamedTuple):
    id: int
    type: int
    title: str
    added_at: int
    score: float


_Source = Callable[[Reader, _Query, ItemType], list[_Candidate]]


def _visible(r: Reader, ids: list[int], viewer: Viewer, section_id: int | None) -> set[int]:
    condition = visibility.condition(viewer)
    if not ids or (condition is None and section_id is None):
        return set(ids)
    statement = select(_c.id).where(any_of(_c.id, "ids"))
    if condition is not None:
        statement = statement.where(condition)
    if section_id is not None:
        statement = statement.where(_c.section_id == section_id)
    return set(r.scalars(statement, {"ids": ids}))


# --- the sources -----------------------------------------------------------------------------------------------


def _titles(r: Reader, query: _Query, item_type: ItemType) -> list[_Candidate]:
    params: dict[str, Any] = {"type": int(item_type), "low": query.folded, "high": query.folded + _END}
    found = r.tuples(_by_title, params)
    key = sort_key(query.folded)
    if key and not any(char.isdigit() for char in key):  # a number is written with its length in a sort key
        for section_id in query.holding.get(int(item_type), ()):
            found += r.tuples(_by_sort_key, params | {"low": key, "high": key + _END, "section_id": section_id})
    return [
        _Candidate(id_, kind, title, added_at, EXACT if title == query.folded else BEGINS)
        for id_, kind, title, added_at in found
    ]


def _title_words(r: Reader, query: _Query, item_type: ItemType) -> list[_Candidate]:
    short = query.is_one_short_word
    return _scored(r, _match(r, query.words, item_type, titles_only=True, whole=short), TITLE_WORDS)


def _any_words(r: Reader, query: _Query, item_type: ItemType) -> list[_Candidate]:
    short = query.is_one_short_word
    return _scored(r, _match(r, query.words, item_type, titles_only=False, whole=short), ANY_WORDS)


def _misspelt(r: Reader, query: _Query, item_type: ItemType) -> list[_Candidate]:
    if not query.similar:
        return []
    return _scored(r, _match(r, query.similar, item_type, titles_only=True, whole=True), MISSPELT)


def similar_words(r: Reader, token: str) -> list[str]:
    """Words of titles that are one letter away from ``token`` (which has four or more), the nearest in length first."""
    forms = deletions(token)
    if not forms:
        return []
    found = r.scalars(_similar, {"forms": [token, *forms]})
    near = [word for word in found if one_edit_apart(token, word)]
    return sorted(near, key=lambda word: (abs(len(word) - len(token)), word))[:_MISSPELT_WORDS]


def one_edit_apart(one: str, two: str) -> bool:
    """Equal but for one letter missing, added, changed, or two neighbours swapped."""
    if one == two:
        return True
    if abs(len(one) - len(two)) > 1:
        return False
    at = 0
    while at < min(len(one), len(two)) and one[at] == two[at]:
        at += 1
    rest_one, rest_two = one[at:], two[at:]
    return (
        rest_one[1:] == rest_two[1:]
        or rest_one[1:] == rest_two
        or rest_one == rest_two[1:]
        or (rest_one[:2] == rest_two[1::-1] and rest_one[2:] == rest_two[2:])
    )


def _scored(r: Reader, ids: list[int], score: float) -> list[_Candidate]:
    if not ids:
        return []
    found = r.tuples(_rows, {"ids": ids})
    return [_Candidate(id_, kind, title, added_at, score) for id_, kind, title, added_at in found]


# --- asking the two engines ------------------------------------------------------------------------------------


def _match(
    r: Reader, groups: Sequence[Sequence[str]], item_type: ItemType, *, titles_only: bool, whole: bool = False
) -> list[int]:
    """Ids of the newest items that have a word of every group; the last group's may be unfinished unless ``whole``."""
    kind = f"k{int(item_type)}"
    if r.dialect == "sqlite":
        columns = "title_tokens" if titles_only else "{title_tokens other_tokens}"
        words = " AND ".join(_fts_group(group, at == len(groups) - 1 and not whole) for at, group in enumerate(groups))
        return r.scalars(_words_sqlite, {"query": f"kind : {kind} AND {columns} : ({words})"})
    vector = _title_vector if titles_only else _all_vector
    query = " & ".join(_ts_group(group, at == len(groups) - 1 and not whole) for at, group in enumerate(groups))
    return r.scalars(_words_postgresql[vector], {"query": f"'#{kind}' & {query}"})


def _fts_group(words: Sequence[str], unfinished: bool) -> str:
    return "(" + " OR ".join(f'"{word}"' + ("*" if unfinished else "") for word in words) + ")"


def _ts_group(words: Sequence[str], unfinished: bool) -> str:
    return "(" + " | ".join(f"'{word}'" + (":*" if unfinished else "") for word in words) + ")"


@lru_cache(maxsize=1024)
def _bare(word: str) -> str:
    """Tokens hold letters and digits only; whatever else comes along must not become syntax."""
    return "".join(char for char in word if char.isalnum() or not char.isascii())
