"""Finding items that a viewer may see: by id, guid, identity, title or folder, and what is delivered of one."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.sql import FromClause

from vitascope.core.model import Viewer
from vitascope.store import extras as added
from vitascope.store import visibility
from vitascope.store.reader import Reader, any_of, grouped
from vitascope.store.rows import ItemRow, PartRow, StreamRow
from vitascope.store.schema import (
    files,
    identities,
    item_guids,
    items,
    locations,
    matches,
    parts,
    streams,
)

_items = select(items).where(any_of(items.c.id, "ids"))
_guids = select(item_guids).where(any_of(item_guids.c.item_id, "ids")).order_by(item_guids.c.guid)


@lru_cache(maxsize=512)
def visible(statement: Select[Any], viewer: Viewer, table: FromClause = items) -> Select[Any]:
    """``statement`` over items, with what this viewer may see; the same one each time, so that it is prepared once."""
    return statement.where(visibility.with_own(viewer, table))


def get_items(r: Reader, ids: Sequence[int], viewer: Viewer) -> list[ItemRow]:
    """These items in this order; those that are not there or not visible are left out."""
    if not ids:
        return []
    found = {row.id: row for row in r.rows(ItemRow, visible(_items, viewer), {"ids": list(ids)})}
    return [found[id_] for id_ in ids if id_ in found]


def get_item(r: Reader, item_id: int, viewer: Viewer) -> ItemRow | None:
    """One item, ``None`` when it is not there or not visible."""
    found = get_items(r, [item_id], viewer)
    return found[0] if found else None


_by_external = (
    select(items.c.id)
    .join(item_guids, item_guids.c.item_id == items.c.id)
    .where(item_guids.c.guid == bindparam("guid"))
)
_by_uuid = (
    select(items.c.id)
    .join(identities, identities.c.id == items.c.identity_id)
    .where(identities.c.uuid == bindparam("uuid"))
)
_by_match = (
    select(items.c.id)
    .join(matches, matches.c.identity_id == items.c.identity_id)
    .where(matches.c.guid == bindparam("guid"))
)
_of_identities = select(items.c.identity_id, items.c.id).where(any_of(items.c.identity_id, "ids"))


def by_guid(r: Reader, guid: str, viewer: Viewer, section_id: int | None = None) -> list[int]:
    """Ids of the items with an external guid (``imdb://…``), one of a provider, or our own (``plex://movie/<uuid>``)."""
    if guid.startswith(("plex://", "local://")):
        asked = [(_by_uuid, {"uuid": guid.rpartition("/")[2]})]
    else:
        asked = [(_by_external, {"guid": guid}), (_by_match, {"guid": guid})]
    found: set[int] = set()
    for statement, params in asked:
        in_section = statement if section_id is None else statement.where(items.c.section_id == section_id)
        found.update(r.scalars(visible(in_section, viewer), params))
    return sorted(found)


_titled = (
    select(items)
    .where(
        items.c.type == bindparam("kind"),
        items.c.title_folded >= bindparam("low"),
        items.c.title_folded < bindparam("high"),
        items.c.extra_type.is_(None),
        items.c.deleted_at.is_(None),
    )
    .order_by(items.c.title_folded, items.c.id)
    .limit(bindparam("size"))
)


def titled(r: Reader, kind: int, folded: str, viewer: Viewer, size: int) -> list[ItemRow]:
    """Items of one type whose folded title is this or begins like it, over all sections."""
    if not folded:
        return []
    bound = {"kind": kind, "low": folded, "high": folded + "\U0010ffff", "size": size}
    return r.rows(ItemRow, visible(_titled, viewer), bound)


def external_guids(r: Reader, item_id: int) -> list[str]:
    """The external ids of an item."""
    return [guid for _, guid in r.tuples(_guids, {"ids": [item_id]})]


def by_identity(r: Reader, identity_ids: Sequence[int], viewer: Viewer) -> dict[int, list[int]]:
    """Ids of the visible items of each identity."""
    return grouped(r.tuples(visible(_of_identities, viewer).order_by(items.c.id), {"ids": list(identity_ids)}))


_in_folder = (
    select(items.c.id)
    .join(parts, parts.c.item_id == items.c.id)
    .join(files, files.c.id == parts.c.file_id)
    .where(
        files.c.location_id == bindparam("location_id"),
        files.c.dir_hash == bindparam("dir_hash"),
        items.c.section_id == bindparam("section_id"),
    )
    .distinct()
)
_delivery = (
    select(parts.c.item_id, locations.c.path, files.c.path)
    .join(files, files.c.id == parts.c.file_id)
    .join(locations, locations.c.id == files.c.location_id)
    .where(parts.c.id == bindparam("id"))
)
_part = select(parts).where(parts.c.id == bindparam("id"))
_stream = select(streams).where(streams.c.id == bindparam("id"))


def items_in_folder(r: Reader, section_id: int, location_id: int, dir_hash: bytes, viewer: Viewer) -> list[int]:
    """Ids of the items with a file directly in one folder, by title."""
    params = {"section_id": section_id, "location_id": location_id, "dir_hash": dir_hash}
    found = r.scalars(visible(_in_folder, viewer), params)
    return [row.id for row in sorted(get_items(r, found, viewer), key=lambda row: (row.sort_key, row.id))]


def part_for_delivery(r: Reader, part_id: int, viewer: Viewer) -> tuple[PartRow, bytes, ItemRow] | None:
    """The part, the absolute path of its file, and its item; ``None`` when not there or not visible."""
    found = r.tuples(_delivery, {"id": part_id})
    if not found:
        extra = added.address_of_part(r, part_id, viewer)
        # What lies elsewhere is nothing that can be opened here.
        if extra is None or extra[1].startswith(added.ELSEWHERE):
            return None
        return extra[0], extra[1].encode(), extra[2]
    item_id, root, path = found[0]
    item = get_item(r, item_id, viewer)
    part = r.row(PartRow, _part, {"id": part_id})
    if item is None or part is None:
        return None
    return part, bytes(root).rstrip(b"/") + b"/" + bytes(path), item


def stream(r: Reader, stream_id: int, viewer: Viewer) -> StreamRow | None:
    """One stream, ``None`` when not there or its item is not visible."""
    found = r.row(StreamRow, _stream, {"id": stream_id})
    return found if found is not None and get_item(r, found.item_id, viewer) is not None else None
