"""The query that a source asks of a section, typed: what selections and smart collections are made of."""

from collections.abc import Sequence
from datetime import datetime

from vitascope.core.model import ItemType, SectionKind, Viewer
from vitascope.core.query import Listing, QueryError, parse_listing, types_of_section
from vitascope.core.query.source_uri import SectionSource, View
from vitascope.store import sections as store_sections
from vitascope.store.reader import Reader

_MOST_RECENT = 1_000
_NEWEST_TYPES = {SectionKind.SHOW: ItemType.EPISODE, SectionKind.ARTIST: ItemType.ALBUM}


class SelectionError(Exception):
    """A source that means nothing here; the message says why. The API answers 400 with it."""


def listing_of(
    r: Reader, source: SectionSource, viewer: Viewer, *, now: datetime, shuffle_seed: int = 0
) -> tuple[Listing, Sequence[int]]:
    """What a section is asked, and which sections. Raises :class:`SelectionError`, also for a section that the viewer
    does not see."""
    rows = store_sections.list_sections(r)
    if source.section_id is not None:
        rows = [row for row in rows if row.id == source.section_id]
        if not rows or not viewer.may_see_section(source.section_id):
            raise SelectionError(f"uri: there is no section {source.section_id}")
    kind = SectionKind(rows[0].kind) if source.section_id is not None else SectionKind.MOVIE
    pairs = [pair for pair in source.pairs if not pair[0].startswith("X-Plex-")]
    default = types_of_section(kind)[0].type
    if source.view is View.COLLECTIONS:
        default = ItemType.COLLECTION
    elif source.view is View.ALBUMS:
        default = ItemType.ALBUM
    elif source.view is View.RECENTLY_ADDED:
        default = _NEWEST_TYPES.get(kind, default)
        pairs += [("sort", "addedAt:desc"), ("limit", str(_MOST_RECENT))]
    try:
        listing = parse_listing(pairs, default_type=default, now=now, shuffle_seed=shuffle_seed)
    except QueryError as error:
        raise SelectionError(f"uri: {error}") from error
    return listing, [row.id for row in rows]
