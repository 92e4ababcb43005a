"""Reviews: what sources say, and what the owner writes instead, which stays."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.store_world import OWNER, World

from vitascope.core.edits import parse_edit
from vitascope.core.model import ItemType
from vitascope.core.reviews import Review
from vitascope.store import changes, edits, reviews, uniting
from vitascope.store.batches import Changes, Rows
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemRow


def bring(world: World, item: ItemRow, *given: Review) -> None:
    """What a scan brings of an item."""
    batch = Changes(update=Rows(items=[item]), insert=Rows(item_reviews=reviews.rows_of(item.id, given)))
    batch.clear.item_reviews = [item.id]
    world.write(changes.apply, batch)


def edit(world: World, item: ItemRow, *pairs: tuple[str, str]) -> list[edits.Edited]:
    return world.write(edits.apply, [item.id], parse_edit(pairs), person_id=1)


def of(world: World, item: ItemRow) -> list[tuple[str, str | None]]:
    (view,) = world.read(hydrate, [item.id], OWNER, full=True, reviews=True)
    return [(one.tag, one.text) for one in view.reviews]


ADA, BO = Review(tag="Ada", text="Fine.", source="Post"), Review(tag="Bo", text="Dull.", link="https://example.org/1")


def test_what_is_written_counts_until_it_is_unlocked(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    bring(world, film, ADA, BO)
    assert of(world, film) == [("Ada", "Fine."), ("Bo", "Dull.")]
    changed = edit(world, film, ("review[0].tag.tag", "Bo"), ("review[0].tagging.text", "Great."),
                   ("review[1].tag.tag", "Cy"), ("review[].tag.tag-", "Ada"))  # fmt: skip
    assert [one.item_id for one in changed] == [film.id]
    assert of(world, film) == [("Bo", "Great."), ("Cy", None)]
    (view,) = world.read(hydrate, [film.id], OWNER, full=True, reviews=True)
    assert view.locks == ["review"]
    assert view.reviews[0].link == BO.link  # what is not said stays
    bring(world, film, ADA)
    edits_before = of(world, film)
    assert edits_before == [("Bo", "Great."), ("Cy", None)]
    edit(world, film, ("review.locked", "0"))
    assert of(world, film) == [("Ada", "Fine.")]


def test_what_is_not_locked_holds_until_the_next_scan(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    bring(world, film, ADA)
    edit(world, film, ("review[0].tag.tag", "Bo"), ("review.locked", "0"))
    assert of(world, film) == [("Ada", "Fine."), ("Bo", None)]
    bring(world, film, ADA)
    assert of(world, film) == [("Ada", "Fine.")]


def test_a_lock_alone_keeps_what_is_there_and_all_may_go(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    bring(world, film, ADA)
    edit(world, film, ("review.locked", "1"))
    bring(world, film, BO)
    assert of(world, film) == [("Ada", "Fine.")]
    edit(world, film, ("review[].tag", ""))
    assert of(world, film) == []


def test_they_are_read_only_when_asked_for_and_go_with_the_item(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    bring(world, film, ADA)
    (view,) = world.read(hydrate, [film.id], OWNER, full=True)
    assert view.reviews == ()
    batch = Changes()
    batch.delete.items = [film.id]
    world.write(changes.apply, batch)
    assert world.read(lambda r: r.tuples(reviews._given, {"ids": [film.id]})) == []


def test_every_one_of_many_writers_counts(world: World) -> None:
    film = world.add(world.section(), ItemType.MOVIE, "Alpha")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: edit(world, film, ("review[0].tag.tag", f"R{number}")), range(20)))
    assert sorted(tag for tag, _ in of(world, film)) == sorted(f"R{number}" for number in range(20))


def test_they_follow_the_identity(world: World) -> None:
    section = world.section()
    one, other = (world.add(section, ItemType.MOVIE, title) for title in ("Alpha", "Beta"))
    edit(world, other, ("review[0].tag.tag", "Ada"))
    world.write(uniting.merge, one.identity_id, other.identity_id)
    assert of(world, one) == of(world, other) == [("Ada", None)]
