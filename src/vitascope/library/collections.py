"""Collections: what they hold.

What belongs to a collection carries its tag; so its members are the items that have the tag, of every type a section
lists, in the order in which they were released.
"""

from datetime import datetime

import numpy as np

from vitascope.core.model import ItemType, SectionKind, Viewer
from vitascope.core.query import parse_listing, types_of_section
from vitascope.store import items as store_items
from vitascope.store import sections as store_sections
from vitascope.store.positions import Ids, Positions
from vitascope.store.reader import Reader


def member_ids(r: Reader, positions: Positions, collection_id: int, viewer: Viewer, *, now: datetime) -> Ids:
    """What is in a collection, as far as the viewer may see it, in its order; nothing for what is no collection."""
    item = store_items.get_item(r, collection_id, viewer)
    found: list[Ids] = [np.empty(0, dtype=np.int64)]
    if item is None or item.type != ItemType.COLLECTION:
        return found[0]
    section = store_sections.get_section(r, item.section_id)
    for listed in types_of_section(SectionKind(section.kind)):
        if "collection" in listed.fields:
            pairs = [("collection", item.title), ("sort", "originallyAvailableAt")]
            listing = parse_listing(pairs, default_type=listed.type, now=now)
            found.append(positions.ids(r, listing, [section.id], viewer))
    return np.concatenate(found)
