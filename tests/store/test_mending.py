"""After an edit, arrays that were mended say what arrays made anew say; on both engines."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update
from tests.support.query_world import PERSON, World, make_world, put

from vitascope.core.edits import Edit, FieldChange, TagChange, TagValue
from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.core.query import Listing, parse_listing
from vitascope.store import collections, deletion, edits, schema, states
from vitascope.store.engine import Database
from vitascope.store.positions import Positions
from vitascope.store.versions import Versions
from vitascope.store.writer import Writer

NOW = datetime(2024, 5, 17, tzinfo=UTC)
OWNER = Viewer(person_id=PERSON, is_owner=True)
LISTINGS = (
    (ItemType.MOVIE, "sort=titleSort"),
    (ItemType.MOVIE, "sort=year:desc,titleSort&year>>=1980&year<<=2010"),
    (ItemType.MOVIE, "contentRating=R,PG&sort=contentRating"),
    (ItemType.MOVIE, "contentRating!=R&genre=Genre&sort=originallyAvailableAt:desc"),
    (ItemType.MOVIE, "genre!=1&decade=1990,2000"),
    (ItemType.MOVIE, "originallyAvailableAt>>=1999-12-31&label=Fine"),
    (ItemType.MOVIE, "unwatched=1&title=a"),
    (ItemType.SHOW, "sort=titleSort:desc&year>>=1"),
    (ItemType.EPISODE, "show.genre=2&sort=show.titleSort"),
    (ItemType.EPISODE, "sort=titleSort&unwatched=0"),
    (ItemType.COLLECTION, "sort=titleSort"),
)


def listing(item_type: ItemType, query: str) -> Listing:
    pairs = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    return parse_listing(pairs, default_type=item_type, now=NOW)


def answers(database: Database, positions: Positions, world: World) -> list[list[int]]:
    with database.reader() as r:
        return [
            positions.ids(r, listing(kind, query), [world.sections.get(kind, 1)], OWNER).tolist()
            for kind, query in LISTINGS
        ]


def one_edit(dice: random.Random, world: World) -> Callable[[Writer], object]:
    """Something that a person does to an item or two."""
    films = [thing.id for thing in world.of(ItemType.MOVIE)]
    kinds = (ItemType.MOVIE, ItemType.MOVIE, ItemType.SHOW, ItemType.EPISODE)
    some = [thing.id for thing in dice.sample(world.of(dice.choice(kinds)), 2)]
    words = ("Aardvark", "Émile", "zz Top", "The Middle", "10")
    values = {
        "title": dice.choice(words) + str(dice.randrange(3)),
        "year": dice.choice((None, 0, 1985, 1999, 2024)),
        "contentRating": dice.choice((None, "R", "PG", "never seen", "R, in short")),
        "originallyAvailableAt": dice.choice((None, "1999-12-31", "2000-01-01", "0987-06-05")),
        "addedAt": dice.randrange(2_000_000_000),
    }
    name = dice.choice([*values, "genre", "label", "collection", "gone", "new", "seen"])
    if name in values:
        return lambda tx: edits.apply(
            tx, some, Edit(fields={name: FieldChange(sets=True, value=values[name])}), person_id=PERSON
        )
    if name == "gone":
        film = dice.choice(films)
        del world.things[film]

        def delete(tx: Writer) -> None:
            deletion.delete_items(tx, [film])
            tx.touch(world.sections[ItemType.MOVIE], edit=True, items=[])

        return delete
    if name == "new":
        return lambda tx: collections.make(tx, 1, dice.choice(words) + str(dice.random()))
    if name == "seen":
        return lambda tx: states.mark_played(tx, PERSON, some[0])
    tag = {"genre": TagType.GENRE, "label": TagType.LABEL, "collection": TagType.COLLECTION}[name]
    change = TagChange(add=(TagValue(tag=dice.choice(("Fine", "Genre Big", "Other"))),), clears=dice.random() < 0.5)
    return lambda tx: edits.apply(tx, some, Edit(tags={tag: change}), person_id=PERSON)


def put_sections(tx: Writer, world: World) -> None:
    """The sections themselves, which collections ask for."""
    common = {"kind": "movie", "agent": "", "scanner": "", "language": "en", "prefs": "{}"}
    dates = dict.fromkeys(("created_at", "updated_at", "content_changed_at"), 1)
    ids = sorted(set(world.sections.values()))
    rows = [common | dates | {"id": one, "uuid": f"u{one}", "title": f"Section {one}"} for one in ids]
    tx.conn.execute(insert(schema.sections), rows)


@pytest.mark.parametrize("seed", range(2))
def test_mended_arrays_are_those_made_anew(database: Database, seed: int) -> None:
    world = make_world(seed=seed)
    database.write(put, world).result()
    database.write(put_sections, world).result()
    dice = random.Random(seed)
    positions = Positions()
    answers(database, positions, world)
    for _ in range(25):
        for _ in range(dice.choice((1, 1, 3))):
            database.write(one_edit(dice, world)).result()
        assert answers(database, positions, world) == answers(database, Positions(), world)


def test_what_is_not_said_is_looked_for_everywhere(database: Database) -> None:
    world = make_world(seed=1)
    database.write(put, world).result()
    positions = Positions()
    before = answers(database, positions, world)

    def rename_all(tx: Writer) -> None:
        tx.conn.execute(update(schema.items).where(schema.items.c.section_id == 1).values(sort_key="x"))
        tx.touch(1, edit=True, items=[1])
        tx.touch(1, edit=True)  # whoever does not know has the last word
        tx.touch(1, edit=True, items=[2])

    database.write(rename_all).result()
    assert answers(database, positions, world) == answers(database, Positions(), world) != before


def test_edits_are_remembered_for_a_while() -> None:
    versions = Versions()
    for number in range(100):
        versions.raise_(edited={1: frozenset({number})}, scanned=set(), people=set())
    now = versions.snapshot()
    assert now.edited_since(1, 100) == frozenset()
    assert now.edited_since(1, 97) == frozenset({97, 98, 99})
    assert now.edited_since(1, 1) is None  # too long ago
    assert now.edited_since(2, 0) == frozenset()
    versions.raise_(edited={1: frozenset(range(5_000))}, scanned=set(), people=set())
    assert versions.snapshot().edited_since(1, 100) is None  # too many
