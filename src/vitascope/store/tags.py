"""Tags: genres, people, collections, labels… and how many listed items of a section carry each."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import bindparam, func, select

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.naming.titles import fold
from vitascope.store import bulk, collections, rollups, visibility
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow, TaggingRow, TagRow
from vitascope.store.schema import items, tag_counts, taggings, tags
from vitascope.store.words import learn_tags
from vitascope.store.writer import Writer


class TagValue(Struct, frozen=True, array_like=True):
    """One value of a list of tags."""

    id: int
    tag: str
    folded: str
    thumb: str | None
    item_count: int


_values = (
    select(tags.c.id, tags.c.tag, tags.c.folded, tags.c.thumb, tag_counts.c.item_count)
    .join(tag_counts, tag_counts.c.tag_id == tags.c.id)
    .where(
        tag_counts.c.section_id == bindparam("section_id"),
        tag_counts.c.item_type == bindparam("item_type"),
        tags.c.type == bindparam("tag_type"),
        tag_counts.c.item_count > 0,
    )
    .order_by(tags.c.folded, tags.c.id)
)
_seen_values = (
    select(tags.c.id, tags.c.tag, tags.c.folded, tags.c.thumb, func.count())
    .select_from(items)
    .join(taggings, taggings.c.item_id == items.c.id)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(
        items.c.section_id == bindparam("section_id"),
        items.c.type == bindparam("item_type"),
        items.c.extra_type.is_(None),
        tags.c.type == bindparam("tag_type"),
    )
    .group_by(tags.c.id, tags.c.tag, tags.c.folded, tags.c.thumb)
    .order_by(tags.c.folded, tags.c.id)
)
_tag = select(tags).where(tags.c.id == bindparam("id"))
_by_name = select(tags).where(tags.c.type == bindparam("type"), tags.c.tag == bindparam("tag"))
_named = select(tags).where(tags.c.type == bindparam("type"), any_of(tags.c.tag, "names", text=True))
_item = select(items).where(items.c.id == bindparam("id"))
_tags = select(tags).where(any_of(tags.c.id, "ids"))


def values(
    r: Reader, section_id: int, item_type: ItemType, tag_type: TagType, viewer: Viewer | None = None
) -> list[TagValue]:
    """The tags of one type on a section's items of one type, by name, with how many items carry each.

    For a viewer whose items are restricted the numbers are counted; else they are read."""
    params = {"section_id": section_id, "item_type": int(item_type), "tag_type": int(tag_type)}
    hides = viewer is not None and (viewer.allowed_content_ratings is not None or viewer.excluded_labels)
    condition = visibility.condition(viewer) if viewer is not None else None
    if not hides or condition is None:
        if viewer is not None and not viewer.may_see_section(section_id):
            return []
        return r.rows(TagValue, _values, params)
    return r.rows(TagValue, _seen_values.where(condition), params)


def tag(r: Reader, tag_id: int) -> TagRow:
    """One tag; :class:`NotFound` when there is none."""
    found = r.row(TagRow, _tag, {"id": tag_id})
    if found is None:
        raise NotFound(f"no tag {tag_id}")
    return found


def tag_by_name(r: Reader, tag_type: TagType, name: str) -> TagRow | None:
    """The tag of this type with exactly this name."""
    return r.row(TagRow, _by_name, {"type": int(tag_type), "tag": name})


def ensure_tags(tx: Writer, tag_type: TagType, names: Sequence[str]) -> list[TagRow]:
    """The tags with these names, made where they are missing."""
    wanted = [name.replace("\x00", "") for name in names]
    params = {"type": int(tag_type), "names": wanted}
    known = {row.tag: row for row in tx.rows(TagRow, _named, params)}
    for name in wanted:
        if name not in known:
            known[name] = TagRow(id=tx.id("tags"), type=int(tag_type), tag=name, folded=fold(name))
            bulk.insert_rows(tx, tags, [known[name]])
            learn_tags(tx, [known[name]])
    return [known[name] for name in wanted]


def set_tags(tx: Writer, item_id: int, tag_type: TagType, names: Iterable[str]) -> None:
    """Give an item exactly these tags of one type, in this order; what a role's text was stays only for those kept."""
    item = tx.row(ItemRow, _item, {"id": item_id})
    if item is None:
        raise NotFound(f"no item {item_id}")
    rows = ensure_tags(tx, tag_type, list(dict.fromkeys(names)))
    before = rollups.tags_of(tx, [item_id])
    texts = {
        row.tag_id: row.text for row in tx.rows(TaggingRow, _taggings, {"item_id": item_id, "tag_type": int(tag_type)})
    }
    tx.conn.execute(_forget, {"of_item": item_id, "of_type": int(tag_type)})
    bulk.insert_rows(
        tx,
        taggings,
        [TaggingRow(item_id, row.id, int(tag_type), at, texts.get(row.id)) for at, row in enumerate(rows)],
    )
    after = rollups.tags_of(tx, [item_id])
    after.subtract(before)
    rollups.count_tags(tx, after)
    tx.touch(item.section_id, edit=True, items=[item_id])
    if tag_type is TagType.COLLECTION:
        was = [row.tag for row in tx.rows(TagRow, _tags, {"ids": list(texts)})]
        collections.retagged(tx, [(item, was, [row.tag for row in rows])])


_taggings = select(taggings).where(
    taggings.c.item_id == bindparam("item_id"), taggings.c.tag_type == bindparam("tag_type")
)
_forget = taggings.delete().where(
    taggings.c.item_id == bindparam("of_item"), taggings.c.tag_type == bindparam("of_type")
)


_places = select(tag_counts.c.section_id, tag_counts.c.item_type, tag_counts.c.tag_id, tag_counts.c.item_count).where(
    any_of(tag_counts.c.section_id, "sections"),
    any_of(tag_counts.c.item_type, "types"),
    any_of(tag_counts.c.tag_id, "ids"),
    tag_counts.c.item_count > 0,
)


class TagPlace(Struct, frozen=True, array_like=True):
    """Where a tag is found: in this section, on so many items of this type."""

    section_id: int
    item_type: int
    tag_id: int
    item_count: int


def places(
    r: Reader, tag_ids: Sequence[int], section_ids: Sequence[int], item_types: Sequence[ItemType]
) -> list[TagPlace]:
    """In which of the sections, and on what, these tags are."""
    wanted = {"ids": list(tag_ids), "sections": list(section_ids), "types": [int(kind) for kind in item_types]}
    return r.rows(TagPlace, _places, wanted)
