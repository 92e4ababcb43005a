"""Say what music and audiobooks are, once their tags are known: tags first, folders where they are silent.

An album is its artist and title (and year, since there are artists with four albums of one name), whichever folders it
lies in; a MusicBrainz id overrules both. An audiobook is an album whose author is the artist.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.core.model import FileClass, ItemType
from vitascope.core.naming._text import folder_of
from vitascope.core.naming.artwork import ArtTarget
from vitascope.core.naming.audiobooks import asin_in, parse_audiobook
from vitascope.core.naming.group_albums import AlbumGroup, TrackFile, group_tracks
from vitascope.core.naming.music import TrackTags
from vitascope.core.naming.subtitles import parse_lyrics
from vitascope.library.scan import keys
from vitascope.library.scan.finds import Above, Find, PartFile, Sidecar, Version
from vitascope.library.scan.probe import Look
from vitascope.library.scan.unit import Unit
from vitascope.metadata.record import MetadataRecord

UNKNOWN_ARTIST = "[Unknown Artist]"
UNKNOWN_ALBUM = "[Unknown Album]"
_BOOK_EXTENSIONS = (".m4b", ".aax", ".aa")
_BOOK_GENRES = frozenset({"audiobook", "audiobooks", "audio book", "hörbuch", "spoken word", "livre audio"})


def placeholders(unit: Unit) -> list[Find]:
    """One unfinished find for each track of a folder: enough to know which files belong to it."""
    lyrics = _lyrics(unit)
    return [
        Find(type=ItemType.TRACK, title=path, versions=(Version(parts=(_part(unit, path, lyrics),)),))
        for path in sorted(unit.paths(FileClass.AUDIO))
    ]


def _lyrics(unit: Unit) -> dict[str, list[Sidecar]]:
    """Lyrics files by the path, without extension, of their track."""
    found: dict[str, list[Sidecar]] = {}
    for path, entry in unit.by_path.items():
        if entry.file_class is FileClass.LYRICS:
            folder, name = folder_of(path), path.rpartition("/")[2].rpartition(".")[0]
            stem = parse_lyrics(path, unit.lowered.get(folder, {}).get(name.lower(), []))
            if stem is not None:
                found.setdefault(f"{folder}/{stem}", []).append(Sidecar(entry=entry))
    return found


def _part(unit: Unit, path: str, lyrics: dict[str, list[Sidecar]]) -> PartFile:
    part = unit.part(path)
    folder, name = folder_of(path), path.rpartition("/")[2].rpartition(".")[0]
    mine = lyrics.get(f"{folder}/{name}")
    return PartFile(entry=part.entry, sidecars=tuple(mine)) if mine else part


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    title: str
    artist: str
    album: str
    track_artist: str | None = None
    year: int | None = None
    disc: int | None = None
    number: int | None = None
    compilation: bool = False
    folder: str = ""
    narrator: str | None = None
    asin: str | None = None


def complete(unit: Unit, finds: list[Find], looks: Mapping[bytes, Look]) -> list[Find]:
    """The tracks with what is above them, from what was found in their files."""
    by_path: dict[str, Find] = {}
    tags: dict[str, TrackTags] = {}
    books: list[str] = []
    for find in finds:
        path = os.fsdecode(find.versions[0].parts[0].entry.path)
        by_path[path] = find
        record = _record(looks, find)
        tags[path] = _naming_tags(record)
        if path.lower().endswith(_BOOK_EXTENSIONS) or any(g.lower() in _BOOK_GENRES for g in record.genres):
            books.append(path)
    tracks: dict[str, _Track] = {path: _chapter(path, tags[path], _asin_tagged(looks, path)) for path in books}
    for group in group_tracks([path for path in by_path if path not in tracks], tags):
        for disc in group.discs:
            for file in disc.tracks:
                tracks[file.path] = _track(group, file)
    return [_finished(unit, find, path, tracks[path], looks) for path, find in by_path.items()]


def _record(looks: Mapping[bytes, Look], find: Find) -> MetadataRecord:
    found = looks.get(find.versions[0].parts[0].entry.path)
    return found.record if found is not None and found.record is not None else MetadataRecord()


def _naming_tags(record: MetadataRecord) -> TrackTags:
    return TrackTags(
        title=record.title,
        artist=record.artist,
        album_artist=record.album_artist,
        album=record.album,
        track=record.track_number,
        disc=record.disc_number,
        year=record.year,
        compilation=bool(record.compilation),
    )


def _asin_tagged(looks: Mapping[bytes, Look], path: str) -> str | None:
    """Of a book: in music the same tag names a disc at a shop."""
    found = looks.get(os.fsencode(path))
    return found.asin if found is not None else None


def _chapter(path: str, tags: TrackTags, asin: str | None) -> _Track:
    name = parse_audiobook(path, tags)
    return _Track(
        title=name.title,
        artist=name.author or UNKNOWN_ARTIST,
        album=name.book,
        year=name.year,
        disc=name.disc,
        number=name.part,
        folder=name.book_folder,
        narrator=name.narrator,
        asin=name.asin or asin,
    )


def _track(group: AlbumGroup, file: TrackFile) -> _Track:
    name = file.name
    artist = group.artist or name.album_artist or name.artist or UNKNOWN_ARTIST
    return _Track(
        title=name.title,
        artist=artist,
        album=group.title or UNKNOWN_ALBUM,
        track_artist=name.artist if name.artist and name.artist.casefold() != artist.casefold() else None,
        year=group.year,
        disc=name.disc,
        number=name.track,
        compilation=group.compilation,
        folder=name.album_folder,
        asin=asin_in(name.album_folder, file.path, group.title or ""),
    )


def _finished(unit: Unit, find: Find, path: str, track: _Track, looks: Mapping[bytes, Look]) -> Find:
    found = looks.get(os.fsencode(path))
    folder = track.folder
    artist_folder = folder_of(folder)
    artist_key = keys.artist(track.artist)
    year = None if track.compilation else track.year
    artist = Above(
        type=ItemType.ARTIST,
        key=artist_key,
        title=track.artist,
        ids=_ids(found.artist_guids if found else ()),
        folder=os.fsencode(artist_folder) if artist_folder else None,
        nfo=unit.near(artist_folder, "artist.nfo") if artist_folder else None,
        pictures=unit.pictures(lambda art: art.target is ArtTarget.ARTIST),
    )
    album = Above(
        type=ItemType.ALBUM,
        key=keys.album(artist_key, f"{track.album}|{year or ''}"),
        title=track.album,
        year=track.year,
        ids=(*_ids(found.album_guids if found else ()), *([("asin", track.asin)] if track.asin else [])),
        folder=os.fsencode(folder) if folder else None,
        nfo=unit.near(folder, "album.nfo") if folder else None,
        pictures=unit.pictures(lambda art: art.target is ArtTarget.ALBUM),
        compilation=track.compilation,
        readers=(track.narrator,) if track.narrator else (),
    )
    find.title = track.title
    find.key = keys.track(album.key, track.disc, track.number, track.title)
    find.above = (artist, album)
    find.index = track.number
    find.parent_index = track.disc or 1
    find.original_title = track.track_artist
    find.year = track.year
    return find


def _ids(guids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((scheme, value) for scheme, _, value in (each.partition("://") for each in guids))
