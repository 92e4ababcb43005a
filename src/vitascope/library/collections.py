"""What a person does with collections: makes, names, fills, orders and deletes them.

What belongs to a plain collection carries its tag (:mod:`vitascope.store.collections` keeps tag and item together), so
putting an item in is an edit of its tags, which a rescan leaves alone. What a viewer sees of a collection is in
:mod:`vitascope.library.collection_contents`.
"""

import math
from collections.abc import Collection, Sequence
from enum import IntEnum

from sqlalchemy import bindparam, select

from vitascope.core.edits import Edit
from vitascope.core.edits.parse import TagChange, TagValue
from vitascope.core.model import OWNER_PERSON_ID, ItemType, SectionKind, TagType
from vitascope.core.query import types_of_section
from vitascope.store import collections as store
from vitascope.store import edits, kept_edits, tags
from vitascope.store import sections as store_sections
from vitascope.store.engine import Database
from vitascope.store.reader import Reader, any_of, chunks
from vitascope.store.rows import CollectionRow, ItemRow
from vitascope.store.schema import edits as edit_rows
from vitascope.store.schema import items, taggings
from vitascope.store.writer import Writer

_FIELD = "collection"
_BATCH = 250
"""Members in one transaction: some 50 ms of work."""


class Order(IntEnum):
    """``collectionSort``."""

    RELEASE = 0
    ALPHA = 1
    CUSTOM = 2


class CollectionError(Exception):
    """What was asked cannot be done with this collection; the message says why. The API answers 400 with it."""


class CollectionExists(CollectionError):
    """There is a collection of this name in the section already. The API answers 409."""


# --- making and naming -----------------------------------------------------------------------------------------


def ensure(tx: Writer, section_id: int, title: str) -> int:
    """The id of a section's collection with this name, which is made when there is none: for tag edits, whose tag is
    then carried by its members."""
    found = store.named(tx, section_id, title)
    return found.id if found is not None else store.make(tx, section_id, title).id


def create(
    tx: Writer,
    section_id: int,
    title: str,
    *,
    subtype: int | None,
    item_ids: Sequence[int] = (),
    content: str | None = None,
) -> int:
    """A new collection, smart when it has a content. Raises :class:`CollectionExists`, :class:`CollectionError`."""
    title = checked_title(title)
    if store.named(tx, section_id, title) is not None:
        raise CollectionExists(f"title: there is a collection {title!r} in this section already")
    item = store.make(tx, section_id, title)
    kept_edits.forget_edit(tx, item.identity_id, "title")
    edits.reapply(tx, [item.id])  # of one that lost its last member, and is made again
    store.put_settings(
        tx, item, content=content, subtype=subtype, mode=-1, sort=int(Order.RELEASE), filter_by_user=False
    )
    tags.ensure_tags(tx, TagType.COLLECTION, [title])
    if item_ids:
        add(tx, item.id, item_ids)
    return item.id


def checked_title(title: str) -> str:
    """A name as it is kept. Raises :class:`CollectionError` for none."""
    title = title.strip()
    if not title:
        raise CollectionError("title: a collection needs a name")
    return title


def rename(tx: Writer, item_id: int, title: str) -> None:
    """Another name for a collection and for the tag of its members. Raises :class:`CollectionExists`."""
    item, title = store.get(tx, item_id), checked_title(title)
    other = store.named(tx, item.section_id, title)
    if other is not None and other.id != item.id:
        raise CollectionExists(f"title: there is a collection {title!r} in this section already")
    if title == item.title:
        return
    old = store.tags_of(tx, item)
    members = _carriers(tx, item.section_id, old)
    store.rename(tx, item, title)
    tags.ensure_tags(tx, TagType.COLLECTION, [title])
    _retag(tx, members, add=title, remove=list(old.values()))


def restore(tx: Writer, section_id: int) -> None:
    """Make the smart collections again that a section of this kind and name had before it was deleted."""
    section = store_sections.get_section(tx, section_id)
    missing = store.orphans(tx, section.kind, section.title)
    made = [store.make(tx, section_id, row.title) for row in missing if not store.named(tx, section_id, row.title)]
    edits.reapply(tx, [item.id for item in made])


def delete(tx: Writer, item_id: int) -> None:
    """Delete a collection; what was in it carries its tag no more."""
    item = store.get(tx, item_id)
    old = store.tags_of(tx, item)
    _retag(tx, _carriers(tx, item.section_id, old), remove=list(old.values()))
    store.forget(tx, item)


async def make(
    database: Database,
    section_id: int,
    title: str,
    *,
    subtype: int | None,
    item_ids: Sequence[int] = (),
    content: str | None = None,
) -> int:
    """:func:`create`, of many items in several transactions, so that no other write waits for long."""
    await database.read(check_members, section_id, item_ids)
    first = await database.awrite(
        create, section_id, title, subtype=subtype, item_ids=item_ids[:_BATCH], content=content
    )
    await put_in(database, first, item_ids[_BATCH:])
    return first


async def put_in(database: Database, item_id: int, item_ids: Sequence[int]) -> None:
    """:func:`add`, of many items in several transactions; what can be wrong is found before the first."""
    if len(item_ids) > _BATCH:
        item = await database.read(_plain, item_id)
        await database.read(check_members, item.section_id, item_ids)
    for some in chunks(item_ids, _BATCH):
        await database.awrite(add, item_id, some)


async def throw_away(database: Database, item_id: int) -> None:
    """:func:`delete`, of one with many members in several transactions."""
    while await database.awrite(_thin_out, item_id):
        pass
    await database.awrite(delete, item_id)


def _thin_out(tx: Writer, item_id: int) -> bool:
    """Take some members out of a collection with more than a transaction's worth of them; whether there were."""
    item = store.get(tx, item_id)
    old = store.tags_of(tx, item)
    members = _carriers(tx, item.section_id, old)
    if len(members) <= _BATCH:
        return False
    _retag(tx, members[:_BATCH], remove=list(old.values()))
    return True


# --- what is in it ---------------------------------------------------------------------------------------------

_section_of = select(items.c.id, items.c.section_id, items.c.type).where(any_of(items.c.id, "ids"))


def add(tx: Writer, item_id: int, item_ids: Sequence[int]) -> None:
    """Put items into a plain collection, behind those that are in it. Raises :class:`CollectionError`."""
    item = _plain(tx, item_id)
    check_members(tx, item.section_id, item_ids)
    wanted = list(dict.fromkeys(item_ids))
    old = set(_carriers(tx, item.section_id, store.tag_ids(tx, item)))
    new = [one for one in wanted if one not in old]
    _retag(tx, new, add=item.title)
    placed = store.places(tx, item.identity_id)
    last = max(placed.values(), default=0.0)
    owners = dict(tx.tuples(_identities, {"ids": new}))
    fresh = [owners[one] for one in new if owners[one] not in placed]
    store.place(tx, item.identity_id, ((owner, last + at) for at, owner in enumerate(dict.fromkeys(fresh), 1)))
    store.touch(tx, item)


def check_members(r: Reader, section_id: int, item_ids: Sequence[int]) -> None:
    """Whether these items can be in a collection of this section. Raises :class:`CollectionError`."""
    known: dict[int, tuple[int, int]] = {}
    for some in chunks(item_ids, 5_000):
        known.update((row[0], (row[1], row[2])) for row in r.tuples(_section_of, {"ids": list(some)}))
    for one in item_ids:
        if one not in known:
            raise CollectionError(f"uri: there is no item {one}")
        its_section, kind = known[one]
        if its_section != section_id:
            raise CollectionError(f"uri: item {one} is in another section")
        if kind in (ItemType.COLLECTION, ItemType.PLAYLIST, ItemType.PLAYLIST_FOLDER):
            raise CollectionError(f"uri: item {one} is itself a list")


def remove(tx: Writer, item_id: int, member_id: int) -> None:
    """Take an item out of a plain collection; the last one takes the collection with it. Raises
    :class:`CollectionError` for what is not in it."""
    item = _plain(tx, item_id)
    old = store.tags_of(tx, item)
    if member_id not in _carriers(tx, item.section_id, old):
        raise CollectionError(f"item {member_id} is not in this collection")
    _retag(tx, [member_id], remove=list(old.values()))


def move(tx: Writer, item_id: int, member_id: int, after: int | None) -> None:
    """Put a member right after another, or first; from then on the order is a person's. Raises
    :class:`CollectionError` for what is not in it."""
    item = _plain(tx, item_id)
    in_order = _standing(tx, item)
    if after is not None and after not in in_order:
        raise CollectionError(f"after: item {after} is not in this collection")
    if member_id not in in_order:
        raise CollectionError(f"item {member_id} is not in this collection")
    if after != member_id:
        in_order.remove(member_id)
        in_order.insert(0 if after is None else in_order.index(after) + 1, member_id)
    _keep_order(tx, item, in_order)


def set_order(tx: Writer, item_id: int, order: Order) -> None:
    """Set how a collection is ordered. A person's own order begins as the members stand now, unless there is one."""
    item = _plain(tx, item_id)
    if order is Order.CUSTOM and not store.places(tx, item.identity_id):
        _keep_order(tx, item, _standing(tx, item))
    store.put_settings(tx, item, sort=int(order))


def _keep_order(tx: Writer, item: ItemRow, in_order: Sequence[int]) -> None:
    owners = dict(tx.tuples(_identities, {"ids": list(in_order)}))
    known = dict.fromkeys(owners[one] for one in in_order if one in owners)
    store.place(tx, item.identity_id, ((owner, float(at)) for at, owner in enumerate(known, 1)))
    store.put_settings(tx, item, sort=int(Order.CUSTOM))


_by_release = (items.c.available_at.nulls_first(), items.c.sort_key, items.c.id)
_by_title = (items.c.sort_key, items.c.id)
_members = select(items.c.id, items.c.type, items.c.identity_id).where(
    any_of(items.c.id, "ids"), items.c.extra_type.is_(None)
)


def _standing(tx: Writer, item: ItemRow) -> list[int]:
    """All members in their order, as this very transaction sees them: listings are a commit behind."""
    found = store.settings(tx, [item.identity_id]).get(item.identity_id) or CollectionRow(item.identity_id)
    ordered = _members.order_by(*(_by_title if found.sort == Order.ALPHA else _by_release))
    rows = tx.tuples(ordered, {"ids": _carriers(tx, item.section_id, store.tag_ids(tx, item))})
    kind = SectionKind(store_sections.get_section(tx, item.section_id).kind)
    types = {int(listed.type): at for at, listed in enumerate(types_of_section(kind))}
    rows.sort(key=lambda row: types.get(row[1], len(types)))
    if found.sort == Order.CUSTOM:
        placed = store.places(tx, item.identity_id)
        rows.sort(key=lambda row: placed.get(row[2], math.inf))
    return [row[0] for row in rows]


def set_content(tx: Writer, item_id: int, content: str, subtype: int | None) -> None:
    """Ask another query from now on. Raises :class:`CollectionError` for a plain collection."""
    item = store.get(tx, item_id)
    if not is_smart(tx, item):
        raise CollectionError("uri: a plain collection takes items, not a query to ask again")
    store.put_settings(tx, item, content=content, subtype=subtype)


def is_smart(r: Reader, item: ItemRow) -> bool:
    """Whether a collection is a query."""
    found = store.settings(r, [item.identity_id]).get(item.identity_id)
    return found is not None and found.content is not None


def _plain(tx: Reader, item_id: int) -> ItemRow:
    item = store.get(tx, item_id)
    if is_smart(tx, item):
        raise CollectionError("a smart collection holds what its query finds, and nothing is put in by hand")
    return item


# --- tags of members -------------------------------------------------------------------------------------------

_identities = select(items.c.id, items.c.identity_id).where(any_of(items.c.id, "ids"))
_carrying = (
    select(items.c.id)
    .join(taggings, taggings.c.item_id == items.c.id)
    .where(any_of(taggings.c.tag_id, "ids"), items.c.section_id == bindparam("section_id"))
    .distinct()
    .order_by(items.c.id)
)
_locked = select(edit_rows.c.identity_id).where(
    any_of(edit_rows.c.identity_id, "ids"), edit_rows.c.field == _FIELD, edit_rows.c.locked
)


def _carriers(r: Reader, section_id: int, tag_ids: Collection[int]) -> list[int]:
    return r.scalars(_carrying, {"ids": list(tag_ids), "section_id": section_id})


def _retag(tx: Writer, item_ids: Sequence[int], *, add: str | None = None, remove: Sequence[str] = ()) -> None:
    """Change the collection tags of items as an edit, which a rescan leaves alone; what is locked stays locked."""
    owners = dict(tx.tuples(_identities, {"ids": list(item_ids)}))
    locked = set(tx.scalars(_locked, {"ids": list(owners.values())}))
    for lock in (False, True):
        change = TagChange(
            add=() if add is None else (TagValue(tag=add),),
            remove=tuple(tag for tag in remove if tag != add),
            locked=lock,
        )
        wanted = [item_id for item_id, owner in owners.items() if (owner in locked) is lock]
        for some in chunks(wanted, _BATCH):
            edits.apply(tx, some, Edit(tags={TagType.COLLECTION: change}), person_id=OWNER_PERSON_ID)
