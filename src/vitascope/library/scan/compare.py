"""What differs between a folder and what the library knows of it: the reason a rescan is cheap.

Every file is compared by size and modification time; only what is new or changed is ever opened.
"""

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from vitascope.library.scan.known import hash16
from vitascope.library.scan.probe import LOOK_AGAIN, PROBE_VERSION
from vitascope.library.scan.walk import Entry, Folder
from vitascope.store.rows import FileRow


class Difference(Struct, kw_only=True):
    """A folder (with those attached) beside what was known of it."""

    files: dict[bytes, FileRow] = {}
    """By path, for every file that is there; rows of new and changed files are up to date but for the fingerprint."""
    new: set[bytes] = set()
    changed: set[bytes] = set()
    gone: list[FileRow] = []
    written: set[bytes] = set()
    """Paths whose rows went out already."""

    @property
    def touched(self) -> set[bytes]:
        return self.new | self.changed


def state(entries: Iterable[Entry]) -> str:
    """What files are like as one text, equal to what :meth:`Known.states_in` says when nothing has to be looked at."""
    return ";".join(
        [
            f"{entry.path.hex()},{entry.size_bytes},{entry.mtime_ns}{'' if entry.problem is None else '?'}"
            for entry in entries
        ]
    )


def same_state(one: str, other: str) -> bool:
    """Whether two states say the same: the database gives files in the order of their arrival."""
    return one == other or (len(one) == len(other) and sorted(one.split(";")) == sorted(other.split(";")))


def is_unchanged(folder: Folder, known: dict[bytes, FileRow]) -> bool:
    """Whether the folder holds exactly the known files, as they were. ``known`` is by path, for this folder alone."""
    entries = folder.entries
    if len(entries) != len(known):
        return False
    for entry in entries:
        row = known.get(entry.path)
        if (
            row is None
            or row.mtime_ns != entry.mtime_ns
            or row.size_bytes != entry.size_bytes
            or row.missing_since is not None
            or _is_outdated(row)
            or (entry.problem is not None and row.error != entry.problem)
        ):
            return False
    return True


def compare(
    folder: Folder, known: dict[bytes, FileRow], *, location_id: int, now: int, new_id: Callable[[], int]
) -> Difference:
    """The difference in full. ``known`` is by path, for the folder and those attached to it."""
    difference = Difference(files={}, new=set(), changed=set(), gone=[], written=set())
    for one in folder.all_folders():
        dir_hash = hash16(one.path)
        for entry in one.entries:
            row = known.get(entry.path)
            if row is None:
                difference.new.add(entry.path)
                row = FileRow(
                    id=new_id(),
                    location_id=location_id,
                    path=entry.path,
                    path_hash=hash16(entry.path),
                    dir_hash=dir_hash,
                    file_class=entry.file_class.value,
                    size_bytes=entry.size_bytes,
                    mtime_ns=entry.mtime_ns,
                    probe_version=PROBE_VERSION,
                    error=entry.problem,
                    error_at=now if entry.problem else None,
                    added_at=now,
                )
            elif _differs(row, entry):
                difference.changed.add(entry.path)
                row = replace(
                    row,
                    file_class=entry.file_class.value,
                    size_bytes=entry.size_bytes,
                    mtime_ns=entry.mtime_ns,
                    probe_version=PROBE_VERSION,
                    error=entry.problem,
                    error_at=now if entry.problem else None,
                    missing_since=None,
                )
            difference.files[entry.path] = row
    difference.gone = [row for path, row in known.items() if path not in difference.files]
    return difference


def _differs(row: FileRow, entry: Entry) -> bool:
    return (
        row.size_bytes != entry.size_bytes
        or row.mtime_ns != entry.mtime_ns
        or row.missing_since is not None
        or (entry.problem is not None and row.error != entry.problem)
        or _is_outdated(row)
    )


def _is_outdated(row: FileRow) -> bool:
    return row.probe_version == LOOK_AGAIN or (row.probe_version < PROBE_VERSION and row.error is None)
