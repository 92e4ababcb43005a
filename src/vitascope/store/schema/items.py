"""Items, and what is known of their media."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, Key, clustered, metadata, pk

items = Table(
    "items",
    metadata,
    pk(),
    Column("section_id", Id, nullable=False),
    Column("type", SmallInteger, nullable=False),  # core.model.ItemType
    Column("identity_id", Id, nullable=False, index=True),
    Column("parent_id", Id),
    Column("grandparent_id", Id),
    Column("location_id", Id),  # where its (first) file lies; availability comes from there
    Column("index_number", Integer),
    Column("parent_index", Integer),
    Column("absolute_index", Integer),
    Column("title", Text, nullable=False),
    Column("title_sort", Text),  # as given; NULL when none was
    Column("sort_key", Key, nullable=False),  # core.naming.titles.filing_key
    Column("title_folded", Key, nullable=False),  # core.naming.fold(title): what string operators compare
    Column("original_title", Text),
    Column("edition", Text),
    Column("studio", Text),
    Column("year", Integer),
    Column("available_at", Text),  # ISO date: originallyAvailableAt
    Column("added_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("duration_ms", BigInteger),
    Column("content_rating", Text),
    Column("content_rating_age", Integer),
    Column("rating", Float),
    Column("audience_rating", Float),
    Column("extra_type", SmallInteger),  # set on extras: clips, whose parent_id is the item they belong to
    Column("child_count", Integer, nullable=False, server_default="0"),
    Column("leaf_count", Integer, nullable=False, server_default="0"),
    Column("latest_leaf_added_at", BigInteger),
    Column("latest_leaf_available_at", Text),
    # from the best of its media, for filters and sorts
    Column("media_count", SmallInteger, nullable=False, server_default="0"),
    Column("height", Integer),  # of the video, as its resolution class: 480, 576, 720, 1080, 2160, 4320
    Column("bitrate_kbps", Integer),
    Column("size_bytes", BigInteger),
    Column("hdr", Boolean, nullable=False, server_default="0"),
    Column("dovi", Boolean, nullable=False, server_default="0"),
    # when each picture was chosen; NULL: none
    Column("thumb_at", BigInteger),
    Column("art_at", BigInteger),
    Column("banner_at", BigInteger),
    Column("clear_logo_at", BigInteger),
    Column("square_art_at", BigInteger),
    Column("theme_at", BigInteger),
    Column("deleted_at", BigInteger),  # its files are gone while their root is there: in the trash
    Index("items_title", "section_id", "type", "sort_key", "id"),
    Index("items_added", "section_id", "type", "added_at", "id"),
    Index("items_parent", "parent_id", "index_number"),
    Index("items_grandparent", "grandparent_id", "parent_index", "index_number"),
    Index("items_folded", "type", "title_folded"),  # search as you type
    # what most listings are ordered and filtered by, so that a new order reads a third of what the rows take
    Index(
        "items_keys",
        *("section_id", "type", "id"),
        *("year", "available_at", "added_at", "duration_ms", "content_rating", "rating", "audience_rating"),
        *("height", "bitrate_kbps"),
    ),
)

item_details = Table(
    "item_details",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("summary", Text, nullable=False, server_default=""),
    Column("tagline", Text),
    Column("rating_image", Text),
    Column("audience_rating_image", Text),
    Column("ultra_blur", Text),  # "topLeft,topRight,bottomRight,bottomLeft" as hex digits
    Column("thumb_blur_hash", Text),
    Column("art_blur_hash", Text),
    Column("extra", Text),  # JSON object: what only one type of item has (photo exposure, album format, …)
)

item_guids = Table(
    "item_guids",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("guid", Text, primary_key=True),  # imdb://tt…, tmdb://…, tvdb://…, mbid://…
    Index("item_guids_guid", "guid"),
    **clustered,
)

media = Table(
    "media",
    metadata,
    pk(),
    Column("item_id", Id, nullable=False, index=True),
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("duration_ms", BigInteger),
    Column("bitrate_kbps", Integer),
    Column("width", Integer),
    Column("height", Integer),
    Column("aspect_ratio", Float),
    Column("container", Text),
    Column("video_codec", Text),
    Column("video_resolution", Text),
    Column("video_frame_rate", Text),
    Column("video_profile", Text),
    Column("audio_codec", Text),
    Column("audio_channels", SmallInteger),
    Column("audio_profile", Text),
    Column("optimized_for_streaming", Boolean, nullable=False, server_default="0"),
    Column("has_64bit_offsets", Boolean, nullable=False, server_default="0"),
    Column("target", Text),  # what a server made it for; NULL: a person put it there
)

parts = Table(
    "parts",
    metadata,
    pk(),
    Column("media_id", Id, nullable=False),
    Column("item_id", Id, nullable=False, index=True),
    Column("file_id", Id, nullable=False, index=True),
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("duration_ms", BigInteger),
    Column("size_bytes", BigInteger, nullable=False),
    Column("container", Text),
    Column("stamp", BigInteger, nullable=False),  # the {changestamp} of its URL: mtime in seconds
    Column("optimized_for_streaming", Boolean, nullable=False, server_default="0"),
    Column("has_64bit_offsets", Boolean, nullable=False, server_default="0"),
    Column("video_profile", Text),
    Column("audio_profile", Text),
    Column("has_embedded_picture", Boolean, nullable=False, server_default="0"),
    Column("chapters", Text),  # JSON list of core.model.ChapterInfo
    Column("attachments", Text),  # JSON list of names
)

streams = Table(
    "streams",
    metadata,
    pk(),
    Column("part_id", Id, nullable=False),
    Column("item_id", Id, nullable=False, index=True),
    Column("type", SmallInteger, nullable=False),  # core.model.StreamType
    Column("index_number", SmallInteger),  # inside the file; NULL: a sidecar file
    Column("file_id", Id),  # of the sidecar
    Column("codec", Text, nullable=False),
    Column("language_code", Text),
    Column("channels", SmallInteger),
    Column("info", Text, nullable=False),  # JSON of core.model.StreamInfo: all the rest
)

markers = Table(
    "markers",
    metadata,
    pk(),
    Column("item_id", Id, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("final", Boolean, nullable=False, server_default="0"),
)
