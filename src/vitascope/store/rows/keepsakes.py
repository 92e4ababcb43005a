"""What people added to an item by hand, and what was worked out of the content of a file."""

from msgspec import Struct


class UploadRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identity_id: int
    kind: str
    cache_key: str
    info: str = ""
    added_at: int = 0


class MarkRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identity_id: int
    person_id: int | None
    type: str
    start_ms: int
    end_ms: int | None = None
    final: bool = False
    title: str | None = None


class LoudnessRow(Struct, frozen=True, array_like=True, gc=False):
    fingerprint: bytes
    stream_index: int
    integrated_lufs: float | None
    range_lu: float | None
    peak: float | None
    levels: bytes


class DerivedRow(Struct, frozen=True, array_like=True, gc=False):
    fingerprint: bytes
    kind: str
    made_with: str
    value: bytes | None = None
    error: str | None = None
    made_at: int = 0


class KeyFramesRow(Struct, frozen=True, array_like=True, gc=False):
    fingerprint: bytes
    stream_index: int
    complete: bool
    independent: bool = True
    reached_us: int = 0
    why_not: str = ""
    times: bytes = b""


class StreamOffsetRow(Struct, frozen=True, array_like=True, gc=False):
    stream_id: int
    offset_ms: int


class RememberedOffsetRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identity_id: int
    part_number: int
    stream: str
    offset_ms: int


class AddedExtraRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identity_id: int
    extra_identity_id: int
    address: str
    title: str
    extra_type: int
    record: str
    added_at: int
