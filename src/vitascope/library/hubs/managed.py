"""What the owner says about a section's hubs: their order, where each is shown, and collections as hubs of their own.

Until somebody changes something a section has the hubs of the catalogue. The first change writes the whole arrangement
down; a hub that a later version brings is added at its end. A collection that is away keeps its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from vitascope.core.model import ItemType, SectionKind, Viewer
from vitascope.library.hubs.catalogue import HUBS, BuiltIn
from vitascope.store import managed_hubs
from vitascope.store.items import get_item
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, ManagedHubRow, SectionRow
from vitascope.store.sections import get_section
from vitascope.store.writer import Writer

_COLLECTION = "collection."
_CUSTOM = "custom.collection."


class HubError(Exception):
    """Nothing of that kind can be done with a hub.

    HubError
    └── UnknownHub  there is no such hub
    """


class UnknownHub(HubError):
    """There is no such hub in the section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """Where a hub is shown; ``None`` leaves it as it is."""

    recommended: bool | None = None
    own_home: bool | None = None
    shared_home: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A hub of a section as the owner sees it."""

    identifier: str
    title: str
    recommended: bool
    own_home: bool
    shared_home: bool
    built_in: BuiltIn | None = None
    collection: ItemRow | None = None

    def on_home_of(self, viewer: Viewer) -> bool:
        """Whether it is on this person's start page."""
        return self.own_home if viewer.is_owner else self.shared_home


def hubs_of(r: Reader, section: SectionRow) -> list[Managed]:
    """The hubs of a section in their order; collections that are away are left out."""
    rows = _rows(r, section)
    built_in = {hub.name: hub for hub in HUBS[SectionKind(section.kind)]}
    collections = managed_hubs.collections_of(
        r, section.id, [row.identity_id for row in rows if row.identity_id is not None]
    )
    found: list[Managed] = []
    for row in rows:
        hub = built_in.get(row.name)
        collection = None if row.identity_id is None else collections.get(row.identity_id)
        if hub is None and collection is None:
            continue
        found.append(
            Managed(
                identifier=row.name if collection is None else custom_identifier(collection),
                title=collection.title if collection is not None else hub.title if hub is not None else "",
                recommended=row.recommended,
                own_home=row.own_home,
                shared_home=row.shared_home,
                built_in=hub,
                collection=collection,
            )
        )
    return found


def custom_identifier(collection: ItemRow) -> str:
    """What the hub of a collection is called."""
    return f"{_CUSTOM}{collection.section_id}.{collection.id}"


def show(tx: Writer, section_id: int, identifier: str, visibility: Visibility) -> None:
    """Says where a hub is shown."""
    section, rows, at = _found(tx, section_id, identifier)
    rows[at] = _shown(rows[at], visibility)
    _keep(tx, section.id, rows)


def move(tx: Writer, section_id: int, identifier: str, after: str | None) -> None:
    """Puts a hub behind another one, or first."""
    section, rows, at = _found(tx, section_id, identifier)
    moved = rows.pop(at)
    place = 0 if after is None else _place(tx, section, rows, after) + 1
    rows.insert(place, moved)
    _keep(tx, section.id, rows)


def promote(tx: Writer, section_id: int, collection_id: int, visibility: Visibility) -> None:
    """Makes a hub of a collection; of one that has a hub already only says where it is shown."""
    section = get_section(tx, section_id)
    item = get_item(tx, collection_id, Viewer(is_owner=True))
    if item is None or item.section_id != section_id:
        raise UnknownHub(f"section {section_id} has no item {collection_id}")
    if item.type != ItemType.COLLECTION:
        raise HubError(f"item {collection_id} is no collection")
    rows = _rows(tx, section)
    name = f"{_COLLECTION}{item.identity_id}"
    at = next((at for at, row in enumerate(rows) if row.name == name), None)
    if at is None:
        at = len(rows)
        rows.append(ManagedHubRow(section_id, name, item.identity_id, at, False, False, False))
    rows[at] = _shown(rows[at], visibility)
    _keep(tx, section_id, rows)


def remove(tx: Writer, section_id: int, identifier: str) -> None:
    """Takes away the hub of a collection; the collection stays. Built-in hubs can be hidden, not taken away."""
    section, rows, at = _found(tx, section_id, identifier)
    if rows[at].identity_id is None:
        raise HubError(f"{identifier} is part of the section and can only be hidden")
    del rows[at]
    _keep(tx, section.id, rows)


def reset(tx: Writer, section_id: int) -> None:
    """The hubs as they come."""
    managed_hubs.arrange(tx, get_section(tx, section_id).id, ())


def _rows(r: Reader, section: SectionRow) -> list[ManagedHubRow]:
    """The arrangement, whole: hubs that nobody arranged yet at its end."""
    rows = managed_hubs.arrangement(r, section.id)
    known = {row.name for row in rows}
    for hub in HUBS[SectionKind(section.kind)]:
        if hub.name not in known:
            rows.append(ManagedHubRow(section.id, hub.name, None, len(rows), True, hub.home, hub.home))
    return rows


def _found(tx: Reader, section_id: int, identifier: str) -> tuple[SectionRow, list[ManagedHubRow], int]:
    section = get_section(tx, section_id)
    rows = _rows(tx, section)
    return section, rows, _place(tx, section, rows, identifier)


def _place(r: Reader, section: SectionRow, rows: Sequence[ManagedHubRow], identifier: str) -> int:
    """Where the hub with this identifier stands; its section's id may follow the name of a built-in one."""
    wanted = {identifier, identifier.removesuffix(f".{section.id}")}
    identities = [row.identity_id for row in rows if row.identity_id is not None]
    collections = managed_hubs.collections_of(r, section.id, identities) if identifier.startswith(_CUSTOM) else {}
    for at, row in enumerate(rows):
        collection = None if row.identity_id is None else collections.get(row.identity_id)
        if (row.identity_id is None and row.name in wanted) or (
            collection is not None and custom_identifier(collection) == identifier
        ):
            return at
    raise UnknownHub(f"section {section.id} has no hub {identifier!r}")


def _shown(row: ManagedHubRow, visibility: Visibility) -> ManagedHubRow:
    changes = {
        name: value
        for name, value in (
            ("recommended", visibility.recommended),
            ("own_home", visibility.own_home),
            ("shared_home", visibility.shared_home),
        )
        if value is not None
    }
    return replace(row, **changes)


def _keep(tx: Writer, section_id: int, rows: Iterable[ManagedHubRow]) -> None:
    managed_hubs.arrange(tx, section_id, [replace(row, position=at) for at, row in enumerate(rows)])
