"""A batch of finished rows: what a scan sends over its pipe and the writer applies (:mod:`vitascope.store.changes`).

Rows carry ids from a block (:mod:`vitascope.store.ids`), so they are complete before they are written.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from vitascope.core.naming.titles import ARTICLES
from vitascope.store.reader import chunks
from vitascope.store.rows import (
    ArtworkRow,
    EditRow,
    FileRow,
    IdentityKeyRow,
    IdentityRow,
    ItemDetailRow,
    ItemGuidRow,
    ItemRatingRow,
    ItemReviewRow,
    ItemRow,
    JobRow,
    MarkerRow,
    MediaRow,
    PartRow,
    SearchTextRow,
    StreamRow,
    TaggingRow,
    TagRow,
)

BATCH_ITEMS = 400
"""Items in one bulk transaction: about 20 ms of work, 50 at most on a slow machine."""
_BATCH_ROWS = 2_000


class Rows(Struct, kw_only=True, omit_defaults=True):
    """Rows by table."""

    files: list[FileRow] = field(default_factory=list)
    identities: list[IdentityRow] = field(default_factory=list)
    identity_keys: list[IdentityKeyRow] = field(default_factory=list)
    edits: list[EditRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    item_details: list[ItemDetailRow] = field(default_factory=list)
    item_guids: list[ItemGuidRow] = field(default_factory=list)
    item_ratings: list[ItemRatingRow] = field(default_factory=list)
    item_reviews: list[ItemReviewRow] = field(default_factory=list)
    media: list[MediaRow] = field(default_factory=list)
    parts: list[PartRow] = field(default_factory=list)
    streams: list[StreamRow] = field(default_factory=list)
    markers: list[MarkerRow] = field(default_factory=list)
    tags: list[TagRow] = field(default_factory=list)
    taggings: list[TaggingRow] = field(default_factory=list)
    artworks: list[ArtworkRow] = field(default_factory=list)
    search_texts: list[SearchTextRow] = field(default_factory=list)
    jobs: list[JobRow] = field(default_factory=list)


class Deletes(Struct, kw_only=True, omit_defaults=True):
    """Ids by table. Items go with everything below and on them, media with their parts, parts with their streams."""

    items: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    streams: list[int] = field(default_factory=list)
    markers: list[int] = field(default_factory=list)
    artworks: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


class Clear(Struct, kw_only=True, omit_defaults=True):
    """Ids of items whose rows in a table are replaced: all of them go before the batch inserts its own."""

    media: list[int] = field(default_factory=list)
    """With parts and streams."""
    taggings: list[int] = field(default_factory=list)
    item_guids: list[int] = field(default_factory=list)
    item_ratings: list[int] = field(default_factory=list)
    item_reviews: list[int] = field(default_factory=list)
    markers: list[int] = field(default_factory=list)
    artworks: list[int] = field(default_factory=list)


class Changes(Struct, kw_only=True, omit_defaults=True):
    """One batch. Updates carry full rows and must exist, except ``item_details`` and ``search_texts``, which are
    made when missing; container numbers (``child_count``, ``leaf_count``, ``latest_leaf_*``) are the store's own and
    are ignored in item rows."""

    insert: Rows = field(default_factory=Rows)
    update: Rows = field(default_factory=Rows)
    delete: Deletes = field(default_factory=Deletes)
    clear: Clear = field(default_factory=Clear)
    touch: list[int] = field(default_factory=list)
    """Sections whose scan version goes up."""
    articles: tuple[str, ...] = ARTICLES
    """With which the sort keys of the items were made."""


_BY_ITEM = (
    "item_details",
    "item_guids",
    "item_ratings",
    "item_reviews",
    "media",
    "parts",
    "streams",
    "markers",
    "taggings",
    "artworks",
    "search_texts",
)
_FREE = ("files", "identities", "identity_keys", "tags", "edits", "jobs")


def split(changes: Changes, max_items: int = BATCH_ITEMS) -> Iterator[Changes]:
    """The same changes in batches small enough for one bulk transaction each.

    An item never parts from its rows. Identities and their keys, tags and files come first, then items in their order
    with what hangs on them; what is deleted or cleared goes before everything, so between two of the batches an item
    may lack what the next one brings: only for batches too long for one transaction.
    """
    size = sum(len(getattr(part, name)) for part in (changes.insert, changes.update) for name in Rows.__struct_fields__)
    deleted = len(changes.delete.items)
    if size <= _BATCH_ROWS * 2 and max(len(changes.insert.items), len(changes.update.items), deleted) <= max_items:
        yield changes
        return
    touch = changes.touch
    if changes.delete != Deletes() or changes.clear != Clear():
        for some in chunks(changes.delete.items, max_items):
            yield Changes(delete=Deletes(items=list(some)), touch=touch)
        changes.delete.items = []
        yield Changes(delete=changes.delete, clear=changes.clear, touch=touch)
    for target, rows in (("insert", changes.insert), ("update", changes.update)):
        for part in _pieces(rows, max_items):
            yield Changes(**{target: part}, touch=touch, articles=changes.articles)  # type: ignore[arg-type]


def _pieces(rows: Rows, max_items: int) -> Iterator[Rows]:
    if rows.identities or rows.identity_keys:
        # together: an alias is recognised by a key and its identity in one batch
        keys: dict[int, list[IdentityKeyRow]] = {}
        for key in rows.identity_keys:
            keys.setdefault(key.identity_id, []).append(key)
        for some in chunks(rows.identities, max_items):
            yield Rows(identities=list(some), identity_keys=[k for row in some for k in keys.pop(row.id, [])])
        rest = [key for some_keys in keys.values() for key in some_keys]
        for some_rest in chunks(rest, _BATCH_ROWS):
            yield Rows(identity_keys=list(some_rest))
    for name in _FREE:
        if name not in ("identities", "identity_keys"):
            for free in chunks(getattr(rows, name), _BATCH_ROWS):
                yield Rows(**{name: list(free)})
    order = {item.id: at for at, item in enumerate(rows.items)}
    by_item: dict[int, dict[str, list[Any]]] = {item.id: {"items": [item]} for item in rows.items}
    for name in _BY_ITEM:
        for row in getattr(rows, name):
            by_item.setdefault(row.item_id, {}).setdefault(name, []).append(row)
    piece, count, row_count = Rows(), 0, 0
    for item_id in sorted(by_item, key=lambda i: order.get(i, len(order))):
        for name, found in by_item[item_id].items():
            getattr(piece, name).extend(found)
            row_count += len(found)
        count += 1
        if count >= max_items or row_count >= _BATCH_ROWS * 2:
            yield piece
            piece, count, row_count = Rows(), 0, 0
    if count:
        yield piece
