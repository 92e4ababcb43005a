"""What travels between the stages: a folder's difference with the finds to be looked at, and finds that were opened."""

from msgspec import Struct

from vitascope.library.scan.compare import Difference
from vitascope.library.scan.finds import Find, Unplaced
from vitascope.library.scan.media_rows import ProbedVersion
from vitascope.library.scan.probe import Look
from vitascope.library.scan.resolve import Claim
from vitascope.library.scan.unit import Unit
from vitascope.library.scan.walk import Entry
from vitascope.media.workers import Failure
from vitascope.metadata import MetadataRecord
from vitascope.store.rows import FileRow, LocationRow


class Slice(Struct, kw_only=True):
    """Some of the finds of one folder: what is committed in one piece.

    Rows of files that belong to no find go with the last slice of a folder, so a folder whose scan was interrupted
    still differs from what is known where something is missing.
    """

    location: LocationRow
    unit: Unit
    difference: Difference
    finds: list[Find]
    unplaced: list[Unplaced] = []
    loose: list[FileRow] = []
    """New and changed files of the folder that no find speaks of."""
    answers: dict[bytes, Look | Failure] = {}
    shared: frozenset[bytes] = frozenset()
    """Media files that several finds of the folder are made of."""
    above_changed: bool = False
    """An NFO or picture above the finds is new."""

    def entries_to_open(self) -> list[Entry]:
        """Every media file of the finds and their extras, each once."""
        found: dict[bytes, Entry] = {}
        for find in self.finds:
            for one in (find, *find.extras):
                for entry in one.media_entries():
                    if entry.problem is None:
                        found.setdefault(entry.path, entry)
        return list(found.values())


class Ready(Struct, kw_only=True):
    """A find whose files were opened."""

    find: Find
    slice: Slice
    versions: list[ProbedVersion]
    look: Look
    nfo: MetadataRecord | None = None
    claim: Claim
    owner: "Ready | None" = None
    """Of an extra: what it belongs to."""
    record: MetadataRecord = MetadataRecord()
    item_id: int = 0
    above_id: int | None = None
    """Of a music video its artist, of an extra in a show's folder the show."""
