"""Listings that show one item of each title (``group=title``)."""

import numpy as np
from sqlalchemy import select

from vitascope.store import schema
from vitascope.store.positions.arrays import Ids
from vitascope.store.reader import Reader

_GROUP_PIECE = 20_000


def first_of_each_title(reader: Reader, in_order: Ids) -> Ids:
    """Keeps the first item of each title, in order."""
    items = schema.items
    seen: set[str] = set()
    kept: list[int] = []
    for start in range(0, in_order.size, _GROUP_PIECE):
        piece = in_order[start : start + _GROUP_PIECE].tolist()
        titles: dict[int, str] = {}
        for offset in range(0, len(piece), 500):
            chunk = piece[offset : offset + 500]
            rows = reader.conn.execute(select(items.c.id, items.c.title_folded).where(items.c.id.in_(chunk)))
            titles.update((row[0], row[1]) for row in rows)
        for item_id in piece:
            title = titles.get(item_id)
            if title is not None and title not in seen:
                seen.add(title)
                kept.append(item_id)
    return np.asarray(kept, dtype=np.int64)
