"""What collections and playlists hold."""

from sqlalchemy import BigInteger, Column, Float, Index, Table

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
    Index("memberships_list", "list_id", "position"),
)
