"""Identities: found again by any key, merged when two prove one, kept apart when something speaks against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType
from vitascope.store import changes, history, identities, kept_edits, known_keys, schema, states, uniting
from vitascope.store.batches import Changes, Rows
from vitascope.store.errors import NotFound
from vitascope.store.history import Asked
from vitascope.store.hydration import hydrate
from vitascope.store.known_keys import Key, KeyKind, speaks_against
from vitascope.store.rows import StateRow
from vitascope.store.uniting import unite_states
from vitascope.store.writer import Writer

IMDB_1, IMDB_2 = Key(KeyKind.EXTERNAL, "1|imdb://tt1|"), Key(KeyKind.EXTERNAL, "1|imdb://tt2|")
TMDB_1 = Key(KeyKind.EXTERNAL, "1|tmdb://1|")
NAME_A, NAME_B = Key(KeyKind.NAME, "movie|a|2000|"), Key(KeyKind.NAME, "movie|b|2000|")
PRINT_A = Key(KeyKind.FINGERPRINT, "1|aaaa|")
PATH_A, PATH_B = Key(KeyKind.PATH, "1|/a.mkv|"), Key(KeyKind.PATH, "1|/b.mkv|")


def resolve(world: World, *keys: Key) -> int:
    return world.write(identities.resolve, keys)


def test_any_known_key_brings_the_identity_back(world: World) -> None:
    first = resolve(world, NAME_A, PRINT_A, PATH_A)
    assert resolve(world, NAME_A) == first
    # renamed: found by its content, and the new name leads there too
    assert resolve(world, NAME_B, PRINT_A, PATH_B) == first
    assert resolve(world, NAME_B) == first
    # a better encode under the same name
    assert resolve(world, NAME_B, Key(KeyKind.FINGERPRINT, "1|bbbb|")) == first
    assert world.read(identities.find, [Key(KeyKind.FINGERPRINT, "1|bbbb|")]) == first
    assert world.read(identities.find, [IMDB_1]) is None


def test_the_strongest_key_decides(world: World) -> None:
    one, two = resolve(world, NAME_A), resolve(world, NAME_B)
    found = world.read(identities.find_many, [[NAME_B, NAME_A], [PATH_A, NAME_B], [IMDB_1]])
    assert {found[0].identity_id, *found[0].others} == {one, two}
    assert (found[1].identity_id, found[1].new_keys) == (two, (PATH_A,))
    assert found[2].identity_id is None


def test_two_identities_that_prove_to_be_one_are_merged_with_all_that_was_done(world: World) -> None:
    section = world.section()
    one, two = resolve(world, IMDB_1), resolve(world, NAME_A, PATH_A)
    film = world.add(section, ItemType.MOVIE, "A", identity_id=two)
    other = world.add(section, ItemType.MOVIE, "A", identity_id=one)
    world.write(states.mark_played, 1, film.id)
    world.write(states.rate, 1, other.id, 8.0)
    world.write(kept_edits.edit, two, "title", '"Mine"')
    assert resolve(world, IMDB_1, NAME_A, PATH_A) == one
    state = world.read(states.state_of, 1, film.id)
    assert (state.view_count, state.rating) == (1, 8.0)
    assert world.item(film.id).identity_id == one
    assert [row.value for row in world.read(kept_edits.edits_of, [one])[one]] == ['"Mine"']
    assert world.read(history.lines, Asked(), OWNER)[0][0].identity_id == one
    assert world.read(identities.find, [PATH_A]) == one


def test_a_merge_can_be_undone(world: World) -> None:
    section = world.section()
    one, two = resolve(world, IMDB_1), resolve(world, NAME_A, PATH_A)
    film = world.add(section, ItemType.MOVIE, "A", identity_id=two)
    world.write(states.mark_played, 1, film.id)
    resolve(world, IMDB_1, NAME_A)
    world.write(uniting.undo_merge, two)
    assert world.item(film.id).identity_id == two
    assert world.read(states.state_of, 1, film.id).view_count == 1
    assert world.read(known_keys.keys_of, two) == [NAME_A, PATH_A]
    assert world.read(known_keys.keys_of, one) == [IMDB_1]
    with pytest.raises(NotFound):
        world.write(uniting.undo_merge, two)


def test_a_corrected_match_moves_the_keys_and_keeps_both(world: World) -> None:
    wrong, right = resolve(world, IMDB_1, NAME_A, PATH_A), resolve(world, IMDB_2)
    assert resolve(world, IMDB_2, NAME_A, PATH_A) == right
    assert world.read(known_keys.keys_of, wrong) == [IMDB_1]
    assert world.read(known_keys.identity, wrong).merged_into is None


def test_swapped_tags_do_not_make_two_tracks_one(world: World) -> None:
    a, b = resolve(world, NAME_A, PATH_A), resolve(world, NAME_B, PATH_B)
    assert world.write(identities.resolve_many, [[NAME_B, PATH_A], [NAME_A, PATH_B]]) == [b, a]
    assert world.read(known_keys.keys_of, a) == [NAME_A, PATH_B]


def test_finds_of_one_call_that_share_a_key_are_one(world: World) -> None:
    one, two, three = world.write(identities.resolve_many, [[NAME_A, PATH_A], [NAME_A, PATH_B], [NAME_B]])
    assert one == two != three


def test_a_running_scan_may_speak_of_an_identity_that_was_merged(world: World) -> None:
    section = world.section()
    one, two = resolve(world, IMDB_1), resolve(world, NAME_A)
    resolve(world, IMDB_1, NAME_A)
    film = world.add(section, ItemType.MOVIE, "A", identity_id=two)
    assert world.item(film.id).identity_id == one


def test_a_batch_whose_key_belongs_to_another_settles_it(world: World) -> None:
    one, two = resolve(world, IMDB_1), resolve(world, NAME_A)
    world.write(changes.apply, Changes(insert=Rows(identity_keys=[known_keys.key_row(NAME_A, one)])))
    assert world.read(known_keys.identity, two).merged_into == one
    assert world.read(identities.find, [NAME_A]) == one


def test_merging_keeps_the_progress_of_shows_right(world: World) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=1, episodes=2)
    world.write(states.mark_played, 1, leaves[0].id)
    lone = resolve(world, NAME_A)

    def merge(tx: Writer) -> None:
        uniting.merge(tx, lone, leaves[0].identity_id)

    world.write(merge)
    assert world.read(hydrate, [top.id], OWNER)[0].viewed_leaf_count == 1
    world.write(uniting.undo_merge, leaves[0].identity_id)
    assert world.read(hydrate, [top.id], OWNER)[0].viewed_leaf_count == 1


def test_edits_lock_and_unlock(world: World) -> None:
    one = resolve(world, NAME_A)
    world.write(kept_edits.edit, one, "title", '"New"')
    world.write(kept_edits.edit, one, "year", None)
    world.write(kept_edits.edit, one, "title", '"Newer"')
    found = world.read(kept_edits.edits_of, [one])[one]
    assert [(row.field, row.value, row.locked) for row in found] == [("title", '"Newer"', True), ("year", None, True)]
    world.write(kept_edits.edit, one, "title", None, locked=False)
    assert [row.field for row in world.read(kept_edits.edits_of, [one])[one]] == ["year"]


def test_a_key_of_any_length_and_any_characters(world: World) -> None:
    long = Key(KeyKind.PATH, "1|" + "x" * 9000 + "\udc80|")
    assert len(long.hash) == 16
    assert long.hash != Key(KeyKind.NAME, long.text).hash
    clean = Key(KeyKind.PATH, "1|" + "ü" * 9000)
    assert resolve(world, clean) == resolve(world, clean)
    with world.db.reader() as r:
        assert r.scalars(select(schema.identity_keys.c.key)) == [clean.text]


@pytest.mark.parametrize(
    ("mine", "theirs", "contested", "expected"),
    [
        ([IMDB_1], [NAME_A], [NAME_A], False),
        ([IMDB_1], [IMDB_2, NAME_A], [NAME_A], True),
        ([IMDB_1, TMDB_1], [TMDB_1], [TMDB_1], False),
        ([IMDB_1, TMDB_1], [IMDB_2, TMDB_1], [TMDB_1], True),
        ([NAME_A, PATH_A], [NAME_B, PATH_A], [PATH_A], True),
        ([NAME_A, PATH_A], [PATH_A], [PATH_A], False),
        ([NAME_A, IMDB_1, PATH_A], [NAME_B, IMDB_1, PATH_A], [PATH_A], False),
    ],
)
def test_what_speaks_against_being_one(
    mine: list[Key], theirs: list[Key], contested: list[Key], expected: bool
) -> None:
    assert speaks_against(mine, theirs, contested) is expected


when = st.none() | st.integers(0, 5)
a_state = st.builds(
    StateRow,
    person_id=st.just(1),
    identity_id=st.just(2),
    view_count=st.integers(0, 3),
    view_offset_ms=st.none() | st.integers(1, 9),
    last_viewed_at=when,
    skip_count=st.integers(0, 2),
    rating=st.none() | st.floats(0, 10),
    last_rated_at=when,
    hidden_from_continue_at=when,
    updated_at=st.integers(0, 5),
)


@pytest.mark.property
@given(a_state, a_state)
def test_uniting_never_loses_a_view_and_takes_the_latest(mine: StateRow, theirs: StateRow) -> None:
    united = unite_states(mine, theirs, 7)
    assert united.identity_id == 7
    assert united.view_count == max(mine.view_count, theirs.view_count)
    assert (united.last_viewed_at or 0) == max(mine.last_viewed_at or 0, theirs.last_viewed_at or 0)
    assert (united.view_offset_ms, united.last_viewed_at) in {
        (row.view_offset_ms, row.last_viewed_at) for row in (mine, theirs)
    }
    assert unite_states(None, theirs, 7).view_count == theirs.view_count
