"""Playlists of people: what they hold hangs on identities, in an order that people change."""

import random

import pytest
from sqlalchemy import select
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, MediaKind, Viewer
from vitascope.store import changes, check, entries, items, people, playlists, schema, sections, uniting
from vitascope.store.batches import Changes, Deletes
from vitascope.store.entries import TooManyEntries
from vitascope.store.errors import NotFound
from vitascope.store.rows import ItemRow

MIA = Viewer(person_id=2)


def make(world: World, title: str = "Mix", viewer: Viewer = OWNER, content: str | None = None) -> int:
    return world.write(playlists.create, person_id=viewer.person_id, title=title, kind=MediaKind.VIDEO, content=content)


def films(world: World, number: int, section: object = None) -> list[ItemRow]:
    where = section or world.section()
    return [world.add(where, ItemType.MOVIE, f"Film {n}", duration_ms=1_000 * (n + 1)) for n in range(number)]  # type: ignore[arg-type]


def held(world: World, playlist_id: int, viewer: Viewer = OWNER) -> list[int]:
    found: list[int] = world.read(entries.entries, playlist_id, viewer).item_ids.tolist()
    return found


def numbers(world: World, playlist_id: int) -> list[int]:
    found: list[int] = world.read(entries.entries, playlist_id, OWNER).numbers.tolist()
    return found


@pytest.fixture
def two(world: World) -> World:
    world.write(people.ensure_owner)
    world.write(people.add_person, "mia")
    return world


def test_a_playlist_is_an_item_that_its_maker_alone_sees(two: World) -> None:
    made = make(two, "The Best")
    (found,) = two.read(playlists.get_many, [made], OWNER)
    assert (found.item.title, found.item.sort_key, found.item.section_id) == ("The Best", "best", 0)
    assert found.detail.summary == ""
    assert two.read(items.get_item, made, OWNER) is not None
    assert two.read(items.get_item, made, MIA) is None
    assert two.read(items.get_item, made, Viewer(person_id=2, sections=frozenset({1}))) is None
    restricted = Viewer(person_id=1, sections=frozenset({9}), excluded_labels=frozenset({"x"}))
    assert two.read(items.get_item, made, restricted) is not None
    for call in (playlists.delete, playlists.edit):
        with pytest.raises(NotFound):
            two.write(call, made, MIA)
    with pytest.raises(NotFound):
        two.write(entries.add, made, MIA, [1])


def test_entries_keep_their_order_and_may_repeat(two: World) -> None:
    one, other, third = films(two, 3)
    made = make(two)
    assert two.write(entries.add, made, OWNER, [other.id, one.id, other.id]) == 3
    assert two.write(entries.add, made, OWNER, [third.id, 99_999]) == 1
    assert held(two, made) == [other.id, one.id, other.id, third.id]
    assert two.read(entries.entries, made, OWNER).duration_ms == 2_000 + 1_000 + 2_000 + 3_000
    first, second, again, last = numbers(two, made)
    two.write(entries.move, made, OWNER, last, None)
    two.write(entries.move, made, OWNER, first, again)
    assert numbers(two, made) == [last, second, again, first]
    two.write(entries.move, made, OWNER, again, again)
    two.write(entries.remove, made, OWNER, second)
    assert numbers(two, made) == [last, again, first]
    for number, after in ((second, None), (last, second)):
        with pytest.raises(NotFound):
            two.write(entries.move, made, OWNER, number, after)
    two.write(entries.clear, made, OWNER)
    assert held(two, made) == []
    assert two.read(check.check) == []


def test_an_entry_of_another_playlist_is_not_touched(two: World) -> None:
    (film,) = films(two, 1)
    mine, other = make(two), make(two, "Other")
    two.write(entries.add, mine, OWNER, [film.id])
    two.write(entries.add, other, OWNER, [film.id])
    (foreign,) = numbers(two, other)
    with pytest.raises(NotFound):
        two.write(entries.remove, mine, OWNER, foreign)
    assert held(two, other) == [film.id]


def test_moving_into_one_gap_for_ever_numbers_anew_and_loses_nothing(two: World) -> None:
    found = films(two, 4)
    made = make(two)
    two.write(entries.add, made, OWNER, [film.id for film in found])
    expected = numbers(two, made)
    first = expected[0]
    for _ in range(130):
        last = expected.pop()
        expected.insert(1, last)
        two.write(entries.move, made, OWNER, last, first)
    assert numbers(two, made) == expected
    places = two.read(lambda r: r.scalars(select(schema.memberships.c.position)))
    assert len(set(places)) == 4


@pytest.mark.property
@pytest.mark.parametrize("seed", range(5))
def test_any_edits_give_what_a_list_would(two: World, seed: int) -> None:
    rng = random.Random(seed)
    found = [film.id for film in films(two, 5)]
    made = make(two)
    model: list[tuple[int, int]] = []
    for _ in range(40):
        kind = rng.choice(["add", "remove", "move"]) if model else "add"
        if kind == "add":
            fresh = rng.choices(found, k=rng.randrange(1, 4))
            known = {number for number, _ in model}
            two.write(entries.add, made, OWNER, fresh)
            new = [number for number in numbers(two, made) if number not in known]
            model += list(zip(new, fresh, strict=True))
        elif kind == "remove":
            gone = model.pop(rng.randrange(len(model)))
            two.write(entries.remove, made, OWNER, gone[0])
        else:
            moved = model.pop(rng.randrange(len(model)))
            at = rng.randrange(len(model) + 1)
            two.write(entries.move, made, OWNER, moved[0], model[at - 1][0] if at else None)
            model.insert(at, moved)
        shown = two.read(entries.entries, made, OWNER)
        assert list(zip(shown.numbers.tolist(), shown.item_ids.tolist(), strict=True)) == model


def test_what_is_gone_keeps_its_place_and_is_back_with_its_identity(two: World) -> None:
    section = two.section()
    one, other, third = films(two, 3, section)
    made = make(two)
    two.write(entries.add, made, OWNER, [one.id, other.id, third.id])
    two.write(changes.apply, Changes(delete=Deletes(items=[other.id])))
    assert held(two, made) == [one.id, third.id]
    again = two.add(two.section(title="New", paths=[b"/new"]), ItemType.MOVIE, "Renamed", identity_id=other.identity_id)
    assert held(two, made) == [one.id, again.id, third.id]
    while two.write(sections.empty_section, section.id):
        pass
    two.write(sections.delete_section, section.id)
    assert held(two, made) == [again.id]
    assert two.read(check.check) == []


def test_what_lies_in_the_trash_is_shown_as_such(two: World) -> None:
    film = two.add(two.section(), ItemType.MOVIE, "Alpha", deleted_at=5)
    made = make(two)
    two.write(entries.add, made, OWNER, [film.id])
    assert held(two, made) == [film.id]
    assert two.item(film.id).deleted_at == 5


def test_the_item_that_was_meant_is_the_one_that_is_shown(two: World) -> None:
    one = two.add(two.section(), ItemType.MOVIE, "Alpha")
    sharp = two.add(two.section(title="4K", paths=[b"/4k"]), ItemType.MOVIE, "Alpha", identity_id=one.identity_id)
    made = make(two)
    two.write(entries.add, made, OWNER, [sharp.id, one.id])
    assert held(two, made) == [sharp.id, one.id]
    two.write(changes.apply, Changes(delete=Deletes(items=[sharp.id])))
    assert held(two, made) == [one.id, one.id]
    only_first = Viewer(person_id=1, sections=frozenset({sharp.section_id}))
    assert held(two, made, only_first) == []


def test_identities_that_prove_to_be_one_take_their_entries_along(two: World) -> None:
    one, other = films(two, 2)
    made = make(two)
    two.write(entries.add, made, OWNER, [one.id, other.id])
    two.write(uniting.merge, one.identity_id, other.identity_id)
    assert held(two, made) == [one.id, other.id]


def test_editing_and_locks(two: World) -> None:
    made = make(two)
    two.write(playlists.edit, made, OWNER, title="Ánother", summary="About", locks={"title": True})
    found = two.read(playlists.get, made, OWNER)
    assert (found.item.title, found.item.title_folded, found.detail.summary) == ("Ánother", "another", "About")
    assert found.locks == ("title",)
    two.write(playlists.edit, made, OWNER, title_sort="zz", locks={"title": False})
    found = two.read(playlists.get, made, OWNER)
    assert (found.item.sort_key, found.locks, found.detail.summary) == ("zz", (), "About")
    two.write(playlists.edit, made, OWNER, title_sort="")
    assert two.read(playlists.get, made, OWNER).item.sort_key == "another"


def test_folders_hold_playlists_and_never_themselves(two: World) -> None:
    outer = two.write(playlists.create, person_id=1, title="Outer", kind=None)
    inner = two.write(playlists.create, person_id=1, title="Inner", kind=None)
    made = make(two)
    two.write(playlists.move_into, [inner], OWNER, outer)
    two.write(playlists.move_into, [made], OWNER, inner)
    for folder in (outer, inner):
        with pytest.raises(ValueError, match="itself"):
            two.write(playlists.move_into, [outer], OWNER, folder)
    with pytest.raises(ValueError, match="no folder"):
        two.write(playlists.move_into, [outer], OWNER, made)
    theirs = two.write(playlists.create, person_id=2, title="Theirs", kind=None)
    with pytest.raises(NotFound):
        two.write(playlists.move_into, [made], OWNER, theirs)
    two.write(playlists.delete, inner, OWNER)
    assert two.read(playlists.get, made, OWNER).row.folder_id == outer
    two.write(playlists.delete, outer, OWNER)
    assert two.read(playlists.get, made, OWNER).row.folder_id is None


def test_deleting_leaves_nothing_behind(two: World) -> None:
    (film,) = films(two, 1)
    made, theirs = make(two), make(two, viewer=MIA)
    two.write(entries.add, made, OWNER, [film.id])
    two.write(entries.add, theirs, MIA, [film.id])
    two.write(playlists.edit, made, OWNER, locks={"title": True})
    two.write(playlists.delete, made, OWNER)
    assert two.read(playlists.of_person, 1) == []
    assert held(two, theirs, MIA) == [film.id]
    two.write(people.delete_person, 2)
    assert two.read(playlists.of_person, 2) == []
    for table in (schema.memberships, schema.playlists, schema.edits):
        assert two.read(lambda r, table=table: r.tuples(select(table))) == []
    assert two.read(check.check) == []


def test_a_playlist_does_not_grow_without_end(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST_ENTRIES", 3)
    (film,) = films(two, 1)
    made = make(two)
    two.write(entries.add, made, OWNER, [film.id] * 2)
    with pytest.raises(TooManyEntries, match="at most 3"):
        two.write(entries.add, made, OWNER, [film.id] * 2)
    assert held(two, made) == [film.id] * 2
