"""The hubs of a section of shows."""

from collections.abc import Iterator, Sequence

from vitascope.core.model import ItemType
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import BEST_FIRST, WELL_RATED, by_chance, page_of, queried, top_values
from vitascope.store import shelves
from vitascope.store.positions import Value
from vitascope.store.rows import SectionRow

_SHOW, _EPISODE = ItemType.SHOW, ItemType.EPISODE


def newest_of_shows(look: Look, section_ids: Sequence[int]) -> tuple[tuple[int, ...], int]:
    """What came last, a show once: an episode that came alone, the season of several, the show when several seasons
    came. The wanted part of it, and how many shows there are."""
    page = page_of(look, section_ids, _SHOW, (("sort", "episode.addedAt:desc"),))
    newest = shelves.newest_of_shows(look.r, page.ids, look.viewer)
    return tuple(newest[show] for show in page.ids if show in newest), page.total


def recently_aired(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Episodes of the last three months."""
    query = (("sort", "originallyAvailableAt:desc"), ("originallyAvailableAt>", "-3mon"))
    yield from queried(look, section, "tv.recentlyaired", "Recently Released Episodes", _EPISODE, query)


def recently_added(look: Look, section: SectionRow) -> Iterator[Hub]:
    """What came last, a show once."""
    ids, total = newest_of_shows(look, [section.id])
    if total:
        yield Hub(
            name="tv.recentlyadded",
            identifier=f"tv.recentlyadded.{section.id}",
            title=f"Recently Added in {section.title}",
            type="mixed",
            key=f"/hubs/home/recentlyAdded?type=2&sectionID={section.id}",
            ids=ids,
            total=total,
        )


def start_watching(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Shows of which the viewer has seen nothing, the best first."""
    yield from queried(look, section, "tv.startwatching", "Start Watching", _SHOW, (("viewCount", "0"), BEST_FIRST))


def rediscover(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Shows the viewer has not watched for half a year, the longest ago first."""
    query = (("viewCount>>", "0"), ("lastViewedAt<<", "-6mon"), ("sort", "lastViewedAt"))
    yield from queried(look, section, "tv.rediscover", "Rediscover", _SHOW, query)


def more_from_network(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best shows of a network, or of a studio where networks are not known."""
    field = "network"
    values = top_values(look, section, _SHOW, field)
    if not values:
        field = "studio"
        values = top_values(look, section, _SHOW, field)
    name = "tv.morefromnetwork"
    yield from _of_value(look, section, name, "More from {}", field, [v for v in values if v.count > 1] or values)


def top_rated(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of all."""
    yield from queried(look, section, "tv.toprated", "Top Rated Shows", _SHOW, (*WELL_RATED, BEST_FIRST))


def more_in_genre(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of a genre."""
    yield from _of_value(
        look, section, "tv.moreingenre", "More in {}", "genre", top_values(look, section, _SHOW, "genre")
    )


def recently_viewed(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Episodes the viewer saw last."""
    query = (("unwatched", "0"), ("sort", "lastViewedAt:desc"))
    yield from queried(look, section, "tv.recentlyviewed", "Recently Played Episodes", _EPISODE, query)


def _of_value(
    look: Look, section: SectionRow, name: str, title: str, field: str, values: Sequence[Value]
) -> Iterator[Hub]:
    for value in by_chance(look, name, values, [value.key for value in values]):
        query = ((field, value.key), BEST_FIRST)
        yield from queried(look, section, name, title.format(value.title), _SHOW, query, about=value.key, random=True)
        return
