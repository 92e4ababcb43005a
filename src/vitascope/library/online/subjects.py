"""What is read of the library before providers are asked, and before what they said is written: which identities are
asked about, what is known of one, and in which folders its items lie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vitascope.core.model import ItemType
from vitascope.library.online.asking import MATCHED_TYPES, MannerOf, artist_of
from vitascope.library.refresh import folders_of
from vitascope.metadata.online import Manner
from vitascope.store import items as store_items
from vitascope.store import matches, providers
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, ProviderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """An identity that providers are asked about: one of its items, in a section that uses providers."""

    item: ItemRow
    same: Sequence[ItemRow]
    """All items of the identity, wherever."""
    guids: Sequence[str]
    manner: Manner
    providers: Sequence[ProviderRow]
    parent_title: str | None
    """Of an album: its artist."""


def asked_with(r: Reader, items: Sequence[ItemRow]) -> list[int]:
    """The identities that are asked about when these items are refreshed, each once."""
    return list(dict.fromkeys(identity for item in items for identity in _with_one(r, item)))


def _with_one(r: Reader, item: ItemRow) -> Iterator[int]:
    """The show or artist that holds it; where albums are asked about by themselves, the album, and with an artist all
    of them."""
    if not matches.uses_providers(r, item.section_id):
        return
    by_album = matches.asks_about_albums(r, item.section_id)
    chain = [row_id for row_id in (item.id, item.parent_id, item.grandparent_id) if row_id is not None]
    rows = {row.id: row for row in matches.items_by_id(r, chain)}
    album = next((row for row in rows.values() if row.type == ItemType.ALBUM), None) if by_album else None
    top = album or rows.get(chain[-1])
    if top is None or top.type not in MATCHED_TYPES or top.extra_type is not None:
        return
    yield top.identity_id
    if by_album and top.type == ItemType.ARTIST:
        yield from (row.identity_id for row in matches.items_below(r, [top.id]) if row.type == ItemType.ALBUM)


def subject_of(r: Reader, identity_id: int, manner: MannerOf) -> Subject | None:
    """``None`` when no section that uses providers has an item of this identity."""
    same = matches.items_of(r, [identity_id])
    for item in same:
        asked = providers.providers_of_section(r, item.section_id)
        if asked and item.deleted_at is None:
            return Subject(
                item=item,
                same=same,
                guids=store_items.external_guids(r, item.id),
                manner=manner(r, item),
                providers=asked,
                parent_title=artist_of(r, item),
            )
    return None


def folders_by_section(r: Reader, identity_ids: Sequence[int]) -> dict[int, tuple[list[bytes], list[ItemRow]]]:
    """By section: the folders of the items of these identities, and the items."""
    found: dict[int, tuple[list[bytes], list[ItemRow]]] = {}
    for item in matches.items_of(r, identity_ids):
        for section_id, folder in folders_of(r, item.id):
            folders, concerned = found.setdefault(section_id, ([], []))
            folders.append(folder)
            concerned.append(item)
    return found
