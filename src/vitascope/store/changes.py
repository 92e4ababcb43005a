"""Batches of finished rows: the one way by which bulk content enters the store.

A scan builds the rows (with ids from a block, :mod:`vitascope.store.ids`) in its own process, sends a
:class:`Changes` over its pipe, and the writer applies it. Order inside one batch: ``delete``, ``clear``, ``insert``,
``update``; then everything that follows from it (counts, container numbers, progress, search) is brought in step.

Two scans, or a scan and a person's edit, may make the same tag or the same identity at the same time. Then the one
that was there first stays, and the writer remembers the other's id as an alias of it, also for later batches.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import LEAF_TYPES, TagType
from vitascope.store import (
    artworks,
    bulk,
    collections,
    deletion,
    filing,
    identities,
    jobs,
    known_keys,
    matches,
    rollups,
    schema,
    uploads,
)
from vitascope.store.batches import Changes, Clear, Deletes, Rows
from vitascope.store.reader import any_of
from vitascope.store.rows import IdentityKeyRow, ItemRow, SearchTextRow, TagRow
from vitascope.store.words import learn_tags, learn_words
from vitascope.store.writer import Writer

T = TypeVar("T")

_UPDATABLE = (
    "files",
    "identity_keys",
    "edits",
    "media",
    "parts",
    "streams",
    "markers",
    "tags",
    "taggings",
    "artworks",
    "jobs",
)
_PLAIN_INSERTS = (
    "item_details",
    "item_guids",
    "item_ratings",
    "item_reviews",
    "media",
    "parts",
    "streams",
    "markers",
    "artworks",
)


def apply(tx: Writer, changes: Changes) -> None:
    """Write one batch. Keep it to some hundred items (:func:`split`); sections in ``touch`` get a new version."""
    rewritten = sorted({item.id for item in changes.update.items} | set(changes.clear.artworks))
    pictures = [row for rows in artworks.artworks_of(tx, rewritten).values() for row in rows] if rewritten else []
    for rows in (changes.insert, changes.update):
        rows.items = list(filing.put_right(tx, rows.items, changes.articles)) if rows.items else []
    _delete(tx, changes.delete)
    _clear(tx, changes.clear)
    _insert(tx, changes.insert)
    _update(tx, changes.update)
    if rewritten:
        artworks.outlast(tx, pictures, rewritten)
    _restore_uploads(tx, changes)
    for section_id in changes.touch:
        tx.touch(section_id)


def _delete(tx: Writer, delete: Deletes) -> None:
    if delete.items:
        deletion.delete_items(tx, delete.items)
    if delete.media:
        deletion.delete_media(tx, delete.media)
    if delete.parts:
        deletion.delete_parts(tx, delete.parts)
    for name in ("streams", "markers", "artworks", "files"):
        bulk.delete_where(tx, schema.metadata.tables[name], "id", getattr(delete, name))


def _clear(tx: Writer, clear: Clear) -> None:
    if clear.media:
        deletion.clear_media(tx, clear.media)
    if clear.taggings:
        lost = rollups.tags_of(tx, clear.taggings)
        bulk.delete_where(tx, schema.taggings, "item_id", clear.taggings)
        rollups.count_tags(tx, Counter({key: -number for key, number in lost.items()}))
    for name in ("item_guids", "item_ratings", "item_reviews", "markers", "artworks"):
        bulk.delete_where(tx, schema.metadata.tables[name], "item_id", getattr(clear, name))


def _restore_uploads(tx: Writer, changes: Changes) -> None:
    """Items that are new although their identity is known, that got new parts, or whose row or pictures were written
    anew get what was handed in for them: a scan may have read them before it was."""
    rows = changes.insert
    fresh = {row.id for row in rows.identities} - tx.shared.aliases.get("identities", {}).keys()
    born = {item.id: item.identity_id for item in rows.items}
    wanted = {item_id for item_id, identity in born.items() if identity not in fresh}
    wanted |= {part.item_id for part in rows.parts} - born.keys()
    wanted |= {item.id for item in changes.update.items} | set(changes.clear.artworks)
    uploads.restore(tx, sorted(wanted))
    matches.have_come_back(tx, [item for item in rows.items if item.id in wanted and item.identity_id not in fresh])


# --- inserting -------------------------------------------------------------------------------------------------


def _insert(tx: Writer, rows: Rows) -> None:
    bulk.insert_rows(tx, schema.files, rows.files)
    identity_aliases = _insert_identities(tx, rows)
    tag_aliases = _insert_tags(tx, rows.tags)
    _insert_items(tx, rows, identity_aliases)
    for name in _PLAIN_INSERTS:
        bulk.insert_rows(tx, schema.metadata.tables[name], getattr(rows, name))
    _insert_taggings(tx, rows, tag_aliases)
    if rows.edits:
        bulk.insert_rows(tx, schema.edits, _renamed(rows.edits, "identity_id", identity_aliases))
    if rows.search_texts:
        _insert_search(tx, rows)
    jobs.ask(tx, rows.jobs)


def _insert_identities(tx: Writer, rows: Rows) -> dict[int, int]:
    aliases = tx.shared.aliases.setdefault("identities", {})
    for row in rows.identities:
        aliases.pop(row.id, None)
    keys = _renamed(rows.identity_keys, "identity_id", aliases)
    contested: list[IdentityKeyRow] = []
    if bulk.insert_rows(tx, schema.identity_keys, keys, "ignore") < len(keys):
        fresh = {row.id for row in rows.identities}
        known = known_keys.owners(tx, (key.key_hash for key in keys))
        contested = [key for key in keys if known[key.key_hash] != key.identity_id]
        for key in contested:
            if key.identity_id in fresh:
                aliases.setdefault(key.identity_id, known[key.key_hash])
        # keys of an alias that were new went in under its id: hand them to the identity that stays
        for alias in fresh & aliases.keys():
            tx.conn.execute(_move_keys, {"theirs": alias, "ours": aliases[alias]})
    bulk.insert_rows(tx, schema.identities, [row for row in rows.identities if row.id not in aliases])
    claims: dict[int, list[known_keys.Key]] = {}
    for key in contested:
        claims.setdefault(aliases.get(key.identity_id, key.identity_id), []).append(known_keys.Key(key.kind, key.key))
    for identity_id, claimed in claims.items():
        identities.attach(tx, identity_id, claimed)
    return aliases


_move_keys = (
    schema.identity_keys.update()
    .where(schema.identity_keys.c.identity_id == bindparam("theirs"))
    .values(identity_id=bindparam("ours"))
)

_tags_like = select(schema.tags.c.id, schema.tags.c.type, schema.tags.c.tag).where(
    any_of(schema.tags.c.tag, "texts", text=True)
)


def _insert_tags(tx: Writer, rows: Sequence[TagRow]) -> dict[int, int]:
    aliases = tx.shared.aliases.setdefault("tags", {})
    for row in rows:
        aliases.pop(row.id, None)
    if bulk.insert_rows(tx, schema.tags, rows, "ignore") < len(rows):
        known = {(t, tag): id_ for id_, t, tag in tx.tuples(_tags_like, {"texts": [row.tag for row in rows]})}
        for row in rows:
            ours = known[row.type, row.tag.replace("\x00", "")]
            if ours != row.id:
                aliases[row.id] = ours
    learn_tags(tx, [row for row in rows if row.id not in aliases])
    return aliases


def _insert_items(tx: Writer, rows: Rows, aliases: dict[int, int]) -> None:
    if not rows.items:
        return
    items = _renamed(rows.items, "identity_id", aliases)
    bulk.insert_rows(tx, schema.items, [_blank_numbers(item) for item in items])
    tx.items_created(item.id for item in items)
    rollups.count_items(tx, Counter((i.section_id, i.type) for i in items if i.extra_type is None))
    rollups.add_to_containers(tx, items)
    fresh = {row.id for row in rows.identities} - aliases.keys()
    leaves = {i.identity_id for i in items if i.type in LEAF_TYPES and i.parent_id and i.identity_id not in fresh}
    watched = rollups.watched_identities(tx, leaves)
    rollups.recount_progress(tx, rollups.containers_above(tx, watched))


def _blank_numbers(item: ItemRow) -> ItemRow:
    if item.child_count or item.leaf_count or item.latest_leaf_added_at or item.latest_leaf_available_at:
        return replace(item, child_count=0, leaf_count=0, latest_leaf_added_at=None, latest_leaf_available_at=None)
    return item


_kinds = select(schema.items.c.id, schema.items.c.section_id, schema.items.c.type, schema.items.c.extra_type).where(
    any_of(schema.items.c.id, "ids")
)


def _kinds_of(tx: Writer, rows: Rows, item_ids: set[int]) -> dict[int, tuple[int, int, int | None]]:
    """(section, type, extra type) of items, of this batch or not."""
    found = {i.id: (i.section_id, i.type, i.extra_type) for i in rows.items if i.id in item_ids}
    missing = item_ids - found.keys()
    if missing:
        found.update({i: (s, t, e) for i, s, t, e in tx.tuples(_kinds, {"ids": list(missing)})})
    return found


def _insert_taggings(tx: Writer, rows: Rows, aliases: dict[int, int]) -> None:
    if not rows.taggings:
        return
    unique = {(row.item_id, row.tag_id): row for row in reversed(_renamed(rows.taggings, "tag_id", aliases))}
    bulk.insert_rows(tx, schema.taggings, list(reversed(unique.values())))
    kinds = _kinds_of(tx, rows, {item_id for item_id, _ in unique})
    gathered = [row for row in unique.values() if row.tag_type == TagType.COLLECTION]
    if gathered:
        places = {(kinds[row.item_id][0], row.tag_id) for row in gathered if row.item_id in kinds}
        collections.appear(tx, places)
    deltas: Counter[tuple[int, int, int]] = Counter()
    for item_id, tag_id in unique:
        section_id, item_type, extra_type = kinds.get(item_id, (0, 0, 0))
        if extra_type is None:
            deltas[section_id, item_type, tag_id] += 1
    rollups.count_tags(tx, deltas)


def _insert_search(tx: Writer, rows: Rows) -> None:
    kinds = _kinds_of(tx, rows, {row.item_id for row in rows.search_texts})
    texts = [
        replace(row, kind=f"k{kinds[row.item_id][1]}") if row.item_id in kinds else row for row in rows.search_texts
    ]
    bulk.insert_rows(tx, schema.search_texts, texts)
    learn_words(tx, texts)


# --- updating --------------------------------------------------------------------------------------------------

_before = select(
    schema.items.c.id,
    schema.items.c.section_id,
    schema.items.c.type,
    schema.items.c.extra_type,
    schema.items.c.parent_id,
    schema.items.c.grandparent_id,
    schema.items.c.added_at,
    schema.items.c.available_at,
    schema.items.c.identity_id,
).where(any_of(schema.items.c.id, "ids"))


def _update(tx: Writer, rows: Rows) -> None:
    if rows.items:
        update_items(tx, rows.items)
    for name in _UPDATABLE:
        bulk.update_rows(tx, schema.metadata.tables[name], getattr(rows, name))
    if rows.item_details:
        bulk.delete_where(tx, schema.item_details, "item_id", [row.item_id for row in rows.item_details])
        bulk.insert_rows(tx, schema.item_details, rows.item_details)
    if rows.search_texts:
        replace_search_texts(tx, rows.search_texts)


def replace_search_texts(tx: Writer, texts: Sequence[SearchTextRow]) -> None:
    """Let items be found by these texts instead of what they were found by."""
    if texts:
        bulk.delete_where(tx, schema.search_texts, "item_id", [row.item_id for row in texts])
        _insert_search(tx, Rows(search_texts=list(texts)))


def update_items(tx: Writer, rows: Sequence[ItemRow]) -> None:
    """Write full item rows over those with the same ids, and bring every number in step with what that changed."""
    items = _renamed(rows, "identity_id", tx.shared.aliases.get("identities", {}))
    before = {row[0]: row[1:] for row in tx.tuples(_before, {"ids": [item.id for item in items]})}
    numbers: Counter[tuple[int, int]] = Counter()
    containers: set[int] = set()
    rewatched: set[int] = set()
    retagged: set[int] = set()
    for item in items:
        if item.id not in before:
            continue
        section_id, item_type, extra_type, parent, grandparent, added_at, available_at, identity = before[item.id]
        if (section_id, item_type, extra_type) != (item.section_id, item.type, item.extra_type):
            retagged.add(item.id)
            if extra_type is None:
                numbers[section_id, item_type] -= 1
            if item.extra_type is None:
                numbers[item.section_id, item.type] += 1
        place = {parent, grandparent, item.parent_id, item.grandparent_id} - {None}
        moved = (extra_type, parent, grandparent) != (item.extra_type, item.parent_id, item.grandparent_id)
        if moved or (added_at, available_at) != (item.added_at, item.available_at):
            containers |= place
        if (moved or identity != item.identity_id) and item.type in LEAF_TYPES:
            rewatched |= place
    lost = rollups.tags_of(tx, retagged)
    bulk.update_rows(tx, schema.items, items, rollups.OWNED_BY_STORE)
    tx.items_changed(before)
    gained = rollups.tags_of(tx, retagged)
    gained.subtract(lost)
    rollups.count_items(tx, numbers)
    rollups.count_tags(tx, gained)
    rollups.recount_containers(tx, containers)
    rollups.recount_progress(tx, rewatched)


def _renamed(rows: Sequence[T], field_name: str, aliases: dict[int, int]) -> Sequence[T]:
    """``rows`` with ids that turned out to be aliases replaced."""
    if not aliases:
        return rows
    changed: list[Any] = []
    for row in rows:
        ours = aliases.get(getattr(row, field_name))
        changed.append(row if ours is None else replace(row, **{field_name: ours}))  # type: ignore[type-var]
    return changed
