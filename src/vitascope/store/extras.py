"""Extras that somebody added by their address: a file of the section that is no extra by its name, or a page elsewhere.

They hang on the identity of the item they belong to, and have one of their own, so they and what people did with them
outlive scans and a section that is made anew: :func:`give` makes their items again. Their part has no file of the
library (``file_id`` is 0): a scan neither finds nor loses it.
"""

import secrets
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select

from vitascope.core.model import ItemType, Viewer
from vitascope.core.naming.titles import fold
from vitascope.store import bulk, deletion, filing
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import (
    AddedExtraRow,
    FileRow,
    IdentityRow,
    ItemDetailRow,
    ItemRow,
    MediaRow,
    PartRow,
    StreamRow,
)
from vitascope.store.schema import added_extras, identities, item_details, items, media, parts, streams
from vitascope.store.visibility import with_own
from vitascope.store.writer import Writer

NO_FILE = 0
"""The ``file_id`` of a part that is no file of the library."""
MOST = 100
"""Extras that may be added to one item."""
ELSEWHERE = ("http://", "https://")

_owners = select(items).where(any_of(items.c.id, "ids"), items.c.extra_type.is_(None))
_twins = select(items.c.id).where(items.c.identity_id == bindparam("id"), items.c.extra_type.is_(None))
_of_identities = select(added_extras).where(any_of(added_extras.c.identity_id, "ids")).order_by(added_extras.c.id)
_of_items = (
    select(added_extras)
    .where(
        added_extras.c.identity_id.in_(
            select(items.c.identity_id).where(any_of(items.c.id, "ids"), items.c.extra_type.is_(None))
        )
    )
    .order_by(added_extras.c.id)
)
_there = select(items.c.parent_id, items.c.identity_id).where(
    any_of(items.c.parent_id, "ids"), items.c.extra_type.is_not(None)
)
_below = (
    select(items.c.id)
    .join(added_extras, added_extras.c.extra_identity_id == items.c.identity_id)
    .where(any_of(items.c.parent_id, "ids"))
)
_addresses = select(added_extras.c.extra_identity_id, added_extras.c.address).where(
    any_of(added_extras.c.extra_identity_id, "ids")
)
_items_of = select(items.c.id).where(any_of(items.c.identity_id, "ids"), items.c.extra_type.is_not(None))
_part = select(parts).where(parts.c.id == bindparam("id"), parts.c.file_id == NO_FILE)
_item = select(items).where(items.c.id == bindparam("id"))


class Playable(Struct, frozen=True, kw_only=True):
    """What is known of what an extra plays. The ids in its rows mean nothing: each item gets new ones."""

    media: MediaRow
    part: PartRow
    streams: list[StreamRow] = []


_decode = msgspec.json.Decoder(Playable).decode


class TooMany(ValueError):
    """An item has as many added extras as it may have."""


def add(
    tx: Writer, item_ids: Sequence[int], *, address: str, title: str, extra_type: int, playable: Playable
) -> list[int]:
    """Add an extra to each of these items; the ids of what was made for them. :class:`NotFound`, :class:`TooMany`."""
    owners = {row.id: row for row in tx.rows(ItemRow, _owners, {"ids": list(item_ids)})}
    made: list[int] = []
    record = msgspec.json.encode(playable).decode()
    for item_id in item_ids:
        owner = owners.get(item_id)
        if owner is None:
            raise NotFound(f"no item {item_id}")
        if len(tx.rows(AddedExtraRow, _of_identities, {"ids": [owner.identity_id]})) >= MOST:
            raise TooMany(f"item {item_id} has {MOST} added extras")
        own = tx.id("identities")
        bulk.insert_rows(tx, identities, [IdentityRow(own, secrets.token_hex(12), tx.now)])
        row = AddedExtraRow(
            id=tx.id("added_extras"),
            identity_id=owner.identity_id,
            extra_identity_id=own,
            address=address,
            title=title,
            extra_type=extra_type,
            record=record,
            added_at=tx.now,
        )
        bulk.insert_rows(tx, added_extras, [row])
        found = give(tx, tx.scalars(_twins, {"id": owner.identity_id}))
        made += [extra.id for extra in found if extra.parent_id == item_id]
    return made


def give(tx: Writer, item_ids: Sequence[int]) -> list[ItemRow]:
    """Make the added extras of these items, where they are missing."""
    ids = {"ids": list(item_ids)}
    wanted = tx.rows(AddedExtraRow, _of_items, ids)
    if not wanted:
        return []
    owners = tx.rows(ItemRow, _owners, ids)
    there = set(tx.tuples(_there, {"ids": [owner.id for owner in owners]}))
    made = [
        _make(tx, owner, extra)
        for owner in owners
        for extra in wanted
        if extra.identity_id == owner.identity_id and (owner.id, extra.extra_identity_id) not in there
    ]
    tx.items_created(row.id for row in made)
    for section_id in {row.section_id for row in made}:
        tx.touch(section_id)
    return made


def _make(tx: Writer, owner: ItemRow, extra: AddedExtraRow) -> ItemRow:
    known = _decode(extra.record)
    row = ItemRow(
        id=tx.id("items"),
        section_id=owner.section_id,
        type=int(ItemType.CLIP),
        identity_id=extra.extra_identity_id,
        parent_id=owner.id,
        title=extra.title,
        title_folded=fold(extra.title),
        sort_key=filing.key(tx, extra.title),
        added_at=extra.added_at,
        updated_at=tx.now,
        duration_ms=known.media.duration_ms,
        extra_type=extra.extra_type,
        media_count=1,
        bitrate_kbps=known.media.bitrate_kbps,
    )
    medium = replace(known.media, id=tx.id("media"), item_id=row.id)
    part = replace(known.part, id=tx.id("parts"), media_id=medium.id, item_id=row.id, file_id=NO_FILE)
    bulk.insert_rows(tx, items, [row])
    bulk.insert_rows(tx, item_details, [ItemDetailRow(row.id)])
    bulk.insert_rows(tx, media, [medium])
    bulk.insert_rows(tx, parts, [part])
    of_part = [replace(one, id=tx.id("streams"), part_id=part.id, item_id=row.id) for one in known.streams]
    bulk.insert_rows(tx, streams, of_part)
    return row


def below(r: Reader, item_ids: Sequence[int]) -> list[int]:
    """Ids of the items of the added extras that these items have."""
    return r.scalars(_below, {"ids": list(item_ids)})


def added(r: Reader, identity_ids: Sequence[int]) -> dict[int, str]:
    """Of these identities the added extras, each with its address."""
    return dict(r.tuples(_addresses, {"ids": list(identity_ids)}))


def files_of(
    r: Reader, part_rows: Sequence[PartRow], identity_ids: Mapping[int, int], roots: Mapping[int, bytes]
) -> dict[int, FileRow]:
    """What stands in place of the file of parts that have none, by part: a path below one of the ``roots`` (by
    location), or an address. ``identity_ids`` are those of items."""
    without = [part for part in part_rows if part.file_id == NO_FILE]
    if not without:
        return {}
    addresses = added(r, [identity_ids[part.item_id] for part in without])
    found: dict[int, FileRow] = {}
    for part in without:
        address = addresses.get(identity_ids[part.item_id])
        if address is not None:
            location_id, path = _place(address.encode(), roots)
            found[part.id] = FileRow(
                id=NO_FILE,
                location_id=location_id,
                path=path,
                path_hash=b"",
                dir_hash=b"",
                file_class="video",
                size_bytes=part.size_bytes,
                mtime_ns=part.stamp * 1_000_000_000,
            )
    return found


def _place(address: bytes, roots: Mapping[int, bytes]) -> tuple[int, bytes]:
    """In which location a file lies and where below it; what lies in none keeps its address."""
    for location_id, root in sorted(roots.items(), key=lambda pair: len(pair[1]), reverse=True):
        folder = root.rstrip(b"/") + b"/"
        if address.startswith(folder):
            return location_id, address[len(folder) :]
    return NO_FILE, address


def address_of_part(r: Reader, part_id: int, viewer: Viewer) -> tuple[PartRow, str, ItemRow] | None:
    """The part of an added extra, its address and its item; ``None`` when it is none, or not for this viewer."""
    part = r.row(PartRow, _part, {"id": part_id})
    item = None if part is None else r.row(ItemRow, _item.where(with_own(viewer)), {"id": part.item_id})
    address = None if item is None else added(r, [item.identity_id]).get(item.identity_id)
    return None if part is None or item is None or address is None else (part, address, item)


def forget(tx: Writer, identity_ids: Sequence[int]) -> None:
    """Take added extras away, by their own identities, with their items wherever they are. No file is touched."""
    bulk.delete_where(tx, added_extras, "extra_identity_id", list(identity_ids))
    deletion.delete_items(tx, tx.scalars(_items_of, {"ids": list(identity_ids)}))
