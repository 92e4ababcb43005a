"""What a search shows because of what it found: albums and tracks of an artist, episodes of a show, films of an actor
or of a genre; and a person's playlists by title. Every question is about a few ids, and bounded."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming.search_text import search_tokens
from vitascope.store.items import visible
from vitascope.store.reader import Reader, any_of, plainly
from vitascope.store.schema import items, playlists, taggings

_CARRIERS = 150
_MOST_PLAYLISTS = 2_000

_listed = (items.c.extra_type.is_(None), items.c.deleted_at.is_(None), plainly(items.c.type) == bindparam("type"))
_children: Select[Any] = (
    select(items.c.id, items.c.parent_id)
    .where(any_of(items.c.parent_id, "ids"), *_listed)
    .order_by(items.c.year.desc(), items.c.id)
    .limit(bindparam("most"))
)
_leaves: Select[Any] = (
    select(items.c.id, items.c.grandparent_id)
    .where(any_of(items.c.grandparent_id, "ids"), *_listed)
    .order_by(items.c.parent_index, items.c.index_number, items.c.id)
    .limit(bindparam("most"))
)
_newest_carriers = (
    select(taggings.c.item_id)
    .where(taggings.c.tag_id == bindparam("tag_id"))
    .order_by(taggings.c.item_id.desc())
    .limit(_CARRIERS)
    .subquery("newest_carriers")
)
_carriers: Select[Any] = (
    select(items.c.id)
    .join(_newest_carriers, _newest_carriers.c.item_id == items.c.id)
    .where(*_listed)
    .order_by(items.c.rating.desc(), items.c.id)
    .limit(bindparam("most"))
)
_own: Select[Any] = (
    select(items.c.id, items.c.title)
    .join(playlists, playlists.c.item_id == items.c.id)
    .where(playlists.c.person_id == bindparam("person_id"), playlists.c.kind.is_not(None))
    .order_by(items.c.id.desc())
    .limit(_MOST_PLAYLISTS)
)


def below(r: Reader, ids: Sequence[int], kind: ItemType, viewer: Viewer, most: int) -> list[tuple[int, int]]:
    """Albums of artists, or episodes of shows and tracks of artists, each with whose it is; at most so many."""
    if not ids:
        return []
    statement = _children if kind is ItemType.ALBUM else _leaves
    return [(row[0], row[1]) for row in r.tuples(visible(statement, viewer), {"ids": ids, "type": kind, "most": most})]


def carrying(r: Reader, tag_id: int, kind: ItemType, viewer: Viewer, most: int) -> list[int]:
    """Items of a type that carry a tag, the best rated of the newest ones first."""
    return r.scalars(visible(_carriers, viewer), {"tag_id": tag_id, "type": int(kind), "most": most})


def playlists_named(r: Reader, tokens: Sequence[str], viewer: Viewer, most: int) -> list[int]:
    """Ids of the viewer's playlists that have all the words in their title, the last one unfinished."""
    if not tokens:
        return []
    *whole, last = tokens
    found: list[tuple[bool, int, int]] = []
    for item_id, title in r.tuples(_own, {"person_id": viewer.person_id}):
        words = search_tokens(title)
        if set(whole) <= set(words) and any(word.startswith(last) for word in words):
            found.append((words != tuple(tokens), len(words), item_id))
    return [item_id for _, _, item_id in sorted(found)[:most]]
