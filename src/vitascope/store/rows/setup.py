"""What the owner set up: sections, their folders, and the files found there."""

from msgspec import Struct


class SectionRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    uuid: str
    kind: str
    title: str
    agent: str
    scanner: str
    language: str
    created_at: int
    updated_at: int
    scanned_at: int | None = None
    content_changed_at: int = 0
    prefs: str = "{}"


class LocationRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    section_id: int
    path: bytes
    available: bool = True
    unavailable_reason: str | None = None
    seen_at: int | None = None
    file_count: int = 0


class FileRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    location_id: int
    path: bytes
    path_hash: bytes
    dir_hash: bytes
    file_class: str
    size_bytes: int
    mtime_ns: int
    fingerprint: bytes | None = None
    probe_version: int = 0
    error: str | None = None
    error_at: int | None = None
    added_at: int = 0
    missing_since: int | None = None


class ManagedHubRow(Struct, frozen=True, array_like=True, gc=False):
    section_id: int
    name: str
    identity_id: int | None
    position: int
    recommended: bool
    own_home: bool
    shared_home: bool
