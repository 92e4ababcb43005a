"""What collections and playlists hold, and what only playlists have."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text

from vitascope.store.schema.base import Id, metadata, pk

# Playlists and plain collections are items; what they hold, in order, hangs on identities so that it survives.
memberships = Table(
    "memberships",
    metadata,
    pk(),
    Column("list_id", Id, nullable=False),  # the item that is a playlist or collection
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
