"""What is known of the files below a folder: some names at its top, how much they are, and what is made of them."""

from msgspec.structs import replace
from tests.support.store_world import World

from vitascope.core.model import ItemType
from vitascope.store import below, changes, sections
from vitascope.store.batches import Changes, Rows
from vitascope.store.files import dir_hash, path_hash
from vitascope.store.rows import FileRow
from vitascope.store.writer import Writer


def files(world: World, root: bytes, paths: list[bytes], missing: bool = False) -> None:
    """Files of a section of their own."""
    section = world.section(title=root.decode(), paths=(root,))
    (location,) = world.read(sections.locations, section.id)

    def write(tx: Writer) -> None:
        rows = [
            FileRow(
                id=tx.id("files"),
                location_id=location.id,
                path=path,
                path_hash=path_hash(path),
                dir_hash=dir_hash(path.rpartition(b"/")[0]),
                file_class="video",
                size_bytes=1_000,
                mtime_ns=0,
            )
            for path in paths
        ]
        if missing:
            rows = [replace(row, missing_since=5) for row in rows]
        changes.apply(tx, Changes(insert=Rows(files=rows)))

    world.write(write)


def test_names_at_the_top_come_from_every_root_that_lies_there(world: World) -> None:
    files(world, b"/mnt/media", [b"Films/A/a.mkv", b"b.mkv"])
    files(world, b"/mnt/media/Music", [b"Artist/1.flac"])
    files(world, b"/mnt", [b"media/Shows/s.mkv", b"other/x.mkv"])
    files(world, b"/mnt/media2", [b"Not here/x.mkv"])
    files(world, b"/mnt/media/Gone", [b"gone.mkv"], missing=True)
    assert world.read(below.top_names, b"/mnt/media") == {b"Films", b"b.mkv", b"Music", b"Shows"}
    assert world.read(below.top_names, b"/mnt/media/") == {b"Films", b"b.mkv", b"Music", b"Shows"}
    assert world.read(below.top_names, b"/elsewhere") == frozenset()


def test_what_is_stored_is_what_roots_in_the_folder_hold(world: World) -> None:
    files(world, b"/mnt/media/Films", [b"a.mkv", b"b.mkv"])
    files(world, b"/mnt/media", [b"c.mkv"])
    files(world, b"/mnt/media2", [b"d.mkv"])
    files(world, b"/mnt/media/Gone", [b"gone.mkv"], missing=True)
    assert world.read(below.size_below, b"/mnt/media") == 3_000
    assert world.read(below.size_below, b"/elsewhere") == 0


def test_what_plays_from_a_folder_is_what_has_a_file_in_it(world: World) -> None:
    inside = world.section(title="Inside", paths=(b"/mnt/media/Films",))
    above = world.section(title="Above", paths=(b"/mnt",))
    near = world.add(inside, ItemType.MOVIE, "Near", with_file=True)
    far = world.add(above, ItemType.MOVIE, "Far", with_file=True)
    none = world.add(inside, ItemType.MOVIE, "No file")
    playing = {near.id, far.id, none.id}
    assert world.read(below.titles_below, b"/mnt/media", playing) == ["Near"]
    assert world.read(below.titles_below, b"/mnt", playing) == ["Far", "Near"]
    assert world.read(below.titles_below, b"/mnt/media", set()) == []
    assert world.read(below.titles_below, b"/elsewhere", playing) == []
