"""By which articles titles are sorted (the preference ``ArticleStrings``), and a library sorted anew by others.

The list lies in the database beside the sort keys that were made with it: whoever makes a key in a transaction takes
the list from there, and a list that was changed while no server ran is noticed at the next start. Items that are there
already are sorted anew some hundred at a time; how far that came is written with them, so it goes on after a crash
where it was. Rows of a scan that began with another list are put right as they come in.

What has a sort title of its own keeps its place, and so does what has a locked one.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, exists, func, insert, select, update

from vitascope.core.naming.titles import ARTICLES, filing_key
from vitascope.store import bulk
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import ItemRow
from vitascope.store.schema import edits, items, meta, playlists
from vitascope.store.writer import Writer

BATCH = 400
"""Items looked at in one transaction: about 10 ms of work."""

_KEY = "articles"
_get = select(meta.c.value).where(meta.c.key == _KEY)
_add = insert(meta).values(key=_KEY, value=bindparam("v"))
_set = update(meta).where(meta.c.key == _KEY).values(value=bindparam("v"))
_next = (
    select(items.c.id, items.c.section_id, items.c.title, items.c.sort_key)
    .where(
        items.c.id > bindparam("after"),
        items.c.title_sort.is_(None),
        ~exists().where(edits.c.identity_id == items.c.identity_id, edits.c.field == "titleSort"),
    )
    .order_by(items.c.id)
    .limit(BATCH)
)
_last = select(func.max(items.c.id))
_file = update(items).where(items.c.id == bindparam("item")).values(sort_key=bindparam("filed"))
_listeners = select(playlists.c.person_id).where(any_of(playlists.c.item_id, "ids")).distinct()


class _Filing(Struct, frozen=True):
    articles: tuple[str, ...]
    after: int | None = None
    """The last item that is sorted by this list already; ``None`` when all are."""


def articles(r: Reader) -> tuple[str, ...]:
    """The words that sorting passes over at the beginning of a title."""
    return _filing(r).articles


def key(r: Reader, title: str, title_sort: str | None = None) -> str:
    """The sort key of a title, or of the sort title that was given in its place."""
    return filing_key(title, title_sort, articles(r))


def choose(tx: Writer, wanted: Sequence[str]) -> bool:
    """Sort by these articles from now on; whether there is something to be sorted anew (:func:`refile`)."""
    known = _filing(tx)
    if known.articles != tuple(wanted):
        known = _Filing(articles=tuple(wanted), after=0)
        _write(tx, known)
    return known.after is not None


def refile(tx: Writer) -> float | None:
    """Sort the next items anew. Which share of all is done; ``None`` when nothing is left to do."""
    known = _filing(tx)
    if known.after is None:
        return None
    found = tx.tuples(_next, {"after": known.after})
    moved: list[tuple[int, int, str]] = []
    for item_id, section_id, title, filed in found:
        wanted = filing_key(title, None, known.articles)
        if wanted != filed:
            moved.append((item_id, section_id, wanted))
    if moved:
        _move(tx, moved)
    after = found[-1][0] if len(found) == BATCH else None
    _write(tx, replace(known, after=after))
    return None if after is None else after / max(int(tx.scalar(_last)), 1)


def put_right(tx: Writer, rows: Sequence[ItemRow], made_with: tuple[str, ...]) -> Sequence[ItemRow]:
    """Rows whose sort keys were made with a list, as the list that is in force now has them."""
    known = articles(tx)
    if known == made_with:
        return rows
    return [
        row if row.title_sort is not None else replace(row, sort_key=filing_key(row.title, None, known)) for row in rows
    ]


def _move(tx: Writer, moved: Sequence[tuple[int, int, str]]) -> None:
    bulk.executemany(tx, _file, [(wanted, item_id) for item_id, _, wanted in moved])
    ids = [item_id for item_id, _, _ in moved]
    tx.items_changed(ids)
    for section_id in {section_id for _, section_id, _ in moved}:
        tx.touch(section_id, edit=True, items=ids)
    for person_id in tx.scalars(_listeners, {"ids": ids}):
        tx.touch_person(person_id)


def _filing(r: Reader) -> _Filing:
    found = r.scalar(_get)
    return msgspec.json.decode(found, type=_Filing) if found else _Filing(ARTICLES)


def _write(tx: Writer, known: _Filing) -> None:
    value = msgspec.json.encode(known).decode()
    if not tx.conn.execute(_set, {"v": value}).rowcount:
        tx.conn.execute(_add, {"v": value})
