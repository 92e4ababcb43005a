"""What is known about an item, and who said so: readers of NFO files, embedded tags, photographs and local pictures,
and the rules by which their answers are joined. See ``docs/local-metadata.md``.
"""

from vitascope.metadata.merge import Merged, SourcedRecord, SourceKind, merge
from vitascope.metadata.nfo import Nfo, NfoProblem, read_nfo
from vitascope.metadata.record import (
    ArtReference,
    MetadataRecord,
    PhotoDetails,
    Rating,
    RoleCredit,
    TagEntry,
    TrackEntry,
    audience_rating,
    critic_rating,
)

__all__ = [
    "ArtReference",
    "Merged",
    "MetadataRecord",
    "Nfo",
    "NfoProblem",
    "PhotoDetails",
    "Rating",
    "RoleCredit",
    "SourceKind",
    "SourcedRecord",
    "TagEntry",
    "TrackEntry",
    "audience_rating",
    "critic_rating",
    "merge",
    "read_nfo",
]
