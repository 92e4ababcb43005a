"""Metadata providers, and what items are by their word or a person's."""

from msgspec import Struct


class ProviderRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    identifier: str
    title: str
    uri: str
    types: str
    match_path: str
    metadata_path: str
    added_at: int
    checked_at: int
    problem: str | None = None


class GroupRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    title: str
    primary_identifier: str


class GroupItemRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    group_id: int
    provider_id: int
    ordering: int


class SectionProvidersRow(Struct, frozen=True, array_like=True, gc=False):
    section_id: int
    group_id: int


class MatchRow(Struct, frozen=True, array_like=True, gc=False):
    identity_id: int
    guid: str | None
    by_person: bool
    matched_at: int
    state: int
    run_after: int
    attempts: int = 0
    fetched_at: int | None = None
    problem: str | None = None


class ProviderRecordRow(Struct, frozen=True, array_like=True, gc=False):
    identity_id: int
    provider: str
    guid: str
    record: str
    pictures: str = "[]"
    fetched_at: int = 0
