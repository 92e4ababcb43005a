"""The values that rooms hand to each other: what an item, a file, a stream and a viewer are.

Everything here is a plain frozen value or an enumeration, so that the scan process, the server process and the
tests share one vocabulary without importing each other. Numbers of types and tags are those of the Plex Media
Server API, because clients send them.
"""

from vitascope.core.model.kinds import (
    CONTAINER_TYPES,
    LEAF_TYPES,
    ArtKind,
    ExtraType,
    FileClass,
    ItemType,
    MediaKind,
    SectionKind,
    StreamType,
    TagType,
)
from vitascope.core.model.media import ChapterInfo, ProbedFile, StreamInfo
from vitascope.core.model.viewer import OWNER_PERSON_ID, Viewer

__all__ = [
    "CONTAINER_TYPES",
    "LEAF_TYPES",
    "OWNER_PERSON_ID",
    "ArtKind",
    "ChapterInfo",
    "ExtraType",
    "FileClass",
    "ItemType",
    "MediaKind",
    "ProbedFile",
    "SectionKind",
    "StreamInfo",
    "StreamType",
    "TagType",
    "Viewer",
]
