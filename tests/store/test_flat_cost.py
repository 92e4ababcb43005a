"""What a request costs does not depend on how much there is, counted in steps of SQLite's virtual machine.

Two libraries that differ tenfold in size answer the same requests; the larger one may take three times the steps at
the most, and a last page three times those of a first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.seed_library import seed

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming import search_tokens
from vitascope.core.query import parse_listing
from vitascope.store import deck, items, search, states
from vitascope.store.engine import Database
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader
from vitascope.store.sections import list_sections
from vitascope.store.writer import Writer

SMALL, LARGE = 600, 6_000
RATIO = 3
GRAIN = 10
OWNER = Viewer(person_id=1, is_owner=True)
NOW = datetime(2024, 5, 17, tzinfo=UTC)


@dataclass(slots=True)
class Steps:
    count: int = 0


@contextmanager
def counted(reader: Reader) -> Iterator[Steps]:
    """Counts the steps that the connection takes inside."""
    steps = Steps()

    def step() -> int:
        steps.count += GRAIN
        return 0

    raw = reader.conn.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(step, GRAIN)
    try:
        yield steps
    finally:
        raw.set_progress_handler(None, 0)


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    folder: Path = tmp_path_factory.mktemp("libraries")
    for size in (SMALL, LARGE):
        seed(folder / f"{size}.db", size, watched=0.05)
    with Database(folder / f"{SMALL}.db") as small, Database(folder / f"{LARGE}.db") as large:
        yield small, large


def section_of(reader: Reader, item_type: ItemType) -> int:
    kinds = {ItemType.MOVIE: "movie", ItemType.EPISODE: "show", ItemType.TRACK: "artist"}
    return next(section.id for section in list_sections(reader) if section.kind == kinds[item_type])


def tracks(reader: Reader, positions: Positions, query: list[tuple[str, str]], *, last: bool) -> None:
    listing = parse_listing(query, default_type=ItemType.TRACK, now=NOW)
    sections = [section_of(reader, ItemType.TRACK)]
    total = positions.page(reader, listing, sections, OWNER, start=0, size=0).total
    page = positions.page(reader, listing, sections, OWNER, start=total - 20 if last else 0, size=20)
    assert len(items.hydrate(reader, page.ids, OWNER)) == min(20, total)


QUERIES = [
    [("sort", "titleSort")],
    [("sort", "addedAt:desc")],
    [("sort", "viewCount:desc")],
    [("genre", "1")],
    [("userRating>>", "1"), ("sort", "artist.titleSort")],
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[0][1])
def test_pages(libraries: tuple[Database, Database], query: list[tuple[str, str]]) -> None:
    costs = []
    for database in libraries:
        positions = Positions()
        with database.reader() as reader:
            tracks(reader, positions, query, last=False)  # the order is made once
            for last in (False, True):
                with counted(reader) as steps:
                    tracks(reader, positions, query, last=last)
                costs.append(steps.count)
    assert min(costs) > 0
    assert max(costs) <= RATIO * min(costs), costs


def grows(libraries: tuple[Database, Database], ask: Callable[[Reader], object]) -> list[int]:
    costs = []
    for database in libraries:
        with database.reader() as reader:
            ask(reader)
            with counted(reader) as steps:
                ask(reader)
            costs.append(steps.count)
    return costs


TYPES = (ItemType.MOVIE, ItemType.SHOW, ItemType.EPISODE, ItemType.ARTIST, ItemType.ALBUM, ItemType.TRACK)


@pytest.mark.parametrize("text", ["a", "th", "river", "mountian", "zzzzz"])
def test_search(libraries: tuple[Database, Database], text: str) -> None:
    tokens = search_tokens(text, for_query=True)
    small, large = grows(libraries, lambda reader: search.search(reader, tokens, OWNER, TYPES, 10))
    assert large <= RATIO * max(small, 20_000), (small, large)


def test_what_is_on_deck(libraries: tuple[Database, Database]) -> None:
    watched_until = int(NOW.timestamp())
    small, large = grows(libraries, lambda reader: deck.on_deck(reader, OWNER, now=watched_until, limit=20))
    assert large <= RATIO * max(small, 2_000), (small, large)


def first_of(reader: Reader, item_type: ItemType) -> int:
    listing = parse_listing([], default_type=item_type, now=NOW)
    return Positions().page(reader, listing, [section_of(reader, ItemType.EPISODE)], OWNER, start=0, size=1).ids[0]


def test_children(libraries: tuple[Database, Database]) -> None:
    costs = []
    for database in libraries:
        with database.reader() as reader:
            show = first_of(reader, ItemType.SHOW)
            with counted(reader) as steps:
                assert items.children(reader, show, OWNER)[1] > 0
            costs.append(steps.count)
    assert costs[1] <= RATIO * max(costs[0], 500), costs


def test_watching(libraries: tuple[Database, Database]) -> None:
    """A write costs what it changes."""

    def watch(tx: Writer) -> int:
        episode = first_of(tx, ItemType.EPISODE)
        with counted(tx) as steps:
            states.mark_watched(tx, 1, episode, True)
        return steps.count

    costs = [database.write(watch).result() for database in libraries]
    assert costs[1] <= RATIO * max(costs[0], 500), costs
