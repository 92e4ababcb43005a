"""Tags, pictures and search texts of items."""

from sqlalchemy import Boolean, Column, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from vitascope.store.schema.base import Id, Key, clustered, metadata, pk

tags = Table(
    "tags",
    metadata,
    pk(),
    Column("type", SmallInteger, nullable=False),  # core.model.TagType
    Column("tag", Text, nullable=False),
    Column("folded", Key, nullable=False),  # core.naming.fold(tag)
    Column("thumb", Text),
    UniqueConstraint("type", "tag"),
    Index("tags_folded", "type", "folded"),
)

taggings = Table(
    "taggings",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("tag_id", Id, primary_key=True),
    Column("tag_type", SmallInteger, nullable=False),
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("text", Text),  # of a role: the character
    Index("taggings_tag", "tag_id", "item_id"),
    **clustered,
)

# How many listed items of a section carry a tag: kept by the writer, read by value lists.
tag_counts = Table(
    "tag_counts",
    metadata,
    Column("section_id", Id, primary_key=True),
    Column("item_type", SmallInteger, primary_key=True),
    Column("tag_id", Id, primary_key=True),
    Column("item_count", Integer, nullable=False),
    **clustered,
)

# How many listed items a section has by type: kept by the writer.
item_counts = Table(
    "item_counts",
    metadata,
    Column("section_id", Id, primary_key=True),
    Column("item_type", SmallInteger, primary_key=True),
    Column("item_count", Integer, nullable=False),
    **clustered,
)

artworks = Table(
    "artworks",
    metadata,
    pk(),
    Column("item_id", Id, nullable=False),
    Column("kind", Text, nullable=False),  # core.model.ArtKind
    Column("source", Text, nullable=False),  # local, embedded, frame, composite, upload, provider
    Column("file_id", Id),  # of a local picture or of the media file that holds it
    Column("cache_key", Text),  # name below Metadata/ when the bytes are ours
    Column("ordering", SmallInteger, nullable=False, server_default="0"),
    Column("selected", Boolean, nullable=False, server_default="0"),
    Index("artworks_item", "item_id", "kind", "ordering"),
)

# Tokens made by core.naming.search_tokens, joined by blanks. SQLite indexes it by FTS5 (external content), PostgreSQL
# by a GIN index over a tsvector of the plain tokens; both are made by the migration.
search_texts = Table(
    "search_texts",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("title_tokens", Text, nullable=False),
    Column("other_tokens", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False, server_default=""),  # "k" and the item's type; filled in by store.changes
)

# Every word of a title (four letters or more) under each form that lacks one of its letters, and under itself: two
# words that are one edit apart share a form. Words are never taken out one by one: `check.rebuild_search` does it.
search_words = Table(
    "search_words",
    metadata,
    Column("deletion", Key, primary_key=True),
    Column("word", Key, primary_key=True),
    **clustered,
)

# The words of the names of tags that people look for (core.naming.search_tokens): "berg" finds "Otto Berg".
tag_words = Table(
    "tag_words",
    metadata,
    Column("word", Key, primary_key=True),
    Column("tag_id", Id, primary_key=True),
    **clustered,
)

# Where the picture of a person lies, by the word of a metadata provider; `tags.thumb` is our own address of it.
portraits = Table(
    "portraits",
    metadata,
    Column("tag_id", Id, primary_key=True),
    Column("provider", Text, nullable=False),  # its identifier
    Column("url", Text, nullable=False),
    Column("cache_key", Text),  # name below Metadata/ once it was fetched
    Index("portraits_key", "cache_key"),
)
