"""Is the database whole? The engine's own check, then whether every number and index that the writer keeps agrees with
the rows it is made from. For tests, ``vitascope doctor`` and the kill loop; :func:`rebuild_search` and :func:`recount`
repair what can be worked out anew.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, Table, and_, delete, exists, func, or_, select, text

from vitascope.core.model import LEAF_TYPES
from vitascope.store import rollups
from vitascope.store.errors import StoreBroken
from vitascope.store.reader import Reader
from vitascope.store.rows import SearchTextRow, TagRow
from vitascope.store.schema import (
    artworks,
    conversions,
    download_queues,
    downloads,
    files,
    generators,
    identities,
    identity_keys,
    item_counts,
    item_details,
    item_guids,
    items,
    locations,
    managed_hubs,
    media,
    memberships,
    parts,
    people,
    play_queues,
    playlists,
    progress,
    queue_items,
    search_texts,
    search_words,
    sections,
    states,
    streams,
    tag_counts,
    tag_words,
    taggings,
    tags,
)
from vitascope.store.visibility import NO_SECTION
from vitascope.store.words import learn_tags, learn_words
from vitascope.store.writer import Writer

SHOWN = 5


class Problem(Struct, frozen=True):
    """One thing that is not as it should be."""

    what: str
    number: int = 1
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what}: {self.number}" + (f" (such as {', '.join(self.examples)})" if self.examples else "")


def check(r: Reader, *, deep: bool = True) -> list[Problem]:
    """Everything that is wrong; an empty list for a whole database. ``deep`` reads all of it, minutes for a large one;
    without it only the engine's quick check is made."""
    problems = _engine(r, deep=deep)
    if problems or not deep:
        return problems
    return [*_orphans(r), *_numbers(r), *_search(r)]


def _engine(r: Reader, *, deep: bool) -> list[Problem]:
    if r.dialect != "sqlite":
        return []
    found = r.scalars(text("PRAGMA integrity_check" if deep else "PRAGMA quick_check"))
    return [] if found == ["ok"] else [Problem("SQLite finds the file damaged", len(found), tuple(found[:SHOWN]))]


# --- rows that hang on nothing ---------------------------------------------------------------------------------

_POINTS: Sequence[tuple[Table, str, Table]] = (
    (items, "section_id", sections),
    (items, "identity_id", identities),
    (items, "parent_id", items),
    (items, "grandparent_id", items),
    (items, "location_id", locations),
    (item_details, "item_id", items),
    (item_guids, "item_id", items),
    (media, "item_id", items),
    (parts, "media_id", media),
    (parts, "item_id", items),
    (parts, "file_id", files),
    (streams, "part_id", parts),
    (streams, "item_id", items),
    (taggings, "item_id", items),
    (taggings, "tag_id", tags),
    (tag_words, "tag_id", tags),
    (artworks, "item_id", items),
    (search_texts, "item_id", items),
    (progress, "item_id", items),
    (identity_keys, "identity_id", identities),
    (states, "identity_id", identities),
    (files, "location_id", locations),
    (locations, "section_id", sections),
    (managed_hubs, "section_id", sections),
    (managed_hubs, "identity_id", identities),
    (memberships, "list_id", items),
    (playlists, "item_id", items),
    (playlists, "person_id", people),
    (play_queues, "person_id", people),
    (queue_items, "queue_id", play_queues),
    (download_queues, "person_id", people),
    (downloads, "queue_id", download_queues),
    (conversions, "generator_id", generators),
    (conversions, "identity_id", identities),
)


def _orphan(table: Table, column: str, target: Table) -> Select[int, Any]:
    pointed = target.alias("pointed")
    points = table.c[column]
    return select(func.count(), func.min(points)).where(
        points.is_not(None), points != NO_SECTION, ~exists(select(pointed.c.id).where(pointed.c.id == points))
    )


_orphan_statements = [(f"{table.name}.{column}", _orphan(table, column, target)) for table, column, target in _POINTS]


def _orphans(r: Reader) -> list[Problem]:
    problems = []
    for name, statement in _orphan_statements:
        number, example = r.tuples(statement)[0]
        if number:
            problems.append(Problem(f"{name} points at nothing", number, (str(example),)))
    return problems


# --- numbers ---------------------------------------------------------------------------------------------------

_leaf_types = sorted(int(kind) for kind in LEAF_TYPES)
_listed = items.c.extra_type.is_(None)
_leaf = and_(items.c.type.in_(_leaf_types), _listed)
_counted_items = (
    select(items.c.section_id, items.c.type, func.count()).where(_listed).group_by(items.c.section_id, items.c.type)
)
_counted_tags = (
    select(items.c.section_id, items.c.type, taggings.c.tag_id, func.count())
    .join(items, items.c.id == taggings.c.item_id)
    .where(_listed)
    .group_by(items.c.section_id, items.c.type, taggings.c.tag_id)
)
_counted_children = (
    select(items.c.parent_id, func.count()).where(_listed, items.c.parent_id.is_not(None)).group_by(items.c.parent_id)
)
_child_counts = select(items.c.id, items.c.child_count).where(items.c.child_count != 0)
_leaf_counts = select(
    items.c.id, items.c.leaf_count, items.c.latest_leaf_added_at, items.c.latest_leaf_available_at
).where(or_(items.c.leaf_count != 0, items.c.latest_leaf_added_at.is_not(None)))
_counted_leaves = [
    select(key, func.count(), func.max(items.c.added_at), func.max(items.c.available_at))
    .where(_leaf, key.is_not(None))
    .group_by(key)
    for key in (items.c.parent_id, items.c.grandparent_id)
]
_counted_progress = [
    select(states.c.person_id, key, func.count())
    .join(items, items.c.identity_id == states.c.identity_id)
    .where(_leaf, states.c.view_count > 0, key.is_not(None))
    .group_by(states.c.person_id, key)
    for key in (items.c.parent_id, items.c.grandparent_id)
]
_kept_progress = select(progress.c.person_id, progress.c.item_id, progress.c.viewed_leaf_count)


def _keyed(rows: Sequence[tuple[object, ...]]) -> dict[object, object]:
    return {row[:-1]: row[-1] for row in rows}


def _compare(what: str, kept: dict[object, object], counted: dict[object, object]) -> list[Problem]:
    wrong = [key for key in kept.keys() | counted.keys() if kept.get(key) != counted.get(key)]
    if not wrong:
        return []
    shown = tuple(f"{key}: {kept.get(key)} for {counted.get(key)}" for key in wrong[:SHOWN])
    return [Problem(what, len(wrong), shown)]


def _numbers(r: Reader) -> list[Problem]:
    problems = _compare("item_counts", _keyed(r.tuples(select(item_counts))), _keyed(r.tuples(_counted_items)))
    problems += _compare("tag_counts", _keyed(r.tuples(select(tag_counts))), _keyed(r.tuples(_counted_tags)))
    problems += _compare("child_count", _keyed(r.tuples(_child_counts)), _keyed(r.tuples(_counted_children)))
    leaves: dict[object, object] = {}
    for statement in _counted_leaves:
        leaves.update((row[0], tuple(row[1:])) for row in r.tuples(statement))
    kept: dict[object, object] = {row[0]: tuple(row[1:]) for row in r.tuples(_leaf_counts)}
    problems += _compare("leaf_count", kept, leaves)
    watched: dict[object, object] = {}
    for statement in _counted_progress:
        watched.update(_keyed(r.tuples(statement)))
    problems += _compare("progress", _keyed(r.tuples(_kept_progress)), watched)
    return problems


# --- search ----------------------------------------------------------------------------------------------------


def _search(r: Reader) -> list[Problem]:
    """Whether the full-text index holds exactly the texts. (PostgreSQL keeps its index itself.)"""
    problems = []
    wrong_kind = r.scalar(
        select(func.count())
        .select_from(search_texts)
        .join(items, items.c.id == search_texts.c.item_id)
        .where(search_texts.c.kind != "k" + items.c.type.cast(search_texts.c.kind.type))
    )
    if wrong_kind:
        problems.append(Problem("search_texts.kind is not the item's type", wrong_kind))
    return problems


def check_full_text(tx: Writer) -> list[Problem]:
    """Compare the full-text index with its texts, word by word. SQLite does that as a write command, hence a writer."""
    if tx.dialect != "sqlite":
        return []
    try:
        tx.conn.execute(text("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)"))
    except Exception as error:  # noqa: BLE001 - whatever it is called by the driver, the index does not agree
        return [Problem(f"the full-text index does not agree with its texts: {error}")]
    return []


def rebuild_search(tx: Writer) -> None:
    """Make the full-text index and the words for typing mistakes anew from the texts. Long for a large library."""
    if tx.dialect == "sqlite":
        tx.conn.execute(text("INSERT INTO search_fts (search_fts) VALUES ('rebuild')"))
    tx.conn.execute(delete(search_words))
    tx.shared.words.clear()
    after = 0
    while page := tx.rows(
        SearchTextRow, select(search_texts).where(search_texts.c.item_id > after).order_by("item_id").limit(500)
    ):
        learn_words(tx, page)
        after = page[-1].item_id
    tx.conn.execute(delete(tag_words))
    after = 0
    while found := tx.rows(TagRow, select(tags).where(tags.c.id > after).order_by(tags.c.id).limit(500)):
        learn_tags(tx, found)
        after = found[-1].id


def recount(tx: Writer) -> None:
    """Count everything that listings read instead of counting anew. Long for a large library."""
    tx.conn.execute(delete(item_counts))
    tx.conn.execute(item_counts.insert().from_select(["section_id", "item_type", "item_count"], _counted_items))
    tx.conn.execute(delete(tag_counts))
    columns = ["section_id", "item_type", "tag_id", "item_count"]
    tx.conn.execute(tag_counts.insert().from_select(columns, _counted_tags))
    containers = {row[0] for statement in (_counted_children, *_counted_leaves) for row in tx.tuples(statement)}
    containers |= {row[0] for statement in (_child_counts, _leaf_counts) for row in tx.tuples(statement)}
    containers |= set(tx.scalars(select(progress.c.item_id).distinct()))
    rollups.recount_containers(tx, containers)
    rollups.recount_progress(tx, containers)


def raise_if_damaged(r: Reader) -> None:
    """Quick check at start-up: :class:`StoreBroken` for a damaged file."""
    problems = check(r, deep=False)
    if problems:
        raise StoreBroken("; ".join(map(str, problems)))
