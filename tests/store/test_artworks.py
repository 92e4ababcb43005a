"""Pictures of items."""

import pytest
from msgspec.structs import replace
from tests.support.store_world import OWNER, World

from vitascope.core.model import ArtKind, ItemType
from vitascope.store import artworks, changes
from vitascope.store.batches import Changes, Clear, Rows
from vitascope.store.errors import NotFound
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ArtworkRow


def test_the_first_picture_is_shown_until_another_is_chosen(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    first = world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "local", cache_key="a")
    second = world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "frame", cache_key="b")
    assert (first.selected, second.selected) == (True, False)
    assert world.item(item.id).thumb_at is not None
    assert world.item(item.id).art_at is None
    world.write(artworks.select_artwork, second.id)
    shown = world.read(artworks.selected, item.id, ArtKind.THUMB)
    assert shown is not None
    assert shown.id == second.id
    assert [row.selected for row in world.read(artworks.list_artworks, item.id, ArtKind.THUMB)] == [False, True]


def test_taking_the_shown_picture_away_shows_the_next(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    first = world.write(artworks.add_artwork, item.id, ArtKind.ART, "local", cache_key="a")
    second = world.write(artworks.add_artwork, item.id, ArtKind.ART, "frame", cache_key="b")
    world.write(artworks.remove_artwork, first.id)
    shown = world.read(artworks.selected, item.id, ArtKind.ART)
    assert shown is not None
    assert (shown.id, shown.selected) == (second.id, True)
    world.write(artworks.remove_artwork, second.id)
    assert world.read(artworks.selected, item.id, ArtKind.ART) is None
    assert world.item(item.id).art_at is None
    with pytest.raises(NotFound):
        world.write(artworks.remove_artwork, second.id)


def test_choosing_raises_the_section_and_colours_are_kept(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Alpha")
    before = world.db.versions.section(section.id)
    world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "local", cache_key="a", select_it=True)
    assert world.db.versions.section(section.id) > before
    world.write(artworks.set_colours, item.id, ultra_blur="a,b,c,d")
    world.write(artworks.set_colours, item.id, thumb_blur_hash="LKO2")
    view = world.read(hydrate, [item.id], OWNER, full=True)[0]
    assert (view.detail.ultra_blur, view.detail.thumb_blur_hash) == ("a,b,c,d", "LKO2")
    assert [row.cache_key for row in view.artworks] == ["a"]
    assert world.read(artworks.used_cache_keys, ["a", "z"]) == {"a"}
    assert list(world.read(artworks.artworks_of, [item.id])) == [item.id]


def scanned(world: World, item_id: int, *rows: ArtworkRow, **item: int | None) -> None:
    """What a scan writes that read the item a while ago."""
    stale = replace(world.item(item_id), **item)
    batch = Changes(clear=Clear(artworks=[item_id]), insert=Rows(artworks=list(rows)), update=Rows(items=[stale]))
    world.write(changes.apply, batch)


def of_item(world: World, item_id: int, kind: ArtKind) -> list[tuple[str, str | None, bool]]:
    return [(row.source, row.cache_key, row.selected) for row in world.read(artworks.list_artworks, item_id, kind)]


def test_a_picture_found_while_a_scan_was_writing_stays(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    frame = world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "frame", cache_key="frame.jpg")
    world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "provider", cache_key="found.jpg", select_it=True)
    world.write(artworks.add_artwork, item.id, ArtKind.ART, "provider", cache_key="art.jpg")
    scanned(world, item.id, frame, art_at=None)
    assert of_item(world, item.id, ArtKind.THUMB) == [
        ("frame", "frame.jpg", False),
        ("provider", "found.jpg", True),
    ]
    assert of_item(world, item.id, ArtKind.ART) == [("provider", "art.jpg", True)]
    assert world.item(item.id).art_at is not None


def test_a_frame_made_while_a_scan_was_writing_gives_way_to_what_lies_beside_the_media(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha", with_file=True)
    world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "frame", cache_key="frame.jpg")
    beside = ArtworkRow(9_000_001, item.id, "thumb", "local", None, None, 0, True)
    scanned(world, item.id, beside, thumb_at=7)
    assert of_item(world, item.id, ArtKind.THUMB) == [("local", None, True), ("frame", "frame.jpg", False)]
    assert world.item(item.id).thumb_at == 7


def test_a_picture_taken_away_while_a_scan_was_writing_stays_away(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    old = world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "composite", cache_key="old.jpg")
    world.write(artworks.remove_artwork, old.id)
    scanned(world, item.id, old, thumb_at=5)
    assert of_item(world, item.id, ArtKind.THUMB) == []
    assert world.item(item.id).thumb_at is None
