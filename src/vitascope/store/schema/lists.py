"""What collections and playlists hold, and what only playlists have."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, SmallInteger, Table, Text

from vitascope.store.schema.base import Id, clustered, metadata, pk

# Playlists are items; what they hold, in order, hangs on identities so that it survives.
memberships = Table(
    "memberships",
    metadata,
    pk(),
    Column("list_id", Id, nullable=False),  # the item that is a playlist
    Column("identity_id", Id, nullable=False, index=True),
    Column("position", Float, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("item_id", Id),  # which of the identity's items was meant, as long as it is there
    Index("memberships_list", "list_id", "position"),
)

# What a playlist or a folder of playlists is beyond an item. Such items lie in no section (their section_id is 0) and
# are seen by one person alone.
playlists = Table(
    "playlists",
    metadata,
    Column("item_id", Id, primary_key=True),
    Column("person_id", Id, nullable=False, index=True),
    Column("kind", Text),  # core.model.MediaKind; NULL: a folder
    Column("smart", Boolean, nullable=False, server_default="0"),
    Column("content", Text),  # of a smart one: its source URI, verbatim
    Column("folder_id", Id),  # the folder it lies in
    Column("source_path", Text),  # of an imported one: the file
    Column("revision", Integer, nullable=False, server_default="0"),  # goes up with every change of what it holds
)

# What a person set of a collection, by its identity: what it is asked (when it is smart), how it is shown and ordered.
# Which items are in a plain one is told by the tag they carry. A row without an item waits for its section.
collections = Table(
    "collections",
    metadata,
    Column("identity_id", Id, primary_key=True),
    Column("section_kind", Text, nullable=False),  # kind and title of the section: where it belongs when that is
    Column("section_title", Text, nullable=False),  # made anew
    Column("title", Text, nullable=False),
    Column("content", Text),  # of a smart one: the source URI, verbatim
    Column("subtype", SmallInteger),  # the type of what it holds, as it was made; NULL: of whatever carries the tag
    Column("mode", SmallInteger, nullable=False, server_default="-1"),
    Column("sort", SmallInteger, nullable=False, server_default="0"),
    Column("filter_by_user", Boolean, nullable=False, server_default="0"),
    Column("updated_at", BigInteger, nullable=False),
    **clustered,
)

# Where each member of a plain collection stands, both by identity.
collection_members = Table(
    "collection_members",
    metadata,
    Column("list_identity_id", Id, primary_key=True),
    Column("identity_id", Id, primary_key=True),
    Column("position", Float, nullable=False),
    Index("collection_members_identity", "identity_id"),
    **clustered,
)
