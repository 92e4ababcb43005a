"""Markers set by hand: intro, credits and commercials for everyone, bookmarks and resume points for one person.

They hang on the identity, as everything that people do. A detected marker (table ``markers``) that is edited becomes
one of these, under its own id: ids of both tables are of one series. One that is taken away stays away.
"""

from sqlalchemy import bindparam, or_, select

from vitascope.store import bulk, found_markers
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow, MarkerRow, MarkRow
from vitascope.store.schema import items, markers, marks
from vitascope.store.writer import Writer

OF_A_PERSON = frozenset({"bookmark", "resume"})

_item = select(items).where(items.c.id == bindparam("id"))
_shown = (
    select(marks)
    .where(
        any_of(marks.c.identity_id, "ids"), or_(marks.c.person_id.is_(None), marks.c.person_id == bindparam("person"))
    )
    .order_by(marks.c.start_ms, marks.c.id)
)
_one = select(marks).where(marks.c.id == bindparam("id"))
_detected = select(markers).where(markers.c.id == bindparam("id"))


def marks_of(r: Reader, identity_ids: list[int], person_id: int) -> list[MarkRow]:
    """The markers set by hand that a person sees."""
    return r.rows(MarkRow, _shown, {"ids": identity_ids, "person": person_id})


def find(r: Reader, item_id: int, mark_id: int, person_id: int) -> MarkRow | MarkerRow | None:
    """One marker of an item that a person sees, set by hand or detected."""
    item = r.row(ItemRow, _item, {"id": item_id})
    found = r.row(MarkRow, _one, {"id": mark_id})
    if item is not None and found is not None and found.identity_id == item.identity_id:
        return found if found.person_id in (None, person_id) else None
    detected = r.row(MarkerRow, _detected, {"id": mark_id})
    return detected if detected is not None and detected.item_id == item_id else None


def put(
    tx: Writer,
    item_id: int,
    *,
    mark_id: int | None = None,
    person_id: int,
    kind: str,
    start_ms: int,
    end_ms: int | None,
    final: bool = False,
    title: str | None = None,
) -> MarkRow:
    """A new marker, or another content for one. :class:`NotFound` when there is no such item or marker."""
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is None:
        raise NotFound(f"no item {item_id}")
    found_markers.take_over(tx, item_id, item.identity_id, kind)
    if mark_id is not None:
        remove(tx, item_id, mark_id, person_id)
    row = MarkRow(
        id=tx.id("markers") if mark_id is None else mark_id,
        identity_id=item.identity_id,
        person_id=person_id if kind in OF_A_PERSON else None,
        type=kind,
        start_ms=start_ms,
        end_ms=end_ms,
        final=final,
        title=title,
    )
    bulk.insert_rows(tx, marks, [row])
    if kind in found_markers.FOUND:
        found_markers.lay(tx, [item_id], kind)  # what a person says takes the place of what was found
    tx.touch(item.section_id, edit=True)
    return row


def remove(tx: Writer, item_id: int, mark_id: int, person_id: int) -> None:
    """Take a marker away. :class:`NotFound` when the person sees none of that id."""
    found = find(tx, item_id, mark_id, person_id)
    if found is None:
        raise NotFound(f"no marker {mark_id}")
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is not None and isinstance(found, MarkerRow):
        found_markers.take_over(tx, item_id, item.identity_id, found.type)
        found = find(tx, item_id, mark_id, person_id) or found
    bulk.delete_where(tx, marks if isinstance(found, MarkRow) else markers, "id", [mark_id])
    if item is not None:
        found_markers.take_away(tx, item.identity_id, found.type)
        tx.touch(item.section_id, edit=True)
