"""Sections and their locations: what the owner set up, and whether each root is really there."""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, delete, func, insert, select, update

from vitascope.core.model import LEAF_TYPES, ItemType
from vitascope.store import bulk, deletion, schema
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader, any_of
from vitascope.store.rows import LocationRow, SectionRow
from vitascope.store.schema import files, items, parts, sections, tag_counts
from vitascope.store.writer import Writer

OWN = 0
"""In place of a section: the folder for what the server made, which no scan looks at."""

_roots = schema.locations
_numbers = schema.item_counts

_all = select(sections).order_by(sections.c.id)
_one = select(sections).where(sections.c.id == bindparam("id"))
_by_uuid = select(sections).where(sections.c.uuid == bindparam("uuid"))
_locations = select(_roots).where(_roots.c.section_id > OWN).order_by(_roots.c.id)
_own = select(_roots).where(_roots.c.section_id == OWN)
_locations_of = _locations.where(_roots.c.section_id == bindparam("section_id"))
_location = select(_roots).where(_roots.c.id == bindparam("id"))
_counts = select(_numbers.c.item_type, _numbers.c.item_count).where(_numbers.c.section_id == bindparam("section_id"))
_duration_of = select(func.coalesce(func.sum(items.c.duration_ms), 0)).where(
    items.c.section_id == bindparam("section_id"),
    items.c.type.in_(sorted(int(kind) for kind in LEAF_TYPES)),
    items.c.extra_type.is_(None),
    items.c.deleted_at.is_(None),
)
_size_of = (
    select(func.coalesce(func.sum(parts.c.size_bytes), 0))
    .join(items, items.c.id == parts.c.item_id)
    .where(items.c.section_id == bindparam("section_id"), items.c.deleted_at.is_(None))
)
_items_of = select(items.c.id).where(items.c.section_id == bindparam("section_id")).limit(bindparam("size"))
_mounts = select(schema.meta.c.value).where(schema.meta.c.key == bindparam("key"))
_forget_mounts = delete(schema.meta).where(schema.meta.c.key == bindparam("key"))
_add_mounts = insert(schema.meta).values(key=bindparam("key"), value=bindparam("value"))
_forget_section = delete(sections).where(sections.c.id == bindparam("id"))
_forget_item_counts = delete(_numbers).where(_numbers.c.section_id == bindparam("id"))
_forget_tag_counts = delete(tag_counts).where(tag_counts.c.section_id == bindparam("id"))
_forget_providers = delete(schema.section_providers).where(schema.section_providers.c.section_id == bindparam("id"))
_forget_hubs = delete(schema.managed_hubs).where(schema.managed_hubs.c.section_id == bindparam("id"))
_files_of = select(files.c.id).where(any_of(files.c.location_id, "ids")).limit(bindparam("size"))
_items_at = (
    select(items.c.id).where(any_of(items.c.location_id, "ids"), items.c.section_id == bindparam("section_id"))
).limit(bindparam("size"))
_large = (
    select(_numbers.c.section_id, _numbers.c.item_type)
    .where(_numbers.c.item_count >= bindparam("least"))
    .order_by(_numbers.c.item_count.desc(), _numbers.c.section_id, _numbers.c.item_type)
)


def list_sections(r: Reader) -> list[SectionRow]:
    """All sections in the order they were made."""
    return r.rows(SectionRow, _all)


def get_section(r: Reader, section_id: int) -> SectionRow:
    """One section; :class:`NotFound` when there is none."""
    found = r.row(SectionRow, _one, {"id": section_id})
    if found is None:
        raise NotFound(f"no section {section_id}")
    return found


def large_listings(r: Reader, least: int) -> list[tuple[int, int]]:
    """(section, type of item) where there are at least so many, the most first."""
    return [(section_id, item_type) for section_id, item_type in r.tuples(_large, {"least": least})]


def section_by_uuid(r: Reader, uuid: str) -> SectionRow | None:
    """The section of a ``library://`` address."""
    return r.row(SectionRow, _by_uuid, {"uuid": uuid})


def locations(r: Reader, section_id: int | None = None) -> list[LocationRow]:
    """The roots of one section, or of all."""
    if section_id is None:
        return r.rows(LocationRow, _locations)
    return r.rows(LocationRow, _locations_of, {"section_id": section_id})


def own_location(r: Reader) -> LocationRow | None:
    """Where the server keeps versions that it made and could not put beside their originals."""
    return r.row(LocationRow, _own)


def roots_of_item(r: Reader, section_id: int) -> list[bytes]:
    """Below which folders a file of an item of this section may lie."""
    own = own_location(r)
    return [row.path for row in (*locations(r, section_id), *([own] if own else ()))]


def keep_own_location(tx: Writer, path: bytes) -> int:
    """The server's own folder is this one now; its id."""
    found = own_location(tx)
    if found is None:
        found = LocationRow(id=tx.id("locations"), section_id=OWN, path=path)
        bulk.insert_rows(tx, _roots, [found])
    elif found.path != path:
        bulk.update_rows(tx, _roots, [replace(found, path=path)])
    return found.id


def item_counts(r: Reader, section_id: int) -> dict[ItemType, int]:
    """How many listed items the section has, by type; types without any are absent."""
    return {ItemType(kind): number for kind, number in r.tuples(_counts, {"section_id": section_id})}


def totals(r: Reader, section_id: int) -> tuple[int, int]:
    """How long everything playable of a section is (milliseconds), and how large its files are (bytes). Reads them
    all: for an overview that is asked for now and then, not for pages."""
    wanted = {"section_id": section_id}
    return int(r.scalar(_duration_of, wanted)), int(r.scalar(_size_of, wanted))


def create_section(
    tx: Writer,
    *,
    uuid: str,
    kind: str,
    title: str,
    paths: Sequence[bytes],
    agent: str,
    scanner: str,
    language: str,
    prefs: str = "{}",
) -> SectionRow:
    """A new section with its roots (absolute paths)."""
    row = SectionRow(
        id=tx.id("sections"),
        uuid=uuid,
        kind=kind,
        title=title,
        agent=agent,
        scanner=scanner,
        language=language,
        created_at=tx.now,
        updated_at=tx.now,
        content_changed_at=tx.now,
        prefs=prefs,
    )
    bulk.insert_rows(tx, sections, [row])
    _add_locations(tx, row.id, paths)
    tx.touch(row.id, edit=True)
    return row


def _add_locations(tx: Writer, section_id: int, paths: Sequence[bytes]) -> None:
    ids = tx.ids("locations", len(paths))
    rows = [LocationRow(id=i, section_id=section_id, path=path) for i, path in zip(ids, paths, strict=True)]
    bulk.insert_rows(tx, _roots, rows)


def update_section(tx: Writer, section_id: int, *, paths: Sequence[bytes] | None = None, **values: Any) -> SectionRow:
    """Change columns of a section. ``paths`` replaces its roots: items under a root that goes are deleted (at most a
    few thousand here; empty a large root by :func:`delete_items_at` first), those under one that stays are kept."""
    get_section(tx, section_id)
    if values:
        values.setdefault("updated_at", tx.now)
        tx.conn.execute(update(sections).where(sections.c.id == section_id).values(**values))
    if paths is not None:
        known = {row.path: row.id for row in locations(tx, section_id)}
        gone = [row_id for path, row_id in known.items() if path not in paths]
        while delete_items_at(tx, section_id, gone):
            pass
        bulk.delete_where(tx, _roots, "id", gone)
        _add_locations(tx, section_id, [path for path in paths if path not in known])
    tx.touch(section_id, edit=True)
    return get_section(tx, section_id)


def delete_items_at(tx: Writer, section_id: int, location_ids: Sequence[int], size: int = 500) -> int:
    """Delete some of the items and files that lie under these roots; 0 when none are left."""
    if not location_ids:
        return 0
    found = tx.scalars(_items_at, {"ids": list(location_ids), "section_id": section_id, "size": size})
    deletion.delete_items(tx, found)
    gone = tx.scalars(_files_of, {"ids": list(location_ids), "size": size})
    bulk.delete_where(tx, files, "id", gone)
    return len(found) + len(gone)


def empty_section(tx: Writer, section_id: int, size: int = 500) -> int:
    """Delete some of a section's items; 0 when none are left. Call it as bulk writes before :func:`delete_section`, so
    that a large section does not hold up the writer."""
    found = tx.scalars(_items_of, {"section_id": section_id, "size": size})
    deletion.delete_items(tx, found)
    tx.touch(section_id, edit=True)
    return len(found)


def delete_section(tx: Writer, section_id: int) -> None:
    """Delete a section with its items and files. Identities stay, so states and edits come back with the files."""
    get_section(tx, section_id)
    while empty_section(tx, section_id):
        pass
    gone = [row.id for row in locations(tx, section_id)]
    for location_id in gone:
        set_mounts(tx, location_id, ())
    while found := tx.scalars(_files_of, {"ids": gone, "size": 1000}):
        bulk.delete_where(tx, files, "id", found)
    bulk.delete_where(tx, _roots, "id", gone)
    for statement in (_forget_item_counts, _forget_tag_counts, _forget_providers, _forget_hubs, _forget_section):
        tx.conn.execute(statement, {"id": section_id})
    tx.touch(section_id, edit=True)


def set_location_state(
    tx: Writer, location_id: int, available: bool, reason: str | None = None, *, file_count: int | None = None
) -> None:
    """A root was seen, or is away and why. All items under it are available or not by this one row."""
    location = tx.row(LocationRow, _location, {"id": location_id})
    if location is None:
        raise NotFound(f"no location {location_id}")
    values: dict[str, Any] = {"available": available, "unavailable_reason": None if available else reason}
    if available:
        values["seen_at"] = tx.now
    if file_count is not None:
        values["file_count"] = file_count
    tx.conn.execute(update(_roots).where(_roots.c.id == location_id).values(**values))
    if available != location.available:
        tx.touch(location.section_id, edit=True)


def mounts(r: Reader, location_id: int) -> list[bytes]:
    """The folders of a root that other disks were mounted on when it was last walked as a whole."""
    found = r.scalar(_mounts, {"key": _mounts_key(location_id)})
    return [] if found is None else [bytes.fromhex(path) for path in found.split()]


def set_mounts(tx: Writer, location_id: int, paths: Iterable[bytes]) -> None:
    """Remember which folders of a root other disks are mounted on."""
    key, value = _mounts_key(location_id), " ".join(path.hex() for path in sorted(paths))
    tx.conn.execute(_forget_mounts, {"key": key})
    if value:
        tx.conn.execute(_add_mounts, {"key": key, "value": value})


def _mounts_key(location_id: int) -> str:
    return f"mounts.{location_id}"


def scan_finished(tx: Writer, section_id: int, *, changed: bool) -> None:
    """A scan of the section came to its end."""
    values = {"scanned_at": tx.now} | ({"content_changed_at": tx.now} if changed else {})
    tx.conn.execute(update(sections).where(sections.c.id == section_id).values(**values))
    tx.touch(section_id)
