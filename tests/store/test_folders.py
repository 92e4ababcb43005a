"""Where shows and artists lie, on both engines."""

from tests.support.store_world import World

from vitascope.store.folders import folders_of


def test_of_nothing_nothing_is_asked(world: World) -> None:
    assert world.read(folders_of, (), ()) == {}


def test_a_show_without_files_lies_nowhere(world: World) -> None:
    show, _ = world.show(world.section("show"), "Alpha", seasons=1, episodes=1)
    assert world.read(folders_of, {show.id}, set()) == {}
