"""Titles of a section that begin with a few letters: a range of an index, narrowed by a listing's filters."""

import numpy as np
from sqlalchemy import bindparam, select

from vitascope.core.model import Viewer
from vitascope.core.query import ALL, Listing
from vitascope.store.items import visible
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader
from vitascope.store.schema import items

_CANDIDATES = 2_000
_END = "\U0010ffff"
_beginning = (
    select(items.c.id)
    .where(
        items.c.type == bindparam("type"),
        items.c.title_folded >= bindparam("low"),
        items.c.title_folded < bindparam("high"),
        items.c.section_id == bindparam("section_id"),
        items.c.extra_type.is_(None),
    )
    .order_by(items.c.title_folded, items.c.id)
    .limit(_CANDIDATES)
)


def titles_beginning(
    r: Reader, positions: Positions, listing: Listing, section_id: int, folded: str, viewer: Viewer, most: int
) -> list[int]:
    """Ids of at most ``most`` items of the listing whose folded title begins so, by title."""
    wanted = {"type": int(listing.type), "low": folded, "high": folded + _END, "section_id": section_id}
    found = r.scalars(visible(_beginning, viewer), wanted)
    if listing.tree != ALL and found:
        inside = np.isin(np.asarray(found), positions.ids(r, listing, [section_id], viewer))
        found = [item_id for item_id, is_inside in zip(found, inside.tolist(), strict=True) if is_inside]
    return found[:most]
