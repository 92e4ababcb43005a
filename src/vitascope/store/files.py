"""What the store knows of the files under a root, and the list of those that could not be read."""

from collections.abc import Sequence
from hashlib import blake2b

from msgspec import Struct
from sqlalchemy import bindparam, func, select

from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import FileRow
from vitascope.store.schema import files, locations, parts

PAGE = 200
"""Rows of one read: the driver gives up the interpreter at every row, so long reads make others wait."""


def path_hash(path: bytes) -> bytes:
    """What a file is looked up by below its location."""
    return blake2b(path, digest_size=16).digest()


def dir_hash(path: bytes) -> bytes:
    """What the files of one folder are looked up by: of the folder's path below its location, empty for the root."""
    return blake2b(path, digest_size=16).digest()


class UnreadableFile(Struct, frozen=True, array_like=True):
    """A file that could not be read, and why."""

    file_id: int
    section_id: int
    location_path: bytes
    path: bytes
    error: str
    error_at: int | None


_in_dir = select(files).where(
    files.c.location_id == bindparam("location_id"), files.c.dir_hash == bindparam("dir_hash")
)
_by_path = select(files).where(
    files.c.location_id == bindparam("location_id"), files.c.path_hash == bindparam("path_hash")
)
_by_id = select(files).where(any_of(files.c.id, "ids"))
_location = select(locations.c.path).where(locations.c.id == bindparam("id"))
_of_part = select(parts.c.file_id, parts.c.duration_ms).where(parts.c.id == bindparam("id"))
_unreadable = (
    select(files.c.id, locations.c.section_id, locations.c.path, files.c.path, files.c.error, files.c.error_at)
    .join(locations, locations.c.id == files.c.location_id)
    .where(files.c.error.is_not(None))
    .order_by(files.c.id)
)
_unreadable_number = (
    select(func.count())
    .select_from(files)
    .join(locations, locations.c.id == files.c.location_id)
    .where(files.c.error.is_not(None))
)
_items_of_files = select(parts.c.file_id, parts.c.item_id).where(any_of(parts.c.file_id, "ids"))


def files_in_dir(r: Reader, location_id: int, folder: bytes) -> list[FileRow]:
    """The files directly in a folder (path below the location, empty for its root)."""
    return r.rows(FileRow, _in_dir, {"location_id": location_id, "dir_hash": dir_hash(folder)})


def file_by_path(r: Reader, location_id: int, path: bytes) -> FileRow | None:
    """The file at a path below a location."""
    return r.row(FileRow, _by_path, {"location_id": location_id, "path_hash": path_hash(path)})


def files_by_id(r: Reader, ids: Sequence[int]) -> dict[int, FileRow]:
    """These files."""
    return {row.id: row for row in r.rows(FileRow, _by_id, {"ids": list(ids)})}


def file_of_part(r: Reader, part_id: int) -> tuple[FileRow, int | None] | None:
    """The file of a part, and how long it plays (milliseconds)."""
    found = r.tuples(_of_part, {"id": part_id})
    if not found:
        return None
    row = r.row(FileRow, _by_id, {"ids": [found[0][0]]})
    return None if row is None else (row, found[0][1])


def path_of(r: Reader, file: FileRow) -> bytes | None:
    """Where a file lies, absolute; ``None`` when its location was taken away."""
    root = r.scalar(_location, {"id": file.location_id})
    return None if root is None else bytes(root).rstrip(b"/") + b"/" + file.path


def items_of_files(r: Reader, file_ids: Sequence[int]) -> dict[int, list[int]]:
    """The items that are made of these files."""
    found: dict[int, list[int]] = {}
    for file_id, item_id in r.tuples(_items_of_files, {"ids": list(file_ids)}):
        found.setdefault(file_id, []).append(item_id)
    return found


def unreadable(
    r: Reader, section_id: int | None = None, start: int = 0, size: int = PAGE
) -> tuple[list[UnreadableFile], int]:
    """Files that could not be read, with the reason, and how many there are."""
    page, number = _unreadable.limit(size).offset(start), _unreadable_number
    if section_id is not None:
        page = page.where(locations.c.section_id == section_id)
        number = number.where(locations.c.section_id == section_id)
    return r.rows(UnreadableFile, page), int(r.scalar(number))
