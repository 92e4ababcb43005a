"""The nightly task comes to an end and changes nothing that anyone can see."""

from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType
from vitascope.store import check, maintenance, search


def test_optimizing_ends_and_keeps_everything(world: World) -> None:
    section = world.section()
    made = [world.add(section, ItemType.MOVIE, f"Film number {number}").id for number in range(30)]
    steps = 1
    while world.write(maintenance.optimize_step, urgent=False):
        steps += 1
        assert steps < 50
    hits = world.read(search.search, ["film"], OWNER, [ItemType.MOVIE], 50)
    assert {hit.item_id for hit in hits} == set(made)
    assert world.read(check.check) == []
    assert world.write(check.check_full_text) == []
