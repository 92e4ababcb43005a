"""On Deck and Continue Watching."""

from collections.abc import Iterator

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, Viewer
from vitascope.store import deck, states
from vitascope.store.engine import Database

DAY = 86_400


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000

    def __call__(self) -> float:
        self.now += 10
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(database_url: str, clock: Clock) -> Iterator[World]:
    with Database(database_url, clock=clock) as opened:
        yield World(db=opened)


def on_deck(world: World, clock: Clock, viewer: Viewer = OWNER, **options: object) -> list[int]:
    return [entry.item_id for entry in world.read(deck.on_deck, viewer, now=clock.now, **options)]


def test_the_next_episode_follows_the_one_watched_last(world: World, clock: Clock) -> None:
    section = world.section("show")
    _, leaves = world.show(section, "Alpha", seasons=2, episodes=2)
    assert on_deck(world, clock) == []
    world.write(states.mark_played, 1, leaves[0].id)
    assert on_deck(world, clock) == [leaves[1].id]
    world.write(states.mark_played, 1, leaves[1].id)
    assert on_deck(world, clock) == [leaves[2].id]
    assert on_deck(world, clock, include_premieres=False) == []
    assert on_deck(world, clock, Viewer(person_id=2)) == []


def test_watched_episodes_are_passed_over_and_earlier_gaps_stay_gaps(world: World, clock: Clock) -> None:
    _, leaves = world.show(world.section("show"), "Alpha", seasons=1, episodes=5)
    world.write(states.mark_watched, 1, leaves[3].id, True)
    world.write(states.mark_played, 1, leaves[2].id)
    assert on_deck(world, clock) == [leaves[4].id]


def test_a_show_that_is_finished_is_not_on_deck_until_something_new_comes(world: World, clock: Clock) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=1, episodes=1)
    world.write(states.mark_watched, 1, top.id, True)
    assert on_deck(world, clock) == []
    season = world.item(leaves[0].parent_id or 0)
    new = world.add(section, ItemType.EPISODE, "New", parent=season, index_number=2, parent_index=1)
    assert on_deck(world, clock) == [new.id]


def test_what_was_started_comes_with_its_show_only_once(world: World, clock: Clock) -> None:
    films, shows = world.section(), world.section("show", paths=[b"/shows"])
    film = world.add(films, ItemType.MOVIE, "Film")
    _, leaves = world.show(shows, "Alpha", seasons=1, episodes=3)
    world.write(states.mark_played, 1, leaves[0].id)
    world.write(states.report_progress, 1, film.id, 90_000)
    world.write(states.report_progress, 1, leaves[1].id, 90_000)
    entries = world.read(deck.on_deck, OWNER, now=clock.now)
    assert [(entry.item_id, entry.started) for entry in entries] == [(leaves[1].id, True), (film.id, True)]
    assert on_deck(world, clock, section_id=films.id) == [film.id]
    assert on_deck(world, clock, limit=1) == [leaves[1].id]


def test_the_window_and_the_order(world: World, clock: Clock) -> None:
    section = world.section()
    old, new = world.add(section, ItemType.MOVIE, "Old"), world.add(section, ItemType.MOVIE, "New")
    world.write(states.report_progress, 1, old.id, 90_000)
    clock.now += 10 * DAY
    world.write(states.report_progress, 1, new.id, 90_000)
    assert on_deck(world, clock) == [new.id, old.id]
    assert on_deck(world, clock, window_s=DAY) == [new.id]


def test_hidden_until_it_is_watched_again(world: World, clock: Clock) -> None:
    _, leaves = world.show(world.section("show"), "Alpha", seasons=1, episodes=3)
    world.write(states.mark_played, 1, leaves[0].id)
    world.write(states.hide_from_continue, 1, leaves[1].id)
    assert on_deck(world, clock) == []
    world.write(states.mark_played, 1, leaves[1].id)
    assert on_deck(world, clock) == [leaves[2].id]
    world.write(states.report_progress, 1, leaves[2].id, 90_000)
    world.write(states.hide_from_continue, 1, leaves[2].id)
    assert on_deck(world, clock) == []


def test_restricted_people_see_only_what_they_may(world: World, clock: Clock) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=1, episodes=2)
    world.write(states.mark_played, 2, leaves[0].id)
    assert on_deck(world, clock, Viewer(person_id=2, sections=frozenset({section.id}))) == [leaves[1].id]
    assert on_deck(world, clock, Viewer(person_id=2, sections=frozenset())) == []
    assert on_deck(world, clock, Viewer(person_id=2, allowed_content_ratings=frozenset({"G"}))) == []
    assert top.id
