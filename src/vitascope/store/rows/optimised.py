"""Versions that the owner has made, and the conversions that they come to."""

from msgspec import Struct


class GeneratorRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identity_id: int
    title: str
    target: str
    target_tag: int | None
    uri: str
    section_uuid: str
    profile: str
    settings: str
    most: int | None = None
    unwatched: bool = False
    location_id: int | None = None
    created_at: int = 0
    updated_at: int = 0


class ConversionRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    generator_id: int
    identity_id: int
    ordering: int
    status: str
    context: str = "good"
    error: str | None = None
    plan: str | None = None
    path: bytes | None = None
    size_bytes: int = 0
    mtime_ns: int = 0
