"""What playlists and collections hold, in order: identities, so that a rename, a move or a rescan changes nothing.

A position is a number between its neighbours', so that a move writes one row. What is not there at the moment (its
file is gone, its section was deleted) keeps its place and comes back with its identity.
"""

from msgspec import Struct
from sqlalchemy import bindparam, select

from vitascope.core.model import Viewer
from vitascope.store import visibility
from vitascope.store.reader import Reader
from vitascope.store.schema import items, memberships


class Member(Struct, frozen=True):
    """One entry of a list, as far as there is an item for it."""

    id: int
    """The membership's own: a playlist may hold an item twice."""
    item_id: int
    position: float


_members = (
    select(memberships.c.id, items.c.id, memberships.c.position)
    .join(items, items.c.identity_id == memberships.c.identity_id)
    .where(memberships.c.list_id == bindparam("list_id"))
    .order_by(memberships.c.position, memberships.c.id, items.c.id)
)


def members(r: Reader, list_id: int, viewer: Viewer) -> list[Member]:
    """What a list holds that the viewer may see, in order. Of an identity with several items the first visible one
    stands for it."""
    condition = visibility.condition(viewer)
    statement = _members if condition is None else _members.where(condition)
    found: dict[int, Member] = {}
    for membership_id, item_id, position in r.tuples(statement, {"list_id": list_id}):
        found.setdefault(membership_id, Member(membership_id, item_id, position))
    return list(found.values())
