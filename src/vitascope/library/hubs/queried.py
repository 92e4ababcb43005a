"""The hub of a media query: its key is the query, so that a client pages through it as through any listing."""

from collections.abc import Iterator, Sequence
from typing import TypeVar
from urllib.parse import quote

from vitascope.core.model import ItemType
from vitascope.core.query import library_type, parse_listing
from vitascope.library.hubs.model import Hub, Look
from vitascope.store.positions import Page, Value
from vitascope.store.rows import SectionRow

T = TypeVar("T")
Query = Sequence[tuple[str, str]]

BEST_FIRST = ("sort", "audienceRating:desc,rating:desc")
WELL_RATED: Query = (("push", "1"), ("audienceRating>", "7"), ("or", "1"), ("rating>", "7"), ("pop", "1"))
"""Seven of ten, by either rating."""
_TRIES = 4
_TOP = 12


def page_of(look: Look, section_ids: Sequence[int], kind: ItemType, query: Query) -> Page:
    """The wanted part of a query."""
    listing = parse_listing(query, default_type=kind, now=look.moment)
    return look.positions.page(look.r, listing, section_ids, look.viewer, start=look.start, size=look.count)


def address(section_id: int, kind: ItemType, query: Query) -> str:
    """The key of a query in a section."""
    written = "&".join(f"{name}={quote(value, safe=':,-')}" for name, value in query)
    return f"/library/sections/{section_id}/all?type={int(kind)}&{written}"


def queried(
    look: Look,
    section: SectionRow,
    name: str,
    title: str,
    kind: ItemType,
    query: Query,
    *,
    about: str = "",
    random: bool = False,
) -> Iterator[Hub]:
    """The hub of a query; none when the query finds nothing. ``about`` is what a hub of chance has chosen."""
    page = page_of(look, [section.id], kind, query)
    if page.total:
        yield Hub(
            name=name,
            identifier=f"{name}.{section.id}" + (f".{about}" if about else ""),
            title=title,
            type=kind.api_name,
            key=address(section.id, kind, query),
            ids=page.ids,
            total=page.total,
            random=random,
        )


def top_values(look: Look, section: SectionRow, kind: ItemType, field: str, *, most: int = _TOP) -> list[Value]:
    """The values of a filter that most items have."""
    listed = library_type(kind)
    known = None if listed is None else listed.fields.get(field)
    if known is None:
        return []
    found = look.values.of_field(look.r, [section.id], kind, known, look.viewer)
    return sorted(found, key=lambda value: (-value.count, value.key))[:most]


def by_chance(look: Look, name: str, candidates: Sequence[T], keys: Sequence[str]) -> Iterator[T]:
    """Candidates in the order in which the day tries them; the one that was asked for alone, if one was."""
    if look.chosen is not None:
        yield from (each for each, key in zip(candidates, keys, strict=True) if key == look.chosen)
        return
    order = list(candidates)
    look.dice(name).shuffle(order)
    yield from order[:_TRIES]
