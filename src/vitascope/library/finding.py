"""What a search finds, and why: titles and words first, then what belongs to the people, artists and shows that were
found, each with the reason it is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming import fold, search_tokens
from vitascope.core.naming.search_text import distance
from vitascope.store import search_reasons
from vitascope.store.items import get_items
from vitascope.store.reader import Reader
from vitascope.store.rows import TagRow
from vitascope.store.search import ANY_WORDS, MISSPELT, search
from vitascope.store.search_tags import search_tags

LONGEST = 200
"""Characters of a query that are looked at."""
_BY_REASON = 0.25
_REASONS = 3
_LONG = 3
"""Of fewer letters too many people have a name that begins so."""
_HEARD = 30
_FAR = 0.5

REASON_NAMES = {TagType.ROLE: "actor", TagType.DIRECTOR: "director", TagType.GENRE: "genre"}
_CARRIED_BY = (ItemType.MOVIE, ItemType.SHOW)
_BELOW = (
    (ItemType.ALBUM, ItemType.ARTIST, "artist"),
    (ItemType.TRACK, ItemType.ARTIST, "artist"),
    (ItemType.EPISODE, ItemType.SHOW, "show"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An item, how well it fits from 0 to 1, and, where its title does not say it, why it is there."""

    item_id: int
    type: int
    score: float
    reason: str | None = None
    reason_title: str | None = None
    reason_id: int | None = None
    distance: int | None = None
    """Letters by which a title heard differs from what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was typed, folded and cut."""

    text: str
    tokens: tuple[str, ...]
    folded: str

    @classmethod
    def of(cls, text: str) -> "Query":
        """The query of a text; of a long one its beginning."""
        cut = text.strip()[:LONGEST]
        return cls(text=cut, tokens=search_tokens(cut, for_query=True), folded=fold(cut))


def titles(
    r: Reader, query: Query, viewer: Viewer, types: Sequence[ItemType], limit: int, section_id: int | None = None
) -> list[Found]:
    """The items whose titles fit, best first; ``limit`` of each type."""
    hits = search(r, query.tokens, viewer, types, limit, section_id=section_id, folded=query.folded)
    rows = {row.id: row for row in get_items(r, [hit.item_id for hit in hits], viewer)}
    found = []
    for hit in hits:
        row = rows.get(hit.item_id)
        if row is None:
            continue
        other = hit.score == ANY_WORDS and row.original_title is not None
        found.append(
            Found(
                item_id=row.id,
                type=row.type,
                score=hit.score,
                reason="originalTitle" if other else None,
                reason_title=row.original_title if other else None,
            )
        )
    return found


def tags(r: Reader, query: Query, viewer: Viewer, types: Sequence[TagType], limit: int) -> list[TagRow]:
    """The people and other tags whose names fit, best first; ``limit`` of each type."""
    return search_tags(r, query.tokens, query.folded, viewer, [int(kind) for kind in types], limit)


def because(
    r: Reader,
    query: Query,
    found: Sequence[Found],
    found_tags: Sequence[TagRow],
    viewer: Viewer,
    types: Sequence[ItemType],
    limit: int,
) -> list[Found]:
    """What belongs to what was found, as far as each type has room: albums and tracks of artists, episodes of shows,
    films and shows of people and genres."""
    known = {one.item_id for one in found}
    room = {kind: limit - sum(one.type == kind for one in found) for kind in types}
    made: list[Found] = []

    def add(item_id: int, kind: ItemType, reason: str, title: str, reason_id: int) -> None:
        if item_id not in known and room[kind] > 0:
            known.add(item_id)
            room[kind] -= 1
            made.append(
                Found(
                    item_id=item_id,
                    type=int(kind),
                    score=_BY_REASON,
                    reason=reason,
                    reason_title=title,
                    reason_id=reason_id,
                )
            )

    near = [one for one in found if one.score > MISSPELT]
    for kind, above, reason in _BELOW:
        if room.get(kind, 0) <= 0:
            continue
        owners = [one.item_id for one in near if one.type == above][:_REASONS]
        names = {row.id: row.title for row in get_items(r, owners, viewer)}
        for item_id, owner in search_reasons.below(r, owners, kind, viewer, limit * 2):
            add(item_id, kind, reason, names.get(owner, ""), owner)
    if max((len(token) for token in query.tokens), default=0) < _LONG:
        return made
    by_name = {kind: [tag for tag in found_tags if tag.type == kind][:_REASONS] for kind in REASON_NAMES}
    for kind in _CARRIED_BY:
        for tag_type, reason in REASON_NAMES.items():
            for tag in by_name[tag_type]:
                if room.get(kind, 0) > 0:
                    for item_id in search_reasons.carrying(r, tag.id, kind, viewer, limit * 2):
                        add(item_id, kind, reason, tag.tag, tag.id)
    return made


def heard(r: Reader, query: Query, viewer: Viewer, types: Sequence[ItemType], limit: int) -> list[Found]:
    """The items whose titles sound most like what was said, the nearest first: candidates are found by the whole query
    and by each of its longer words, and told apart by how many letters differ."""
    # what else is known of an item sounds like none of its titles
    found_by = [search(r, query.tokens, viewer, types, _HEARD, folded=query.folded, titles_only=True)]
    if len(query.tokens) > 1:
        longer = [token for token in query.tokens[:8] if len(token) > 2]
        found_by += [search(r, [token], viewer, types, _HEARD, titles_only=True) for token in longer]
    hits = {hit.item_id for found in found_by for hit in found}
    near = []
    for row in get_items(r, sorted(hits), viewer):
        apart = distance(query.folded, row.title_folded)
        longest = max(len(query.folded), len(row.title_folded), 1)
        if apart <= longest * _FAR:
            near.append(Found(item_id=row.id, type=row.type, score=round(1 - apart / longest, 5), distance=apart))
    near.sort(key=lambda one: (one.distance or 0, one.item_id))
    kept: list[Found] = []
    taken: dict[int, int] = {}
    for one in near:
        taken[one.type] = taken.get(one.type, 0) + 1
        if taken[one.type] <= limit:
            kept.append(one)
    return kept
