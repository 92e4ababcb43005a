"""Batches: rows arrive whole, and every number that listings read is in step afterwards."""

from msgspec import json
from msgspec.structs import replace
from sqlalchemy import func, select
from tests.support.store_world import OWNER, World, digest

from vitascope.core.model import ItemType, TagType
from vitascope.store import batches, changes, relations, schema, sections
from vitascope.store.batches import Changes, Clear, Deletes, Rows
from vitascope.store.hydration import hydrate
from vitascope.store.reader import Reader
from vitascope.store.rows import IdentityKeyRow, IdentityRow, ItemRow, SearchTextRow, TaggingRow, TagRow
from vitascope.store.writer import Writer


def tag_counts(r: Reader) -> dict[tuple[int, int, int], int]:
    return {tuple(row[:3]): row[3] for row in r.tuples(select(schema.tag_counts))}


def test_an_item_arrives_with_everything_that_hangs_on_it(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Alpha", tags=[(TagType.GENRE, "Drama")], with_file=True)
    view = world.read(hydrate, [item.id], OWNER, full=True)[0]
    assert view.item == item
    assert view.detail.summary == "About Alpha"
    assert [(tag.type, tag.tag) for tag in view.tags] == [(TagType.GENRE, "Drama")]
    assert [stream.index_number for stream in view.media[0].parts[0].streams] == [0, 1]
    assert view.media[0].parts[0].location_path == b"/media"


def test_containers_know_their_children_and_their_newest_leaf(world: World) -> None:
    section = world.section("show")
    top, _ = world.show(section, "Alpha", seasons=2, episodes=3)
    row = world.item(top.id)
    assert (row.child_count, row.leaf_count) == (2, 6)
    assert (row.latest_leaf_added_at, row.latest_leaf_available_at) == (203, "2002-01-03")
    assert world.read(sections.item_counts, section.id) == {
        ItemType.SHOW: 1,
        ItemType.SEASON: 2,
        ItemType.EPISODE: 6,
    }


def test_an_older_leaf_does_not_take_the_newest_place(world: World) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=1, episodes=1)
    season = world.item(leaves[0].parent_id or 0)
    world.add(section, ItemType.EPISODE, "Old", parent=season, added_at=1, available_at="1990-01-01")
    row = world.item(top.id)
    assert (row.latest_leaf_added_at, row.latest_leaf_available_at, row.leaf_count) == (101, "2001-01-01", 2)


def test_container_numbers_that_a_batch_brings_are_ignored(world: World) -> None:
    section = world.section("show")
    top = world.add(section, ItemType.SHOW, "Alpha", leaf_count=99, child_count=7, latest_leaf_added_at=5)
    assert (world.item(top.id).leaf_count, world.item(top.id).child_count) == (0, 0)
    world.add(section, ItemType.SEASON, "Season 1", parent=top)
    world.write(changes.apply, Changes(update=Rows(items=[replace(top, title="Renamed", child_count=50)])))
    assert (world.item(top.id).title, world.item(top.id).child_count) == ("Renamed", 1)


def test_deleting_a_container_takes_everything_below_and_nothing_else(world: World) -> None:
    section = world.section("show")
    gone, _ = world.show(section, "Gone", seasons=1, episodes=2)
    kept, _ = world.show(section, "Kept", seasons=1, episodes=1)
    world.add(section, ItemType.CLIP, "Trailer", parent=gone, extra_type=1, with_file=True)
    world.write(changes.apply, Changes(delete=Deletes(items=[gone.id])))
    assert world.read(sections.item_counts, section.id) == {
        ItemType.SHOW: 1,
        ItemType.SEASON: 1,
        ItemType.EPISODE: 1,
    }
    assert world.item(kept.id).leaf_count == 1
    with world.db.reader() as r:
        for table in (schema.items, schema.item_details, schema.search_texts):
            assert r.scalar(select(func.count()).select_from(table)) == 3
        for table in (schema.media, schema.parts, schema.streams):
            assert r.scalar(select(func.count()).select_from(table)) == 0
        assert r.scalar(select(func.count()).select_from(schema.identities)) == 8


def test_deleting_a_leaf_counts_its_containers_anew(world: World) -> None:
    section = world.section("show")
    top, leaves = world.show(section, "Alpha", seasons=2, episodes=2)
    world.write(changes.apply, Changes(delete=Deletes(items=[leaves[-1].id])))
    row = world.item(top.id)
    assert (row.leaf_count, row.child_count, row.latest_leaf_added_at) == (3, 2, 201)


def test_moving_a_leaf_to_another_container_moves_the_numbers(world: World) -> None:
    section = world.section("show")
    one, leaves = world.show(section, "One", seasons=1, episodes=2)
    two, _ = world.show(section, "Two", seasons=1, episodes=1)
    season = world.read(relations.children, two.id, OWNER)[0][0]
    moved = replace(leaves[0], parent_id=season, grandparent_id=two.id)
    world.write(changes.apply, Changes(update=Rows(items=[moved])))
    assert (world.item(one.id).leaf_count, world.item(two.id).leaf_count) == (1, 2)


def test_extras_are_not_counted(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha")
    extra = world.add(section, ItemType.CLIP, "Trailer", parent=film, extra_type=1, tags=[(TagType.GENRE, "Drama")])
    assert world.read(sections.item_counts, section.id) == {ItemType.MOVIE: 1}
    assert world.item(film.id).child_count == 0
    assert world.read(tag_counts) == {}
    assert world.read(relations.extras, film.id, OWNER) == [extra.id]


def test_tag_counts_follow_taggings(world: World) -> None:
    section = world.section()
    drama, crime = (TagType.GENRE, "Drama"), (TagType.GENRE, "Crime")
    first = world.add(section, ItemType.MOVIE, "Alpha", tags=[drama, crime])
    world.add(section, ItemType.MOVIE, "Beta", tags=[drama])
    d, c = world.tag_ids[drama], world.tag_ids[crime]
    assert world.read(tag_counts) == {(section.id, 1, d): 2, (section.id, 1, c): 1}
    only_drama = Changes(
        clear=Clear(taggings=[first.id]), insert=Rows(taggings=[TaggingRow(first.id, d, int(TagType.GENRE))])
    )
    world.write(changes.apply, only_drama)
    assert world.read(tag_counts) == {(section.id, 1, d): 2}
    world.write(changes.apply, Changes(delete=Deletes(items=[first.id])))
    assert world.read(tag_counts) == {(section.id, 1, d): 1}


def test_a_tag_made_twice_becomes_the_one_that_was_there(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Alpha", tags=[(TagType.GENRE, "Drama")])
    ours = world.tag_ids[TagType.GENRE, "Drama"]
    other = world.add(section, ItemType.MOVIE, "Beta")

    def scan(tx: Writer) -> int:
        theirs = tx.id("tags")
        changes.apply(tx, Changes(insert=Rows(tags=[TagRow(theirs, int(TagType.GENRE), "Drama", "drama")])))
        return theirs

    theirs = world.write(scan)
    # a later batch of the same scan still speaks of its own id
    world.write(changes.apply, Changes(insert=Rows(taggings=[TaggingRow(other.id, theirs, int(TagType.GENRE))])))
    views = world.read(hydrate, [item.id, other.id], OWNER)
    assert [tag.id for view in views for tag in view.tags] == [ours, ours]
    assert world.read(tag_counts) == {(section.id, 1, ours): 2}


def test_an_identity_made_twice_becomes_the_one_that_was_there(world: World) -> None:
    section = world.section()
    ours = world.add(section, ItemType.MOVIE, "Alpha", keys=["alpha"]).identity_id

    def scan(tx: Writer) -> tuple[int, int]:
        theirs, item_id = tx.id("identities"), tx.id("items")
        batch = Rows(
            identities=[IdentityRow(theirs, "f" * 24, 0)],
            identity_keys=[
                IdentityKeyRow(digest(2, "alpha"), 2, theirs, "alpha"),
                IdentityKeyRow(digest(3, "print"), 3, theirs, "print"),
            ],
            items=[ItemRow(item_id, section.id, 1, theirs, title="Alpha")],
        )
        changes.apply(tx, Changes(insert=batch))
        return theirs, item_id

    theirs, item_id = world.write(scan)
    assert world.item(item_id).identity_id == ours
    with world.db.reader() as r:
        owners = r.scalars(select(schema.identity_keys.c.identity_id))
        assert set(owners) == {ours}
        assert theirs not in r.scalars(select(schema.identities.c.id))


def test_text_loses_nul_characters(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Al\x00pha")
    assert world.item(item.id).title == "Alpha"


def test_a_batch_survives_the_pipe() -> None:
    batch = Changes(insert=Rows(items=[ItemRow(1, 1, 1, 1, title="Alpha")]), delete=Deletes(items=[3]), touch=[1])
    assert json.decode(json.encode(batch), type=Changes) == batch


def test_a_long_batch_is_cut_into_pieces_that_say_the_same(world: World) -> None:
    section = world.section()

    def build(tx: Writer) -> Changes:
        rows = Rows()
        identities, ids = tx.ids("identities", 1000), tx.ids("items", 1000)
        tag = TagRow(tx.id("tags"), int(TagType.GENRE), "Drama", "drama")
        rows.tags.append(tag)
        for number, (identity, item_id) in enumerate(zip(identities, ids, strict=True)):
            rows.identities.append(IdentityRow(identity, f"{identity:024x}", 0))
            rows.identity_keys.append(IdentityKeyRow(digest(2, number), 2, identity, str(number)))
            rows.items.append(ItemRow(item_id, section.id, 1, identity, title=f"Film {number}"))
            rows.taggings.append(TaggingRow(item_id, tag.id, tag.type))
            rows.search_texts.append(SearchTextRow(item_id, f"film {number}"))
        return Changes(insert=rows, touch=[section.id])

    pieces = list(batches.split(world.write(build), max_items=300))
    assert max(len(piece.insert.items) for piece in pieces) == 300
    for written in [world.db.write(changes.apply, piece, urgent=False) for piece in pieces]:
        written.result(30)
    assert world.read(sections.item_counts, section.id) == {ItemType.MOVIE: 1000}
    assert list(world.read(tag_counts).values()) == [1000]
    with world.db.reader() as r:
        assert r.scalar(select(func.count()).select_from(schema.search_texts)) == 1000


def test_a_batch_raises_the_version_of_its_sections(world: World) -> None:
    section = world.section()
    edit, scan = world.db.versions.section(section.id)
    world.write(changes.apply, Changes(touch=[section.id]))
    assert world.db.versions.section(section.id) == (edit, scan + 1)
