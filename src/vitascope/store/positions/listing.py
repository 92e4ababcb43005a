"""Pages of listings, out of cached arrays."""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from vitascope.core.model import ItemType, Viewer
from vitascope.core.query import ALL, And, Condition, Listing, Node, Op, library_type
from vitascope.store import schema
from vitascope.store.positions.arrays import ABSENT, Ids, Mask, Packed, fetch_ids, narrow
from vitascope.store.positions.cache import ArrayCache, Versions
from vitascope.store.positions.columns import Column, asked, fetch_kept, is_kept
from vitascope.store.positions.frequent import frequent
from vitascope.store.positions.grouping import first_of_each_title
from vitascope.store.positions.masks import ROOTS, mask_of_tree
from vitascope.store.positions.mending import MOST, mended_column, mended_mask, mended_titles, mended_universe
from vitascope.store.positions.mixed import mixed
from vitascope.store.positions.orders import order_needs_person, ordered, titles_in_order
from vitascope.store.positions.predicates import depends_on_person
from vitascope.store.positions.universe import KEPT, Universe
from vitascope.store.reader import Reader

_WIDEST_BYTES = 4
"""What a key of a column takes, but for those few that do not fit into 32 bits."""
_ENTRY_BYTES = 1_000
"""What an array takes beside its numbers, about."""
_NOTHING: Ids = np.empty(0, dtype=np.int64)
T = TypeVar("T")


Hidden = tuple[Listing, Viewer]
"""What a listing leaves out, and with whose watch state that is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some ids of a listing: those from ``start`` on."""

    ids: tuple[int, ...]
    start: int
    total: int
    """How many the whole listing holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a listing holds, in no order that matters."""

    ids: Ids
    first_year: int | None
    last_year: int | None


class Positions:
    """Answers pages of listings; one for a server process, shared by all its readers."""

    def __init__(self, *, cache_bytes: int = 80 * 2**20) -> None:
        self._arrays: ArrayCache[Ids] = ArrayCache(cache_bytes, size_of=_bytes)
        self._facts: ArrayCache[Any] = ArrayCache(
            cache_bytes // 20, size_of=lambda fact: int(getattr(fact, "nbytes", 0)) + _ENTRY_BYTES
        )
        self._columns: ArrayCache[Column] = ArrayCache(cache_bytes, size_of=_bytes)
        self._masks: ArrayCache[Packed] = ArrayCache(cache_bytes // 8, size_of=lambda mask: _bytes(mask.bits))

    def forget(self) -> None:
        """Forget all positions; they are worked out again when they are asked for."""
        self._arrays.forget()
        self._columns.forget()
        self._masks.forget()

    def page(
        self,
        reader: Reader,
        listing: Listing,
        section_ids: Sequence[int],
        viewer: Viewer,
        *,
        start: int,
        size: int,
        more: Sequence[Listing] = (),
        without: Sequence[Hidden] = (),
    ) -> Page:
        """``size`` ids from position ``start`` on; a start beyond the end gives none.

        ``more`` are listings of other types whose items are mixed in, ``without`` what is left out.
        """
        if more or without:
            ids = self.mixed_ids(reader, (listing, *more), section_ids, viewer, without)
        else:
            ids = self.ids(reader, listing, section_ids, viewer)
        chosen = ids[max(start, 0) : max(start, 0) + max(size, 0)]
        return Page(ids=tuple(chosen.tolist()), start=start, total=int(ids.size))

    def position(
        self, reader: Reader, listing: Listing, section_ids: Sequence[int], viewer: Viewer, item_id: int
    ) -> int | None:
        """Where an item stands in a listing."""
        found = np.flatnonzero(self.ids(reader, listing, section_ids, viewer) == item_id)
        return int(found[0]) if found.size else None

    def ids(self, reader: Reader, listing: Listing, section_ids: Sequence[int], viewer: Viewer) -> Ids:
        """All ids of a listing, in order. The array is shared: do not change it."""
        sections = _visible(section_ids, viewer)
        if not sections:
            return _NOTHING
        tree = _restricted(listing, viewer)
        if tree == ALL and listing.group_by is None and listing.limit is None:
            return self._order(reader, self._universe(reader, sections, listing.type), listing, viewer)
        personal = order_needs_person(listing) or _any_personal(tree)
        key = (listing, tree, sections, viewer.person_id if personal else None)
        versions = versions_of(reader, sections, viewer.person_id if personal else None)
        return self._arrays.get(key, versions, lambda: self._make(reader, listing, tree, sections, viewer))

    def content(self, reader: Reader, listing: Listing, section_ids: Sequence[int], viewer: Viewer) -> Content:
        """What a listing holds and of which years that is, without putting it in order. The array may be shared: do
        not change it."""
        sections = _visible(section_ids, viewer)
        if not sections:
            return Content(ids=_NOTHING, first_year=None, last_year=None)
        universe = self._universe(reader, sections, listing.type)
        tree = _restricted(listing, viewer)
        self._read_together(reader, universe, ("year", *asked(universe, replace(listing, sort=()), tree)))
        if listing.limit is not None or listing.group_by is not None:
            ids = self.ids(reader, listing, sections, viewer)
        elif tree == ALL:
            ids = universe.ids
        else:
            ids = np.flatnonzero(self._mask(reader, universe, tree, viewer))
        years = self._column(reader, universe, "year").at(ids)
        years = years[years != ABSENT]
        first, last = (int(years.min()), int(years.max())) if years.size else (None, None)
        return Content(ids=ids, first_year=first, last_year=last)

    def foresee(self, reader: Reader, listings: Sequence[Listing], section_ids: Sequence[int], viewer: Viewer) -> None:
        """The :meth:`content` of all these listings will be asked for: read in one scan what they have in common."""
        sections = _visible(section_ids, viewer)
        names: dict[ItemType, set[str]] = {}
        for listing in listings if len(sections) == 1 else ():
            empty = Universe(section_ids=sections, type=listing.type, ids=_NOTHING)
            asked_of_it = asked(empty, replace(listing, sort=()), _restricted(listing, viewer))
            names.setdefault(listing.type, {"year"}).update(asked_of_it)
        for item_type, wanted in names.items():
            if not all((name, sections, item_type) in self._columns for name in wanted):
                self._read_together(reader, self._universe(reader, sections, item_type), sorted(wanted))

    def read_ahead(self, reader: Reader, section_id: int, item_type: ItemType) -> bool:
        """Read one more of what listings of this type are made of and that is not at hand: ids by title, then columns,
        then what the most frequent genres are on. ``False`` when there is nothing left to read, or no room to keep it.
        """
        sections = (section_id,)
        versions = versions_of(reader, sections, None)
        if not self._arrays.holds(("titles", sections, item_type), versions):
            self._universe(reader, sections, item_type)
            return True
        universe = self._universe(reader, sections, item_type)
        if self._columns.has_room_for(universe.size * _WIDEST_BYTES + _ENTRY_BYTES):
            for name in KEPT:
                if is_kept(universe, name) and not self._columns.holds((name, sections, item_type), versions):
                    self._column(reader, universe, name)
                    return True
        if self._masks.has_room_for(universe.size // 8 + _ENTRY_BYTES):
            for condition in frequent(reader, section_id, item_type):
                if not self._masks.holds((sections, item_type, condition, None), versions):
                    self._mask(reader, universe, condition, Viewer())
                    return True
        return False

    def mixed_ids(
        self,
        reader: Reader,
        listings: Sequence[Listing],
        section_ids: Sequence[int],
        viewer: Viewer,
        without: Sequence[Hidden] = (),
    ) -> Ids:
        """All ids of listings of different types, together by title, or one listing after the other. The first one's
        limit is that of the whole, and what is left out is left out of the first. The array is shared: do not change
        it."""
        sections = _visible(section_ids, viewer)
        if not sections:
            return _NOTHING
        trees = tuple(_restricted(listing, viewer) for listing in listings)
        personal = any(map(order_needs_person, listings)) or any(map(_any_personal, trees))
        person_id = viewer.person_id if personal else None

        def make() -> Ids:
            arrays = [self.ids(reader, listing, sections, viewer) for listing in listings]
            arrays[0] = _left(arrays[0], [self.ids(reader, one, sections, eyes) for one, eyes in without])
            return mixed(reader, listings, arrays)[: listings[0].limit]

        key = ("mixed", tuple(listings), trees, sections, person_id, tuple(without))
        versions = versions_of(reader, sections, person_id)
        others = tuple(reader.versions.person(eyes.person_id) for one, eyes in without if _any_personal(one.tree))
        return self._arrays.get(key, Versions((versions.edit, others), versions.scan), make)

    def remembered(
        self,
        reader: Reader,
        key: Hashable,
        section_ids: Sequence[int],
        person_id: int | None,
        make: Callable[[], T],
    ) -> T:
        """Something small that is worked out of these sections, kept as long as arrays of theirs are; on whose doings
        it depends is ``person_id``."""
        sections = tuple(section_ids)
        fact: T = self._facts.get((key, sections), versions_of(reader, sections, person_id), make)
        return fact

    def _make(self, reader: Reader, listing: Listing, tree: Node, sections: tuple[int, ...], viewer: Viewer) -> Ids:
        universe = self._universe(reader, sections, listing.type)
        self._read_together(reader, universe, asked(universe, listing, tree))
        in_order = self._order(reader, universe, listing, viewer)
        if in_order.size and tree != ALL:
            mask = self._mask(reader, universe, tree, viewer)
            in_order = in_order[in_order < mask.size]
            in_order = in_order[mask[in_order]]
        if listing.group_by == "title":
            in_order = first_of_each_title(reader, in_order)
        return in_order if listing.limit is None else in_order[: listing.limit]

    def _universe(self, reader: Reader, sections: tuple[int, ...], item_type: ItemType) -> Universe:
        def universe(ids: Ids) -> Universe:
            return Universe(section_ids=sections, type=item_type, ids=ids)

        def make() -> Ids:
            if len(sections) == 1:  # one index gives the ids by title at the same price, and most orders ask for them
                return np.sort(self._titles(reader, sections, item_type))
            rows = universe(_NOTHING).rows(schema.items)
            return narrow(np.sort(fetch_ids(reader.conn, select(schema.items.c.id).where(rows))))

        def mend(ids: Ids, edited: frozenset[int]) -> Ids:
            return mended_universe(reader, universe(ids), edited)

        return universe(self._kept(self._arrays, ("universe", sections, item_type), reader, sections, None, make, mend))

    def _order(self, reader: Reader, universe: Universe, listing: Listing, viewer: Viewer) -> Ids:
        person_id = viewer.person_id if order_needs_person(listing) else None
        key = ("order", universe.section_ids, listing.type, listing.sort, listing.shuffle_seed, person_id)

        def titles(item_type: ItemType) -> Ids:
            return self._titles(reader, universe.section_ids, item_type)

        def make() -> Ids:
            return ordered(
                reader.conn,
                self._universe(reader, universe.section_ids, listing.type),
                listing,
                person_id=viewer.person_id,
                titles=titles,
                columns=lambda name: self._column(reader, universe, name),
            )

        return self._arrays.get(key, versions_of(reader, universe.section_ids, person_id), make)

    def _titles(self, reader: Reader, sections: tuple[int, ...], item_type: ItemType) -> Ids:
        universe = Universe(section_ids=sections, type=item_type, ids=_NOTHING)

        def make() -> Ids:
            return narrow(titles_in_order(reader.conn, sections, item_type))

        def mend(titles: Ids, edited: frozenset[int]) -> Ids:
            return mended_titles(reader, titles, universe, edited)

        return self._kept(self._arrays, ("titles", sections, item_type), reader, sections, None, make, mend)

    def _column(self, reader: Reader, universe: Universe, name: str) -> Column:
        def make() -> Column:
            return fetch_kept(reader.conn, self._universe(reader, universe.section_ids, universe.type), name)[0]

        def mend(column: Column, edited: frozenset[int]) -> Column | None:
            return mended_column(reader, column, universe, name, edited)

        key = (name, universe.section_ids, universe.type)
        return self._kept(self._columns, key, reader, universe.section_ids, None, make, mend)

    def _read_together(self, reader: Reader, universe: Universe, names: Sequence[str]) -> None:
        """Read columns that will be asked for and are not there in one scan, which costs more than what is read."""
        missing = [
            name for name in dict.fromkeys(names) if (name, universe.section_ids, universe.type) not in self._columns
        ]
        if len(missing) < 2:
            return
        versions = versions_of(reader, universe.section_ids, None)
        if not self._arrays.is_of(("universe", universe.section_ids, universe.type), versions):
            return  # made of ids that lag: each is told so when it is made by itself
        started = time.monotonic()
        columns = fetch_kept(reader.conn, universe, *missing)
        cost_s = time.monotonic() - started
        for name, column in zip(missing, columns, strict=True):
            self._columns.put((name, universe.section_ids, universe.type), versions, column, cost_s=cost_s)

    def _mask(self, reader: Reader, universe: Universe, tree: Node, viewer: Viewer) -> Mask:
        def keep(node: Node, make: Callable[[], Mask]) -> Mask:
            def mend(mask: Packed, edited: frozenset[int]) -> Packed | None:
                return mended_mask(reader, mask, universe, node, edited, person_id=viewer.person_id)

            person_id = viewer.person_id if _any_personal(node) else None
            key = (universe.section_ids, universe.type, node, person_id)

            def made() -> Packed:
                self._universe(reader, universe.section_ids, universe.type)  # whether it lags
                return Packed.of(make())

            return self._kept(self._masks, key, reader, universe.section_ids, person_id, made, mend).mask()

        return mask_of_tree(
            reader.conn,
            universe,
            tree,
            person_id=viewer.person_id,
            columns=lambda name: self._column(reader, universe, name),
            keep=keep,
        )

    def _kept(
        self,
        cache: ArrayCache[T],
        key: Hashable,
        reader: Reader,
        sections: tuple[int, ...],
        person_id: int | None,
        make: Callable[[], T],
        mend: Callable[[T, frozenset[int]], T | None],
    ) -> T:
        """What a cache holds, mended by what was edited since, or made anew."""

        def mended(value: T, made_under: Versions) -> T | None:
            edited = _edited_since(reader, sections, person_id, made_under)
            if edited is None:
                return None
            return mend(value, edited) if edited else value

        return cache.get(key, versions_of(reader, sections, person_id), make, mended)


def _left(ids: Ids, hidden: Sequence[Ids]) -> Ids:
    """The ids that are in none of the others, in their order."""
    gone = [array for array in hidden if array.size]
    if not gone or not ids.size:
        return ids
    mask = np.ones(int(ids.max()) + 1, dtype=np.bool_)
    for array in gone:
        mask[array[array < mask.size]] = False
    return ids[mask[ids]]


def _visible(section_ids: Sequence[int], viewer: Viewer) -> tuple[int, ...]:
    return tuple(sorted({section for section in section_ids if viewer.may_see_section(section)}))


def _restricted(listing: Listing, viewer: Viewer) -> Node:
    """The listing's tree, and what the viewer may see at all."""
    hidden = restriction(listing.type, viewer)
    return listing.tree if hidden == ALL else And((listing.tree, hidden))


def _bytes(array: "Ids | Column | NDArray[np.uint8]") -> int:
    return int(array.nbytes) + _ENTRY_BYTES


def versions_of(reader: Reader, sections: tuple[int, ...], person_id: int | None) -> Versions:
    """What an answer over these sections depends on, and on one person when that person's doings matter."""
    both = [reader.versions.section(section) for section in sections]
    person = reader.versions.person(person_id) if person_id is not None else 0
    edits = tuple(edit for edit, _ in both)
    return Versions((edits, person), tuple(scan for _, scan in both), edits, person)


def _edited_since(
    reader: Reader, sections: tuple[int, ...], person_id: int | None, made_under: Versions
) -> frozenset[int] | None:
    """The items by whose edits alone an array is out of date; ``None`` when that is not known, or they are many."""
    now = versions_of(reader, sections, person_id)
    if made_under.scan != now.scan or made_under.person != now.person:
        return None
    found: set[int] = set()
    for section_id, edit in zip(sections, made_under.edits, strict=True):
        edited = reader.versions.edited_since(section_id, edit)
        if edited is None:
            return None
        found |= edited
    return frozenset(found) if len(found) <= MOST else None


def _any_personal(node: Node) -> bool:
    if isinstance(node, Condition):
        return depends_on_person(node)
    return any(_any_personal(child) for child in node.nodes)


def restriction(item_type: ItemType, viewer: Viewer) -> Node:
    """The viewer's restrictions as conditions on what the item belongs to: a film, a show, an artist."""
    root = library_type(ROOTS.get(item_type, item_type))
    nodes: list[Node] = []
    rated = root is not None and root.type is not ItemType.COLLECTION and "contentRating" in root.fields
    if root is not None and rated and viewer.allowed_content_ratings is not None:
        allowed = tuple(sorted(viewer.allowed_content_ratings))
        nodes.append(Condition(scope=root.type, field=root.fields["contentRating"], op=Op.EQ, values=allowed))
    if root is not None and viewer.excluded_labels:
        excluded = tuple(sorted(viewer.excluded_labels))
        nodes.append(Condition(scope=root.type, field=root.fields["label"], op=Op.NE, values=excluded))
    return And(tuple(nodes))
