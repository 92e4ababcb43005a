"""From embedded tags to records of a track, its album and the album's artist.

Tags are kept per file, an album is one thing: what most of its tracks say is taken for it, and a single mistagged file
changes nothing. Audiobooks are music here: the narrator becomes a style and the series a mood, as the agents that
people use for them do it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from vitascope.media.tags import AudioTags
from vitascope.metadata.external_ids import guid, united
from vitascope.metadata.record import MetadataRecord

VARIOUS_ARTISTS = "Various Artists"
VARIOUS_ARTISTS_MBID = "89ad4ac3-39f7-470e-963a-56509c546377"

_MAX_GENRES = 12
_SHARE_OF_TRACKS = 0.2

T = TypeVar("T", bound=Hashable)


def track_record(tags: AudioTags) -> MetadataRecord:
    """What one file says about its track."""
    performer = tags.artist if tags.artist and not _same(tags.artist, tags.album_artist) else None
    return MetadataRecord(
        title=tags.title,
        title_sort=tags.title_sort,
        original_title=performer if tags.album_artist else None,
        artist=performer,
        artist_sort=tags.artist_sort,
        album_artist=tags.album_artist or tags.artist,
        album_artist_sort=tags.album_artist_sort,
        album=tags.album,
        album_sort=tags.album_sort,
        track_number=tags.track,
        disc_number=tags.disc,
        disc_title=tags.disc_subtitle,
        year=_year(tags),
        available_at=_full_date(tags),
        compilation=tags.compilation or None,
        genres=tags.genres,
        moods=tags.moods,
        styles=tags.styles,
        writers=(tags.composer,) if tags.composer else (),
        user_rating=tags.rating,
        guids=united([guid("mbid", tags.musicbrainz_track_id), guid("mbid", tags.musicbrainz_recording_id)]),
    )


def album_record(tracks: Sequence[AudioTags]) -> MetadataRecord:
    """What the tracks of one album say about it, by majority."""
    if not tracks:
        return MetadataRecord()
    compilation = sum(tags.compilation for tags in tracks) * 2 > len(tracks) or _is_compilation(tracks)
    label = _most(tags.label for tags in tracks)
    # Of most, and not of the latest: one re-issued bonus track does not make an old record new.
    date = _most(_full_date(tags) for tags in tracks)
    year = _most(_year(tags) for tags in tracks)
    return MetadataRecord(
        title=_most(tags.album for tags in tracks),
        title_sort=_most(tags.album_sort for tags in tracks),
        album_artist=_album_artist(tracks, compilation=compilation),
        album_artist_sort=_most(tags.album_artist_sort for tags in tracks),
        summary=_summary(tracks),
        year=year,
        available_at=date if date and (year is None or date.startswith(str(year))) else None,
        studio=label,
        studios=(label,) if label else (),
        genres=_common(tracks, lambda tags: tags.genres),
        styles=_common(tracks, lambda tags: tags.styles + ((tags.narrator,) if tags.narrator else ())),
        moods=_common(tracks, lambda tags: tags.moods + ((f"Series: {tags.series}",) if tags.series else ())),
        compilation=compilation or None,
        album_subformats=("Compilation",) if compilation else (),
        guids=united([guid("mbid", _most(tags.musicbrainz_release_id for tags in tracks))]),
    )


def artist_record(tracks: Sequence[AudioTags]) -> MetadataRecord:
    """What tracks of one (album) artist say about that artist."""
    if not tracks:
        return MetadataRecord()
    name = _most(tags.album_artist or tags.artist for tags in tracks)
    own = [tags for tags in tracks if _same(tags.album_artist or tags.artist, name)]
    # An id belongs to this artist only when it is the only one: "A feat. B" carries two.
    ids = [tags.musicbrainz_album_artist_ids or tags.musicbrainz_artist_ids for tags in own]
    return MetadataRecord(
        title=name,
        title_sort=_most(tags.album_artist_sort or (None if tags.album_artist else tags.artist_sort) for tags in own),
        genres=_common(own, lambda tags: tags.genres),
        guids=united([guid("mbid", _most(each[0] if len(each) == 1 else None for each in ids))]),
    )


def _is_compilation(tracks: Sequence[AudioTags]) -> bool:
    if any(VARIOUS_ARTISTS_MBID in tags.musicbrainz_album_artist_ids for tags in tracks):
        return True
    if any(tags.album_artist for tags in tracks):
        return _same(_most(tags.album_artist for tags in tracks), VARIOUS_ARTISTS)
    performers = Counter(tags.artist.casefold() for tags in tracks if tags.artist)
    return len(tracks) >= 4 and bool(performers) and max(performers.values()) * 3 <= len(tracks)


def _album_artist(tracks: Sequence[AudioTags], *, compilation: bool) -> str | None:
    named = _most(tags.album_artist for tags in tracks)
    if named:
        return named
    return VARIOUS_ARTISTS if compilation else _most(tags.artist for tags in tracks)


def _summary(tracks: Sequence[AudioTags]) -> str | None:
    described = _most(tags.description for tags in tracks)
    if described is None and any(tags.narrator or tags.series for tags in tracks):
        described = _most(tags.comment for tags in tracks)
    return described


def _year(tags: AudioTags) -> int | None:
    if tags.original_date and tags.original_date[:4].isdigit():
        return int(tags.original_date[:4])
    return tags.year


def _full_date(tags: AudioTags) -> str | None:
    return next((date for date in (tags.original_date, tags.date) if date and len(date) == 10), None)


def _most(values: Iterable[T | None]) -> T | None:
    """The most frequent value; of equals the first."""
    counted = Counter(value for value in values if value)
    return max(counted, key=lambda value: counted[value]) if counted else None


def _common(tracks: Sequence[AudioTags], listed: Callable[[AudioTags], Sequence[str]]) -> tuple[str, ...]:
    """What a fair share of the tracks list, the most frequent first."""
    counted: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for tags in tracks:
        for value in dict.fromkeys(listed(tags)):
            spelling.setdefault(value.casefold(), value)
            counted[value.casefold()] += 1
    least = min(max(counted.values(), default=0), len(tracks) * _SHARE_OF_TRACKS)
    kept = [(value, count) for value, count in counted.items() if count >= least]
    return tuple(spelling[value] for value, _ in sorted(kept, key=lambda entry: -entry[1])[:_MAX_GENRES])


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() == other.casefold()
