"""What is known of the files under a root."""

from msgspec.structs import replace
from tests.support.store_world import OWNER, World

from vitascope.core.model import ItemType
from vitascope.store import changes, files, sections
from vitascope.store.batches import Changes, Rows
from vitascope.store.hydration import hydrate
from vitascope.store.rows import FileRow
from vitascope.store.writer import Writer


def add_files(world: World, paths: list[bytes]) -> list[FileRow]:
    location = world.location(world.section())

    def write(tx: Writer) -> list[FileRow]:
        rows = [
            FileRow(
                id=tx.id("files"),
                location_id=location.id,
                path=path,
                path_hash=files.path_hash(path),
                dir_hash=files.dir_hash(path.rpartition(b"/")[0]),
                file_class="video",
                size_bytes=1,
                mtime_ns=2**62,
                fingerprint=b"\x00" + path[:15],
            )
            for path in paths
        ]
        changes.apply(tx, Changes(insert=Rows(files=rows)))
        return rows

    return world.write(write)


def test_names_that_are_no_text_and_paths_of_4096_bytes(world: World) -> None:
    odd, long = b"a/\xff\xfe.mkv", b"b/" + b"x" * 4090 + b".mkv"
    rows = add_files(world, [odd, long, b"root.mkv"])
    where = rows[0].location_id
    assert world.read(files.file_by_path, where, odd) == rows[0]
    assert world.read(files.file_by_path, where, long) == rows[1]
    assert world.read(files.files_in_dir, where, b"a") == [rows[0]]
    assert world.read(files.files_in_dir, where, b"") == [rows[2]]
    assert world.read(files.files_by_id, [rows[2].id, 999]) == {rows[2].id: rows[2]}


def test_unreadable_files_are_listed_with_their_reason(world: World) -> None:
    one, two, _ = add_files(world, [b"1.mkv", b"2.mkv", b"3.mkv"])
    broken = [replace(one, error="truncated"), replace(two, error="zero bytes")]
    world.write(changes.apply, Changes(update=Rows(files=broken)))
    listed, number = world.read(files.unreadable)
    assert [(row.path, row.error, row.location_path) for row in listed] == [
        (b"1.mkv", "truncated", b"/media"),
        (b"2.mkv", "zero bytes", b"/media"),
    ]
    assert number == 2
    world.write(changes.apply, Changes(update=Rows(files=[one])))
    section_id = listed[0].section_id
    assert [row.path for row in world.read(files.unreadable, section_id)[0]] == [b"2.mkv"]
    assert world.read(files.unreadable, section_id + 1) == ([], 0)


def test_files_and_items_find_each_other(world: World) -> None:
    section = world.section()
    film = world.add(section, ItemType.MOVIE, "Alpha", with_file=True)
    (view,) = world.read(hydrate, [film.id], OWNER)
    file = view.media[0].parts[0].file
    assert world.read(files.items_of_files, [file.id]) == {file.id: [film.id]}
    world.write(sections.delete_section, section.id)
    assert world.read(files.files_by_id, [file.id]) == {}
