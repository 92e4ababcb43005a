"""The hubs of a section of films."""

from collections.abc import Iterator

from vitascope.core.model import ItemType
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import BEST_FIRST, WELL_RATED, by_chance, page_of, queried, top_values
from vitascope.store import shelves
from vitascope.store.rows import SectionRow

_FILM = ItemType.MOVIE


def recently_released(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Films of the last year."""
    query = (("sort", "originallyAvailableAt:desc"), ("originallyAvailableAt>", "-1y"))
    yield from queried(look, section, "movie.recentlyreleased", "Recently Released Movies", _FILM, query)


def recently_added(look: Look, section: SectionRow) -> Iterator[Hub]:
    """What came last."""
    title = f"Recently Added in {section.title}"
    yield from queried(look, section, "movie.recentlyadded", title, _FILM, (("sort", "addedAt:desc"),))


def genre(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of a genre that the viewer has not seen."""
    values = top_values(look, section, _FILM, "genre")
    for value in by_chance(look, "movie.genre", values, [value.key for value in values]):
        query = (("unwatched", "1"), ("genre", value.key), BEST_FIRST)
        found = list(
            queried(
                look, section, "movie.genre", f"Top Movies in {value.title}", _FILM, query, about=value.key, random=True
            )
        )
        if found:
            yield from found
            return


def actor_or_director(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Unseen films of somebody whose films the viewer watches; of somebody who made the best ones, if none."""
    people = shelves.people_watched(look.r, look.viewer, section.id)
    if not people:
        best = page_of(look, [section.id], _FILM, (*WELL_RATED, BEST_FIRST))
        people = shelves.people_of(look.r, section.id, best.ids)
    for person in by_chance(look, "movie.by.actor.or.director", people, [str(person.tag_id) for person in people]):
        field = "director" if person.directs else "actor"
        query = (("unwatched", "1"), (field, str(person.tag_id)), BEST_FIRST)
        title = f"Top Movies {'by' if person.directs else 'with'} {person.name}"
        found = list(
            queried(
                look,
                section,
                "movie.by.actor.or.director",
                title,
                _FILM,
                query,
                about=str(person.tag_id),
                random=True,
            )
        )
        if found:
            yield from found
            return


def top_unwatched(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of what the viewer has not seen."""
    query = (("unwatched", "1"), *WELL_RATED, BEST_FIRST)
    yield from queried(look, section, "movie.topunwatched", "Top Unplayed Movies", _FILM, query)


def top_rated(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of all."""
    query = (*WELL_RATED, BEST_FIRST)
    yield from queried(look, section, "movie.toprated", "Top Rated Movies", _FILM, query)


def decade(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The best of a decade."""
    values = top_values(look, section, _FILM, "decade")
    for value in by_chance(look, "movie.decade", values, [value.key for value in values]):
        query = (("decade", value.key), BEST_FIRST)
        title = f"Top Movies of the {value.title}"
        yield from queried(look, section, "movie.decade", title, _FILM, query, about=value.key, random=True)
        return


def rediscover(look: Look, section: SectionRow) -> Iterator[Hub]:
    """What the viewer has not seen for half a year, the longest ago first."""
    query = (("unwatched", "0"), ("lastViewedAt<<", "-6mon"), ("sort", "lastViewedAt"))
    yield from queried(look, section, "movie.rediscover", "Rediscover Movies", _FILM, query)


def recently_viewed(look: Look, section: SectionRow) -> Iterator[Hub]:
    """What the viewer saw last."""
    query = (("unwatched", "0"), ("sort", "lastViewedAt:desc"))
    yield from queried(look, section, "movie.recentlyviewed", "Recently Played Movies", _FILM, query)
