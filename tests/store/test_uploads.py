"""What was handed in hangs on the identity: items made anew, merged or scanned meanwhile have it."""

from msgspec.structs import replace
from tests.support.store_world import OWNER, World

from vitascope.core.model import ArtKind, ItemType, StreamInfo, StreamType
from vitascope.store import artworks, changes, deletion, items, uniting, uploads
from vitascope.store.batches import Changes, Clear, Rows
from vitascope.store.hydration import hydrate
from vitascope.store.rows import ArtworkRow

KEY = "a" * 40 + ".jpg"


def shown(world: World, item_id: int, kind: ArtKind = ArtKind.THUMB) -> str | None:
    row = world.read(artworks.selected, item_id, kind)
    return None if row is None else row.cache_key or row.source


def test_an_upload_is_shown_and_locked_and_an_item_made_anew_has_it(world: World) -> None:
    section = world.section()
    first = world.add(section, ItemType.MOVIE, "Alpha", keys=["alpha"])
    world.write(artworks.add_artwork, first.id, ArtKind.THUMB, "frame", cache_key="b")
    world.write(uploads.add_picture, first.id, ArtKind.THUMB, KEY)
    world.write(uploads.want_no_picture, first.id, ArtKind.ART)
    view = world.read(hydrate, [first.id], OWNER, full=True)[0]
    assert list(view.locks) == ["art", "thumb"]
    assert shown(world, first.id) == KEY
    world.write(deletion.delete_items, [first.id])
    again = world.add(section, ItemType.MOVIE, "Alpha", identity_id=first.identity_id)
    assert shown(world, again.id) == KEY
    assert world.item(again.id).thumb_at is not None


def test_a_scan_that_read_before_the_upload_does_not_take_it_away(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    old = world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "frame", cache_key="b")
    stale = world.item(item.id)
    world.write(uploads.add_picture, item.id, ArtKind.THUMB, KEY)
    written = Rows(artworks=[ArtworkRow(old.id, item.id, "thumb", "frame", None, "b", 0, True)])
    batch = Changes(clear=Clear(artworks=[item.id]), insert=written, update=Rows(items=[replace(stale, thumb_at=None)]))
    world.write(changes.apply, batch)
    assert shown(world, item.id) == KEY
    assert world.item(item.id).thumb_at is not None
    assert len(world.read(artworks.list_artworks, item.id, ArtKind.THUMB)) == 2


def test_unlocking_shows_what_was_scanned(world: World) -> None:
    item = world.add(world.section(), ItemType.MOVIE, "Alpha")
    world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "frame", cache_key="b")
    world.write(artworks.add_artwork, item.id, ArtKind.THUMB, "local", cache_key="c")
    world.write(uploads.add_picture, item.id, ArtKind.THUMB, KEY)
    world.write(uploads.unlocked, item.id, ["title"])
    assert shown(world, item.id) == KEY
    world.write(uploads.unlocked, item.id, ["thumb"])
    assert shown(world, item.id) == "c"


def test_two_identities_that_are_one_share_what_was_handed_in(world: World) -> None:
    section = world.section()
    one = world.add(section, ItemType.MOVIE, "Alpha")
    other = world.add(section, ItemType.MOVIE, "Alpha again", with_file=True)
    world.write(uploads.add_picture, one.id, ArtKind.ART, KEY)
    world.write(uniting.merge, other.identity_id, one.identity_id)
    assert shown(world, other.id, ArtKind.ART) == KEY
    world.write(uniting.undo_merge, one.identity_id)
    assert [row.cache_key for row in world.read(uploads.uploads_of, one.identity_id)] == [KEY]


def test_a_subtitle_belongs_to_every_part_and_goes_from_all(world: World) -> None:
    section = world.section()
    item = world.add(section, ItemType.MOVIE, "Alpha", with_file=True)
    info = StreamInfo(type=StreamType.SUBTITLE, codec="srt", title="mine", upload="c" * 40 + ".srt")
    (stream,) = world.write(uploads.add_subtitle, item.id, info)
    assert world.write(uploads.add_subtitle, item.id, info) == []
    found = world.read(items.stream, stream, OWNER)
    assert found is not None
    assert found.codec == "srt"
    assert world.read(artworks.used_cache_keys, [info.upload or ""]) == {info.upload}
    world.write(deletion.delete_items, [item.id])
    again = world.add(section, ItemType.MOVIE, "Alpha", identity_id=item.identity_id, with_file=True)
    (view,) = world.read(hydrate, [again.id], OWNER, full=True)
    mine = [row for row in view.media[0].parts[0].streams if '"upload"' in row.info]
    assert len(mine) == 1
    world.write(uploads.remove_subtitle, mine[0].id)
    assert world.read(items.stream, mine[0].id, OWNER) is None
    assert world.read(uploads.uploads_of, item.identity_id) == []
