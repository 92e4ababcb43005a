"""Which pictures and themes the providers of a section name for an item, beside those it has already."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.model import ArtKind
from vitascope.library.online.answers import pictures_of
from vitascope.metadata.online import PERSON, Picture
from vitascope.store import artworks, matches, providers
from vitascope.store.reader import Reader
from vitascope.store.rows import ArtworkRow, ItemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A picture that a provider names."""

    provider: str
    """Its identifier."""
    picture: Picture

    @property
    def name(self) -> str:
        """What it is called in lists; the same as long as the provider names the same address."""
        return f"{self.provider}_{self.picture.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the pictures that an item could show: it has it, a provider names it, or both."""

    row: ArtworkRow | None = None
    offer: Offer | None = None


def offers_of(r: Reader, item: ItemRow, kind: ArtKind | None = None) -> list[Offer]:
    """The pictures of an item (of one kind), by the word of the section's providers, in their order."""
    asked = providers.providers_of_section(r, item.section_id)
    if not asked:
        return []
    said = {row.provider: row for row in matches.records_of(r, [item.identity_id]).get(item.identity_id, [])}
    return [
        Offer(provider=provider.identifier, picture=picture)
        for provider in asked
        if provider.identifier in said
        for picture in pictures_of(said[provider.identifier].pictures)
        if picture.kind != PERSON and kind in (None, picture.kind)
    ]


def choices_of(r: Reader, item: ItemRow, kind: ArtKind) -> Sequence[Choice]:
    """All pictures of one kind that an item could show: what it has, then what providers name beyond that."""
    rows = artworks.list_artworks(r, item.id, kind)
    offers = offers_of(r, item, kind)
    fetched = {offer.picture.cache_key: offer for offer in reversed(offers) if offer.picture.cache_key is not None}
    mine = [
        Choice(row=row, offer=fetched.get(row.cache_key or "") if row.source == "provider" else None) for row in rows
    ]
    had = {row.cache_key for row in rows if row.source == "provider"}
    others = [Choice(offer=offer) for offer in offers if offer.picture.cache_key is None]
    others += [Choice(offer=offer) for key, offer in fetched.items() if key not in had]
    order = {offer.name: at for at, offer in enumerate(offers)}
    return [*mine, *sorted(others, key=lambda each: order[each.offer.name] if each.offer else 0)]
