"""Items, what many sources think of them, and what is known of their media."""

from msgspec import Struct


class ItemRow(Struct, frozen=True, array_like=True, gc=False):
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


class ItemDetailRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    summary: str = ""
    tagline: str | None = None
    rating_image: str | None = None
    audience_rating_image: str | None = None
    ultra_blur: str | None = None
    thumb_blur_hash: str | None = None
    art_blur_hash: str | None = None
    extra: str | None = None


class ItemGuidRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    guid: str


class ItemRatingRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    ordering: int
    source: str
    type: str
    image: str | None
    value: float
    votes: int | None = None


class ItemReviewRow(Struct, frozen=True, array_like=True, gc=False):
    item_id: int
    ordering: int
    reviewer: str
    source: str | None = None
    image: str | None = None
    link: str | None = None
    text: str | None = None


class MediaRow(Struct, frozen=True, array_like=True, gc=False):
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
    target: str | None = None


class PartRow(Struct, frozen=True, array_like=True, gc=False):
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


class StreamRow(Struct, frozen=True, array_like=True, gc=False):
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


class MarkerRow(Struct, frozen=True, array_like=True, gc=False):
    id: int
    item_id: int
    type: str
    start_ms: int
    end_ms: int
    final: bool = False
