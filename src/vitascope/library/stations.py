"""Music stations: endless radio made of what the library has.

A station is named by its key alone, and :func:`tracks` answers a key with a bounded list of tracks, so that a play
queue can be made of it, and be made longer by asking again with another seed. Nothing here looks at more than some
thousand tracks, whatever the section holds: a station samples.

- ``/library/sections/{id}/stations/{n}`` with ``n`` as in :class:`SectionStation`; those of a decade, genre, mood or
  style name it as ``?decade=1990``, ``?genre=12`` (a tag's id), …; without one they choose by the seed.
- ``/library/metadata/{id}/station/{name}`` of an artist, album or track: ``radio``, or ``mix`` of an artist.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from urllib.parse import parse_qsl, urlencode

from vitascope.core.model import ItemType, SectionKind, Viewer
from vitascope.core.query import QueryError, library_type, parse_listing
from vitascope.store import radio
from vitascope.store.errors import NotFound
from vitascope.store.items import get_item
from vitascope.store.positions import Positions, Values
from vitascope.store.positions.arrays import Ids
from vitascope.store.radio import TrackFacts
from vitascope.store.reader import Reader
from vitascope.store.rows import ItemRow, SectionRow
from vitascope.store.sections import get_section
from vitascope.store.similar import similar_items

LENGTH = 100
"""Tracks of a station, when nothing else is asked for."""

_SAMPLE = 4
"""So many times more tracks are sampled than are wanted, for some are not chosen."""
_MOST = 500
_DISLIKED = 2.0
_DAY_S = 86_400
_OWN_SHARE = 0.4
_SIMILAR_ARTISTS = 12
_CHOICES = 5


class SectionStation(IntEnum):
    """The stations of a section; the number is part of their key."""

    LIBRARY = 1
    DEEP_CUTS = 2
    TIME_TRAVEL = 3
    RANDOM_ALBUM = 4
    DECADE = 5
    GENRE = 6
    MOOD = 7
    STYLE = 8


_TITLES = {
    SectionStation.LIBRARY: ("Library Radio", "Anything of the library."),
    SectionStation.DEEP_CUTS: ("Deep Cuts Radio", "What you have not played yet, or hardly ever."),
    SectionStation.TIME_TRAVEL: ("Time Travel Radio", "From the oldest albums to the newest."),
    SectionStation.RANDOM_ALBUM: ("Random Album Radio", "Whole albums, one after the other."),
}
_BY_VALUE = {
    SectionStation.DECADE: "decade",
    SectionStation.GENRE: "genre",
    SectionStation.MOOD: "mood",
    SectionStation.STYLE: "style",
}
_OF_SECTION = re.compile(r"/library/sections/([1-9]\d{0,17})/stations/([1-9]\d{0,3})/?(?:\?(.*))?")
_OF_ITEM = re.compile(r"/library/metadata/([1-9]\d{0,17})/station/([\w-]{1,64})/?(?:\?(.*))?")
_ITEM_STATIONS = {
    ItemType.ARTIST: ("radio", "mix"),
    ItemType.ALBUM: ("radio",),
    ItemType.TRACK: ("radio",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station as clients are shown it."""

    key: str
    title: str
    summary: str
    section_id: int


def section_stations(
    r: Reader, positions: Positions, values: Values, section: SectionRow, viewer: Viewer
) -> list[Station]:
    """The stations of a music section: four of everything, and those of its decades, genres, moods and styles that
    most albums have. None for a section without tracks."""
    if section.kind != SectionKind.ARTIST or not _ids(r, positions, section.id, ItemType.TRACK, viewer).size:
        return []
    base = f"/library/sections/{section.id}/stations"
    found = [
        Station(key=f"{base}/{int(kind)}", title=title, summary=summary, section_id=section.id)
        for kind, (title, summary) in _TITLES.items()
    ]
    albums = library_type(ItemType.ALBUM)
    for kind, name in _BY_VALUE.items():
        field = None if albums is None else albums.fields.get(name)
        if field is None:
            continue
        known = values.of_field(r, [section.id], ItemType.ALBUM, field, viewer)
        found += [
            Station(
                key=f"{base}/{int(kind)}?{urlencode({name: value.key})}",
                title=f"{value.title} Radio",
                summary=f"Albums of the {value.title}." if name == "decade" else f"{name.title()}: {value.title}.",
                section_id=section.id,
            )
            for value in sorted(known, key=lambda value: (-value.count, value.title))[:_CHOICES]
        ]
    return found


def item_station(item: ItemRow, name: str = "radio") -> Station | None:
    """The station of an artist, album or track; ``None`` for what has none."""
    if name not in _ITEM_STATIONS.get(ItemType(item.type), ()):
        return None
    kind = "Mix" if name == "mix" else f"{ItemType(item.type).name.title()} Radio"
    title = f"{item.title} {kind}" if name == "mix" else kind
    return Station(
        key=f"/library/metadata/{item.id}/station/{name}?type=10",
        title=title,
        summary=f"{item.title}, and what is like it.",
        section_id=item.section_id,
    )


def is_station(key: str) -> bool:
    """Whether a key is spelled like that of a station."""
    return bool(_OF_SECTION.fullmatch(key) or _OF_ITEM.fullmatch(key))


def tracks(
    r: Reader,
    positions: Positions,
    key: str,
    viewer: Viewer,
    *,
    now: int,
    seed: int,
    limit: int = LENGTH,
    rest_days: int = 2,
) -> list[int] | None:
    """Ids of at most ``limit`` tracks that the station plays, in order; ``None`` when the key names no station, or
    one that this person cannot hear.

    The same seed gives the same tracks as long as the library stays. What the person played within the last
    ``rest_days`` days waits for its turn as long as there is other music.
    """
    limit = max(1, min(limit, _MOST))
    rng = random.Random(seed)  # noqa: S311 - music, no secret
    dial = _Dial(r, positions, viewer, rng, limit, now - rest_days * _DAY_S)
    found = _OF_SECTION.fullmatch(key)
    if found:
        return dial.of_section(int(found[1]), int(found[2]), dict(parse_qsl(found[3] or "")))
    found = _OF_ITEM.fullmatch(key)
    return dial.of_item(int(found[1]), found[2]) if found else None


def _ids(
    r: Reader, positions: Positions, section_id: int, kind: ItemType, viewer: Viewer, *query: tuple[str, str]
) -> Ids:
    listing = parse_listing([*query, ("sort", "id")], default_type=kind, now=datetime.now(UTC))
    return positions.ids(r, listing, [section_id], viewer)


class _Dial:
    """One answer in the making."""

    def __init__(
        self, r: Reader, positions: Positions, viewer: Viewer, rng: random.Random, limit: int, rested_since: int
    ) -> None:
        self._r = r
        self._positions = positions
        self._viewer = viewer
        self._rng = rng
        self._limit = limit
        self._rested_since = rested_since

    def of_section(self, section_id: int, number: int, query: dict[str, str]) -> list[int] | None:
        try:
            section = get_section(self._r, section_id)
            kind = SectionStation(number)
        except (NotFound, ValueError):
            return None
        if section.kind != SectionKind.ARTIST or not self._viewer.may_see_section(section_id):
            return None
        if kind in _BY_VALUE:
            return self._by_value(section_id, _BY_VALUE[kind], query.get(_BY_VALUE[kind], ""))
        if kind is SectionStation.RANDOM_ALBUM:
            albums = self._sampled(_ids(self._r, self._positions, section_id, ItemType.ALBUM, self._viewer))
            return radio.tracks_of_albums(self._r, albums, self._viewer, enough=self._limit)[: self._limit]
        sampled = self._facts(self._sampled(_ids(self._r, self._positions, section_id, ItemType.TRACK, self._viewer)))
        if kind is SectionStation.DEEP_CUTS:
            rare = sorted(sampled, key=lambda track: track.plays)[: self._limit]
            return self._spread(rare)
        chosen = self._chosen(sampled)
        return self._by_year(chosen) if kind is SectionStation.TIME_TRAVEL else self._spread(chosen)

    def of_item(self, item_id: int, name: str) -> list[int] | None:
        item = get_item(self._r, item_id, self._viewer)
        if item is None or name not in _ITEM_STATIONS.get(ItemType(item.type), ()):
            return None
        first: list[int] = []
        artist: ItemRow | None = item
        if item.type == ItemType.ALBUM:
            first = radio.tracks_of_albums(self._r, [item.id], self._viewer, enough=1)[: self._limit // 4]
            artist = None if item.parent_id is None else get_item(self._r, item.parent_id, self._viewer)
        elif item.type == ItemType.TRACK:
            first = [item.id]
            artist = None if item.grandparent_id is None else get_item(self._r, item.grandparent_id, self._viewer)
        if artist is None:
            return first
        alike = similar_items(self._r, artist, self._viewer, _SIMILAR_ARTISTS)
        others = self._chosen(self._facts(self._shuffled(self._of_artists(alike, self._limit // 2))))
        own = self._chosen(self._facts(self._shuffled(self._of_artists([artist.id], self._limit * _SAMPLE))))
        share = self._limit if not others else max(1, int(self._limit * _OWN_SHARE))
        mixed = [*own[:share], *others[: self._limit - min(share, len(own))]]
        self._rng.shuffle(mixed)
        return list(dict.fromkeys([*first, *self._spread(mixed)]))[: self._limit]

    def _by_value(self, section_id: int, name: str, value: str) -> list[int] | None:
        """Tracks of albums, or else of artists, that have the value."""
        query = [(name, value)] if value else []
        albums: list[int] = []
        for kind in (ItemType.ALBUM, ItemType.ARTIST):
            listed = library_type(kind)
            if listed is None or name not in listed.fields:
                continue
            try:
                albums = self._sampled(_ids(self._r, self._positions, section_id, kind, self._viewer, *query))
            except QueryError:
                return None
            if albums:
                enough = self._limit * 2
                if kind is ItemType.ALBUM:
                    sampled = radio.tracks_of_albums(self._r, albums, self._viewer, enough=enough)
                else:
                    sampled = self._of_artists(albums[:_SIMILAR_ARTISTS], self._limit // 2)
                return self._spread(self._chosen(self._facts(self._shuffled(sampled))))
        return []

    def _of_artists(self, artist_ids: Sequence[int], most_each: int) -> list[int]:
        return radio.tracks_of_artists(self._r, artist_ids, self._viewer, most_each=max(1, most_each))

    def _sampled(self, ids: Ids) -> list[int]:
        wanted = min(self._limit * _SAMPLE, int(ids.size))
        return [int(ids[at]) for at in self._rng.sample(range(int(ids.size)), wanted)]

    def _shuffled(self, ids: Iterable[int]) -> list[int]:
        found = sorted(ids)
        self._rng.shuffle(found)
        return found[: self._limit * _SAMPLE]

    def _facts(self, ids: Sequence[int]) -> list[TrackFacts]:
        return radio.track_facts(self._r, ids, self._viewer)

    def _chosen(self, sampled: Sequence[TrackFacts]) -> list[TrackFacts]:
        """The first of them that the person does not dislike; those that were just played come last."""
        liked = [track for track in sampled if track.rating is None or track.rating > _DISLIKED]
        rested = [track for track in liked if track.last_viewed_at < self._rested_since]
        recent = [track for track in liked if track.last_viewed_at >= self._rested_since]
        return [*rested, *recent][: self._limit]

    def _by_year(self, chosen: Sequence[TrackFacts]) -> list[int]:
        years = radio.album_years(self._r, list({track.album_id for track in chosen if track.album_id is not None}))
        dated = [track for track in chosen if track.album_id in years]
        dated.sort(key=lambda track: years.get(track.album_id or 0, 0))
        return [track.id for track in dated] or self._spread(chosen)

    def _spread(self, chosen: Sequence[TrackFacts]) -> list[int]:
        """The same tracks; of one artist no two in a row, as long as there are others."""
        waiting = list(chosen)
        ordered: list[int] = []
        last: int | None = None
        while waiting:
            at = next((at for at, track in enumerate(waiting) if track.artist_id != last), 0)
            track = waiting.pop(at)
            ordered.append(track.id)
            last = track.artist_id
        return ordered
