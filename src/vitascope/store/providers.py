"""Registered metadata providers, groups of them, and which section uses which group."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, delete, exists, select, update

from vitascope.core.agents import AUDIOBOOK_AGENTS
from vitascope.store import bulk
from vitascope.store.errors import NotFound
from vitascope.store.reader import Reader
from vitascope.store.rows import GroupItemRow, GroupRow, ProviderRow, SectionProvidersRow, SectionRow
from vitascope.store.schema import (
    metadata_providers,
    provider_group_items,
    provider_groups,
    section_providers,
    sections,
)
from vitascope.store.writer import Writer

_STEP = 1000


class Described(Struct, frozen=True, kw_only=True):
    """What a provider says about itself."""

    identifier: str
    title: str
    uri: str
    types: str
    match_path: str
    metadata_path: str


class Taken(Exception):
    """Another provider has this identifier."""


class InUse(Exception):
    """A group needs it."""


class Misplaced(Exception):
    """It cannot stand there; the text says why."""


_providers = select(metadata_providers).order_by(metadata_providers.c.id)
_provider = select(metadata_providers).where(metadata_providers.c.id == bindparam("id"))
_named = select(metadata_providers).where(metadata_providers.c.identifier == bindparam("identifier"))
_groups = select(provider_groups).order_by(provider_groups.c.id)
_group = select(provider_groups).where(provider_groups.c.id == bindparam("id"))
_group_items = select(provider_group_items).order_by(provider_group_items.c.ordering, provider_group_items.c.id)
_items_of = _group_items.where(provider_group_items.c.group_id == bindparam("group_id"))
_uses = select(provider_group_items.c.id).where(provider_group_items.c.provider_id == bindparam("id")).limit(1)
_off = (
    select(sections)
    .where(
        sections.c.agent.in_(sorted(AUDIOBOOK_AGENTS)),
        ~exists().where(section_providers.c.section_id == sections.c.id),
    )
    .order_by(sections.c.id)
)
_in_order = (
    select(metadata_providers)
    .join(provider_group_items, provider_group_items.c.provider_id == metadata_providers.c.id)
    .where(provider_group_items.c.group_id == bindparam("group_id"))
    .order_by(provider_group_items.c.ordering, provider_group_items.c.id)
)
_sections = select(section_providers.c.section_id, section_providers.c.group_id)
_section = select(section_providers.c.group_id).where(section_providers.c.section_id == bindparam("section_id"))
_LEARNED = "learnedFrom"
_prefs = select(sections.c.prefs).where(sections.c.id == bindparam("section_id"))
_keep_prefs = update(sections).where(sections.c.id == bindparam("of_section")).values(prefs=bindparam("prefs"))
_forget_section = delete(section_providers).where(section_providers.c.section_id == bindparam("gone"))
_forget_uses = delete(section_providers).where(section_providers.c.group_id == bindparam("gone"))
_forget_items = delete(provider_group_items).where(provider_group_items.c.group_id == bindparam("gone"))


# --- providers -------------------------------------------------------------------------------------------------


def list_providers(r: Reader) -> list[ProviderRow]:
    """All of them, in the order in which they were registered."""
    return r.rows(ProviderRow, _providers)


def get_provider(r: Reader, provider_id: int) -> ProviderRow:
    """One provider; :class:`NotFound` when there is none."""
    found = r.row(ProviderRow, _provider, {"id": provider_id})
    if found is None:
        raise NotFound(f"no metadata provider {provider_id}")
    return found


def provider_named(r: Reader, identifier: str) -> ProviderRow | None:
    return r.row(ProviderRow, _named, {"identifier": identifier})


def add_provider(tx: Writer, described: Described) -> ProviderRow:
    """Raises :class:`Taken`."""
    if provider_named(tx, described.identifier) is not None:
        raise Taken(described.identifier)
    row = _row(tx.id("metadata_providers"), described, added_at=tx.now, now=tx.now)
    bulk.insert_rows(tx, metadata_providers, [row])
    return row


def describe_again(tx: Writer, provider_id: int, described: Described) -> ProviderRow:
    """What a provider says about itself now. Raises :class:`Taken`, :class:`InUse` when a group knows it by its old
    identifier, and :class:`NotFound`."""
    known = get_provider(tx, provider_id)
    if described.identifier != known.identifier:
        if provider_named(tx, described.identifier) is not None:
            raise Taken(described.identifier)
        if tx.tuples(_uses, {"id": provider_id}):
            raise InUse(known.identifier)
    row = _row(provider_id, described, added_at=known.added_at, now=tx.now)
    bulk.update_rows(tx, metadata_providers, [row])
    return row


def note_contact(tx: Writer, provider_id: int, problem: str | None) -> None:
    """Whether a provider answered; one that was deleted meanwhile is nobody's concern."""
    known = tx.row(ProviderRow, _provider, {"id": provider_id})
    if known is not None and (known.problem != problem or problem is None):
        bulk.update_rows(tx, metadata_providers, [replace(known, checked_at=tx.now, problem=problem)])


def delete_provider(tx: Writer, provider_id: int) -> None:
    """Raises :class:`InUse` while it is in a group."""
    known = get_provider(tx, provider_id)
    if tx.tuples(_uses, {"id": provider_id}):
        raise InUse(known.identifier)
    bulk.delete_where(tx, metadata_providers, "id", [provider_id])


def _row(provider_id: int, described: Described, *, added_at: int, now: int) -> ProviderRow:
    return ProviderRow(
        id=provider_id,
        identifier=described.identifier,
        title=described.title,
        uri=described.uri,
        types=described.types,
        match_path=described.match_path,
        metadata_path=described.metadata_path,
        added_at=added_at,
        checked_at=now,
    )


# --- groups ----------------------------------------------------------------------------------------------------


def list_groups(r: Reader) -> list[tuple[GroupRow, list[GroupItemRow]]]:
    """All groups with their items in order."""
    items: dict[int, list[GroupItemRow]] = {}
    for item in r.rows(GroupItemRow, _group_items):
        items.setdefault(item.group_id, []).append(item)
    return [(group, items.get(group.id, [])) for group in r.rows(GroupRow, _groups)]


def get_group(r: Reader, group_id: int) -> tuple[GroupRow, list[GroupItemRow]]:
    """One group with its items in order; :class:`NotFound` when there is none."""
    found = r.row(GroupRow, _group, {"id": group_id})
    if found is None:
        raise NotFound(f"no provider group {group_id}")
    return found, r.rows(GroupItemRow, _items_of, {"group_id": group_id})


def add_group(tx: Writer, title: str, primary_identifier: str) -> int:
    """A group with its primary provider as the first item. Raises :class:`Misplaced` for an unknown provider."""
    primary = provider_named(tx, primary_identifier)
    if primary is None:
        raise Misplaced(f"primaryIdentifier: no provider is called {primary_identifier!r}")
    group = GroupRow(id=tx.id("provider_groups"), title=title, primary_identifier=primary_identifier)
    bulk.insert_rows(tx, provider_groups, [group])
    _write_items(tx, group.id, [primary.id])
    return group.id


def rename_group(tx: Writer, group_id: int, title: str) -> None:
    group, _ = get_group(tx, group_id)
    bulk.update_rows(tx, provider_groups, [replace(group, title=title)])


def delete_group(tx: Writer, group_id: int) -> None:
    """Sections that used it use none from now on, and keep what they learned."""
    get_group(tx, group_id)
    for section_id, used in groups_of_sections(tx).items():
        if used == group_id:
            _remember(tx, section_id)
    tx.conn.execute(_forget_uses, {"gone": group_id})
    tx.conn.execute(_forget_items, {"gone": group_id})
    bulk.delete_where(tx, provider_groups, "id", [group_id])


def place(tx: Writer, group_id: int, provider_id: int, after: int | None) -> GroupItemRow:
    """Put a provider into a group, or move the one that is there behind the item ``after`` (-1: to the beginning).

    Raises :class:`Misplaced` when ``after`` is no other item of the group, :class:`NotFound`.
    """
    _, items = get_group(tx, group_id)
    get_provider(tx, provider_id)
    order = [item.provider_id for item in items]
    if provider_id not in order:
        order.append(provider_id)
    elif after is not None:
        target = next((item for item in items if item.id == after), None)
        if after != -1 and (target is None or target.provider_id == provider_id):
            raise Misplaced(f"after: {after} is no other item of this group")
        order.remove(provider_id)
        order.insert(0 if target is None else order.index(target.provider_id) + 1, provider_id)
    _write_items(tx, group_id, order)
    return next(item for item in get_group(tx, group_id)[1] if item.provider_id == provider_id)


def take_out(tx: Writer, group_id: int, provider_id: int) -> None:
    """Raises :class:`InUse` for the primary provider of the group, :class:`NotFound`."""
    group, items = get_group(tx, group_id)
    item = next((item for item in items if item.provider_id == provider_id), None)
    if item is None:
        raise NotFound(f"group {group_id} has no provider {provider_id}")
    if get_provider(tx, provider_id).identifier == group.primary_identifier:
        raise InUse(group.primary_identifier)
    bulk.delete_where(tx, provider_group_items, "id", [item.id])


def _write_items(tx: Writer, group_id: int, order: Sequence[int]) -> None:
    known = {item.provider_id: item.id for item in tx.rows(GroupItemRow, _items_of, {"group_id": group_id})}
    for at, provider_id in enumerate(order, 1):
        item_id = known.get(provider_id)
        row = GroupItemRow(item_id or tx.id("provider_group_items"), group_id, provider_id, at * _STEP)
        if item_id is None:
            bulk.insert_rows(tx, provider_group_items, [row])
        else:
            bulk.update_rows(tx, provider_group_items, [row])


# --- sections --------------------------------------------------------------------------------------------------


def groups_of_sections(r: Reader) -> dict[int, int]:
    """The group of each section that uses one."""
    return dict(r.tuples(_sections))


def sections_off(r: Reader) -> list[SectionRow]:
    """Sections that name an agent whose work this server does, and use no providers: it is switched off there."""
    return r.rows(SectionRow, _off)


def use_group(tx: Writer, section_id: int, group_id: int | None) -> None:
    """Let a section use a group, or none; what it learned of the one that it used it keeps."""
    if group_id is not None:
        get_group(tx, group_id)
    _remember(tx, section_id)
    tx.conn.execute(_forget_section, {"gone": section_id})
    if group_id is not None:
        bulk.insert_rows(tx, section_providers, [SectionProvidersRow(section_id, group_id)])
    tx.touch(section_id, edit=True)


def learned_from(r: Reader, section_id: int) -> list[str]:
    """Whose word counts in a section: that of the providers that it uses, or of those that it used last."""
    used = [row.identifier for row in providers_of_section(r, section_id)]
    return used or _stored_prefs(r, section_id).get(_LEARNED, "").split()


def _remember(tx: Writer, section_id: int) -> None:
    used = [row.identifier for row in providers_of_section(tx, section_id)]
    if used:
        kept = {**_stored_prefs(tx, section_id), _LEARNED: " ".join(used)}
        tx.conn.execute(_keep_prefs, {"of_section": section_id, "prefs": msgspec.json.encode(kept).decode()})


def _stored_prefs(r: Reader, section_id: int) -> dict[str, Any]:
    """The section's preferences, with what is kept beside those that an owner sees."""
    try:
        return msgspec.json.decode(r.scalar(_prefs, {"section_id": section_id}) or "{}", type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def use_built_in(tx: Writer, described: Described, title: str) -> int:
    """The group in which a built-in provider is the primary one, with both made where they are not there."""
    if provider_named(tx, described.identifier) is None:
        add_provider(tx, described)
    for group, _ in list_groups(tx):
        if group.primary_identifier == described.identifier:
            return group.id
    return add_group(tx, title, described.identifier)


def is_of(r: Reader, section_id: int, identifier: str) -> bool:
    """Whether a provider is the primary one of a section."""
    return any(row.identifier == identifier for row in providers_of_section(r, section_id)[:1])


def providers_of_section(r: Reader, section_id: int) -> list[ProviderRow]:
    """The providers of the section's group: the primary one first, then by their order; empty without a group."""
    group_id = r.scalar(_section, {"section_id": section_id})
    if group_id is None:
        return []
    group, _ = get_group(r, group_id)
    found = r.rows(ProviderRow, _in_order, {"group_id": group_id})
    return sorted(found, key=lambda row: row.identifier != group.primary_identifier)
