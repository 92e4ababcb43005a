"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY: Any = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

# FTS5 stores no text of its own; the triggers hand it what it needs to add and to forget a row. Tokens are made
# before (core.naming.search_tokens), so the plainest tokenizer, which cuts at blanks, is the right one. Prefixes of up
# to three letters have an index of their own: what they match is read lazily instead of being merged first (one letter
# beside a word, 400,000 items: 0.7 ms for 15), for one microsecond more per written title.
SEARCH_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        title_tokens, other_tokens, kind,
        content='search_texts', content_rowid='item_id', tokenize='ascii', detail=column, columnsize=0, prefix='1 2 3'
    )
    """,
    """
    CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
        INSERT INTO search_fts (rowid, title_tokens, other_tokens, kind)
        VALUES (new.item_id, new.title_tokens, new.other_tokens, new.kind);
    END
    """,
    """
    CREATE TRIGGER search_texts_gone AFTER DELETE ON search_texts BEGIN
        INSERT INTO search_fts (search_fts, rowid, title_tokens, other_tokens, kind)
        VALUES ('delete', old.item_id, old.title_tokens, old.other_tokens, old.kind);
    END
    """,
    """
    CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN
        INSERT INTO search_fts (search_fts, rowid, title_tokens, other_tokens, kind)
        VALUES ('delete', old.item_id, old.title_tokens, old.other_tokens, old.kind);
        INSERT INTO search_fts (rowid, title_tokens, other_tokens, kind)
        VALUES (new.item_id, new.title_tokens, new.other_tokens, new.kind);
    END
    """,
)
# One vector for each question, with the item's type as a word of it ("#k1"), so that one index answers alone;
# without the list of pending entries, which every question would have to read through.
SEARCH_POSTGRESQL = """
    CREATE INDEX search_vector ON search_texts USING gin (
        (array_to_tsvector(array_remove(
            string_to_array('#' || kind || ' ' || title_tokens, ' '), ''))),
        (array_to_tsvector(array_remove(
            string_to_array('#' || kind || ' ' || title_tokens || ' ' || other_tokens, ' '), '')))
    ) WITH (fastupdate = off)
"""


def upgrade() -> None:
    op.create_table(
        "artworks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("cache_key", sa.Text(), nullable=True),
        sa.Column("ordering", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("selected", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("artworks_item", "artworks", ["item_id", "kind", "ordering"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("client_identifier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("product", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("platform_version", sa.Text(), server_default="", nullable=False),
        sa.Column("model", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_identifier"),
    )
    op.create_table(
        "edits",
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "field"),
        **CLUSTERED,
    )
    op.create_table(
        "events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("location_id", ID, nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("path_hash", sa.LargeBinary(), nullable=False),
        sa.Column("dir_hash", sa.LargeBinary(), nullable=False),
        sa.Column("file_class", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("probe_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_at", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("location_id", "path_hash"),
    )
    op.create_index("files_dir", "files", ["location_id", "dir_hash"], unique=False)
    op.create_index(
        "files_error",
        "files",
        ["id"],
        unique=False,
        sqlite_where=sa.text("error IS NOT NULL"),
        postgresql_where=sa.text("error IS NOT NULL"),
    )
    op.create_index("files_fingerprint", "files", ["fingerprint"], unique=False)
    op.create_table(
        "history",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("viewed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_history_identity_id"), "history", ["identity_id"], unique=False)
    op.create_index(op.f("ix_history_viewed_at"), "history", ["viewed_at"], unique=False)
    op.create_table(
        "identities",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_into", ID, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_table(
        "identity_keys",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash"),
        **CLUSTERED,
    )
    op.create_index(op.f("ix_identity_keys_identity_id"), "identity_keys", ["identity_id"], unique=False)
    op.create_table(
        "identity_merges",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kept_id", ID, nullable=False),
        sa.Column("merged_id", ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_identity_merges_merged_id"), "identity_merges", ["merged_id"], unique=False)
    op.create_table(
        "item_counts",
        sa.Column("section_id", ID, nullable=False),
        sa.Column("item_type", sa.SmallInteger(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("section_id", "item_type"),
        **CLUSTERED,
    )
    op.create_table(
        "item_details",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("tagline", sa.Text(), nullable=True),
        sa.Column("rating_image", sa.Text(), nullable=True),
        sa.Column("audience_rating_image", sa.Text(), nullable=True),
        sa.Column("ultra_blur", sa.Text(), nullable=True),
        sa.Column("thumb_blur_hash", sa.Text(), nullable=True),
        sa.Column("art_blur_hash", sa.Text(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_table(
        "item_guids",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "guid"),
        **CLUSTERED,
    )
    op.create_index("item_guids_guid", "item_guids", ["guid"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("grandparent_id", ID, nullable=True),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("index_number", sa.Integer(), nullable=True),
        sa.Column("parent_index", sa.Integer(), nullable=True),
        sa.Column("absolute_index", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_sort", sa.Text(), nullable=True),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("title_folded", KEY, nullable=False),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("studio", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("available_at", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("content_rating", sa.Text(), nullable=True),
        sa.Column("content_rating_age", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("audience_rating", sa.Float(), nullable=True),
        sa.Column("extra_type", sa.SmallInteger(), nullable=True),
        sa.Column("child_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leaf_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("latest_leaf_added_at", sa.BigInteger(), nullable=True),
        sa.Column("latest_leaf_available_at", sa.Text(), nullable=True),
        sa.Column("media_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("bitrate_kbps", sa.Integer(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("hdr", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("dovi", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("thumb_at", sa.BigInteger(), nullable=True),
        sa.Column("art_at", sa.BigInteger(), nullable=True),
        sa.Column("banner_at", sa.BigInteger(), nullable=True),
        sa.Column("clear_logo_at", sa.BigInteger(), nullable=True),
        sa.Column("square_art_at", sa.BigInteger(), nullable=True),
        sa.Column("theme_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("items_added", "items", ["section_id", "type", "added_at", "id"], unique=False)
    op.create_index("items_folded", "items", ["type", "title_folded"], unique=False)
    op.create_index("items_grandparent", "items", ["grandparent_id", "parent_index", "index_number"], unique=False)
    op.create_index("items_parent", "items", ["parent_id", "index_number"], unique=False)
    op.create_index("items_title", "items", ["section_id", "type", "sort_key", "id"], unique=False)
    op.create_index(op.f("ix_items_identity_id"), "items", ["identity_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), server_default="{}", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("run_after", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "subject"),
    )
    op.create_index("jobs_next", "jobs", ["priority", "run_after"], unique=False)
    op.create_table(
        "locations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("section_id", ID, nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("available", sa.Boolean(), server_default="1", nullable=False),
        sa.Column("unavailable_reason", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("file_count", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_locations_section_id"), "locations", ["section_id"], unique=False)
    op.create_table(
        "markers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_ms", sa.BigInteger(), nullable=False),
        sa.Column("final", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_markers_item_id"), "markers", ["item_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("ordering", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("bitrate_kbps", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("aspect_ratio", sa.Float(), nullable=True),
        sa.Column("container", sa.Text(), nullable=True),
        sa.Column("video_codec", sa.Text(), nullable=True),
        sa.Column("video_resolution", sa.Text(), nullable=True),
        sa.Column("video_frame_rate", sa.Text(), nullable=True),
        sa.Column("video_profile", sa.Text(), nullable=True),
        sa.Column("audio_codec", sa.Text(), nullable=True),
        sa.Column("audio_channels", sa.SmallInteger(), nullable=True),
        sa.Column("audio_profile", sa.Text(), nullable=True),
        sa.Column("optimized_for_streaming", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("has_64bit_offsets", sa.Boolean(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_media_item_id"), "media", ["item_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("list_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("position", sa.Float(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_memberships_identity_id"), "memberships", ["identity_id"], unique=False)
    op.create_index("memberships_list", "memberships", ["list_id", "position"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        **CLUSTERED,
    )
    op.create_table(
        "parts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("media_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("ordering", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.Text(), nullable=True),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("optimized_for_streaming", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("has_64bit_offsets", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("video_profile", sa.Text(), nullable=True),
        sa.Column("audio_profile", sa.Text(), nullable=True),
        sa.Column("has_embedded_picture", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("chapters", sa.Text(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_parts_file_id"), "parts", ["file_id"], unique=False)
    op.create_index(op.f("ix_parts_item_id"), "parts", ["item_id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("is_owner", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("restrictions", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_table(
        "progress",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("item_type", sa.SmallInteger(), nullable=False),
        sa.Column("viewed_leaf_count", sa.Integer(), nullable=False),
        sa.Column("last_viewed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_leaf_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "item_id"),
        **CLUSTERED,
    )
    op.create_index("progress_item", "progress", ["item_id"], unique=False)
    op.create_index("progress_recent", "progress", ["person_id", "item_type", "last_viewed_at"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("title_tokens", sa.Text(), nullable=False),
        sa.Column("other_tokens", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("item_id"),
    )
    op.create_table(
        "search_words",
        sa.Column("deletion", KEY, nullable=False),
        sa.Column("word", KEY, nullable=False),
        sa.PrimaryKeyConstraint("deletion", "word"),
        **CLUSTERED,
    )
    op.create_table(
        "sections",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("scanner", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("scanned_at", sa.BigInteger(), nullable=True),
        sa.Column("content_changed_at", sa.BigInteger(), nullable=False),
        sa.Column("prefs", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_table(
        "states",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("identity_id", ID, nullable=False),
        sa.Column("view_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("view_offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_viewed_at", sa.BigInteger(), nullable=True),
        sa.Column("skip_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("last_rated_at", sa.BigInteger(), nullable=True),
        sa.Column("hidden_from_continue_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "identity_id"),
        **CLUSTERED,
    )
    op.create_index("states_identity", "states", ["identity_id"], unique=False)
    op.create_index("states_recent", "states", ["person_id", "last_viewed_at"], unique=False)
    op.create_index(
        "states_started",
        "states",
        ["person_id", "last_viewed_at"],
        unique=False,
        sqlite_where=sa.text("view_offset_ms IS NOT NULL"),
        postgresql_where=sa.text("view_offset_ms IS NOT NULL"),
    )
    op.create_table(
        "stream_choices",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("part_id", ID, nullable=False),
        sa.Column("audio_stream_id", ID, nullable=True),
        sa.Column("subtitle_stream_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("person_id", "part_id"),
        **CLUSTERED,
    )
    op.create_table(
        "streams",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("part_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("index_number", sa.SmallInteger(), nullable=True),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("codec", sa.Text(), nullable=False),
        sa.Column("language_code", sa.Text(), nullable=True),
        sa.Column("channels", sa.SmallInteger(), nullable=True),
        sa.Column("info", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_streams_item_id"), "streams", ["item_id"], unique=False)
    op.create_table(
        "tag_counts",
        sa.Column("section_id", ID, nullable=False),
        sa.Column("item_type", sa.SmallInteger(), nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("section_id", "item_type", "tag_id"),
        **CLUSTERED,
    )
    op.create_table(
        "taggings",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("tag_type", sa.SmallInteger(), nullable=False),
        sa.Column("ordering", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item_id", "tag_id"),
        **CLUSTERED,
    )
    op.create_index("taggings_tag", "taggings", ["tag_id", "item_id"], unique=False)
    op.create_table(
        "tags",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("folded", KEY, nullable=False),
        sa.Column("thumb", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("type", "tag"),
    )
    op.create_index("tags_folded", "tags", ["type", "folded"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH_SQLITE:
            op.execute(statement)
    else:
        op.execute(SEARCH_POSTGRESQL)


def downgrade() -> None:
    raise NotImplementedError("restore the copy that was made before the upgrade")
