"""The items that collections are: made when the first item gets their tag.

The key is the one a scan makes for a collection that files name (``library.scan.collections``), so both find the same.
"""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold, sort_key, sort_title
from vitascope.store import changes, identities, sections
from vitascope.store.identities import Key, KeyKind
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemDetailRow, ItemRow
from vitascope.store.schema import items
from vitascope.store.search_rows import search_row
from vitascope.store.writer import Writer

_named = select(items.c.title_folded, items.c.id).where(
    items.c.section_id == bindparam("section_id"),
    items.c.type == int(ItemType.COLLECTION),
    any_of(items.c.title_folded, "names", text=True),
)


def collections_named(r: Reader, section_id: int, names: Iterable[str]) -> dict[str, int]:
    """Collections of a section by their folded title."""
    folded = sorted({fold(name) for name in names})
    return dict(r.tuples(_named, {"section_id": section_id, "names": folded}))


def ensure_collections(tx: Writer, section_id: int, names: Iterable[str]) -> None:
    """Make the collections of these names that a section lacks."""
    wanted = {fold(name): name for name in names}
    for folded in collections_named(tx, section_id, wanted.values()):
        wanted.pop(folded, None)
    if not wanted:
        return
    kind = sections.get_section(tx, section_id).kind
    rows = changes.Rows()
    for folded, name in sorted(wanted.items()):
        identity_id = identities.resolve(tx, [Key(KeyKind.NAME, f"collection|{kind}|{folded}")])
        row = ItemRow(
            id=tx.id("items"),
            section_id=section_id,
            type=int(ItemType.COLLECTION),
            identity_id=identity_id,
            title=name,
            sort_key=sort_key(sort_title(name))[:200],
            title_folded=folded,
            added_at=tx.now,
            updated_at=tx.now,
        )
        rows.items.append(row)
        rows.item_details.append(ItemDetailRow(row.id))
        text = search_row(row.id, ItemType.COLLECTION, name, None)
        if text is not None:
            rows.search_texts.append(text)
    changes.apply(tx, changes.Changes(insert=rows))
    tx.touch(section_id, edit=True)
