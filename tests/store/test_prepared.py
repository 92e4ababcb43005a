"""Statements that are asked again and again give what SQLAlchemy gives for them."""

from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, func, insert, literal, select, text, union_all
from sqlalchemy.exc import DBAPIError
from tests.support.statements import noted

from vitascope.core.model import ItemType, TagType, Viewer
from vitascope.store import items, schema
from vitascope.store.engine import Database
from vitascope.store.prepared import prepared
from vitascope.store.reader import Reader, any_of
from vitascope.store.writer import Writer

meta = schema.meta
_all = select(meta.c.key).where(meta.c.key.like("test %")).order_by(meta.c.key)
_some = _all.where(any_of(meta.c.key, "keys", text=True))
_between = _all.where(meta.c.key >= bindparam("low"), meta.c.key < bindparam("high")).limit(bindparam("most"))
_held = _all.where(meta.c.key.in_(["test a", "test %c"]), meta.c.value == bindparam("value"))
_listed = _all.where(meta.c.key.in_(bindparam("keys", expanding=True)))
_text = text("SELECT key FROM meta WHERE key LIKE 'test %' AND value = :value ORDER BY key")
_both = union_all(select(meta.c.key).where(meta.c.key == bindparam("one")), select(literal("100%")))


@pytest.fixture
def filled(database: Database) -> Database:
    def fill(tx: Writer) -> None:
        for key in ("test a", "test b", "test %c"):
            tx.conn.execute(insert(meta).values(key=key, value="x"))

    database.write(fill).result()
    return database


@pytest.mark.parametrize(
    ("statement", "params", "found"),
    [
        (_all, None, ["test %c", "test a", "test b"]),
        (_some, {"keys": ["test a", "test b", "other"]}, ["test a", "test b"]),
        (_some, {"keys": []}, []),
        (_between, {"low": "test a", "high": "test z", "most": 1}, ["test a"]),
        (_held, {"value": "x"}, ["test %c", "test a"]),
        (_listed, {"keys": ["test b"]}, ["test b"]),
        (_text, {"value": "x"}, ["test %c", "test a", "test b"]),
        (_both, {"one": "test a"}, ["test a", "100%"]),
    ],
)
def test_every_time_the_same_rows(
    filled: Database, statement: Executable, params: dict[str, Any] | None, found: list[str]
) -> None:
    with filled.reader() as r:
        assert [r.scalars(statement, params) for _ in range(4)] == [found] * 4


def test_other_values_give_other_rows(filled: Database) -> None:
    with filled.reader() as r:
        assert [r.scalars(_some, {"keys": [key]}) for key in ("test a", "test b", "test c", "test a")] == [
            ["test a"],
            ["test b"],
            [],
            ["test a"],
        ]


def test_what_comes_back_is_prepared_and_what_has_no_text_is_not(database: Database) -> None:
    again = select(meta.c.key).where(meta.c.key == bindparam("key"))
    lists = select(meta.c.key).where(meta.c.key.in_(bindparam("keys", expanding=True)))
    with database.reader() as r:
        dialect = r.conn.dialect
        assert prepared(again, dialect) is None  # new
        assert prepared(again, dialect) is prepared(again, dialect) is not None
        assert [prepared(lists, dialect) for _ in range(3)] == [None] * 3
        assert [prepared(insert(meta), dialect) for _ in range(3)] == [None] * 3


def test_a_value_that_is_missing_is_named(database: Database) -> None:
    wanted = select(meta.c.key).where(meta.c.key == bindparam("key"))
    with database.reader() as r:
        r.scalars(wanted, {"key": "a"})
        for _ in range(2):
            with pytest.raises(KeyError, match="key"):
                r.scalars(wanted, {"other": "a"})


def test_all_statements_of_a_read_see_one_moment(filled: Database) -> None:
    filled.read_sync(Reader.scalars, _all)
    with filled.reader() as r:
        before = r.scalars(_all)  # the first statement of the transaction is a prepared one
        filled.write(lambda tx: tx.conn.execute(insert(meta).values(key="test d", value="x"))).result()
        assert r.scalars(_all) == before
    assert len(filled.read_sync(Reader.scalars, _all)) == len(before) + 1


def test_a_statement_that_fails_does_so_as_sqlalchemy_says_it(database: Database) -> None:
    wrong = select(func.no_such_function(meta.c.key))
    for _ in range(3):
        with pytest.raises(DBAPIError, match="no_such_function"), database.reader() as r:
            r.scalars(wrong)


def test_viewers_see_their_own(world: Any) -> None:
    """What a viewer may see is part of a statement: it is prepared for each by itself."""
    movies, shows = world.section(), world.section("show")
    film = world.add(movies, ItemType.MOVIE, "Film", content_rating="R", tags=[(TagType.LABEL, "night")])
    show = world.add(shows, ItemType.SHOW, "Show", content_rating="PG")
    ids = [film.id, show.id]
    eyes = {
        Viewer(is_owner=True): ids,
        Viewer(person_id=2, sections=frozenset({movies.id})): [film.id],
        Viewer(person_id=3, sections=frozenset({movies.id, shows.id}), excluded_labels=frozenset({"night"})): [show.id],
        Viewer(person_id=4, allowed_content_ratings=frozenset({"PG"})): [show.id],
    }
    for _ in range(4):
        for viewer, seen in eyes.items():
            assert [row.id for row in world.read(items.get_items, ids, viewer)] == seen


def test_how_often_the_database_is_asked_can_be_told(filled: Database) -> None:
    for _ in range(3):
        with filled.reader() as r, noted(r) as ran:
            r.scalars(_all)
            r.scalars(select(meta.c.value))
        assert len(ran) == 2
