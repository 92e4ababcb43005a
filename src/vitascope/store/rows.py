"""One typed row for each table: what the store hands out, and what the scan process sends to the writer.

They are msgspec structs encoded as arrays, in the order of the table's columns, so that a row crosses a pipe and enters
``executemany`` without being taken apart. Meanings and units: :mod:`vitascope.store.schema`.
"""

from msgspec import Struct


class SectionRow(Struct, frozen=True, array_like=True):
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


class LocationRow(Struct, frozen=True, array_like=True):
    id: int
    section_id: int
    path: bytes
    available: bool = True
    unavailable_reason: str | None = None
    seen_at: int | None = None
    file_count: int = 0


class FileRow(Struct, frozen=True, array_like=True):
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


class IdentityRow(Struct, frozen=True, array_like=True):
    id: int
    uuid: str
    created_at: int
    merged_into: int | None = None


class IdentityKeyRow(Struct, frozen=True, array_like=True):
    key_hash: bytes
    kind: int
    identity_id: int
    key: str


class IdentityMergeRow(Struct, frozen=True, array_like=True):
    id: int
    kept_id: int
    merged_id: int
    at: int
    record: str


class EditRow(Struct, frozen=True, array_like=True):
    identity_id: int
    field: str
    value: str | None = None
    locked: bool = False
    updated_at: int = 0


class ItemMergeRow(Struct, frozen=True, array_like=True):
    id: int
    kept_identity_id: int
    gone_identity_id: int
    gone_item_id: int
    at: int
    record: str


class ItemPreferenceRow(Struct, frozen=True, array_like=True):
    identity_id: int
    name: str
    value: str


class ItemRatingRow(Struct, frozen=True, array_like=True):
    item_id: int
    ordering: int
    source: str
    type: str
    image: str | None
    value: float
    votes: int | None = None


class ItemReviewRow(Struct, frozen=True, array_like=True):
    item_id: int
    ordering: int
    reviewer: str
    source: str | None = None
    image: str | None = None
    link: str | None = None
    text: str | None = None


class ItemRow(Struct, frozen=True, array_like=True):
    id: int
    section_id: int
    type: int
    identity_id: int
    parent_id: int | None = None
    grandparent_id: int | None = None
    location_id: int | None = None
    index_number: int | None = None
    parent_index: int | None = None
    absolute_index: int | None = None
    title: str = ""
    title_sort: str | None = None
    sort_key: str = ""
    title_folded: str = ""
    original_title: str | None = None
    edition: str | None = None
    studio: str | None = None
    year: int | None = None
    available_at: str | None = None
    added_at: int = 0
    updated_at: int = 0
    duration_ms: int | None = None
    content_rating: str | None = None
    content_rating_age: int | None = None
    rating: float | None = None
    audience_rating: float | None = None
    extra_type: int | None = None
    child_count: int = 0
    leaf_count: int = 0
    latest_leaf_added_at: int | None = None
    latest_leaf_available_at: str | None = None
    media_count: int = 0
    height: int | None = None
    bitrate_kbps: int | None = None
    size_bytes: int | None = None
    hdr: bool = False
    dovi: bool = False
    thumb_at: int | None = None
    art_at: int | None = None
    banner_at: int | None = None
    clear_logo_at: int | None = None
    square_art_at: int | None = None
    theme_at: int | None = None
    deleted_at: int | None = None


class ItemDetailRow(Struct, frozen=True, array_like=True):
    item_id: int
    summary: str = ""
    tagline: str | None = None
    rating_image: str | None = None
    audience_rating_image: str | None = None
    ultra_blur: str | None = None
    thumb_blur_hash: str | None = None
    art_blur_hash: str | None = None
    extra: str | None = None


class ItemGuidRow(Struct, frozen=True, array_like=True):
    item_id: int
    guid: str


class MediaRow(Struct, frozen=True, array_like=True):
    id: int
    item_id: int
    ordering: int = 0
    duration_ms: int | None = None
    bitrate_kbps: int | None = None
    width: int | None = None
    height: int | None = None
    aspect_ratio: float | None = None
    container: str | None = None
    video_codec: str | None = None
    video_resolution: str | None = None
    video_frame_rate: str | None = None
    video_profile: str | None = None
    audio_codec: str | None = None
    audio_channels: int | None = None
    audio_profile: str | None = None
    optimized_for_streaming: bool = False
    has_64bit_offsets: bool = False


class PartRow(Struct, frozen=True, array_like=True):
    id: int
    media_id: int
    item_id: int
    file_id: int
    ordering: int = 0
    duration_ms: int | None = None
    size_bytes: int = 0
    container: str | None = None
    stamp: int = 0
    optimized_for_streaming: bool = False
    has_64bit_offsets: bool = False
    video_profile: str | None = None
    audio_profile: str | None = None
    has_embedded_picture: bool = False
    chapters: str | None = None
    attachments: str | None = None


class StreamRow(Struct, frozen=True, array_like=True):
    id: int
    part_id: int
    item_id: int
    type: int
    index_number: int | None = None
    file_id: int | None = None
    codec: str = ""
    language_code: str | None = None
    channels: int | None = None
    info: str = ""


class MarkerRow(Struct, frozen=True, array_like=True):
    id: int
    item_id: int
    type: str
    start_ms: int
    end_ms: int
    final: bool = False


class TagRow(Struct, frozen=True, array_like=True):
    id: int
    type: int
    tag: str
    folded: str
    thumb: str | None = None


class TaggingRow(Struct, frozen=True, array_like=True):
    item_id: int
    tag_id: int
    tag_type: int
    ordering: int = 0
    text: str | None = None


class PortraitRow(Struct, frozen=True, array_like=True):
    tag_id: int
    provider: str
    url: str
    cache_key: str | None = None


class ArtworkRow(Struct, frozen=True, array_like=True):
    id: int
    item_id: int
    kind: str
    source: str
    file_id: int | None = None
    cache_key: str | None = None
    ordering: int = 0
    selected: bool = False


class SearchTextRow(Struct, frozen=True, array_like=True):
    item_id: int
    title_tokens: str
    other_tokens: str = ""
    kind: str = ""


class PersonRow(Struct, frozen=True, array_like=True):
    id: int
    uuid: str
    name: str
    title: str
    is_owner: bool = False
    created_at: int = 0
    restrictions: str = "{}"


class DeviceRow(Struct, frozen=True, array_like=True):
    id: int
    client_identifier: str
    name: str = ""
    product: str = ""
    version: str = ""
    platform: str = ""
    platform_version: str = ""
    model: str = ""
    created_at: int = 0
    last_seen_at: int = 0


class TokenRow(Struct, frozen=True, array_like=True):
    id: int
    person_id: int
    token_hash: bytes
    label: str = ""
    created_at: int = 0
    last_used_at: int | None = None
    revoked_at: int | None = None


class PasswordRow(Struct, frozen=True, array_like=True):
    person_id: int
    encoded: str
    changed_at: int = 0


class OwnershipRow(Struct, frozen=True, array_like=True):
    id: int
    way: str
    """How the server came to its owner: ``claim``, ``settings``, ``home``, ``reset``."""
    claimed_at: int = 0
    home: str = ""
    home_token: str = ""


class LinkedServerRow(Struct, frozen=True, array_like=True):
    id: int
    client_identifier: str
    name: str
    token_hash: bytes
    linked_at: int = 0


class StateRow(Struct, frozen=True, array_like=True):
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


class ProgressRow(Struct, frozen=True, array_like=True):
    person_id: int
    item_id: int
    item_type: int
    viewed_leaf_count: int
    last_viewed_at: int | None = None
    last_leaf_id: int | None = None


class StreamChoiceRow(Struct, frozen=True, array_like=True):
    person_id: int
    part_id: int
    audio_stream_id: int | None = None
    subtitle_stream_id: int | None = None


class RememberedStreamsRow(Struct, frozen=True, array_like=True):
    person_id: int
    identity_id: int
    part_number: int
    audio: str | None = None
    subtitle: str | None = None


class HistoryRow(Struct, frozen=True, array_like=True):
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


class BandwidthRow(Struct, frozen=True, array_like=True):
    timespan: int
    at: int
    person_id: int
    device_id: int
    lan: bool
    bytes: int


class WebhookRow(Struct, frozen=True, array_like=True):
    id: int
    url: str
    created_at: int = 0
    delivered_at: int | None = None
    status: int | None = None
    error: str | None = None


class WebhookDeliveryRow(Struct, frozen=True, array_like=True):
    id: int
    webhook_id: int
    event: str
    payload: str
    item_id: int | None = None
    attempts: int = 0
    run_after: int = 0
    created_at: int = 0


class MembershipRow(Struct, frozen=True, array_like=True):
    id: int
    list_id: int
    identity_id: int
    position: float
    added_at: int
    item_id: int | None = None


class PlaylistRow(Struct, frozen=True, array_like=True):
    item_id: int
    person_id: int
    kind: str | None = None
    smart: bool = False
    content: str | None = None
    folder_id: int | None = None
    source_path: str | None = None
    revision: int = 0


class PlayQueueRow(Struct, frozen=True, array_like=True):
    id: int
    person_id: int
    client_identifier: str
    kind: str
    source_uri: str
    seed: int
    shuffled: bool = False
    repeat: bool = False
    continuous: bool = False
    goes_on: bool = False
    version: int = 1
    selected_id: int | None = None
    last_added_id: int | None = None
    created_at: int = 0
    used_at: int = 0


class QueueItemRow(Struct, frozen=True, array_like=True):
    id: int
    queue_id: int
    item_id: int
    identity_id: int
    position: float
    natural: float
    number: int
    added: bool = False


class CollectionRow(Struct, frozen=True, array_like=True):
    identity_id: int
    section_kind: str = ""
    section_title: str = ""
    title: str = ""
    content: str | None = None
    subtype: int | None = None
    mode: int = -1
    sort: int = 0
    filter_by_user: bool = False
    updated_at: int = 0


class CollectionMemberRow(Struct, frozen=True, array_like=True):
    list_identity_id: int
    identity_id: int
    position: float


class ManagedHubRow(Struct, frozen=True, array_like=True):
    section_id: int
    name: str
    identity_id: int | None
    position: int
    recommended: bool
    own_home: bool
    shared_home: bool


class JobRow(Struct, frozen=True, array_like=True):
    id: int
    kind: str
    subject: str
    payload: str = "{}"
    priority: int = 0
    attempts: int = 0
    run_after: int = 0
    error: str | None = None
    created_at: int = 0


class EventRow(Struct, frozen=True, array_like=True):
    id: int
    at: int
    type: str
    payload: str


class TagWordRow(Struct, frozen=True, array_like=True):
    word: str
    tag_id: int


class SearchWordRow(Struct, frozen=True, array_like=True):
    deletion: str
    word: str


class ProviderRow(Struct, frozen=True, array_like=True):
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


class GroupRow(Struct, frozen=True, array_like=True):
    id: int
    title: str
    primary_identifier: str


class GroupItemRow(Struct, frozen=True, array_like=True):
    id: int
    group_id: int
    provider_id: int
    ordering: int


class SectionProvidersRow(Struct, frozen=True, array_like=True):
    section_id: int
    group_id: int


class MatchRow(Struct, frozen=True, array_like=True):
    identity_id: int
    guid: str | None
    by_person: bool
    matched_at: int
    state: int
    run_after: int
    attempts: int = 0
    fetched_at: int | None = None
    problem: str | None = None


class ProviderRecordRow(Struct, frozen=True, array_like=True):
    identity_id: int
    provider: str
    guid: str
    record: str
    pictures: str = "[]"
    fetched_at: int = 0


class UploadRow(Struct, frozen=True, array_like=True):
    id: int
    identity_id: int
    kind: str
    cache_key: str
    info: str = ""
    added_at: int = 0


class MarkRow(Struct, frozen=True, array_like=True):
    id: int
    identity_id: int
    person_id: int | None
    type: str
    start_ms: int
    end_ms: int | None = None
    final: bool = False
    title: str | None = None


class LoudnessRow(Struct, frozen=True, array_like=True):
    fingerprint: bytes
    stream_index: int
    integrated_lufs: float | None
    range_lu: float | None
    peak: float | None
    levels: bytes


class DerivedRow(Struct, frozen=True, array_like=True):
    fingerprint: bytes
    kind: str
    made_with: str
    value: bytes | None = None
    error: str | None = None
    made_at: int = 0


class KeyFramesRow(Struct, frozen=True, array_like=True):
    fingerprint: bytes
    stream_index: int
    complete: bool
    independent: bool = True
    reached_us: int = 0
    why_not: str = ""
    times: bytes = b""


class StreamOffsetRow(Struct, frozen=True, array_like=True):
    stream_id: int
    offset_ms: int


class RememberedOffsetRow(Struct, frozen=True, array_like=True):
    id: int
    identity_id: int
    part_number: int
    stream: str
    offset_ms: int


class AddedExtraRow(Struct, frozen=True, array_like=True):
    id: int
    identity_id: int
    extra_identity_id: int
    address: str
    title: str
    extra_type: int
    record: str
    added_at: int
