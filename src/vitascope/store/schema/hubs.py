"""How the owner arranged the hubs of a section."""

from sqlalchemy import Boolean, Column, Integer, Table

from vitascope.store.schema.base import Id, Key, clustered, metadata

# A section without rows has its hubs as they come. A hub made of a collection hangs on the collection's identity, so
# that it is there again when the collection is.
managed_hubs = Table(
    "managed_hubs",
    metadata,
    Column("section_id", Id, primary_key=True),
    Column("name", Key, primary_key=True),  # of a built-in hub; "collection." and the identity's id
    Column("identity_id", Id),  # of the collection
    Column("position", Integer, nullable=False),
    Column("recommended", Boolean, nullable=False),  # on the section's page
    Column("own_home", Boolean, nullable=False),  # on the owner's start page
    Column("shared_home", Boolean, nullable=False),  # on everybody else's
    **clustered,
)
