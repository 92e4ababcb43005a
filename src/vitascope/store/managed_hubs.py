"""How the owner arranged the hubs of a section: which there are, in which order, and where they are shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select

from vitascope.core.model import ItemType
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of, plainly
from vitascope.store.rows import ItemRow, ManagedHubRow
from vitascope.store.schema import identities, items, managed_hubs
from vitascope.store.writer import Writer

_c = managed_hubs.c
_of_section = select(managed_hubs).where(_c.section_id == bindparam("section_id")).order_by(_c.position, _c.name)
_forget = delete(managed_hubs).where(_c.section_id == bindparam("of_section"))
# An identity that was merged into another one has its items there.
_collections: Select[Any] = (
    select(identities.c.id, items)
    .select_from(identities)
    .join(items, items.c.identity_id == func.coalesce(identities.c.merged_into, identities.c.id))
    .where(
        any_of(identities.c.id, "ids"),
        plainly(items.c.type) == int(ItemType.COLLECTION),
        plainly(items.c.section_id) == bindparam("section_id"),
    )
)


def arrangement(r: Reader, section_id: int) -> list[ManagedHubRow]:
    """The hubs of a section as the owner arranged them, in their order; empty when nobody did."""
    return r.rows(ManagedHubRow, _of_section, {"section_id": section_id})


def collections_of(r: Reader, section_id: int, identity_ids: Sequence[int]) -> dict[int, ItemRow]:
    """The collections of a section by identity, as far as they are there."""
    if not identity_ids:
        return {}
    rows = r.conn.execute(_collections, {"ids": list(identity_ids), "section_id": section_id}).all()
    found = {}
    for identity_id, *columns in rows:
        row = dict(zip(ItemRow.__struct_fields__, columns, strict=True))
        found[identity_id] = ItemRow(**row)
    return found


def arrange(tx: Writer, section_id: int, rows: Sequence[ManagedHubRow]) -> None:
    """Keep this arrangement instead of the one there was; none for the hubs as they come."""
    tx.conn.execute(_forget, {"of_section": section_id})
    bulk.insert_rows(tx, managed_hubs, rows)
    tx.touch(section_id, edit=True)
