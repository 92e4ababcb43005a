"""What a person changes by hand, in one transaction: rows, tags, search text, counts and locks of some items.

Every edit is read, changed and written on the writer's thread, so two edits of one item both count. What is locked is
written down with its value on the identity (table ``edits``): :func:`reapply` lays it over whatever a scan brings, in
the transaction that brings it, so neither a rescan nor a scan that began before the edit takes it back. An edit that
is not locked holds until files are read again; labels and collections are the exception: they come from people, so
what was added or removed stays without a lock, too.

All items of an identity change together, since the next scan would bring them together anyway.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core import content_rating
from vitascope.core.edits import FIELDS, TAGS, Edit, TagChange
from vitascope.core.edits.fields import Value
from vitascope.core.model import ItemType, TagType
from vitascope.core.naming.titles import fold
from vitascope.store import (
    bulk,
    changes,
    collections,
    filing,
    kept_edits,
    reviews,
    rollups,
    states,
    uploads,
)
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import EditRow, ItemDetailRow, ItemRow, TaggingRow
from vitascope.store.schema import edits, item_details, items, taggings, tags
from vitascope.store.search_rows import search_row
from vitascope.store.tags import ensure_tags
from vitascope.store.writer import Writer

_DETAILS = frozenset({"summary", "tagline"})
_KEPT_UNLOCKED = frozenset({TagType.LABEL, TagType.COLLECTION})
_NAMES = {kind: name for name, kind in TAGS.items()}


class Tag(Struct, frozen=True, omit_defaults=True):
    """A tag as an edit remembers it; ``text`` is the character of an actor."""

    tag: str
    text: str | None = None


class TagDelta(Struct, frozen=True, omit_defaults=True):
    """What a person added to and removed from tags that are not locked."""

    add: list[str] = []
    remove: list[str] = []


class Edited(Struct, frozen=True):
    """An item that an edit changed, for whoever tells others."""

    item_id: int
    section_id: int
    type: int
    title: str
    parent_id: int | None


_items = select(items).where(any_of(items.c.id, "ids")).order_by(items.c.id)
_of_identities = select(items.c.id).where(any_of(items.c.identity_id, "ids"), items.c.extra_type.is_(None))
_details = select(item_details).where(any_of(item_details.c.item_id, "ids"))
_tags = (
    select(taggings.c.item_id, taggings.c.tag_type, tags.c.tag, taggings.c.text)
    .join(tags, tags.c.id == taggings.c.tag_id)
    .where(any_of(taggings.c.item_id, "ids"), any_of(taggings.c.tag_type, "kinds"))
    .order_by(taggings.c.item_id, taggings.c.ordering, taggings.c.tag_id)
)
_forget_tags = taggings.delete().where(any_of(taggings.c.item_id, "of_items"), taggings.c.tag_type == bindparam("kind"))
_edited = (
    select(items.c.id)
    .join(edits, edits.c.identity_id == items.c.identity_id)
    .where(any_of(items.c.id, "ids"), edits.c.value.is_not(None))
    .distinct()
)
_forget = edits.delete().where(any_of(edits.c.identity_id, "identity_ids"), any_of(edits.c.field, "names", text=True))


class _Work:
    """Some items, loaded, changed in memory, and written at the end."""

    def __init__(self, tx: Writer, item_ids: Collection[int], kinds: Collection[TagType]) -> None:
        self.tx = tx
        ids = {"ids": sorted(item_ids)}
        self.rows = {row.id: row for row in tx.rows(ItemRow, _items, ids)}
        self.details = {row.item_id: row for row in tx.rows(ItemDetailRow, _details, ids)}
        self.tags: dict[tuple[int, TagType], list[Tag]] = {}
        for item_id, kind, tag, text in tx.tuples(_tags, ids | {"kinds": [int(k) for k in kinds]}) if kinds else ():
            self.tags.setdefault((item_id, TagType(kind)), []).append(Tag(tag, text))
        self._before = (dict(self.rows), dict(self.details))
        self._tags_before = dict(self.tags)
        self._retagged: dict[tuple[int, TagType], list[Tag]] = {}
        self.touched: set[int] = set()
        """Items of which something changed elsewhere."""

    def value(self, item_id: int, name: str) -> Value:
        """What a field holds now."""
        column = FIELDS[name].column
        if not column:
            return None
        owner: Any = self._detail(item_id) if column in _DETAILS else self.rows[item_id]
        found: Value = getattr(owner, column)
        return found

    def set_value(self, item_id: int, name: str, value: Value) -> None:
        """Let a field hold something else, with everything that follows from it in the row."""
        column = FIELDS[name].column
        row = self.rows[item_id]
        if not column or (value is None and column in ("title", "added_at")):
            return
        if column in _DETAILS:
            held = "" if value is None and column == "summary" else value
            self.details[item_id] = replace(self._detail(item_id), **{column: held})
            return
        row = replace(row, **{column: value})
        if column == "content_rating":
            row = replace(row, content_rating_age=content_rating.age(row.content_rating))
        if column in ("title", "title_sort"):
            row = replace(
                row,
                title_folded=fold(row.title),
                sort_key=filing.key(self.tx, row.title, row.title_sort),
            )
        self.rows[item_id] = row

    def tags_of(self, item_id: int, kind: TagType) -> list[Tag]:
        return self.tags.get((item_id, kind), [])

    def set_tags(self, item_id: int, kind: TagType, wanted: Sequence[Tag]) -> None:
        """Let an item carry exactly these tags of one type."""
        kept = list({tag.tag: tag for tag in reversed(wanted)}.values())[::-1]
        if kept != self.tags_of(item_id, kind):
            self.tags[item_id, kind] = kept
            self._retagged[item_id, kind] = kept

    def _detail(self, item_id: int) -> ItemDetailRow:
        return self.details.get(item_id) or ItemDetailRow(item_id)

    def write(self, *, by_scan: bool = False) -> list[Edited]:
        """Write what differs, and bring everything that follows in step."""
        rows_before, details_before = self._before
        changed = {item_id for item_id, row in self.rows.items() if row != rows_before[item_id]}
        detailed = {item_id for item_id, row in self.details.items() if row != details_before.get(item_id)}
        touched = changed | detailed | self.touched | {item_id for item_id, _ in self._retagged}
        now = [replace(self.rows[item_id], updated_at=self.tx.now) for item_id in sorted(touched)]
        changes.update_items(self.tx, now)
        if detailed:
            bulk.insert_rows(self.tx, item_details, [self.details[i] for i in sorted(detailed)], "replace")
        self._write_tags()
        renamed = [
            row
            for row in now
            if (row.title, row.original_title) != (rows_before[row.id].title, rows_before[row.id].original_title)
        ]
        texts = [
            text
            for row in renamed
            if (text := search_row(row.id, ItemType(row.type), row.title, row.original_title)) is not None
        ]
        changes.replace_search_texts(self.tx, texts)
        for section_id in {row.section_id for row in now}:
            self.tx.touch(section_id, edit=not by_scan, items=touched)
        return [Edited(row.id, row.section_id, row.type, row.title, row.parent_id) for row in now]

    def _write_tags(self) -> None:
        if not self._retagged:
            return
        ids = sorted({item_id for item_id, _ in self._retagged})
        before = rollups.tags_of(self.tx, ids)
        by_kind: dict[TagType, dict[int, list[Tag]]] = {}
        for (item_id, kind), wanted in self._retagged.items():
            by_kind.setdefault(kind, {})[item_id] = wanted
        for kind, by_item in by_kind.items():
            names = list(dict.fromkeys(tag.tag for wanted in by_item.values() for tag in wanted))
            known = {row.tag: row.id for row in ensure_tags(self.tx, kind, names)}
            self.tx.conn.execute(_forget_tags, {"of_items": list(by_item), "kind": int(kind)})
            bulk.insert_rows(
                self.tx,
                taggings,
                [
                    TaggingRow(item_id, known[tag.tag], int(kind), at, tag.text)
                    for item_id, wanted in by_item.items()
                    for at, tag in enumerate(wanted)
                ],
            )
        after = rollups.tags_of(self.tx, ids)
        after.subtract(before)
        rollups.count_tags(self.tx, Counter({key: number for key, number in after.items() if number}))
        self._follow_collections(by_kind.get(TagType.COLLECTION, {}))

    def _follow_collections(self, by_item: dict[int, list[Tag]]) -> None:
        """Let collections appear with their tag, and go with their last member."""
        changed = []
        for item_id, wanted in by_item.items():
            was = [tag.tag for tag in self._tags_before.get((item_id, TagType.COLLECTION), [])]
            changed.append((self.rows[item_id], was, [tag.tag for tag in wanted]))
        collections.retagged(self.tx, changed)


def apply(tx: Writer, item_ids: Collection[int], edit: Edit, *, person_id: int) -> list[Edited]:
    """Make one edit of these items; those that are gone meanwhile are passed over. Returns what changed."""
    found = tx.rows(ItemRow, _items, {"ids": sorted(item_ids)})
    identity_ids = sorted({row.identity_id for row in found})
    alike = tx.scalars(_of_identities, {"ids": identity_ids})
    work = _Work(tx, {*(row.id for row in found), *alike}, edit.tags)
    known = {
        identity_id: {row.field: row for row in rows}
        for identity_id, rows in kept_edits.edits_of(tx, identity_ids).items()
    }
    kept: dict[tuple[int, str], EditRow] = {}
    unlocked = [name for name, locked in edit.locks.items() if not locked]
    unlocked += [name for name, change in edit.fields.items() if not change.locked]
    for item_id, row in work.rows.items():
        identity_id = row.identity_id
        for name, change in edit.fields.items():
            if change.sets:
                work.set_value(item_id, name, change.value)
            if change.locked:
                value = change.value if change.sets else work.value(item_id, name)
                kept[identity_id, name] = _locked(tx, identity_id, name, value)
        for kind, tag_change in edit.tags.items():
            wanted = _changed(work.tags_of(item_id, kind), tag_change)
            work.set_tags(item_id, kind, wanted)
            name = _NAMES[kind]
            row_of_tags = _tags_kept(tx, identity_id, kind, tag_change, wanted, known.get(identity_id, {}).get(name))
            if row_of_tags is not None:
                kept[identity_id, name] = row_of_tags
            else:
                unlocked.append(name)
        for name, locked in edit.locks.items():
            if locked:
                before = known.get(identity_id, {}).get(name)
                kept[identity_id, name] = EditRow(identity_id, name, before.value if before else None, True, tx.now)
    if unlocked:
        tx.conn.execute(_forget, {"identity_ids": identity_ids, "names": list(dict.fromkeys(unlocked))})
    bulk.insert_rows(tx, edits, list(kept.values()), "replace")
    if edit.reviews is not None:
        reviews.apply(tx, list(work.rows.values()), edit.reviews)
        work.touched.update(work.rows)
    rating = edit.fields.get("userRating")
    if rating is not None and rating.sets:
        for item_row in found:
            states.rate(tx, person_id, item_row.id, None if rating.value is None else float(rating.value))
    for section_id in {row.section_id for row in found}:
        tx.touch(section_id, edit=True, items=())
    written = work.write()
    for item_id, row in work.rows.items():
        was_locked = {name for name, before in known.get(row.identity_id, {}).items() if before.locked}
        uploads.unlocked(tx, item_id, was_locked.intersection(unlocked))
    if TagType.COLLECTION in edit.tags:
        reapply(tx, collections.made_now(tx, {row.section_id for row in work.rows.values()}))
    return written


def retitle(tx: Writer, item_id: int, title: str) -> None:
    """Let an item and those of its identity bear another title, without an edit of it."""
    found = tx.rows(ItemRow, _items, {"ids": [item_id]})
    work = _Work(tx, tx.scalars(_of_identities, {"ids": [row.identity_id for row in found]}), ())
    for each in work.rows:
        work.set_value(each, "title", title)
    work.write()


def edited(r: Reader, item_ids: Sequence[int]) -> list[Edited]:
    """These items in the form in which an edit names what it changed."""
    rows = r.rows(ItemRow, _items, {"ids": list(item_ids)})
    return [Edited(row.id, row.section_id, row.type, row.title, row.parent_id) for row in rows]


def reapply(tx: Writer, item_ids: Sequence[int]) -> None:
    """Lay what the owner wrote over items that a scan has just brought."""
    if not item_ids:
        return
    edited = tx.scalars(_edited, {"ids": list(item_ids)})
    if not edited:
        return
    work = _Work(tx, edited, list(TAGS.values()))
    by_identity = kept_edits.edits_of(tx, sorted({row.identity_id for row in work.rows.values()}))
    for item_id, row in list(work.rows.items()):
        for edit in by_identity.get(row.identity_id, ()):
            if edit.value is None:
                continue
            if edit.field in FIELDS:
                work.set_value(item_id, edit.field, json.decode(edit.value))
            elif edit.field in TAGS:
                kind = TAGS[edit.field]
                work.set_tags(item_id, kind, _remembered(edit.value, work.tags_of(item_id, kind)))
    work.write(by_scan=True)


def _locked(tx: Writer, identity_id: int, name: str, value: Value) -> EditRow:
    if not FIELDS[name].column:
        return EditRow(identity_id, name, None, True, tx.now)
    return EditRow(identity_id, name, json.encode(value).decode(), True, tx.now)


def _changed(there: Sequence[Tag], change: TagChange) -> list[Tag]:
    """The tags of an item after a change: those that stay in their order, then the new ones."""
    gone = set(change.remove)
    texts = {tag.tag: tag.text for tag in change.add}
    stay = [] if change.clears else [tag for tag in there if tag.tag not in gone]
    stay = [Tag(tag.tag, texts.get(tag.tag) or tag.text) for tag in stay]
    have = {tag.tag for tag in stay}
    return stay + [Tag(tag.tag, tag.text) for tag in change.add if tag.tag not in have and tag.tag not in gone]


def _tags_kept(
    tx: Writer, identity_id: int, kind: TagType, change: TagChange, wanted: Sequence[Tag], known: EditRow | None
) -> EditRow | None:
    """What an identity remembers of its tags after a change; ``None``: nothing."""
    name = _NAMES[kind]
    if change.locked:
        return EditRow(identity_id, name, _encode(wanted), True, tx.now)
    if kind not in _KEPT_UNLOCKED:
        return None
    delta = _delta(known)
    gone = {*change.remove, *(delta.add if change.clears else ())}
    added = [tag.tag for tag in change.add]
    add = [tag for tag in dict.fromkeys((*delta.add, *added)) if tag not in gone]
    remove = [tag for tag in dict.fromkeys((*delta.remove, *change.remove)) if tag not in added]
    if not add and not remove:
        return None
    return EditRow(identity_id, name, json.encode(TagDelta(add, remove)).decode(), False, tx.now)


def _encode(wanted: Iterable[Tag]) -> str:
    return json.encode([tag.tag if tag.text is None else tag for tag in wanted]).decode()


def _listed(value: str) -> list[Tag]:
    found = json.decode(value, type=list[str | Tag])
    return [Tag(each) if isinstance(each, str) else each for each in found]


def _delta(known: EditRow | None) -> TagDelta:
    """What was remembered of tags that were not locked; a list that was is taken for added."""
    if known is None or known.value is None:
        return TagDelta()
    if known.value.startswith("["):
        return TagDelta(add=[tag.tag for tag in _listed(known.value)])
    return json.decode(known.value, type=TagDelta)


def _remembered(value: str, found: Sequence[Tag]) -> list[Tag]:
    """The tags of an item, from what a scan found and an edit says."""
    if value.startswith("["):
        return _listed(value)
    delta = json.decode(value, type=TagDelta)
    gone, have = set(delta.remove), {tag.tag for tag in found}
    return [tag for tag in found if tag.tag not in gone] + [Tag(tag) for tag in delta.add if tag not in have]


def locks_of(r: Reader, identity_ids: Sequence[int]) -> dict[int, list[str]]:
    """The fields that are locked, by identity."""
    return {
        identity_id: [row.field for row in rows if row.locked]
        for identity_id, rows in kept_edits.edits_of(r, identity_ids).items()
    }
