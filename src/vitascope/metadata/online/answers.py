"""What a provider answers: items with what is known of them."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from vitascope.core import content_rating
from vitascope.core.edits.reviews import is_link
from vitascope.core.model import ItemType
from vitascope.core.reviews import Review, each_once
from vitascope.metadata.external_ids import guid as external_guid
from vitascope.metadata.external_ids import united
from vitascope.metadata.online import values
from vitascope.metadata.online.errors import ProviderError
from vitascope.metadata.online.pictures import Picture, pictures_said
from vitascope.metadata.record import MetadataRecord, Rating, RoleCredit

_RATING_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,200}")
_TYPES = {
    "movie": ItemType.MOVIE,
    "show": ItemType.SHOW,
    "season": ItemType.SEASON,
    "episode": ItemType.EPISODE,
    "artist": ItemType.ARTIST,
    "album": ItemType.ALBUM,
    "track": ItemType.TRACK,
}
_SOURCES = (
    ("imdb://", "imdb", "imdb"),
    ("themoviedb://", "themoviedb", "themoviedb"),
    ("rottentomatoes://", "tomatometerallcritics", "tomatometerallaudience"),
)
_LONGEST_SUMMARY = 20_000
_MOST_REVIEWS = 100
_LONGEST_MS = 30 * 24 * 3_600_000


class ProviderItem(Struct, frozen=True, kw_only=True):
    """An item as a provider has it."""

    type: ItemType
    rating_key: str
    guid: str
    """In the provider's own scheme."""
    record: MetadataRecord
    index: int | None = None
    parent_index: int | None = None
    parent_title: str | None = None
    pictures: tuple[Picture, ...] = ()
    children: "tuple[ProviderItem, ...]" = ()
    score: int | None = None
    """How well it fits what was asked, 0 to 100, by the word of a built-in provider; ``None``: whoever asked judges."""


def read_items(body: bytes, identifier: str) -> tuple[list[ProviderItem], int]:
    """The items of a container, and how many there are in all. Items without what makes them one are passed over.

    Raises :class:`ProviderError` for what is no container.
    """
    container = values.decoded(body).get("MediaContainer")
    if not isinstance(container, dict):
        raise ProviderError("the answer has no MediaContainer")
    found = [item for each in values.objects(container.get("Metadata")) if (item := _item(each, identifier))]
    return found, values.whole(container.get("totalSize"), 0, 1_000_000) or len(found)


def rating_key_of(guid: str, identifier: str) -> str | None:
    """The rating key in a guid of this provider; ``None`` for the guid of another."""
    scheme, _, rest = guid.partition("://")
    kind, slash, key = rest.partition("/")
    if scheme != identifier or not slash or kind not in _TYPES or not is_rating_key(key):
        return None
    return key


def is_rating_key(text: str) -> bool:
    return bool(_RATING_KEY.fullmatch(text)) and text.strip(".") != ""


def _item(said: dict[str, Any], identifier: str, depth: int = 0) -> ProviderItem | None:
    kind = _TYPES.get(str(said.get("type")))
    key = values.text(said.get("ratingKey"), 200)
    title = values.text(said.get("title"))
    guid = values.text(said.get("guid"), 400)
    if key is None and guid is not None:
        key = rating_key_of(guid, identifier)  # answers that were asked for a few fields only
    if kind is None or key is None or title is None or not is_rating_key(key):
        return None
    own = f"{identifier}://{kind.api_name}/{key}"
    if guid is not None and guid != own:
        return None  # it speaks for another service, or its guid would lead nowhere
    children: tuple[ProviderItem, ...] = ()
    below = said.get("Children")
    if depth < 2 and isinstance(below, dict):
        found = (_item(each, identifier, depth + 1) for each in values.objects(below.get("Metadata")))
        children = tuple(each for each in found if each is not None)
    return ProviderItem(
        type=kind,
        rating_key=key,
        guid=own,
        record=_record(said, kind, title),
        index=values.whole(said.get("index"), 0, 1_000_000),
        parent_index=values.whole(said.get("parentIndex"), 0, 1_000_000),
        parent_title=values.text(said.get("parentTitle")),
        pictures=tuple(pictures_said(said)),
        children=children,
    )


def _record(said: dict[str, Any], kind: ItemType, title: str) -> MetadataRecord:
    available = values.date(said.get("originallyAvailableAt"))
    year = values.whole(said.get("year"), 1800, 2200)
    rating = content_rating.normalize(values.text(said.get("contentRating"), 50))
    studios = values.tags(said.get("Studio")) or values.tags(said.get("Network"))
    return MetadataRecord(
        title=title,
        original_title=values.text(said.get("originalTitle")),
        title_sort=values.text(said.get("titleSort")),
        summary=values.text(said.get("summary"), _LONGEST_SUMMARY),
        tagline=values.text(said.get("tagline"), 1_000),
        year=year if year is not None or available is None else int(available[:4]),
        available_at=available,
        duration_ms=values.whole(said.get("duration"), 1, _LONGEST_MS),
        content_rating=rating,
        content_rating_age=content_rating.age(rating),
        studio=values.text(said.get("studio"), 200) or (studios[0] if studios else None),
        studios=studios,
        ratings=tuple(_ratings(said)),
        reviews=tuple(each_once(_reviews(said))),
        guids=united(_external(each.get("id")) for each in values.objects(said.get("Guid"))),
        genres=values.tags(said.get("Genre")),
        styles=values.tags(said.get("Style")),
        moods=values.tags(said.get("Mood")),
        countries=values.tags(said.get("Country")),
        collections=values.tags(said.get("Collection")) if kind is ItemType.MOVIE else (),
        directors=values.tags(said.get("Director")),
        writers=values.tags(said.get("Writer")),
        producers=values.tags(said.get("Producer")),
        roles=tuple(_roles(said)),
    )


def _external(value: object) -> str | None:
    scheme, _, rest = (values.text(value, 200) or "").partition("://")
    return external_guid(scheme, rest)


def _ratings(said: dict[str, Any]) -> Iterator[Rating]:
    seen: set[str] = set()
    for each in values.objects(said.get("Rating")):
        value = values.decimal(each.get("value"), 0, 10)
        image = values.text(each.get("image"), 100) or ""
        for beginning, critic, audience in _SOURCES:
            source = critic if each.get("type") == "critic" else audience
            if value is not None and image.startswith(beginning) and source not in seen:
                seen.add(source)
                yield Rating(source=source, value=round(value, 1))


def _reviews(said: dict[str, Any]) -> Iterator[Review]:
    for each in list(values.objects(said.get("Review")))[:_MOST_REVIEWS]:
        who = values.text(each.get("tag"), 200)
        link = values.text(each.get("link"), 2_000)
        if who is not None:
            yield Review(
                tag=who,
                text=values.text(each.get("text"), _LONGEST_SUMMARY),
                source=values.text(each.get("source"), 200),
                image=values.text(each.get("image"), 200),
                link=link if link is not None and is_link(link) else None,
            )


def _roles(said: dict[str, Any]) -> Iterator[RoleCredit]:
    credited = sorted(
        values.objects(said.get("Role")), key=lambda each: values.whole(each.get("order"), 0, 100_000) or 0
    )
    for each in credited:
        name = values.text(each.get("tag"), 200)
        if name is not None:
            yield RoleCredit(name=name, role=values.text(each.get("role"), 200))
