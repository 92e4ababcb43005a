"""Edits by hand: rows, tags, locks, counts and search follow; nothing is lost, whoever writes at the same time."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace
from tests.support.store_world import OWNER, World

from vitascope.core.edits import parse_edit
from vitascope.core.model import ItemType, TagType
from vitascope.store import check, edits, kept_edits, search, states, tags
from vitascope.store.batches import Changes, Rows
from vitascope.store.changes import apply
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.views import ItemView
from vitascope.store.writer import Writer


@pytest.fixture
def films(world: World) -> SectionRow:
    return world.section()


def edit(world: World, items: Sequence[ItemRow], *pairs: tuple[str, str]) -> list[edits.Edited]:
    return world.write(edits.apply, [item.id for item in items], parse_edit(pairs), person_id=1)


def view(world: World, item: ItemRow) -> ItemView:
    (found,) = world.read(hydrate, [item.id], OWNER, full=True)
    return found


def tags_of(world: World, item: ItemRow, kind: TagType = TagType.GENRE) -> list[str]:
    return [tag.tag for tag in view(world, item).tags if tag.type == kind]


def found_by(world: World, words: str, kind: ItemType = ItemType.MOVIE) -> list[int]:
    return [hit.item_id for hit in world.read(search.search, words.split(), OWNER, [kind])]


def rescan(world: World, row: ItemRow, genres: Sequence[str] = ()) -> None:
    """What a scan would bring: the item as its file says, and the edits over it in the same transaction."""

    def write(tx: Writer) -> None:
        changes = Changes(update=Rows(items=[row]))
        changes.clear.taggings = [row.id]
        apply(tx, changes)
        tags.set_tags(tx, row.id, TagType.GENRE, genres)
        edits.reapply(tx, [row.id])

    world.write(write)


def test_a_title_is_found_sorted_and_locked(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha")
    edit(world, [item], ("title.value", "The Zebra"))
    found = view(world, item)
    assert (found.item.title, found.item.sort_key, found.locks) == ("The Zebra", "zebra", ["title"])
    assert found_by(world, "zebra") == [item.id]
    assert found_by(world, "alpha") == []


def test_unlocked_values_hold_until_the_next_scan(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha", year=1999)
    edit(world, [item], ("title.value", "Beta"), ("title.locked", "0"), ("year.value", "2001"))
    assert (view(world, item).item.title, view(world, item).locks) == ("Beta", ["year"])
    rescan(world, item)
    assert (view(world, item).item.title, view(world, item).item.year) == ("Alpha", 2001)


def test_unlocking_brings_back_what_a_scan_finds(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha")
    edit(world, [item], ("title.value", "Beta"), ("genre[0].tag.tag", "Odd"))
    rescan(world, item, ["Drama"])
    assert (view(world, item).item.title, tags_of(world, item)) == ("Beta", ["Odd"])
    edit(world, [item], ("title.locked", "0"), ("genre.locked", "0"))
    assert (view(world, item).item.title, list(view(world, item).locks)) == ("Beta", [])
    rescan(world, item, ["Drama"])
    assert (view(world, item).item.title, tags_of(world, item)) == ("Alpha", ["Drama"])


def test_a_lock_alone_keeps_what_is_there(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha", tags=[(TagType.GENRE, "Drama")])
    edit(world, [item], ("title.locked", "1"), ("genre.locked", "1"), ("thumb.locked", "1"))
    rescan(world, replace(item, title="Other"), ["Comedy"])
    assert (view(world, item).item.title, tags_of(world, item)) == ("Alpha", ["Drama"])
    assert view(world, item).locks == ["genre", "thumb", "title"]


def test_what_was_emptied_stays_empty(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha", studio="Studio", content_rating="R", content_rating_age=17)
    edit(world, [item], ("studio.value", ""), ("contentRating.value", ""), ("summary.value", ""))
    rescan(world, item)
    found = view(world, item)
    assert (found.item.studio, found.item.content_rating, found.item.content_rating_age) == (None, None, None)
    assert found.detail.summary == ""


def test_an_age_rating_has_its_age(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "Alpha")
    edit(world, [item], ("contentRating.value", "PG-13"))
    assert view(world, item).item.content_rating_age == 13


def test_tags_are_added_removed_and_counted(world: World, films: SectionRow) -> None:
    first = world.add(films, ItemType.MOVIE, "One", tags=[(TagType.GENRE, "Drama")])
    second = world.add(films, ItemType.MOVIE, "Two", tags=[(TagType.GENRE, "Comedy")])
    edit(world, [first, second], ("genre[0].tag.tag", "Odd"), ("genre[].tag.tag-", "Comedy"))
    assert tags_of(world, first) == ["Drama", "Odd"]
    assert tags_of(world, second) == ["Odd"]
    values = world.read(tags.values, films.id, ItemType.MOVIE, TagType.GENRE)
    assert [(value.tag, value.item_count) for value in values] == [("Drama", 1), ("Odd", 2)]
    edit(world, [first], ("genre[].tag", ""))
    assert tags_of(world, first) == []
    assert world.read(check.check) == []


def test_actors_have_characters_that_survive(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")
    edit(world, [item], ("actor[0].tag.tag", "Ann"), ("actor[0].tagging.text", "The Queen"), ("actor[1].tag.tag", "B"))
    edit(world, [item], ("actor[0].tag.tag", "Cy"))
    rescan(world, item)
    roles = [(tag.tag, tag.text) for tag in view(world, item).tags if tag.type == TagType.ROLE]
    assert roles == [("Ann", "The Queen"), ("B", None), ("Cy", None)]


def test_labels_and_collections_stay_without_a_lock(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")
    edit(world, [item], ("label[0].tag.tag", "Kids"), ("label.locked", "0"))
    edit(world, [item], ("collection[0].tag.tag", "Best"), ("collection.locked", "0"))
    edit(world, [item], ("collection[0].tag.tag", "Worst"), ("collection.locked", "0"))
    edit(world, [item], ("collection[].tag.tag-", "Worst"), ("collection.locked", "0"))
    rescan(world, item)
    assert tags_of(world, item, TagType.LABEL) == ["Kids"]
    assert tags_of(world, item, TagType.COLLECTION) == ["Best"]
    assert not view(world, item).locks


def test_a_collection_tag_makes_the_collection_once(world: World, films: SectionRow) -> None:
    items = [world.add(films, ItemType.MOVIE, name) for name in ("One", "Two")]
    for item in items:
        edit(world, [item], ("collection[0].tag.tag", "Best of"))
    assert len(found_by(world, "best of", ItemType.COLLECTION)) == 1
    assert world.read(check.check) == []


def test_numbers_and_dates_are_columns(world: World, films: SectionRow) -> None:
    show, (first, *_) = world.show(films, "Show")
    edit(world, [first], ("index.value", "9"), ("parentIndex.value", "4"), ("addedAt.value", "1000000000"))
    edit(world, [first], ("originallyAvailableAt.value", "2030-05-04"), ("rating.value", "7.25"))
    row = view(world, first).item
    assert (row.index_number, row.parent_index, row.added_at) == (9, 4, 1_000_000_000)
    assert (row.available_at, row.rating) == ("2030-05-04", 7.2)
    assert world.item(show.id).latest_leaf_available_at == "2030-05-04"
    assert world.read(check.check) == []


def test_a_rating_of_ones_own_is_a_persons(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")
    edit(world, [item], ("userRating.value", "8"))
    assert world.read(states.state_of, 1, item.id).rating == 8
    assert world.read(states.state_of, 2, item.id).rating is None
    assert view(world, item).locks == ["userRating"]


def test_edits_hang_on_the_identity(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")
    other_section = world.section(title="Others")
    edit(world, [item], ("title.value", "Renamed"), ("label[0].tag.tag", "Kids"))
    again = world.add(other_section, ItemType.MOVIE, "One", identity_id=item.identity_id)
    world.write(edits.reapply, [again.id])
    assert view(world, again).item.title == "Renamed"
    assert tags_of(world, again, TagType.LABEL) == ["Kids"]
    edit(world, [again], ("title.value", "Both"))
    assert view(world, item).item.title == "Both"


def test_many_people_edit_one_item_at_once(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")
    fields = ("tagline", "studio", "originalTitle", "titleSort")

    def write(number: int) -> None:
        pairs = [("genre[0].tag.tag", f"G{number:03}"), ("label[0].tag.tag", f"L{number:03}")]
        pairs.append((f"{fields[number % 4]}.value", f"said by {number}"))
        edit(world, [item], *pairs)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(80)))
    found = view(world, item)
    assert sorted(tags_of(world, item)) == [f"G{number:03}" for number in range(80)]
    assert sorted(tags_of(world, item, TagType.LABEL)) == [f"L{number:03}" for number in range(80)]
    values = (found.detail.tagline, found.item.studio, found.item.original_title, found.item.title_sort)
    assert all(value is not None and value.startswith("said by ") for value in values)
    rescan(world, item)
    assert len(tags_of(world, item)) == 80
    assert world.read(check.check) == []


def test_an_edit_that_fails_changes_nothing(world: World, films: SectionRow) -> None:
    item = world.add(films, ItemType.MOVIE, "One")

    def write(tx: Writer) -> None:
        edits.apply(tx, [item.id], parse_edit([("title.value", "Two"), ("genre[0].tag.tag", "X")]), person_id=1)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        world.write(write)
    assert (view(world, item).item.title, tags_of(world, item), list(view(world, item).locks)) == ("One", [], [])
    assert world.read(kept_edits.edits_of, [item.identity_id]) == {}
