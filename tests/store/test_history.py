"""The history: filters, orders, pages; lines whose items are gone or came back; what people may see of it."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType, Viewer
from vitascope.store import changes, deletion, history, states
from vitascope.store.batches import Changes, Rows
from vitascope.store.history import Asked, Comparison, HistoryOrder
from vitascope.store.rows import HistoryRow, ItemRow


def played(world: World, item: ItemRow, person: int = 1, at: int = 1_000, device: int | None = None) -> None:
    world.write(states.mark_played, person, item.id, device, at=at)


def found(world: World, asked: Asked, viewer: Viewer = OWNER) -> list[int]:
    return [row.viewed_at for row in world.read(history.lines, asked, viewer)[0]]


@pytest.mark.parametrize(
    ("how", "times"),
    [
        (Comparison.EQUAL, [20]),
        (Comparison.NOT_EQUAL, [30, 10]),
        (Comparison.FROM, [30, 20]),
        (Comparison.AFTER, [30]),
        (Comparison.UNTIL, [20, 10]),
        (Comparison.BEFORE, [10]),
    ],
)
def test_times_are_compared(world: World, how: Comparison, times: list[int]) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    for at in (10, 20, 30):
        played(world, film, at=at)
    assert found(world, Asked(times=((how, 20),))) == times


def test_orders_and_pages(world: World) -> None:
    section = world.section()
    film, other = (world.add(section, ItemType.MOVIE, title) for title in ("Alpha", "Beta"))
    played(world, film, person=2, at=10, device=7)
    played(world, film, person=1, at=20)
    played(world, other, person=1, at=30, device=3)
    assert found(world, Asked(order=((HistoryOrder.VIEWED_AT, False),))) == [10, 20, 30]
    assert found(world, Asked(order=((HistoryOrder.PERSON, True), (HistoryOrder.VIEWED_AT, False)))) == [10, 20, 30]
    assert found(world, Asked(order=((HistoryOrder.PERSON, False), (HistoryOrder.VIEWED_AT, False)))) == [20, 30, 10]
    assert found(world, Asked(order=((HistoryOrder.DEVICE, False),))) == [20, 30, 10]
    assert found(world, Asked(device_id=7)) == [10]
    page, total = world.read(history.lines, Asked(), OWNER, start=1, size=1)
    assert ([row.viewed_at for row in page], total) == ([20], 3)
    assert world.read(history.lines, Asked(), OWNER, start=9, size=5) == ([], 3)


def test_a_show_or_season_means_everything_below(world: World) -> None:
    show, leaves = world.show(world.section("show"), "Alpha", seasons=2, episodes=1)
    for at, leaf in enumerate(leaves, 10):
        played(world, leaf, at=at)
    season = leaves[1].parent_id
    assert found(world, Asked(item_id=show.id)) == [11, 10]
    assert found(world, Asked(item_id=season)) == [11]
    assert found(world, Asked(item_id=10**6)) == []


def test_what_is_gone_can_be_read_and_what_comes_back_is_found(world: World) -> None:
    section = world.section("show")
    _, leaves = world.show(section, "Alpha", seasons=1, episodes=2)
    played(world, leaves[0], at=10)
    season = world.item(leaves[0].parent_id or 0)
    world.write(deletion.delete_items, [leaves[0].id])
    (row,), _ = world.read(history.lines, Asked(), OWNER)
    assert (row.title, row.parent_title, row.grandparent_title) == ("Alpha 1x1", "Season 1", "Alpha")
    assert (row.item_type, row.parent_index, row.index_number) == (ItemType.EPISODE, 1, 1)
    assert world.read(history.items_now, [row]) == {}
    again = world.add(section, ItemType.EPISODE, "Again", parent=season, identity_id=leaves[0].identity_id)
    assert world.read(history.items_now, [row]) == {row.id: again.id}
    assert found(world, Asked(item_id=season.parent_id)) == [10]


def test_a_person_is_told_nothing_of_what_they_may_not_see(world: World) -> None:
    one, two = world.section("movie", "One"), world.section("movie", "Two", paths=[b"/other"])
    seen, hidden, gone = (
        world.add(where, ItemType.MOVIE, title) for where, title in ((one, "Seen"), (two, "Hidden"), (one, "Gone"))
    )
    for at, film in enumerate((seen, hidden, gone), 10):
        played(world, film, person=2, at=at)
    world.write(deletion.delete_items, [gone.id])
    guest = Viewer(person_id=2, sections=frozenset({one.id}))
    assert found(world, Asked(person_id=2), guest) == [12, 10]
    assert found(world, Asked(person_id=2)) == [12, 11, 10]


def test_the_same_play_told_twice_counts_once_and_an_older_one_changes_no_position(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    played(world, film, at=10)
    played(world, film, at=10)
    assert world.read(states.state_of, 1, film.id).view_count == 1
    now = world.write(states.report_progress, 1, film.id, 90_000)
    played(world, film, at=20)
    after = world.read(states.state_of, 1, film.id)
    assert (after.view_count, after.view_offset_ms, after.last_viewed_at) == (2, 90_000, now.last_viewed_at)
    world.write(states.report_progress, 1, film.id, 5_000, at=30)
    assert world.read(states.state_of, 1, film.id).view_offset_ms == 90_000


def test_deleting_lines_leaves_states(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    played(world, film, at=10)
    (row,), _ = world.read(history.lines, Asked(), OWNER)
    assert world.read(history.line, row.id) == row
    assert world.write(history.delete, [row.id]) == 1
    assert world.read(history.line, row.id) is None
    assert world.read(states.state_of, 1, film.id).view_count == 1


def test_a_rename_of_an_item_does_not_change_what_was_played(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha")
    played(world, film, at=10)
    renamed = ItemRow(
        id=film.id, section_id=section.id, type=film.type, identity_id=film.identity_id, title="Beta", sort_key="beta"
    )
    world.write(changes.apply, Changes(update=Rows(items=[renamed])))
    (row,), _ = world.read(history.lines, Asked(), OWNER)
    assert isinstance(row, HistoryRow)
    assert row.title == "Alpha"
