"""The hubs of a music section, with its stations and mixes."""

from collections.abc import Iterator

from vitascope.core.model import ItemType
from vitascope.library.hubs.model import Hub, Look
from vitascope.library.hubs.queried import by_chance, queried, top_values
from vitascope.library.stations import item_station, section_stations
from vitascope.store import shelves
from vitascope.store.items import get_items
from vitascope.store.rows import SectionRow

_ALBUM = ItemType.ALBUM
_PLAYED = ("viewCount>>", "0")
_PERIOD_MOST = 200
_MIXES = 6


def recently_added(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums that came last."""
    title = f"Recently Added in {section.title}"
    yield from queried(look, section, "music.recent.added", title, _ALBUM, (("sort", "addedAt:desc"),))


def recently_played(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums the viewer heard last."""
    query = (_PLAYED, ("sort", "lastViewedAt:desc"))
    yield from queried(look, section, "music.recent.played", "Recently Played Albums", _ALBUM, query)


def most_played(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums of which the viewer has heard most."""
    query = (_PLAYED, ("sort", "viewCount:desc"))
    yield from queried(look, section, "music.popular", "Most Played Albums", _ALBUM, query)


def top_of_period(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums the viewer heard most in this month."""
    since = int(look.today.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp())
    ids = shelves.albums_heard_since(look.r, look.viewer, section.id, since, most=_PERIOD_MOST)
    if ids:
        identifier = f"music.top.period.{section.id}"
        yield Hub(
            name="music.top.period",
            identifier=identifier,
            title=f"Most Played in {look.today:%B}",
            type=_ALBUM.api_name,
            key=f"/hubs/items?identifier={identifier}",
            ids=look.part(ids),
            total=len(ids),
        )


def more_by_artist(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums of an artist the viewer hears, where there are several."""
    artists = [
        row
        for row in get_items(look.r, shelves.artists_played(look.r, look.viewer, section.id), look.viewer)
        if row.child_count > 1
    ]
    for artist in by_chance(look, "music.recent.artist", artists, [str(row.id) for row in artists]):
        query = (("artist.id", str(artist.id)), ("sort", "year:desc"))
        yield from queried(
            look,
            section,
            "music.recent.artist",
            f"More by {artist.title}",
            _ALBUM,
            query,
            about=str(artist.id),
            random=True,
        )
        return


def more_in_genre(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums of a genre."""
    values = top_values(look, section, _ALBUM, "genre")
    for value in by_chance(look, "music.recent.genre", values, [value.key for value in values]):
        query = (("genre", value.key), ("sort", "addedAt:desc"))
        title = f"More in {value.title}"
        yield from queried(look, section, "music.recent.genre", title, _ALBUM, query, about=value.key, random=True)
        return


def decade(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums of a decade."""
    values = top_values(look, section, _ALBUM, "decade")
    for value in by_chance(look, "music.random.decade", values, [value.key for value in values]):
        query = (("decade", value.key), ("sort", "year:desc"))
        title = f"Albums of the {value.title}"
        yield from queried(look, section, "music.random.decade", title, _ALBUM, query, about=value.key, random=True)
        return


def rediscover(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Albums the viewer has not heard for three months, the longest ago first."""
    query = (_PLAYED, ("lastViewedAt<<", "-3mon"), ("sort", "lastViewedAt"))
    yield from queried(look, section, "music.rediscover", "Rediscover Albums", _ALBUM, query)


def stations(look: Look, section: SectionRow) -> Iterator[Hub]:
    """The radio stations of the section."""
    found = section_stations(look.r, look.positions, look.values, section, look.viewer)
    if found:
        yield Hub(
            name="music.stations",
            identifier=f"music.stations.{section.id}",
            title="Stations",
            type="playlist",
            key=f"/library/sections/{section.id}/stations",
            stations=tuple(found[look.start : look.start + look.count]),
            total=len(found),
        )


def mixes(look: Look, section: SectionRow) -> Iterator[Hub]:
    """Mixes around the artists the viewer hears most; only when they are asked for."""
    if not look.mixes:
        return
    artists = get_items(look.r, shelves.artists_played(look.r, look.viewer, section.id)[:_MIXES], look.viewer)
    made = tuple(station for row in artists if (station := item_station(row, "mix")) is not None)
    if made:
        yield Hub(
            name="music.mixes",
            identifier=f"music.mixes.{section.id}",
            title="Mixes for You",
            type="playlist",
            key=f"/library/sections/{section.id}/mixes",
            stations=made[look.start : look.start + look.count],
            total=len(made),
        )
