"""Reviews: those that sources gave an item, and those that the owner wrote instead.

The sources' are rows that a scan replaces; the owner's are an edit (field ``review`` of table ``edits``), which counts
as long as it is locked.
"""

from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from vitascope.core.edits.reviews import NAME
from vitascope.core.reviews import Review, ReviewChange, changed
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import EditRow, ItemReviewRow, ItemRow
from vitascope.store.schema import edits, item_reviews
from vitascope.store.writer import Writer

_decode = msgspec.json.Decoder(list[Review]).decode
_given = (
    select(item_reviews)
    .where(any_of(item_reviews.c.item_id, "ids"))
    .order_by(item_reviews.c.item_id, item_reviews.c.ordering)
)
_written = select(edits).where(any_of(edits.c.identity_id, "ids"), edits.c.field == NAME)
_forget = edits.delete().where(any_of(edits.c.identity_id, "identity_ids"), edits.c.field == NAME)


def reviews_of(r: Reader, items: Sequence[ItemRow]) -> dict[int, list[Review]]:
    """The reviews of these items, by item."""
    rows = r.rows(EditRow, _written, {"ids": [item.identity_id for item in items]})
    written = {row.identity_id: _decode(row.value) for row in rows if row.value is not None}
    found: dict[int, list[Review]] = {item.id: written.get(item.identity_id, []) for item in items}
    left = [item.id for item in items if item.identity_id not in written]
    for row in r.rows(ItemReviewRow, _given, {"ids": left}):
        review = Review(tag=row.reviewer, text=row.text, source=row.source, image=row.image, link=row.link)
        found[row.item_id].append(review)
    return found


def rows_of(item_id: int, reviews: Sequence[Review]) -> list[ItemReviewRow]:
    """Reviews as the rows of an item."""
    return [
        ItemReviewRow(item_id, ordering, one.tag, one.source, one.image, one.link, one.text)
        for ordering, one in enumerate(reviews)
    ]


def apply(tx: Writer, items: Sequence[ItemRow], change: ReviewChange) -> None:
    """Make a change of all items of some identities. What is not locked holds until files are read again."""
    before = reviews_of(tx, items)
    by_identity = {item.identity_id: changed(before[item.id], change) for item in reversed(items)}
    if change.locked:
        rows = [
            EditRow(identity_id, NAME, msgspec.json.encode(after).decode(), True, tx.now)
            for identity_id, after in by_identity.items()
        ]
        bulk.insert_rows(tx, edits, rows, "replace")
        return
    tx.conn.execute(_forget, {"identity_ids": list(by_identity)})
    if change.changes:
        bulk.delete_where(tx, item_reviews, "item_id", [item.id for item in items])
        given = [row for item in items for row in rows_of(item.id, by_identity[item.identity_id])]
        bulk.insert_rows(tx, item_reviews, given)
