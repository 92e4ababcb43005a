"""Collections: the listed item of each, in step with the tags that its members carry.

What belongs to a plain collection carries its tag, whoever put the tag there: an NFO's set, an edit, a request to add
it. So this is the one place that keeps tag and collection together: a tag that appears in a section makes the
collection's item (:func:`appear`), a tag that a person takes from its last item takes the item away
(:func:`retagged`); a scan takes away what it left empty when it ends. Tag and item find each other by their folded
name, in one section.

A collection's identity is its section's own: it is found again by its name and that of its section, or by its name
alone when nothing else has that identity and it asks nothing of another section, so that order, preferences and edits
come back with a section that was made anew. A smart one has no members; it asks what its content says.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, exists, func, select, update

from vitascope.core.model import ItemType, TagType
from vitascope.core.naming.titles import fold
from vitascope.store import bulk, deletion, filing, kept_edits, known_keys, matches, rollups
from vitascope.store.errors import NotFound
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    CollectionMemberRow,
    CollectionRow,
    IdentityRow,
    ItemDetailRow,
    ItemRow,
    SectionRow,
)
from vitascope.store.schema import (
    collection_members,
    collections,
    identity_keys,
    item_details,
    items,
    search_texts,
    sections,
    tag_counts,
    tags,
)
from vitascope.store.schema import identities as identity_rows
from vitascope.store.search_rows import search_row
from vitascope.store.words import learn_words
from vitascope.store.writer import Writer

BY_TITLE = 1
"""Of ``collectionSort``."""
as_it_appeared = and_(
    collections.c.content.is_(None),
    collections.c.subtype.is_(None),
    collections.c.mode == -1,
    collections.c.sort == BY_TITLE,
    ~collections.c.filter_by_user,
)
"""Whether what is set of a collection is what :func:`appear` sets, and nobody made or changed it."""
_COLLECTION = int(ItemType.COLLECTION)
_TAG = int(TagType.COLLECTION)

_item = select(items).where(items.c.id == bindparam("id"), items.c.type == _COLLECTION)
_named = (
    select(items)
    .where(
        items.c.type == _COLLECTION,
        items.c.title_folded == bindparam("folded"),
        items.c.section_id == bindparam("section_id"),
    )
    .order_by(items.c.id)
)
_section = select(sections).where(sections.c.id == bindparam("id"))
_settings = select(collections).where(any_of(collections.c.identity_id, "ids"))
_alive = select(items.c.id).where(items.c.identity_id == bindparam("id")).limit(1)
_tags_like = (
    select(tags.c.id, tags.c.tag).where(tags.c.type == _TAG, tags.c.folded == bindparam("folded")).order_by(tags.c.id)
)
_tags = select(tags.c.id, tags.c.tag, tags.c.folded).where(any_of(tags.c.id, "ids"), tags.c.type == _TAG)


# --- reading ---------------------------------------------------------------------------------------------------


def get(r: Reader, item_id: int) -> ItemRow:
    """The item of a collection; :class:`NotFound` when there is none."""
    found = r.row(ItemRow, _item, {"id": item_id})
    if found is None:
        raise NotFound(f"no collection {item_id}")
    return found


def _section_row(r: Reader, section_id: int) -> SectionRow:
    found = r.row(SectionRow, _section, {"id": section_id})
    if found is None:
        raise NotFound(f"no section {section_id}")
    return found


def named(r: Reader, section_id: int, title: str) -> ItemRow | None:
    """The collection of a section with this name, whatever its case and accents."""
    return r.row(ItemRow, _named, {"section_id": section_id, "folded": fold(title)})


def settings(r: Reader, identity_ids: Sequence[int]) -> dict[int, CollectionRow]:
    """What was set of these collections, by identity; those of which nothing was set are absent."""
    return {row.identity_id: row for row in r.rows(CollectionRow, _settings, {"ids": list(identity_ids)})}


def tags_of(r: Reader, item: ItemRow) -> dict[int, str]:
    """The tags whose carriers belong to a collection, by id: its own name, in whatever case."""
    return dict(r.tuples(_tags_like, {"folded": item.title_folded}))


def tag_ids(r: Reader, item: ItemRow) -> list[int]:
    """The ids of these tags."""
    return list(tags_of(r, item))


_positions = select(collection_members.c.identity_id, collection_members.c.position).where(
    collection_members.c.list_identity_id == bindparam("id")
)


def places(r: Reader, identity_id: int) -> dict[int, float]:
    """Where the members of a collection stand, by their identity; those that were never placed are absent."""
    return dict(r.tuples(_positions, {"id": identity_id}))


_orphans = (
    select(collections)
    .where(
        collections.c.section_kind == bindparam("kind"),
        collections.c.section_title == bindparam("title"),
        collections.c.content.is_not(None),
        ~exists().where(items.c.identity_id == collections.c.identity_id),
    )
    .order_by(collections.c.identity_id)
)


def orphans(r: Reader, section_kind: str, section_title: str) -> list[CollectionRow]:
    """Smart collections whose section is gone, of sections of this kind and name."""
    return r.rows(CollectionRow, _orphans, {"kind": section_kind, "title": section_title})


# --- coming and going ------------------------------------------------------------------------------------------


def appear(tx: Writer, found: Collection[tuple[int, int]]) -> None:
    """Make the collections that are missing for these tags, each with the section it was seen in; of audiobooks in the
    order of titles, in which the books of a series stand as they are read."""
    names = {tag_id: (tag, folded) for tag_id, tag, folded in tx.tuples(_tags, {"ids": [tag for _, tag in found]})}
    for section_id, tag_id in sorted(found):
        tag, folded = names.get(tag_id, ("", ""))
        if folded and not tx.tuples(_named, {"section_id": section_id, "folded": folded}):
            item = make(tx, section_id, tag)
            if matches.asks_about_albums(tx, section_id) and not settings(tx, [item.identity_id]):
                put_settings(tx, item, sort=BY_TITLE)


_fresh = select(items.c.id).where(
    any_of(items.c.section_id, "ids"), items.c.type == _COLLECTION, items.c.added_at == bindparam("now")
)


def made_now(tx: Writer, section_ids: Collection[int]) -> list[int]:
    """The collections that this write made in these sections."""
    return tx.scalars(_fresh, {"ids": list(section_ids), "now": tx.now})


def make(tx: Writer, section_id: int, title: str) -> ItemRow:
    """A new collection item, with the identity it had before; what was edited is laid over it by
    :func:`vitascope.store.edits.reapply`."""
    section = _section_row(tx, section_id)
    identity_id = _identity(tx, section, fold(title))
    item = ItemRow(
        id=tx.id("items"),
        section_id=section_id,
        type=_COLLECTION,
        identity_id=identity_id,
        title=title,
        sort_key=filing.key(tx, title),
        title_folded=fold(title),
        added_at=tx.now,
        updated_at=tx.now,
    )
    bulk.insert_rows(tx, items, [item])
    bulk.insert_rows(tx, item_details, [ItemDetailRow(item.id)])
    _index(tx, item)
    rollups.count_items(tx, Counter({(section_id, _COLLECTION): 1}))
    tx.touch(section_id, edit=True, items=[item.id])
    return item


def _index(tx: Writer, item: ItemRow) -> None:
    """Put a collection's name where searches look."""
    text = search_row(item.id, ItemType.COLLECTION, item.title, None)
    if text is None:
        return
    row = msgspec.structs.replace(text, kind=f"k{_COLLECTION}")
    bulk.delete_where(tx, search_texts, "item_id", [item.id])
    bulk.insert_rows(tx, search_texts, [row])
    learn_words(tx, [row])


def _keys(section: SectionRow, folded: str) -> list[Key]:
    """By name and section, and by name alone."""
    name = f"collection|{section.kind}|{folded}"
    return [Key(KeyKind.NAME, f"{name}|{fold(section.title)}"), Key(KeyKind.NAME, name)]


def _identity(tx: Writer, section: SectionRow, folded: str) -> int:
    """The identity that a collection of this name had before, unless another collection has it now."""
    by_section, by_name = _keys(section, folded)
    known = known_keys.owners(tx, [by_section.hash, by_name.hash])
    owner = known.get(by_section.hash)
    if owner is None or _is_alive(tx, owner):
        owner = known.get(by_name.hash)
        # another section's query is not this one's
        if owner is None or _is_alive(tx, owner) or _asked(tx, owner) is not None:
            owner = tx.id("identities")
            bulk.insert_rows(tx, identity_rows, [IdentityRow(owner, known_keys.new_uuid(), tx.now)])
    _take_keys(tx, owner, (by_section, by_name))
    return owner


def _is_alive(r: Reader, identity_id: int) -> bool:
    return bool(r.tuples(_alive, {"id": identity_id}))


def _asked(r: Reader, identity_id: int) -> str | None:
    """The query of a smart collection."""
    found = settings(r, [identity_id]).get(identity_id)
    return None if found is None else found.content


def _take_keys(tx: Writer, identity_id: int, keys: Iterable[Key]) -> None:
    """Let these keys lead to an identity, but those that lead to another collection that is there."""
    for key in keys:
        owner = known_keys.owners(tx, [key.hash]).get(key.hash)
        if owner is None or not _is_alive(tx, owner):
            bulk.insert_rows(tx, identity_keys, [known_keys.key_row(key, identity_id)], "replace")


_of_section = select(items).where(items.c.section_id == bindparam("section_id"), items.c.type == _COLLECTION)


def section_renamed(tx: Writer, section_id: int) -> None:
    """A section has another title: its collections are to be found by that when it is made anew."""
    section = _section_row(tx, section_id)
    for item in tx.rows(ItemRow, _of_section, {"section_id": section_id}):
        _take_keys(tx, item.identity_id, _keys(section, item.title_folded))
        if settings(tx, [item.identity_id]):
            put_settings(tx, item)


def retagged(tx: Writer, changed: Iterable[tuple[ItemRow, Iterable[str], Iterable[str]]]) -> None:
    """A person changed which collection tags items carry (item, tags before, tags now): collections appear, or go with
    their last member. The counts of tags must be right already."""
    come: dict[tuple[int, str], str] = {}
    left: dict[tuple[int, str], list[int]] = {}
    for item, was, now in changed:
        before, after = {fold(tag) for tag in was}, {fold(tag): tag for tag in now}
        come.update(((item.section_id, folded), after[folded]) for folded in after.keys() - before if folded)
        for folded in before - after.keys():
            left.setdefault((item.section_id, folded), []).append(item.identity_id)
    for section_id, folded in sorted(come.keys() | left.keys()):
        found = tx.row(ItemRow, _named, {"section_id": section_id, "folded": folded})
        if found is None and (section_id, folded) in come:
            make(tx, section_id, come[section_id, folded])
        elif found is not None and not _gone(tx, found, left.get((section_id, folded), ())):
            touch(tx, found)


_counted = select(func.sum(tag_counts.c.item_count)).where(
    tag_counts.c.section_id == bindparam("section_id"), any_of(tag_counts.c.tag_id, "ids")
)
_forget_places = delete(collection_members).where(
    collection_members.c.list_identity_id == bindparam("of"), any_of(collection_members.c.identity_id, "ids")
)


def _gone(tx: Writer, item: ItemRow, left: Collection[int]) -> bool:
    """Forget the places of members that left a collection, and the collection itself when none is left."""
    if not left:
        return False
    tx.conn.execute(_forget_places, {"of": item.identity_id, "ids": list(left)})
    if _asked(tx, item.identity_id) is not None:
        return False
    if tx.scalar(_counted, {"section_id": item.section_id, "ids": tag_ids(tx, item)}):
        return False
    deletion.delete_items(tx, [item.id])
    tx.touch(item.section_id, edit=True, items=[item.id])
    return True


def touch(tx: Writer, item: ItemRow) -> None:
    """Something about a collection changed: its composite is another one."""
    tx.conn.execute(update(items).where(items.c.id == item.id).values(updated_at=tx.now))
    tx.items_changed([item.id])
    tx.touch(item.section_id, edit=True, items=[item.id])


# --- what a person sets ----------------------------------------------------------------------------------------


def put_settings(tx: Writer, item: ItemRow, **changes: Any) -> CollectionRow:
    """Set some of a collection's settings; the others stay."""
    section = _section_row(tx, item.section_id)
    known = settings(tx, [item.identity_id]).get(item.identity_id) or CollectionRow(item.identity_id)
    row = msgspec.structs.replace(
        known,
        section_kind=section.kind,
        section_title=section.title,
        title=item.title,
        updated_at=tx.now,
        **changes,
    )
    bulk.insert_rows(tx, collections, [row], "replace")
    touch(tx, item)
    return row


def rename(tx: Writer, item: ItemRow, title: str) -> None:
    """Another name for the item; the tags of its members are the caller's."""
    section = _section_row(tx, item.section_id)
    values: dict[str, Any] = {"title": title, "title_folded": fold(title), "updated_at": tx.now}
    if item.title_sort is None:
        values["sort_key"] = filing.key(tx, title)
    tx.conn.execute(update(items).where(items.c.id == item.id).values(**values))
    tx.items_changed([item.id])
    _index(tx, msgspec.structs.replace(item, title=title))
    old = [key.hash for key in known_keys.keys_of(tx, item.identity_id) if key.kind == KeyKind.NAME]
    tx.conn.execute(delete(identity_keys).where(identity_keys.c.key_hash.in_(old)))
    _take_keys(tx, item.identity_id, _keys(section, fold(title)))
    if item.identity_id in settings(tx, [item.identity_id]):
        put_settings(tx, msgspec.structs.replace(item, title=title))
    tx.touch(item.section_id, edit=True, items=[item.id])


def forget(tx: Writer, item: ItemRow) -> None:
    """Delete a collection for good: one of its name that is made later begins anew."""
    bulk.delete_where(tx, collections, "identity_id", [item.identity_id])
    bulk.delete_where(tx, collection_members, "list_identity_id", [item.identity_id])
    bulk.delete_where(tx, identity_keys, "identity_id", [item.identity_id])
    for edit in kept_edits.edits_of(tx, [item.identity_id]).get(item.identity_id, ()):
        kept_edits.forget_edit(tx, item.identity_id, edit.field)
    deletion.delete_items(tx, [item.id])
    tx.touch(item.section_id, edit=True, items=[item.id])


def place(tx: Writer, identity_id: int, positions: Iterable[tuple[int, float]]) -> None:
    """Put members of a collection at these positions."""
    rows = [CollectionMemberRow(identity_id, member, position) for member, position in positions]
    bulk.insert_rows(tx, collection_members, rows, "replace")
