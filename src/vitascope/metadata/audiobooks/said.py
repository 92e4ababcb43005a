"""What the services say, read field by field: books and authors by Audnexus, candidates by Audible's catalogue.

Anything may be missing, of another type, or longer than makes sense; what cannot be read is left out, and an answer
about another book or another region than was asked about is none.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from vitascope.core.agents import AUDIOBOOKS
from vitascope.core.book_chapters import BookChapters
from vitascope.core.chapters import MOST
from vitascope.core.model import ArtKind, ChapterInfo, ItemType
from vitascope.metadata.audiobooks.plain import plain
from vitascope.metadata.online import values
from vitascope.metadata.online.answers import ProviderItem
from vitascope.metadata.online.pictures import Picture
from vitascope.metadata.record import MetadataRecord, Rating, RoleCredit

_LONGEST_TEXT = 20_000
_LONGEST_HTML = 60_000
_MOST_PEOPLE = 50
_MOST_GENRES = 2
_MOST_TAGS = 4
_LONGEST_MS = 60 * 24 * 3_600_000
_LONGEST_BRAND_MS = 120_000
_NARRATOR = "Narrator"
ASIN = re.compile(r"B0[0-9A-Z]{8}|[0-9]{9}[0-9X]")


class Found(Struct, frozen=True, kw_only=True):
    """A book of the catalogue, or an author of Audnexus: enough to choose one."""

    asin: str
    title: str
    subtitle: str | None = None
    people: tuple[str, ...] = ()
    """Authors."""
    narrators: tuple[str, ...] = ()
    year: int | None = None
    summary: str | None = None
    picture: str | None = None


def asin_of(value: object) -> str | None:
    """An ASIN, or nothing."""
    text = (values.text(value, 20) or "").upper()
    return text if ASIN.fullmatch(text) else None


def book(said: dict[str, Any], *, asin: str, key: str, region: str) -> ProviderItem | None:
    """A book of Audnexus."""
    title = values.text(said.get("title"))
    if title is None or not _is_about(said, asin, region):
        return None
    series, position = _series(said)
    available = values.date(said.get("releaseDate"))
    publisher = values.text(said.get("publisherName"), 200)
    authors, narrators = _names(said.get("authors")), _names(said.get("narrators"))
    record = MetadataRecord(
        title=title,
        title_sort=_sorted_by_series(title, series, position),
        summary=_text(said.get("summary")) or _text(said.get("description")),
        year=int(available[:4]) if available else None,
        available_at=available,
        studio=publisher,
        studios=(publisher,) if publisher else (),
        ratings=_ratings(said.get("rating")),
        genres=_genres(said.get("genres")),
        styles=narrators,
        collections=(series,) if series else (),
        moods=tuple(dict.fromkeys((*authors, *([f"Series: {series}"] if series else [])))),
        writers=authors,
        roles=tuple(RoleCredit(name=name, role=_NARRATOR) for name in narrators),
    )
    return item(ItemType.ALBUM, key, record, said.get("image"))


def chapters(said: dict[str, Any], *, asin: str, region: str) -> BookChapters | None:
    """The chapters of a book of Audnexus; ``None`` where it does not vouch for their places (``isAccurate``)."""
    runtime = values.whole(said.get("runtimeLengthMs"), 1, _LONGEST_MS)
    listed = said.get("chapters")
    if runtime is None or said.get("isAccurate") is False or not isinstance(listed, list):
        return None
    if not _is_about(said, asin, region):
        return None
    found: list[ChapterInfo] = []
    for each in listed[:MOST]:
        if not isinstance(each, dict):
            continue
        start = values.whole(each.get("startOffsetMs"), 0, runtime - 1)
        length = values.whole(each.get("lengthMs"), 0, _LONGEST_MS) or 0
        if start is not None:
            end = min(start + length, runtime)
            found.append(ChapterInfo(start_ms=start, end_ms=end, title=values.text(each.get("title"), 255)))
    return BookChapters(
        runtime_ms=runtime,
        intro_ms=values.whole(said.get("brandIntroDurationMs"), 0, _LONGEST_BRAND_MS) or 0,
        outro_ms=values.whole(said.get("brandOutroDurationMs"), 0, _LONGEST_BRAND_MS) or 0,
        chapters=tuple(found),
    )


def author(said: dict[str, Any], *, asin: str, key: str, region: str) -> ProviderItem | None:
    """An author of Audnexus."""
    name = values.text(said.get("name"), 200)
    if name is None or not _is_about(said, asin, region):
        return None
    record = MetadataRecord(
        title=name,
        title_sort=_last_name_first(name),
        summary=_text(said.get("description")),
        genres=_genres(said.get("genres")),
    )
    return item(ItemType.ARTIST, key, record, said.get("image"))


def products(said: object) -> list[Found]:
    """The books that the catalogue answers with, in its order."""
    found: list[Found] = []
    for each in values.objects(said.get("products") if isinstance(said, dict) else None):
        asin, title = asin_of(each.get("asin")), values.text(each.get("title"))
        if asin is None or title is None:
            continue
        available = values.date(each.get("release_date"))
        images = each.get("product_images")
        found.append(
            Found(
                asin=asin,
                title=title,
                subtitle=values.text(each.get("subtitle")),
                people=_names(each.get("authors")),
                narrators=_names(each.get("narrators")),
                year=int(available[:4]) if available else None,
                summary=_text(each.get("merchandising_summary")) or _text(each.get("publisher_summary")),
                picture=_address(images.get("500")) if isinstance(images, dict) else None,
            )
        )
    return found


def authors_found(said: object) -> list[Found]:
    """The authors that Audnexus answers with to a name."""
    if not isinstance(said, list):
        return []
    pairs = ((asin_of(each.get("asin")), values.text(each.get("name"), 200)) for each in values.objects(said))
    return [Found(asin=asin, title=name) for asin, name in pairs if asin is not None and name is not None]


def item(
    kind: ItemType, key: str, record: MetadataRecord, picture: object = None, score: int | None = None
) -> ProviderItem:
    """An item of this provider under its key."""
    address = _address(picture)
    return ProviderItem(
        type=kind,
        rating_key=key,
        guid=f"{AUDIOBOOKS}://{kind.api_name}/{key}",
        record=record,
        pictures=(Picture(kind=ArtKind.THUMB.value, url=address),) if address is not None else (),
        score=score,
    )


def _is_about(said: dict[str, Any], asin: str, region: str) -> bool:
    """Whether an answer is what was asked for, and for the region it was asked for."""
    return asin_of(said.get("asin")) == asin and said.get("region", region) == region


def _series(said: dict[str, Any]) -> tuple[str | None, str | None]:
    for name in ("seriesPrimary", "seriesSecondary"):
        for each in values.objects(said.get(name)):
            series = values.text(each.get("name"), 200)
            if series is not None:
                return series, values.text(each.get("position"), 20)
    return None, None


def _sorted_by_series(title: str, series: str | None, position: str | None) -> str | None:
    """Books of a series stand together and in their order, whatever they are called."""
    if series is None or position is None:
        return None
    found = re.match(r"\d{1,4}(?:\.\d{1,3})?", position)
    if found is None:
        return None
    whole, dot, rest = found[0].partition(".")
    return f"{series} {int(whole):03}{dot}{rest} - {title}"


def _last_name_first(name: str) -> str | None:
    front, space, last = name.rpartition(" ")
    return f"{last}, {front}" if space and "," not in name else None


def _ratings(value: object) -> tuple[Rating, ...]:
    """Listeners give up to five stars."""
    stars = values.decimal(value, 0.1, 5)
    return (Rating(source="audible", value=round(stars * 2, 1)),) if stars is not None else ()


def _genres(value: object) -> tuple[str, ...]:
    by_type: dict[str, list[str]] = {"genre": [], "tag": []}
    for each in values.objects(value):
        name, kind = values.text(each.get("name"), 200), each.get("type")
        if name is not None and isinstance(kind, str) and kind in by_type:
            by_type[kind].append(name)
    return tuple(dict.fromkeys((*by_type["genre"][:_MOST_GENRES], *by_type["tag"][:_MOST_TAGS])))


def _names(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_each_name(value)))[:_MOST_PEOPLE]


def _each_name(value: object) -> Iterator[str]:
    for each in values.objects(value):
        name = values.text(each.get("name"), 200)
        if name is not None:
            yield name


def _text(value: object) -> str | None:
    return values.text(plain(values.text(value, _LONGEST_HTML)), _LONGEST_TEXT)


def _address(value: object) -> str | None:
    found = values.text(value, 2_001)
    return found if found is not None and len(found) <= 2_000 else None
