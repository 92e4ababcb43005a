"""What became of a collection that something other than a person names, as an agent does with a series.

Whoever deletes a collection, or gives it another name, changes the tags of what was in it, and these edits stay. They
are the only memory that is needed: a name that a person took from books of a section, and that no collection there has
any more, is not to come back with the next book.
"""

import msgspec
from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType
from vitascope.core.naming.titles import fold
from vitascope.store import collections, matches
from vitascope.store.reader import Reader
from vitascope.store.schema import edits, items

_FIELD = "collection"
_retagged = select(edits.c.identity_id, edits.c.value).where(
    edits.c.field == _FIELD,
    edits.c.value.is_not(None),
    edits.c.identity_id.in_(
        select(items.c.identity_id).where(
            items.c.section_id == bindparam("section_id"), items.c.type == int(ItemType.ALBUM)
        )
    ),
)


def name_now(r: Reader, section_id: int, name: str) -> str | None:
    """Under which name albums go into the collection that is called so: the same, the one that a person gave it, or
    ``None`` when they did away with it."""
    if collections.named(r, section_id, name) is not None:
        return name
    edited = dict(r.tuples(_retagged, {"section_id": section_id}))
    told = (
        _told(r, [identity_id for identity_id, value in edited.items() if _is_list(value)], name) if edited else set()
    )
    others: set[str] = set()
    left = False
    for identity_id, value in edited.items():
        removed, added = _change(value)
        if fold(name) in removed or (identity_id in told and fold(name) not in map(fold, added)):
            left = True
            others.update(added)
    if not left:
        return name
    renamed = [other for other in others if collections.named(r, section_id, other) is not None]
    return renamed[0] if len(renamed) == 1 else None


def _change(value: str) -> tuple[set[str], list[str]]:
    """(folded names that were removed, names that were added) by an edit; of a locked one what there is."""
    try:
        said = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return set(), []
    if isinstance(said, dict):
        return {fold(str(tag)) for tag in said.get("remove", ())}, [str(tag) for tag in said.get("add", ())]
    listed = said if isinstance(said, list) else [said]
    return set(), [str(tag.get("tag", "")) if isinstance(tag, dict) else str(tag) for tag in listed]


def _is_list(value: str) -> bool:
    return not value.lstrip().startswith("{")


def _told(r: Reader, identity_ids: list[int], name: str) -> set[int]:
    """Those of which a provider says that they are in it."""
    found: set[int] = set()
    for identity_id, rows in matches.records_of(r, identity_ids).items():
        for row in rows:
            said = msgspec.json.decode(row.record)
            if fold(name) in map(fold, said.get("collections", ())):
                found.add(identity_id)
    return found
