"""Listings against a plain evaluation of the same query over the same rows, on both engines."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Select, func, literal, select, union_all, update
from tests.support.query_world import CODECS, LANGUAGES, PERSON, RESOLUTIONS, WORDS, World, listed, make_world, put

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming import first_character
from vitascope.core.query import (
    And,
    Condition,
    Field,
    FieldKind,
    LibraryType,
    Listing,
    Node,
    Op,
    Or,
    SourceKind,
    library_type,
    operators_of,
    parse_listing,
)
from vitascope.store import schema
from vitascope.store.engine import Database
from vitascope.store.positions import Positions, Values
from vitascope.store.positions.arrays import KeyKind, fetch_aligned, fetch_keys, narrow

NOW = datetime(2024, 5, 17, tzinfo=UTC)
TYPES = [
    ItemType.MOVIE,
    ItemType.SHOW,
    ItemType.SEASON,
    ItemType.EPISODE,
    ItemType.ARTIST,
    ItemType.ALBUM,
    ItemType.TRACK,
    ItemType.PHOTO_ALBUM,
    ItemType.PHOTO,
]
ABOVE = {
    ItemType.EPISODE: [ItemType.SHOW, ItemType.SEASON],
    ItemType.SEASON: [ItemType.SHOW],
    ItemType.TRACK: [ItemType.ARTIST, ItemType.ALBUM],
    ItemType.ALBUM: [ItemType.ARTIST],
    ItemType.PHOTO: [ItemType.PHOTO_ALBUM],
}
OWNER = Viewer(person_id=PERSON, is_owner=True)


def described(item_type: ItemType) -> LibraryType:
    found = library_type(item_type)
    assert found is not None
    return found


class Library:
    """A store that holds a world, and its answers."""

    def __init__(self, database: Database, world: World) -> None:
        self.database = database
        self.world = world
        self.positions = Positions()

    def ids(self, listing: Listing, viewer: Viewer = OWNER) -> list[int]:
        with self.database.reader() as reader:
            sections = [self.world.sections[listing.type]]
            return [int(i) for i in self.positions.ids(reader, listing, sections, viewer)]

    def check(self, listing: Listing, what: object) -> None:
        ids = self.ids(listing)
        assert ids == listed(self.world, listing), what
        with self.database.reader() as reader:
            content = self.positions.content(reader, listing, [self.world.sections[listing.type]], OWNER)
        assert content.ids.tolist() == sorted(ids), what
        years = [year for thing in self.world.of(listing.type) if thing.id in ids and (year := thing.row.get("year"))]
        assert (content.first_year, content.last_year) == (min(years, default=None), max(years, default=None)), what


@pytest.fixture
def library(database: Database) -> Iterator[Library]:
    world = make_world(seed=7)
    database.write(put, world).result()
    yield Library(database, world)


def values_for(rng: random.Random, world: World, item_type: ItemType, field: Field) -> tuple[Any, ...]:
    """One to three values, most of which occur."""
    count = rng.choice([1, 1, 1, 2, 3])
    match field.kind:
        case FieldKind.BOOLEAN:
            return (rng.random() < 0.5,)
        case FieldKind.TAG if field.source.kind is SourceKind.TAG:
            ids = [tag for tag, (tag_type, _) in world.tags.items() if tag_type is field.source.tag]
            picked = rng.sample(ids, min(count, len(ids)))
            return tuple(str(tag) if rng.random() < 0.7 else world.tags[tag][1].upper() for tag in picked) or ("99999",)
        case FieldKind.TAG if field.source.name in CODECS:
            return tuple(rng.choices([*CODECS[field.source.name], "zz"], k=count))
        case FieldKind.RESOLUTION:
            return tuple(rng.choices(RESOLUTIONS, k=count))
        case FieldKind.AUDIO_LANGUAGE | FieldKind.SUBTITLE_LANGUAGE:
            return tuple(rng.choices([*LANGUAGES, "xxx"], k=count))
        case FieldKind.STRING:
            return tuple(rng.choices([*WORDS, "BIG", "elan", "SS", "zz", ""], k=count))
        case FieldKind.GUID:
            thing = rng.choice(world.of(item_type))
            own = f"plex://x/{world.uuids[thing.row['identity_id']]}"
            return tuple(rng.sample([own, "imdb://tt0000003", *thing.guids], 1))
        case FieldKind.DATE:
            return (rng.choice([1_700_000_000 + rng.randint(0, 90) * 43200, rng.randint(0, 1_700_000_000)]),)
    found = [
        thing.row.get(field.source.name)
        for thing in world.of(item_type)
        if thing.row.get(field.source.name) is not None
    ]
    pool = found or [0, 1, 2, 1980]
    return tuple(rng.choice(pool) for _ in range(count))


@pytest.mark.parametrize("item_type", TYPES, ids=lambda item_type: item_type.api_name)
def test_every_field_with_every_operator(library: Library, item_type: ItemType) -> None:
    rng = random.Random(item_type)
    described_type = described(item_type)
    checked = 0
    for field in described_type.fields.values():
        for operator in operators_of(field.kind):
            for _ in range(3):
                values = values_for(rng, library.world, item_type, field)
                condition = Condition(scope=item_type, field=field, op=operator.op, values=values)
                library.check(Listing(type=item_type, tree=condition), condition)
                checked += 1
    assert checked > 100


@pytest.mark.parametrize("item_type", TYPES, ids=lambda item_type: item_type.api_name)
def test_random_trees(library: Library, item_type: ItemType) -> None:
    rng = random.Random(1000 + item_type)
    scopes = [item_type, item_type, item_type, *ABOVE.get(item_type, [])]
    scopes += [below for below, above in ABOVE.items() if item_type in above]

    def tree(depth: int) -> Node:
        if depth == 0 or rng.random() < 0.3:
            scope = rng.choice(scopes)
            field = rng.choice(list(described(scope).fields.values()))
            op = rng.choice(operators_of(field.kind)).op
            return Condition(scope=scope, field=field, op=op, values=values_for(rng, library.world, scope, field))
        nodes = tuple(tree(depth - 1) for _ in range(rng.randint(1, 3)))
        return And(nodes) if rng.random() < 0.5 else Or(nodes)

    for number in range(200):
        node = tree(3)
        library.check(Listing(type=item_type, tree=node), (number, node))


@pytest.mark.parametrize("item_type", TYPES, ids=lambda item_type: item_type.api_name)
def test_every_sort(library: Library, item_type: ItemType) -> None:
    for key, sort in described(item_type).sorts.items():
        if key in {"random", "summary", "tagline"}:
            continue
        for modifier in ("", ":desc", ":nullsLast", ":desc:nullsLast"):
            listing = parse_listing([("sort", key + modifier)], default_type=item_type, now=NOW)
            library.check(listing, (key, modifier, sort.title))


def test_texts_order_bytewise(library: Library) -> None:
    listing = parse_listing([("sort", "summary")], default_type=ItemType.MOVIE, now=NOW)
    assert sorted(library.ids(listing)) == sorted(thing.id for thing in library.world.of(ItemType.MOVIE))


def test_random_order_is_stable_for_a_seed_and_differs_between_seeds(library: Library) -> None:
    def shuffled(seed: int) -> list[int]:
        listing = parse_listing([("sort", "random")], default_type=ItemType.TRACK, now=NOW, shuffle_seed=seed)
        return library.ids(listing)

    assert shuffled(1) == shuffled(1)
    assert shuffled(1) != shuffled(2)
    assert sorted(shuffled(1)) == sorted(thing.id for thing in library.world.of(ItemType.TRACK))


def test_limit_and_group(library: Library) -> None:
    whole = parse_listing([("sort", "year")], default_type=ItemType.MOVIE, now=NOW)
    some = parse_listing([("sort", "year"), ("limit", "5")], default_type=ItemType.MOVIE, now=NOW)
    assert library.ids(some) == library.ids(whole)[:5]
    grouped = parse_listing([("sort", "year"), ("group", "title")], default_type=ItemType.MOVIE, now=NOW)
    titles = [library.world.things[i].row["title_folded"] for i in library.ids(grouped)]
    assert len(titles) == len(set(titles))
    assert set(titles) == {thing.row["title_folded"] for thing in library.world.of(ItemType.MOVIE)}


def test_pages_and_positions(library: Library) -> None:
    listing = Listing(type=ItemType.TRACK)
    everything = library.ids(listing)
    with library.database.reader() as reader:
        sections = [library.world.sections[ItemType.TRACK]]
        page = library.positions.page(reader, listing, sections, OWNER, start=3, size=4)
        assert list(page.ids) == everything[3:7]
        assert page.total == len(everything)
        beyond = library.positions.page(reader, listing, sections, OWNER, start=10**6, size=50)
        assert (beyond.ids, beyond.total) == ((), len(everything))
        assert library.positions.position(reader, listing, sections, OWNER, everything[5]) == 5
        assert library.positions.position(reader, listing, sections, OWNER, 10**6) is None


def test_a_person_sees_what_is_shared(library: Library) -> None:
    everything = set(library.ids(Listing(type=ItemType.EPISODE)))
    world = library.world
    ratings = frozenset({"PG", "TV-MA"})
    label = next(tag for tag, (tag_type, _) in world.tags.items() if tag_type.name == "LABEL")
    viewer = Viewer(person_id=2, allowed_content_ratings=ratings, excluded_labels=frozenset({world.tags[label][1]}))
    allowed = {
        thing.id
        for thing in world.of(ItemType.EPISODE)
        for show in [world.things[thing.row["grandparent_id"]]]
        if show.row["content_rating"] in ratings and label not in show.tags
    }
    assert 0 < len(allowed) < len(everything)
    assert set(library.ids(Listing(type=ItemType.EPISODE), viewer)) == allowed
    assert library.ids(Listing(type=ItemType.EPISODE), Viewer(person_id=2, sections=frozenset())) == []


def test_a_change_shows_at_once(library: Library) -> None:
    unwatched = parse_listing([("unwatched", "1")], default_type=ItemType.MOVIE, now=NOW)
    first = library.ids(unwatched)[0]
    identity = library.world.things[first].row["identity_id"]

    def watch(tx: Any) -> None:
        from sqlalchemy import delete, insert

        from vitascope.store import schema

        tx.conn.execute(delete(schema.states).where(schema.states.c.identity_id == identity))
        row = {"person_id": PERSON, "identity_id": identity, "view_count": 1, "updated_at": 2}
        tx.conn.execute(insert(schema.states), [row])
        tx.touch_person(PERSON)

    library.database.write(watch).result()
    assert first not in library.ids(unwatched)


def test_operators_are_those_of_the_language() -> None:
    assert {operator.op for kind in FieldKind for operator in operators_of(kind)} <= set(Op)


# --- values of filters and the A-Z index -----------------------------------------------------------------------


@pytest.mark.parametrize("item_type", TYPES, ids=lambda item_type: item_type.api_name)
def test_values_are_those_that_occur(library: Library, item_type: ItemType) -> None:
    """Every value is told once, with as many items as a query for it lists."""
    values = Values(library.positions)
    section = [library.world.sections[item_type]]
    checked = 0
    for field in described(item_type).fields.values():
        if not field.is_filter or field.kind is FieldKind.BOOLEAN:
            continue
        with library.database.reader() as reader:
            found = values.of_field(reader, section, item_type, field, OWNER)
        keys = [value.key for value in found]
        assert len(keys) == len(set(keys)), field.key
        for value in found:
            text = value.key if field.kind is not FieldKind.INTEGER else int(value.key)
            condition = Condition(scope=item_type, field=field, op=Op.EQ, values=(text,))
            assert len(listed(library.world, Listing(type=item_type, tree=condition))) == value.count, (
                field.key,
                value,
            )
            checked += 1
    assert checked or item_type == ItemType.PHOTO_ALBUM


def test_values_hide_what_is_not_shared(library: Library) -> None:
    values = Values(library.positions)
    ratings = described(ItemType.MOVIE).fields["contentRating"]
    viewer = Viewer(person_id=2, allowed_content_ratings=frozenset({"PG"}))
    with library.database.reader() as reader:
        assert [value.key for value in values.of_field(reader, [1], ItemType.MOVIE, ratings, viewer)] == ["PG"]
        outside = Viewer(person_id=2, sections=frozenset())
        assert values.of_field(reader, [1], ItemType.MOVIE, ratings, outside) == ()


def test_first_characters_add_up_in_order(library: Library) -> None:
    values = Values(library.positions)
    listing = parse_listing([("sort", "titleSort")], default_type=ItemType.MOVIE, now=NOW)
    with library.database.reader() as reader:
        letters = values.first_characters(reader, listing, [library.world.sections[ItemType.MOVIE]], OWNER)
    keys = [library.world.things[i].row["sort_key"] for i in library.ids(listing)]
    expected: dict[str, int] = {}
    for key in keys:
        expected[first_character(key)] = expected.get(first_character(key), 0) + 1
    assert {value.key: value.count for value in letters} == expected
    assert [value.key for value in letters] == list(expected)


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_several_types_are_listed_as_one_by_title(library: Library, direction: str) -> None:
    types = [ItemType.MOVIE, ItemType.ARTIST, ItemType.SHOW]
    listings = [parse_listing([("sort", f"titleSort:{direction}")], default_type=one, now=NOW) for one in types]
    sections = [library.world.sections[one] for one in types]
    things = [thing for one in types for thing in library.world.of(one)]
    things.sort(key=lambda thing: (thing.row["sort_key"], thing.id), reverse=direction == "desc")
    with library.database.reader() as reader:
        ids = library.positions.mixed_ids(reader, listings, sections, OWNER)
        page = library.positions.page(reader, listings[0], sections, OWNER, start=10, size=5, more=listings[1:])
    wanted = [thing.id for thing in things]
    assert ids.tolist() == wanted
    assert (list(page.ids), page.total) == (wanted[10:15], len(wanted))


def test_other_orders_list_one_type_after_the_other(library: Library) -> None:
    types = [ItemType.SHOW, ItemType.MOVIE]
    listings = [parse_listing([("sort", "addedAt:desc")], default_type=one, now=NOW) for one in types]
    sections = [library.world.sections[one] for one in types]
    with library.database.reader() as reader:
        ids = library.positions.mixed_ids(reader, listings, sections, OWNER)
    assert ids.tolist() == [item for listing in listings for item in listed(library.world, listing)]


# --- keys that are read in step with the universe --------------------------------------------------------------


def films_rated(*ratings: str | None) -> Select[tuple[int, str | None]]:
    """Rows of ids from 1 on, as a scan of ``items`` gives them."""
    rows = [
        select(literal(number).label("id"), literal(rating).label("rating")) for number, rating in enumerate(ratings, 1)
    ]
    found = union_all(*rows).subquery()
    return select(found.c.id, found.c.rating)


def _numbered(words: list[str | None]) -> Select[Any]:
    each = func.json_each(json.dumps(words)).table_valued("key", "value")
    return select((each.c.key + 1).label("id"), each.c.value).order_by(each.c.key)


def test_keys_come_in_the_order_of_the_ids(sqlite_url: str) -> None:
    with Database(sqlite_url) as database, database.reader() as reader:
        (keys,) = fetch_aligned(reader.conn, films_rated("R", None, "G", "R"), np.arange(1, 5), [KeyKind.WORDS])
        assert keys is not None
        assert keys.values.tolist() == [1, -1, 0, 1]
        assert keys.words == ("G", "R")


@pytest.mark.parametrize("longest", ["PG-13", "nine byte", "é is two", "ééééé"])
def test_words_rank_bytewise_whatever_their_length(sqlite_url: str, longest: str) -> None:
    dice = random.Random(4)
    kinds = ["R", "PG", "G", "Z", "zz", "ab", "abc", "", None, longest]
    found = [dice.choice(kinds[:6]) for _ in range(1500)] + kinds
    with Database(sqlite_url) as database, database.reader() as reader:
        (keys,) = fetch_aligned(reader.conn, _numbered(found), np.arange(1, len(found) + 1), [KeyKind.WORDS])
    assert keys is not None
    in_order = sorted({word for word in found if word}, key=str.encode)
    assert keys.words == tuple(in_order)
    assert keys.values.tolist() == [in_order.index(word) if word else -1 for word in found]


@pytest.mark.parametrize("wanted", [[1, 2], [1, 2, 4], []])
def test_keys_of_other_rows_are_not_taken(sqlite_url: str, wanted: list[int]) -> None:
    """The universe may be older than what the transaction sees."""
    with Database(sqlite_url) as database, database.reader() as reader:
        ids = np.array(wanted, dtype=np.int64)
        assert fetch_aligned(reader.conn, films_rated("R", "PG", "G"), ids, [KeyKind.WORDS]) == [None]


def test_words_with_commas_are_told_apart_by_the_other_way(database: Database) -> None:
    rows = films_rated("R", "G, for all", None)
    with database.reader() as reader:
        if reader.dialect == "sqlite":
            assert fetch_aligned(reader.conn, rows, np.arange(1, 4), [KeyKind.WORDS]) == [None]
        ids, keys = fetch_keys(reader.conn, rows, KeyKind.WORDS)
        assert dict(zip(ids.tolist(), keys.values.tolist(), strict=True)) == {1: 1, 2: 0, 3: -1}


def test_ids_that_do_not_fit_stay_wide() -> None:
    assert narrow(np.array([5, 2**31 - 1])).dtype == np.int32
    assert narrow(np.array([5, 2**31])).tolist() == [5, 2**31]


# --- columns that are kept ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "query"),
    [
        ("content_rating", "Rated R, uncut", "contentRating=Rated R, uncut"),
        ("content_rating", "Rated R, uncut", "contentRating!=R"),
        ("available_at", "0987-06-05", "originallyAvailableAt<<=1000-01-01"),
        ("rating", 7.35, "rating>>=7.35"),
    ],
)
def test_what_numbers_cannot_tell_is_left_to_the_database(
    library: Library, column: str, value: object, query: str
) -> None:
    thing = library.world.of(ItemType.MOVIE)[0]
    thing.row[column] = value

    def write(tx: Any) -> None:
        tx.conn.execute(update(schema.items).where(schema.items.c.id == thing.id).values(**{column: value}))
        tx.touch(thing.row["section_id"], edit=True)

    library.database.write(write).result()
    name, _, wanted = query.partition("=")
    found = parse_listing([(name, wanted)], default_type=ItemType.MOVIE, now=NOW)
    library.check(found, query)
