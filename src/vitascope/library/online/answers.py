"""From what a provider says about an item and what lies below it to what is told about our identities. Pure."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from vitascope.core.matching import similarity
from vitascope.core.model import ItemType
from vitascope.library.scan import keys
from vitascope.metadata import MetadataRecord
from vitascope.metadata.external_ids import united
from vitascope.metadata.online import Picture, ProviderItem
from vitascope.store.known_keys import Key, KeyKind
from vitascope.store.matches import Told
from vitascope.store.rows import ItemRow

_ALIKE = 85
_decode_pictures = msgspec.json.Decoder(list[Picture]).decode


def pictures_of(text: str) -> list[Picture]:
    """The pictures of a stored record."""
    return _decode_pictures(text)


def pictures_text(pictures: Sequence[Picture]) -> str:
    return msgspec.json.encode(pictures).decode()


def told_of(top: ItemRow, below: Sequence[ItemRow], answer: ProviderItem) -> list[Told]:
    """What the answer says about an item and everything below it that it knows."""
    return [_told(top, answer), *_below(top, below, answer)]


def external_keys(item: ItemRow, records: Sequence[MetadataRecord]) -> list[Key]:
    """The keys by which an item is recognised from now on."""
    kind = ItemType(item.type)
    guids = united(*(record.guids for record in records))
    return [Key(KeyKind.EXTERNAL, keys.external(kind, guid, item.edition)) for guid in guids]


def _below(top: ItemRow, below: Sequence[ItemRow], answer: ProviderItem) -> Iterator[Told]:
    if top.type == ItemType.SHOW:
        seasons = {child.index: child for child in answer.children}
        episodes = {(season.index, episode.index): episode for season in answer.children for episode in season.children}
        for item in below:
            found = (
                seasons.get(item.index_number)
                if item.type == ItemType.SEASON
                else episodes.get((item.parent_index, item.index_number))
            )
            if found is not None and item.index_number is not None:
                yield _told(item, found)
    elif top.type == ItemType.ARTIST:
        yield from _albums(top, below, answer)
    elif top.type == ItemType.ALBUM:
        yield from _tracks(top, below, answer)


def _albums(top: ItemRow, below: Sequence[ItemRow], answer: ProviderItem) -> Iterator[Told]:
    for item in below:
        if item.type != ItemType.ALBUM or item.parent_id != top.id:
            continue
        album = max(answer.children, key=lambda each: _likeness(item.title, each), default=None)
        if album is None or _likeness(item.title, album) < _ALIKE:
            continue
        yield _told(item, album)
        yield from _tracks(item, below, album)


def _tracks(item: ItemRow, below: Sequence[ItemRow], album: ProviderItem) -> Iterator[Told]:
    """Tracks keep their titles: those in the files are what the listener chose."""
    tracks = {(track.parent_index or 1, track.index): track for track in album.children}
    for other in below:
        track = tracks.get((other.parent_index or 1, other.index_number)) if other.parent_id == item.id else None
        if track is not None and _likeness(other.title, track) >= _ALIKE:
            yield _told(other, replace(track, record=replace(track.record, title=None)))


def _likeness(title: str, found: ProviderItem) -> int:
    return similarity(title, found.record.title or "")


def _told(item: ItemRow, found: ProviderItem) -> Told:
    return Told(
        identity_id=item.identity_id,
        guid=found.guid,
        record=msgspec.json.encode(found.record).decode(),
        pictures=pictures_text(found.pictures),
    )
