"""Identities: what survives renames, moves and rescans, and what people changed by hand."""

from msgspec import Struct


class IdentityRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    uuid: str
    created_at: int
    merged_into: int | None = None


class IdentityKeyRow(Struct, frozen=True, array_like=True, gc=False):
    key_hash: bytes
    kind: int
    identity_id: int
    key: str


class IdentityMergeRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    kept_id: int
    merged_id: int
    at: int
    record: str


class EditRow(Struct, frozen=True, array_like=True, gc=False):
    identity_id: int
    field: str
    value: str | None = None
    locked: bool = False
    updated_at: int = 0


class ItemMergeRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    kept_identity_id: int
    gone_identity_id: int
    gone_item_id: int
    at: int
    record: str


class ItemPreferenceRow(Struct, frozen=True, array_like=True, gc=False):
    identity_id: int
    name: str
    value: str
