"""The hubs across sections: what to go on with, and what came last of each kind."""

from collections.abc import Iterator, Sequence

from vitascope.core.model import ItemType, SectionKind
from vitascope.library.hubs.catalogue import IN_PROGRESS
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import page_of
from vitascope.library.hubs.shows import newest_of_shows
from vitascope.store.deck import DeckEntry, on_deck
from vitascope.store.items import get_items
from vitascope.store.rows import SectionRow

_NEWEST: dict[tuple[int, bool], tuple[SectionKind, ItemType]] = {
    (1, False): (SectionKind.MOVIE, ItemType.MOVIE),
    (2, False): (SectionKind.SHOW, ItemType.SHOW),
    (8, False): (SectionKind.ARTIST, ItemType.ALBUM),
    (13, False): (SectionKind.PHOTO, ItemType.PHOTO),
    (1, True): (SectionKind.OTHER, ItemType.MOVIE),
}
"""By the ``type`` that clients ask for, and whether they ask for personal videos."""

_RECENT = (
    ("home.movies.recent", "Recently Added Movies", "movie", 1, False),
    ("home.television.recent", "Recently Added TV", "mixed", 2, False),
    ("home.music.recent", "Recently Added Music", "album", 8, False),
    ("home.photos.recent", "Recently Added Photos", "photo", 13, False),
    ("home.videos.recent", "Recently Added Videos", "clip", 1, True),
)


def deck_entries(look: Look, sections: Sequence[SectionRow], section_id: int | None = None) -> list[DeckEntry]:
    """What the viewer should go on with, in these sections or in one."""
    entries = on_deck(
        look.r,
        look.viewer,
        section_id,
        now=look.now,
        window_s=look.deck.window_s,
        limit=look.deck.limit,
        include_premieres=look.deck.include_premieres,
    )
    if section_id is not None:
        return entries
    wanted = {section.id for section in sections}
    rows = get_items(look.r, [entry.item_id for entry in entries], look.viewer)
    there = {row.id for row in rows if row.section_id in wanted}
    return [entry for entry in entries if entry.item_id in there]


def continue_watching(look: Look, sections: Sequence[SectionRow]) -> Iterator[Hub]:
    """What the viewer is in the middle of, and what comes next of their shows."""
    ids = [entry.item_id for entry in deck_entries(look, sections)]
    if ids:
        yield Hub(
            name="home.continue",
            identifier="home.continue",
            title="Continue Watching",
            type="mixed",
            key="/hubs/home/continueWatching",
            ids=look.part(ids),
            total=len(ids),
            style="hero",
            promoted=True,
        )


def on_deck_hub(look: Look, sections: Sequence[SectionRow]) -> Iterator[Hub]:
    """The episodes of them, one for each show."""
    ids = [entry.item_id for entry in deck_entries(look, sections) if entry.show_id is not None]
    if ids:
        yield Hub(
            name="home.ondeck",
            identifier="home.ondeck",
            title="On Deck",
            type="episode",
            key="/hubs/home/onDeck",
            ids=look.part(ids),
            total=len(ids),
            promoted=True,
        )


def in_progress(look: Look, section: SectionRow) -> Iterator[Hub]:
    """What the viewer should go on with in one section."""
    name = IN_PROGRESS.get(SectionKind(section.kind))
    if name is None:
        return
    ids = [entry.item_id for entry in deck_entries(look, [section], section.id)]
    if ids:
        yield Hub(
            name=name,
            identifier=f"{name}.{section.id}",
            title="Continue Watching",
            type="episode" if section.kind == SectionKind.SHOW else "movie",
            key=f"/hubs/sections/{section.id}/continueWatching/items",
            ids=look.part(ids),
            total=len(ids),
        )


def recent_kind(asked: int, *, personal: bool) -> tuple[SectionKind, ItemType] | None:
    """Which sections, and what of them, a client means by a ``type``."""
    return _NEWEST.get((asked, personal))


def newest(look: Look, sections: Sequence[SectionRow], kind: ItemType) -> tuple[tuple[int, ...], int]:
    """The wanted part of what came last into these sections, and how much there is; of shows each one once."""
    section_ids = [section.id for section in sections]
    if not section_ids:
        return (), 0
    if kind is ItemType.SHOW:
        return newest_of_shows(look, section_ids)
    page = page_of(look, section_ids, kind, (("sort", "addedAt:desc"),))
    return page.ids, page.total


def recently_added(look: Look, sections: Sequence[SectionRow]) -> Iterator[Hub]:
    """What came last into these sections, a hub for each kind."""
    for name, title, kind, asked, personal in _RECENT:
        section_kind, item_type = _NEWEST[asked, personal]
        ids, total = newest(look, [row for row in sections if row.kind == section_kind], item_type)
        if total:
            yield Hub(
                name=name,
                identifier=name,
                title=title,
                type=kind,
                key=f"/hubs/home/recentlyAdded?type={asked}" + ("&personal=1" if personal else ""),
                ids=ids,
                total=total,
                promoted=True,
            )
