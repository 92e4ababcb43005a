"""The check finds what is broken, and nothing in a database that was only ever written by the writer."""

from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from tests.support.store_world import World

from vitascope.core.model import ItemType, TagType
from vitascope.store import changes, check, schema, states
from vitascope.store.batches import Changes, Deletes
from vitascope.store.engine import Database
from vitascope.store.errors import StoreBroken
from vitascope.store.writer import Writer


@pytest.fixture
def full(world: World) -> World:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=2, episodes=2)
    world.add(section, ItemType.SHOW, "Beta", tags=[(TagType.GENRE, "Drama")])
    world.add(section, ItemType.CLIP, "Trailer", parent=top, extra_type=1, with_file=True)
    world.write(states.mark_watched, 1, top.id, True)
    world.write(states.mark_watched, 1, leaves[0].id, False)
    world.write(changes.apply, Changes(delete=Deletes(items=[leaves[1].id])))
    return world


def found(world: World) -> list[str]:
    return [problem.what for problem in world.read(check.check)]


def test_what_the_writer_wrote_is_whole(full: World) -> None:
    assert full.read(check.check) == []
    assert full.write(check.check_full_text) == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (update(schema.item_counts).values(item_count=77), "item_counts"),
        (update(schema.tag_counts).values(item_count=77), "tag_counts"),
        (update(schema.items).where(schema.items.c.leaf_count > 0).values(leaf_count=77), "leaf_count"),
        (update(schema.items).where(schema.items.c.child_count > 0).values(child_count=77), "child_count"),
        (update(schema.progress).values(viewed_leaf_count=77), "progress"),
    ],
)
def test_a_number_that_is_wrong_is_found_and_repaired(full: World, statement: object, what: str) -> None:
    full.write(lambda tx: tx.conn.execute(statement))
    assert found(full) == [what]
    full.write(check.recount)
    assert found(full) == []


@pytest.mark.parametrize("table", ["files", "media", "items", "identities"])
def test_rows_that_point_at_nothing_are_found(full: World, table: str) -> None:
    full.write(lambda tx: tx.conn.execute(delete(schema.metadata.tables[table])))
    assert any("points at nothing" in problem for problem in found(full))


def test_a_full_text_index_that_lags_is_found_and_rebuilt(sqlite_url: str) -> None:
    with Database(sqlite_url) as db:
        world = World(db=db)
        world.add(world.section(), ItemType.MOVIE, "Alpha")

        def break_it(tx: Writer) -> None:
            tx.conn.execute(text("DROP TRIGGER search_texts_changed"))
            tx.conn.execute(update(schema.search_texts).values(title_tokens="omega"))

        world.write(break_it)
        assert len(world.write(check.check_full_text)) == 1
        world.write(check.rebuild_search)
        assert world.write(check.check_full_text) == []


def test_a_damaged_file_is_found(sqlite_url: str) -> None:
    with Database(sqlite_url) as db:
        world = World(db=db)
        section = world.section()
        for number in range(30):
            world.add(section, ItemType.MOVIE, f"Alpha {number}")
    path = Path(sqlite_url)
    data = bytearray(path.read_bytes())
    for page in range(20, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(StoreBroken), Database(sqlite_url) as db, db.reader() as r:
        check.raise_if_damaged(r)
