"""From tracks to albums and from photos to albums.

An album is an album artist and a title; two albums of one artist that share a title (there are six called
*Weezer*) are told apart by folder and year. A photo album is a folder.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vitascope.core.model import FileClass
from vitascope.core.naming._text import squashed
from vitascope.core.naming.files import classify
from vitascope.core.naming.groups import natural
from vitascope.core.naming.music import VARIOUS_ARTISTS, TrackName, TrackTags, parse_track
from vitascope.core.naming.photos import PhotoName, parse_photo


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFile:
    path: str
    name: TrackName


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscGroup:
    """One disc; ``number`` is 1 where nothing names one."""

    number: int
    tracks: tuple[TrackFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumGroup:
    """One album. ``title`` is ``None`` for the loose tracks of an artist."""

    artist: str | None
    title: str | None
    year: int | None
    compilation: bool
    folders: tuple[str, ...]
    discs: tuple[DiscGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFile:
    path: str
    name: PhotoName
    is_clip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAlbumGroup:
    """The photos and clips of one folder; ``title`` is ``None`` for those in the section's root."""

    folder: str
    title: str | None
    files: tuple[PhotoFile, ...]


def group_tracks(paths: Iterable[str], tags: Mapping[str, TrackTags] | None = None) -> list[AlbumGroup]:
    """Group audio paths into albums; ``tags`` holds what a probe read, by path."""
    tags = tags or {}
    ordered = sorted(set(paths), key=natural)
    files = [TrackFile(path=path, name=parse_track(path, tags.get(path))) for path in ordered]
    buckets: dict[tuple[str, str, str], list[TrackFile]] = {}
    for file in _with_compilations(files, tags):
        name = file.name
        key = (squashed(name.album_artist or ""), squashed(name.album or ""), name.album_folder)
        buckets.setdefault(key, []).append(file)
    albums: dict[tuple[str, str], list[tuple[int | None, list[TrackFile]]]] = {}
    for (artist, album, _), members in buckets.items():
        year = _year(members)
        known = albums.setdefault((artist, album), [])
        for at, (other, others) in enumerate(known):
            if other == year or other is None or year is None:
                known[at] = (other if other is not None else year, others + members)
                break
        else:
            known.append((year, members))
    groups = [_album(year, members) for same in albums.values() for year, members in same]
    return sorted(groups, key=lambda group: natural(group.discs[0].tracks[0].path))


def group_photos(paths: Iterable[str]) -> list[PhotoAlbumGroup]:
    """Group photo and clip paths by folder."""
    folders: dict[str, list[PhotoFile]] = {}
    for path in sorted(set(paths), key=natural):
        name = parse_photo(path)
        is_clip = classify(path) is FileClass.VIDEO
        folders.setdefault(name.album_folder, []).append(PhotoFile(path=path, name=name, is_clip=is_clip))
    return [
        PhotoAlbumGroup(folder=folder, title=files[0].name.album, files=tuple(files))
        for folder, files in sorted(folders.items(), key=lambda entry: natural(entry[0]))
    ]


def _with_compilations(files: list[TrackFile], tags: Mapping[str, TrackTags]) -> list[TrackFile]:
    """Tracks of several artists that share folder and album, with no album artist named, are a compilation."""
    artists: dict[tuple[str, str], set[str]] = {}
    for file in files:
        tagged = tags.get(file.path)
        if tagged and tagged.artist and not tagged.album_artist and tagged.album:
            artists.setdefault(_place(file), set()).add(squashed(file.name.album_artist or ""))
    mixed = {place for place, names in artists.items() if len(names) > 1}
    result = []
    for file in files:
        tagged = tags.get(file.path)
        if _place(file) in mixed and not (tagged and tagged.album_artist):
            name = replace(file.name, album_artist=VARIOUS_ARTISTS, compilation=True)
            result.append(replace(file, name=name))
        else:
            result.append(file)
    return result


def _place(file: TrackFile) -> tuple[str, str]:
    return file.name.album_folder, squashed(file.name.album or "")


def _year(files: list[TrackFile]) -> int | None:
    years = Counter(file.name.album_year for file in files if file.name.album_year is not None)
    return min(years, key=lambda year: (-years[year], year)) if years else None


def _album(year: int | None, files: list[TrackFile]) -> AlbumGroup:
    discs: dict[int, list[TrackFile]] = {}
    for file in files:
        discs.setdefault(file.name.disc or 1, []).append(file)
    first = files[0].name
    return AlbumGroup(
        artist=first.album_artist,
        title=first.album,
        year=year,
        compilation=any(file.name.compilation for file in files),
        folders=tuple(sorted({file.name.album_folder for file in files})),
        discs=tuple(
            DiscGroup(number=number, tracks=tuple(sorted(tracks, key=_track_order)))
            for number, tracks in sorted(discs.items())
        ),
    )


def _track_order(file: TrackFile) -> tuple[int, tuple[str, str]]:
    return (1 << 30 if file.name.track is None else file.name.track), natural(file.path)
