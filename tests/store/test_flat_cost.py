"""What a page, a search and On Deck cost does not grow with the library: steps of SQLite, not seconds, are counted."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.seed_library import EPOCH, seed
from sqlalchemy import select
from tests.support.statements import noted

from vitascope.core.edits import Edit, FieldChange
from vitascope.core.model import ItemType, Viewer
from vitascope.core.query import Listing, parse_listing
from vitascope.store import deck, edits, schema, search
from vitascope.store.engine import Database
from vitascope.store.hydration import hydrate
from vitascope.store.positions import Positions
from vitascope.store.reader import Reader

OWNER = Viewer(is_owner=True)
SMALL, LARGE = 1_000, 6_000
TYPES = [ItemType.MOVIE, ItemType.SHOW, ItemType.EPISODE, ItemType.ARTIST, ItemType.ALBUM, ItemType.TRACK]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    folder = tmp_path_factory.mktemp("flat")
    for size in (SMALL, LARGE):
        seed(Path(folder / f"{size}.db"), size, watched=100 / size)
    with Database(folder / f"{SMALL}.db") as small, Database(folder / f"{LARGE}.db") as large:
        yield small, large


def steps(db: Database, fn: Callable[[Reader], object], *, warm: bool = True) -> int:
    counted = 0

    def tick() -> int:
        nonlocal counted
        counted += 1
        return 0

    with db.reader() as r:
        if warm:
            fn(r)  # schema and statements are read once
        raw = r.conn.connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(tick, 50)
        try:
            fn(r)
        finally:
            raw.set_progress_handler(None, 0)
    return counted


def page(r: Reader) -> object:
    newest = (
        select(schema.items.c.id).where(schema.items.c.media_count > 0).order_by(schema.items.c.id.desc()).limit(50)
    )
    ids = r.scalars(newest)
    assert len(ids) == 50
    return hydrate(r, ids, OWNER)


def test_a_page_with_media_and_tags(libraries: tuple[Database, Database]) -> None:
    small, large = (steps(db, page) for db in libraries)
    assert 0 < large <= small * 1.5


def test_on_deck_costs_what_the_person_watches(libraries: tuple[Database, Database]) -> None:
    found: list[int] = []

    def ask(r: Reader) -> None:
        found.append(len(deck.on_deck(r, OWNER, now=EPOCH + 50_000_000, window_s=50_000_000)))

    small, large = (steps(db, ask) for db in libraries)
    assert found[0] > 0
    assert large / found[-1] <= 2 * small / found[0]


@pytest.mark.parametrize("query", ["s", "si", "sil", "silent r", "slient", "the s"])
def test_search_reads_a_bounded_number_of_candidates(libraries: tuple[Database, Database], query: str) -> None:
    def ask(r: Reader) -> object:
        return search.search(r, query.split(), OWNER, TYPES, 10)

    _, large = libraries
    # sources x types x candidates, each some tens of steps: a bound that no scan of the library stays under
    most = 4 * len(TYPES) * search.CANDIDATES * 100 // 50
    assert steps(large, ask) < most


def asked(query: str) -> Listing:
    pairs = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    return parse_listing(pairs, default_type=ItemType.MOVIE, now=datetime.fromtimestamp(EPOCH, UTC))


def statements(r: Reader, fn: Callable[[], object]) -> int:
    """How often the database is asked."""
    with noted(r) as ran:
        fn()
    return len(ran)


@pytest.mark.parametrize(
    ("known", "new"),
    [
        (["year>>=1970&year<<=1979"], "year>>=1980&year<<=1989"),
        (["genre=1&decade=1970", "genre=2&decade=1980"], "genre=1&decade=1980"),
        (["contentRating=R"], "contentRating!=PG-13&contentRating!=G"),
        (["addedAt>>=-5y", "duration>>=1"], "push=1&addedAt<<=-3y&or=1&duration<<=7000000&pop=1"),
        (["sort=year&genre=2"], "genre=2&year>>=1990"),
    ],
)
def test_what_one_collection_asked_is_not_asked_again_for_another(
    libraries: tuple[Database, Database], known: list[str], new: str
) -> None:
    """Columns and conditions are kept by themselves, so that a list of many smart collections is no scan for each."""
    positions = Positions()
    with libraries[1].reader() as r:
        for query in known:
            assert positions.ids(r, asked(query), [1], OWNER).size, query
        positions.content(r, asked("year=1"), [1], OWNER)  # years are known
        assert statements(r, lambda: positions.content(r, asked(new), [1], OWNER)) == 0
        assert positions.content(r, asked(new), [1], OWNER).ids.size < positions.ids(r, asked(""), [1], OWNER).size


def test_after_an_edit_a_listing_costs_some_looks_and_no_scan(libraries: tuple[Database, Database]) -> None:
    """What is kept of a section is mended: by title, by columns, by a tag."""
    wanted = [asked("sort=titleSort"), asked("year>>=1980&sort=rating"), asked("genre=1&contentRating=R")]

    def after_an_edit(db: Database) -> int:
        positions = Positions()

        def ask(r: Reader) -> list[list[int]]:
            return [positions.ids(r, listing, [1], OWNER).tolist() for listing in wanted]

        with db.reader() as r:
            film = ask(r)[0][5]
        cost = 0
        for name, value in (("title", "Middle of nowhere"), ("year", 1999)):
            edit = Edit(fields={name: FieldChange(sets=True, value=value)})
            db.write(edits.apply, [film], edit, person_id=1).result()
            cost = steps(db, ask, warm=False)
        return cost

    small, large = map(after_an_edit, libraries)
    assert 0 < large <= small * 1.5


def test_what_many_listings_ask_for_is_read_in_one_scan(libraries: tuple[Database, Database]) -> None:
    wanted = [asked("contentRating=R"), asked("addedAt>>=-5y&year>>=1980"), asked("duration<<=7000000")]
    positions = Positions()
    with libraries[1].reader() as r:
        positions.content(r, asked("genre=1&limit=5"), [1], OWNER)  # which items there are is known
        assert statements(r, lambda: positions.foresee(r, wanted, [1], OWNER)) == 1
        assert statements(r, lambda: [positions.content(r, listing, [1], OWNER) for listing in wanted]) == 0
