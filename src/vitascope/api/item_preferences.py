"""Preferences of single items, as answers need them: what they are set to, and the order of what lies below."""

from collections.abc import Sequence

from vitascope.api.call import Call
from vitascope.api.collected import preferences as collection_preferences
from vitascope.api.render import Node
from vitascope.api.routes.prefs import setting_node
from vitascope.core.model import ItemType, SectionKind
from vitascope.ops import item_prefs
from vitascope.store import collections
from vitascope.store.item_preferences import preferences
from vitascope.store.items import get_item, get_items
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.sections import get_section

_NEWEST_FIRST = 1
_BY_YEAR_DOWN, _BY_YEAR_UP, _BY_NAME = 0, 1, 2


async def preferences_node(call: Call, item: ItemRow) -> Node:
    """The ``Preferences`` of an item."""
    if item.type == ItemType.COLLECTION:
        set_here = await call.house.database.read(collections.settings, [item.identity_id])
        return collection_preferences(set_here.get(item.identity_id, CollectionRow(item.identity_id)))
    stored = (await call.house.database.read(preferences, [item.identity_id])).get(item.identity_id, {})
    found = item_prefs.values(ItemType(item.type), stored)
    return Node("Preferences", {"size": len(found)}, [setting_node(*one) for one in found], single=True)


async def in_order(call: Call, item: ItemRow, ids: Sequence[int], *, leaves: bool) -> Sequence[int]:
    """What lies below an item, in the order its preferences ask for."""
    kind = ItemType(item.type)
    if kind is ItemType.ARTIST and not leaves:
        wanted = await _effective(call, item, item, "albumSort")
        rows = await call.house.database.read(get_items, list(ids), call.viewer)
        if wanted == _BY_NAME:
            rows.sort(key=lambda row: (row.sort_key, row.id))
        else:
            rows.sort(key=lambda row: (row.available_at or str(row.year or ""), row.sort_key, row.id))
            if wanted == _BY_YEAR_DOWN:
                rows.reverse()
        return [row.id for row in rows]
    show: ItemRow | None = item if kind is ItemType.SHOW and leaves else None
    if kind is ItemType.SEASON and item.parent_id is not None:
        show = await call.house.database.read(get_item, item.parent_id, call.viewer)
    if show is not None and await _effective(call, item, show, "episodeSort") == _NEWEST_FIRST:
        return list(reversed(ids))
    return ids


async def _effective(call: Call, item: ItemRow, owner: ItemRow, name: str) -> int:
    section = await call.house.database.read(get_section, item.section_id)
    stored = (await call.house.database.read(preferences, [owner.identity_id])).get(owner.identity_id, {})
    return item_prefs.effective(name, stored, SectionKind(section.kind), section.prefs)
