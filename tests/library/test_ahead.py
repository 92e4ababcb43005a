"""What listings of large sections are made of is read before somebody asks, and only of large ones."""

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import pytest
from tests.support.statements import noted
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, TagType
from vitascope.core.query import Listing, parse_listing
from vitascope.library.ahead import ReadingAhead
from vitascope.store.engine import Database
from vitascope.store.positions import Positions
from vitascope.store.positions.cache import ArrayCache
from vitascope.store.rows import SectionRow
from vitascope.store.sections import large_listings

ASKED = (
    {"sort": "titleSort"},
    {"sort": "year:desc"},
    {"sort": "addedAt", "year": "1990"},
    {"sort": "rating:desc", "contentRating": "R"},
    {"sort": "mediaBitrate", "duration>": "1"},
)


def listing(query: dict[str, str]) -> Listing:
    return parse_listing(query.items(), default_type=ItemType.MOVIE, now=datetime(2026, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Six films in one section, one show in another."""

    world: World
    films: SectionRow

    @property
    def database(self) -> Database:
        return self.world.db

    def statements(self, positions: Positions) -> int:
        """How often the database is asked for all listings together."""
        with self.database.reader() as r, noted(r) as ran:
            drama = str(self.world.tag_ids[TagType.GENRE, "Drama"])
            for query in (*ASKED, {"genre": drama}, {"genre!": drama, "year": "1991"}):
                assert positions.ids(r, listing(query), [self.films.id], OWNER).size, query
        return len(ran)


@pytest.fixture
def filled(database: Database) -> Filled:
    world = World(db=database)
    films, shows = world.section(), world.section("show")
    for number in range(6):
        genre = (TagType.GENRE, "Drama" if number % 3 else "Comedy")
        title, year = f"Film {number}", 1990 + number % 2
        world.add(films, ItemType.MOVIE, title, tags=[genre], year=year, content_rating="R", duration_ms=5)
    world.add(shows, ItemType.SHOW, "Show")
    return Filled(world=world, films=films)


def test_listings_of_a_large_section_ask_nothing_more(filled: Filled) -> None:
    assert filled.world.read(large_listings, 5) == [(filled.films.id, ItemType.MOVIE)]
    positions = Positions()
    assert filled.statements(Positions()) > 0
    asyncio.run(ReadingAhead(filled.database, positions, least=5).read())
    assert filled.statements(positions) == 0


def test_a_small_section_is_left_alone(filled: Filled) -> None:
    assert filled.world.read(large_listings, 7) == []
    positions = Positions()
    asyncio.run(ReadingAhead(filled.database, positions, least=7).read())
    assert filled.statements(positions) == filled.statements(Positions())


def test_what_a_scan_adds_is_read_again(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    # nothing is slow to make, or it would be allowed to lag behind a scan
    monkeypatch.setitem(cast("dict[str, float]", ArrayCache.__init__.__kwdefaults__), "slow_s", math.inf)
    positions = Positions()
    ahead = ReadingAhead(filled.database, positions, least=5)
    asyncio.run(ahead.read())
    added = filled.world.add(filled.films, ItemType.MOVIE, "A film", year=1990)
    asyncio.run(ahead.read())
    assert filled.statements(positions) == 0
    with filled.database.reader() as r:
        assert added.id in positions.ids(r, listing({"year": "1990"}), [filled.films.id], OWNER).tolist()
        assert positions.ids(r, listing({"sort": "titleSort"}), [filled.films.id], OWNER)[0] == added.id


def test_it_reads_when_it_is_woken(filled: Filled) -> None:
    positions = Positions()
    done = asyncio.Event()

    class Noting(ReadingAhead):
        async def read(self) -> None:
            await super().read()
            done.set()

    async def woken() -> None:
        ahead = Noting(filled.database, positions, least=5)
        running = asyncio.create_task(ahead.run())
        ahead.wake()
        async with asyncio.timeout(60):
            await done.wait()
        running.cancel()
        await asyncio.wait([running])

    asyncio.run(woken())
    assert filled.statements(positions) == 0


def test_it_stops_where_there_is_no_room(filled: Filled) -> None:
    positions = Positions(cache_bytes=2_500)  # each array takes a little over 1,000
    with filled.database.reader() as r:
        reads = [positions.read_ahead(r, filled.films.id, ItemType.MOVIE) for _ in range(20)]
    assert reads == [True] * 3 + [False] * 17, "ids by title and two columns, and no genre"
