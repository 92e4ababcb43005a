"""What people did: states, progress, choices of streams, history; and what was delivered to them."""

from msgspec import Struct


class StateRow(Struct, frozen=True, array_like=True, gc=False):
    person_id: int
    identity_id: int
    view_count: int = 0
    view_offset_ms: int | None = None
    last_viewed_at: int | None = None
    skip_count: int = 0
    rating: float | None = None
    last_rated_at: int | None = None
    hidden_from_continue_at: int | None = None
    updated_at: int = 0


class ProgressRow(Struct, frozen=True, array_like=True, gc=False):
    person_id: int
    item_id: int
    item_type: int
    viewed_leaf_count: int
    last_viewed_at: int | None = None
    last_leaf_id: int | None = None


class StreamChoiceRow(Struct, frozen=True, array_like=True, gc=False):
    person_id: int
    part_id: int
    audio_stream_id: int | None = None
    subtitle_stream_id: int | None = None


class RememberedStreamsRow(Struct, frozen=True, array_like=True, gc=False):
    person_id: int
    identity_id: int
    part_number: int
    audio: str | None = None
    subtitle: str | None = None


class HistoryRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    person_id: int
    identity_id: int
    item_id: int
    device_id: int | None = None
    section_id: int = 0
    viewed_at: int = 0
    item_type: int | None = None
    title: str | None = None
    parent_title: str | None = None
    grandparent_title: str | None = None
    index_number: int | None = None
    parent_index: int | None = None
    available_at: str | None = None
    duration_ms: int | None = None


class BandwidthRow(Struct, frozen=True, array_like=True, gc=False):
    timespan: int
    at: int
    person_id: int
    device_id: int
    lan: bool
    bytes: int
