"""Items merged by hand are one, with all that people did; split, they are what they were."""

import pytest
from tests.support.store_world import OWNER, World

from vitascope.core.edits import parse_edit
from vitascope.core.model import ItemType, TagType
from vitascope.store import check, edits, items, known_keys, merging, relations, sections, states
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.views import ItemView


@pytest.fixture
def films(world: World) -> SectionRow:
    return world.section()


def view(world: World, item: ItemRow) -> ItemView:
    (found,) = world.read(hydrate, [item.id], OWNER, full=True)
    return found


def test_two_films_become_one_with_two_versions_and_part_again(world: World, films: SectionRow) -> None:
    genre = [(TagType.GENRE, "Drama")]
    kept = world.add(films, ItemType.MOVIE, "Kept", with_file=True, keys=["kept"])
    gone = world.add(films, ItemType.MOVIE, "Gone", with_file=True, keys=["gone"], tags=genre, year=1999)
    world.write(states.mark_watched, 1, gone.id)
    world.write(edits.apply, [gone.id], parse_edit([("tagline.value", "of its own")]), person_id=1)
    before = view(world, gone)

    world.write(merging.merge, kept.id, [gone.id])
    assert world.read(items.get_item, gone.id, OWNER) is None
    merged = view(world, kept)
    assert [medium.media.ordering for medium in merged.media] == [0, 1]
    assert (merged.item.title, merged.item.media_count, merged.locks) == ("Kept", 2, ())
    assert merged.detail.tagline is None
    assert world.read(states.state_of, 1, kept.id).view_count == 1
    assert world.read(check.check) == []

    assert world.write(merging.split, kept.id).items == [gone.id]
    after = view(world, gone)
    assert after.item == before.item or after.item.updated_at >= before.item.updated_at
    assert (after.item.title, after.item.year, after.detail.tagline) == ("Gone", 1999, "of its own")
    assert [tag.tag for tag in after.tags] == ["Drama"]
    assert [medium.media.id for medium in after.media] == [medium.media.id for medium in before.media]
    assert after.media[0].parts[0].streams
    assert (after.identity_uuid, after.locks) == (before.identity_uuid, before.locks)
    assert [world.read(states.state_of, 1, item.id).view_count for item in (kept, gone)] == [1, 1]
    assert len(view(world, kept).media) == 1
    assert world.read(check.check) == []


def test_a_merged_film_keeps_its_look_over_a_scan(world: World, films: SectionRow) -> None:
    kept = world.add(films, ItemType.MOVIE, "Kept", with_file=True)
    gone = world.add(films, ItemType.MOVIE, "Gone", with_file=True)
    world.write(merging.merge, kept.id, [gone.id])
    world.write(edits.apply, [], parse_edit([]), person_id=1)

    def scan(tx: object) -> None:
        from msgspec.structs import replace

        from vitascope.store.changes import update_items

        update_items(tx, [replace(kept, title="Gone", title_folded="gone", media_count=2)])  # type: ignore[arg-type]
        edits.reapply(tx, [kept.id])  # type: ignore[arg-type]

    world.write(scan)
    assert view(world, kept).item.title == "Kept"
    world.write(merging.split, kept.id)
    assert world.read(lambda r: edits.locks_of(r, [kept.identity_id])) == {}


def test_shows_merge_with_their_seasons_and_episodes(world: World, films: SectionRow) -> None:
    kept, mine = world.show(films, "Kept", seasons=2, episodes=2)
    gone, theirs = world.show(films, "Gone", seasons=3, episodes=3)
    world.write(states.mark_watched, 1, theirs[0].id)
    world.write(merging.merge, kept.id, [gone.id])
    seasons, _ = world.read(relations.children, kept.id, OWNER)
    assert [world.item(season).index_number for season in seasons] == [1, 2, 3]
    leaves, _ = world.read(relations.all_leaves, kept.id, OWNER)
    assert len(leaves) == 9
    assert world.item(kept.id).leaf_count == 9
    assert world.read(states.state_of, 1, mine[0].id).view_count == 1
    assert world.read(check.check) == []
    world.write(merging.split, kept.id)
    assert len(world.read(relations.all_leaves, kept.id, OWNER)[0]) == 4
    assert world.read(relations.all_leaves, gone.id, OWNER)[0] == [leaf.id for leaf in theirs]
    assert (world.item(kept.id).leaf_count, world.item(gone.id).leaf_count) == (4, 9)
    assert world.read(check.check) == []


def test_what_cannot_be_merged_says_why(world: World, films: SectionRow) -> None:
    film = world.add(films, ItemType.MOVIE, "Film")
    show, _ = world.show(films, "Show", 1, 1)
    elsewhere = world.add(world.section(title="Others"), ItemType.MOVIE, "Other")
    for other, reason in ((show, "type"), (elsewhere, "another library"), (film, "nothing")):
        with pytest.raises(merging.MergeError, match=reason):
            world.write(merging.merge, film.id, [other.id])
    assert world.read(check.check) == []


def test_splitting_what_was_never_merged_changes_nothing(world: World, films: SectionRow) -> None:
    film = world.add(films, ItemType.MOVIE, "Film", with_file=True)
    assert world.write(merging.split, film.id) == merging.Split([])


def test_what_was_of_a_section_that_was_made_again_comes_back_by_a_scan(world: World, films: SectionRow) -> None:
    kept = world.add(films, ItemType.MOVIE, "Kept", with_file=True)
    gone = world.add(films, ItemType.MOVIE, "Gone", with_file=True)
    world.write(merging.merge, kept.id, [gone.id])
    world.write(sections.delete_section, films.id)
    again = world.add(world.section(title="Again"), ItemType.MOVIE, "Kept", identity_id=kept.identity_id)
    assert world.write(merging.split, again.id) == merging.Split([], scan=True)
    assert world.read(items.get_item, gone.id, OWNER) is None
    assert world.read(known_keys.identity, gone.identity_id).merged_into is None
    assert world.read(check.check) == []
