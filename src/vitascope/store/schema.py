"""The tables, once for both engines.

Made for the budget in ``docs/architecture.md``: rows of ``items`` are narrow (long texts lie in ``item_details``)
so that ordering a million of them reads little; every value that orders or finds (sort keys, folded titles, search
text) is computed in Python by pure functions and compared bytewise, so SQLite and PostgreSQL agree; availability
lives on ``locations``, so a vanished disk changes one row and not a million.

What the person did hangs on ``identities``, not on items: an identity has many keys (external ids, the parsed name,
the content's fingerprint, the path), and whichever of them is found again brings state, edits and memberships back.

Conventions: times are epoch seconds, durations milliseconds, ids positive integers given out by the one writer in
blocks (so the scan process can build finished rows). Paths are bytes relative to their location, because names on
disk need not be text; ``*_hash`` columns are 16 bytes of BLAKE2b, since a path may be longer than an index entry.
Order of columns is that of the row types in :mod:`vitascope.store.rows`; a test compares them.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData()

# SQLite gives a row id to INTEGER PRIMARY KEY only; PostgreSQL needs eight bytes.
_Id: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
# Bytewise order on both engines: SQLite's default BINARY, PostgreSQL's "C".
_Key: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")

# SQLite: the rows lie in the primary key itself; half the size and half the work of a table with an index beside it.
_clustered: dict[str, Any] = {"sqlite_with_rowid": False}


def _pk() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    **_clustered,
)

# --- what the owner set up -------------------------------------------------------------------------------------

sections = Table(
    "sections",
    metadata,
    _pk(),
    Column("uuid", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # core.model.SectionKind
    Column("title", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("scanner", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("scanned_at", BigInteger),
    Column("content_changed_at", BigInteger, nullable=False),
    Column("prefs", Text, nullable=False, server_default="{}"),  # JSON object of the prefs that differ from default
)

locations = Table(
    "locations",
    metadata,
    _pk(),
    Column("section_id", _Id, nullable=False, index=True),
    Column("path", LargeBinary, nullable=False),  # absolute
    Column("available", Boolean, nullable=False, server_default="1"),
    Column("unavailable_reason", Text),
    Column("seen_at", BigInteger),  # when it was last there
    Column("file_count", Integer, nullable=False, server_default="0"),  # what the last complete walk saw
)

files = Table(
    "files",
    metadata,
    _pk(),
    Column("location_id", _Id, nullable=False),
    Column("path", LargeBinary, nullable=False),  # relative to the location
    Column("path_hash", LargeBinary, nullable=False),
    Column("dir_hash", LargeBinary, nullable=False),
    Column("file_class", Text, nullable=False),  # core.model.FileClass
    Column("size_bytes", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("fingerprint", LargeBinary),
    Column("probe_version", Integer, nullable=False, server_default="0"),  # 0: not probed yet
    Column("error", Text),  # why it could not be read, for the owner
    Column("error_at", BigInteger),
    Column("added_at", BigInteger, nullable=False),
    Column("missing_since", BigInteger),
    UniqueConstraint("location_id", "path_hash"),
    Index("files_dir", "location_id", "dir_hash"),
    Index("files_fingerprint", "fingerprint"),
    Index("files_error", "id", sqlite_where=text("error IS NOT NULL"), postgresql_where=text("error IS NOT NULL")),
)

# --- identity: what survives renames, moves and rescans --------------------------------------------------------

identities = Table(
    "identities",
    metadata,
    _pk(),
    Column("uuid", Text, nullable=False, unique=True),  # 24 hex digits: the item's plex:// or local:// guid
    Column("created_at", BigInteger, nullable=False),
    Column("merged_into", _Id),
)

identity_keys = Table(
    "identity_keys",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),  # over kind and key
    Column("kind", SmallInteger, nullable=False),  # 1 external id, 2 parsed name, 3 fingerprint, 4 path
    Column("identity_id", _Id, nullable=False, index=True),
    Column("key", Text, nullable=False),
    **_clustered,
)

# Identities that turned out to be one, with what each had, so that a wrong match can be undone.
identity_merges = Table(
    "identity_merges",
    metadata,
    _pk(),
    Column("kept_id", _Id, nullable=False),
    Column("merged_id", _Id, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("record", Text, nullable=False),  # JSON of store.identities.MergeRecord
)

# What the owner changed by hand: applied over whatever a scan finds, and locked until unlocked.
edits = Table(
    "edits",
    metadata,
    Column("identity_id", _Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text),  # JSON; NULL: locked without a value of its own
    Column("locked", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    **_clustered,
)

# --- items -----------------------------------------------------------------------------------------------------

items = Table(
    "items",
    metadata,
    _pk(),
    Column("section_id", _Id, nullable=False),
    Column("type", SmallInteger, nullable=False),  # core.model.ItemType
    Column("identity_id", _Id, nullable=False, index=True),
    Column("parent_id", _Id),
    Column("grandparent_id", _Id),
    Column("location_id", _Id),  # where its (first) file lies; availability comes from there
    Column("index_number", Integer),
    Column("parent_index", Integer),
    Column("absolute_index", Integer),
    Column("title", Text, nullable=False),
    Column("title_sort", Text),  # as shown and edited; NULL when it equals the title
    Column("sort_key", _Key, nullable=False),  # core.naming.sort_key, at most 200 characters
    Column("title_folded", _Key, nullable=False),  # core.naming.fold(title): what string operators compare
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
    Column("item_id", _Id, primary_key=True),
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
    Column("item_id", _Id, primary_key=True),
    Column("guid", Text, primary_key=True),  # imdb://tt…, tmdb://…, tvdb://…, mbid://…
    Index("item_guids_guid", "guid"),
    **_clustered,
)

media = Table(
    "media",
    metadata,
    _pk(),
    Column("item_id", _Id, nullable=False, index=True),
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
)

parts = Table(
    "parts",
    metadata,
    _pk(),
    Column("media_id", _Id, nullable=False),
    Column("item_id", _Id, nullable=False, index=True),
    Column("file_id", _Id, nullable=False, index=True),
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
    _pk(),
    Column("part_id", _Id, nullable=False),
    Column("item_id", _Id, nullable=False, index=True),
    Column("type", SmallInteger, nullable=False),  # core.model.StreamType
    Column("index_number", SmallInteger),  # inside the file; NULL: a sidecar file
    Column("file_id", _Id),  # of the sidecar
    Column("codec", Text, nullable=False),
    Column("language_code", Text),
    Column("channels", SmallInteger),
    Column("info", Text, nullable=False),  # JSON of core.model.StreamInfo: all the rest
)

markers = Table(
    "markers",
    metadata,
    _pk(),
    Column("item_id", _Id, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("start_ms", BigInteger, nullable=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("final", Boolean, nullable=False, server_default="0"),
)

# --- tags ------------------------------------------------------------------------------------------------------

tags = Table(
    "tags",
    metadata,
    _pk(),
    Column("type", SmallInteger, nullable=False),  # core.model.TagType
    Column("tag", Text, nullable=False),
    Column("folded", _Key, nullable=False),  # core.naming.fold(tag)
    Column("thumb", Text),
    UniqueConstraint("type", "tag"),
    Index("tags_folded", "type", "folded"),
)

taggings = Table(
    "taggings",
    metadata,
    Column("item_id", _Id, primary_key=True),
    Column("tag_id", _Id, primary_key=True),
    Column("tag_type", SmallInteger, nullable=False),
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("text", Text),  # of a role: the character
    Index("taggings_tag", "tag_id", "item_id"),
    **_clustered,
)

# How many listed items of a section carry a tag: kept by the writer, read by value lists.
tag_counts = Table(
    "tag_counts",
    metadata,
    Column("section_id", _Id, primary_key=True),
    Column("item_type", SmallInteger, primary_key=True),
    Column("tag_id", _Id, primary_key=True),
    Column("item_count", Integer, nullable=False),
    **_clustered,
)

# How many listed items a section has by type: kept by the writer.
item_counts = Table(
    "item_counts",
    metadata,
    Column("section_id", _Id, primary_key=True),
    Column("item_type", SmallInteger, primary_key=True),
    Column("item_count", Integer, nullable=False),
    **_clustered,
)

# --- pictures --------------------------------------------------------------------------------------------------

artworks = Table(
    "artworks",
    metadata,
    _pk(),
    Column("item_id", _Id, nullable=False),
    Column("kind", Text, nullable=False),  # core.model.ArtKind
    Column("source", Text, nullable=False),  # local, embedded, frame, composite, upload, provider
    Column("file_id", _Id),  # of a local picture or of the media file that holds it
    Column("cache_key", Text),  # name below Metadata/ when the bytes are ours
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("selected", Boolean, nullable=False, server_default="0"),
    Index("artworks_item", "item_id", "kind", "ordering"),
)

# --- search ----------------------------------------------------------------------------------------------------

# Tokens made by core.naming.search_tokens, joined by blanks. SQLite indexes it by FTS5 (external content), PostgreSQL
# by a GIN index over a tsvector of the plain tokens; both are made by the migration.
search_texts = Table(
    "search_texts",
    metadata,
    Column("item_id", _Id, primary_key=True),
    Column("title_tokens", Text, nullable=False),
    Column("other_tokens", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default=""),  # "k" and the item's type; filled in by store.changes
)

# Every word of a title (four letters or more) under each form that lacks one of its letters, and under itself: two
# words that are one edit apart share a form. Words are never taken out one by one: `check.rebuild_search` does it.
search_words = Table(
    "search_words",
    metadata,
    Column("deletion", _Key, primary_key=True),
    Column("word", _Key, primary_key=True),
    **_clustered,
)

# --- people and what they did ----------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    _pk(),
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("is_owner", Boolean, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("restrictions", Text, nullable=False, server_default="{}"),  # JSON: sections, ratings, labels
)

devices = Table(
    "devices",
    metadata,
    _pk(),
    Column("client_identifier", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("product", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("platform", Text, nullable=False, server_default=""),
    Column("platform_version", Text, nullable=False, server_default=""),
    Column("model", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    _pk(),
    Column("person_id", _Id, nullable=False, index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),  # SHA-256; the token itself is never kept
    Column("label", Text, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

passwords = Table(
    "passwords",
    metadata,
    Column("person_id", _Id, primary_key=True),
    Column("encoded", Text, nullable=False),  # Argon2id with its salt and cost
    Column("changed_at", BigInteger, nullable=False),
)

ownership = Table(
    "ownership",
    metadata,
    _pk(),  # one row or none
    Column("way", Text, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Column("home", Text, nullable=False, server_default=""),  # URL of the account home that vouches for the owner
    Column("home_token", Text, nullable=False, server_default=""),  # proves this server to that home, and opens nothing
)

linked_servers = Table(
    "linked_servers",
    metadata,
    _pk(),
    Column("client_identifier", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("linked_at", BigInteger, nullable=False),
)

states = Table(
    "states",
    metadata,
    Column("person_id", _Id, primary_key=True),
    Column("identity_id", _Id, primary_key=True),
    Column("view_count", Integer, nullable=False, server_default="0"),
    Column("view_offset_ms", BigInteger),
    Column("last_viewed_at", BigInteger),
    Column("skip_count", Integer, nullable=False, server_default="0"),
    Column("rating", Float),
    Column("last_rated_at", BigInteger),
    Column("hidden_from_continue_at", BigInteger),
    Column("updated_at", BigInteger, nullable=False),
    Index("states_identity", "identity_id"),
    Index("states_recent", "person_id", "last_viewed_at"),
    Index(
        "states_started",
        "person_id",
        "last_viewed_at",
        sqlite_where=text("view_offset_ms IS NOT NULL"),
        postgresql_where=text("view_offset_ms IS NOT NULL"),
    ),
    **_clustered,
)

# Watched leaves below a show, season, artist, album or photo album, by person: kept by the writer.
progress = Table(
    "progress",
    metadata,
    Column("person_id", _Id, primary_key=True),
    Column("item_id", _Id, primary_key=True),
    Column("item_type", SmallInteger, nullable=False),
    Column("viewed_leaf_count", Integer, nullable=False),
    Column("last_viewed_at", BigInteger),
    Column("last_leaf_id", _Id),  # the leaf watched last: what comes after it is on deck
    Index("progress_item", "item_id"),
    Index("progress_recent", "person_id", "item_type", "last_viewed_at"),
    **_clustered,
)

stream_choices = Table(
    "stream_choices",
    metadata,
    Column("person_id", _Id, primary_key=True),
    Column("part_id", _Id, primary_key=True),
    Column("audio_stream_id", _Id),
    Column("subtitle_stream_id", _Id),  # 0: none
    **_clustered,
)

history = Table(
    "history",
    metadata,
    _pk(),
    Column("person_id", _Id, nullable=False),
    Column("identity_id", _Id, nullable=False, index=True),
    Column("item_id", _Id, nullable=False),
    Column("device_id", _Id),
    Column("section_id", _Id, nullable=False),
    Column("viewed_at", BigInteger, nullable=False, index=True),
)

# Playlists and plain collections are items; what they hold, in order, hangs on identities so that it survives.
memberships = Table(
    "memberships",
    metadata,
    _pk(),
    Column("list_id", _Id, nullable=False),  # the item that is a playlist or collection
    Column("identity_id", _Id, nullable=False, index=True),
    Column("position", Float, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Index("memberships_list", "list_id", "position"),
)

# --- what the server has to do and what happened ---------------------------------------------------------------

jobs = Table(
    "jobs",
    metadata,
    _pk(),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),  # with the kind: one waiting job for one thing
    Column("payload", Text, nullable=False, server_default="{}"),
    Column("priority", SmallInteger, nullable=False, server_default="0"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("run_after", BigInteger, nullable=False),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("kind", "subject"),
    Index("jobs_next", "priority", "run_after"),
)

events = Table(
    "events",
    metadata,
    _pk(),
    Column("at", BigInteger, nullable=False, index=True),
    Column("type", Text, nullable=False),
    Column("payload", Text, nullable=False),
)
