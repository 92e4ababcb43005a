"""Open what changed, in worker processes, and say what is in it: streams, fingerprint and what the file says itself.

The pool is fed lazily, so only a few dozen files are under way however large the library is; a file that crashes or
hangs its worker comes back as a failure and costs nothing else. libav, libvips and the tag readers are imported inside
the task: the scan's own process never loads them.
"""

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from vitascope.core.model import FileClass, ProbedFile, StreamInfo, StreamType
from vitascope.core.naming.photos import photo_sidecars
from vitascope.media import reach
from vitascope.media.workers import Failure, WorkerPool, task
from vitascope.metadata.external_ids import guid
from vitascope.metadata.record import MetadataRecord

if TYPE_CHECKING:
    from vitascope.media.tags.model import AudioTags

PROBE_VERSION = 1
"""Raised when probes learn to find more: files of an older version are opened again."""


LOOK_AGAIN = -1
"""In place of that version: the next scan opens the file again, whatever was wrong with it."""


class Question(Struct, frozen=True):
    """A file to open. ``number`` tells the answers apart."""

    number: int
    path: bytes
    file_class: FileClass


class Look(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in a file, and what it says about itself."""

    probe: ProbedFile
    record: MetadataRecord | None = None
    album_guids: tuple[str, ...] = ()
    artist_guids: tuple[str, ...] = ()
    narrator: str | None = None
    asin: str | None = None


@task("look")
def look(question: Question) -> Look:
    """Runs in a worker."""
    from vitascope.media.probe.tasks import InspectArgs, inspect

    found = inspect(InspectArgs(path=question.path, kind=question.file_class))
    if question.file_class is FileClass.IMAGE:
        return Look(probe=found.probed, record=_photo(question))
    if found.tags is None:
        return Look(probe=found.probed)
    tags = found.tags
    lyrics = lyrics_of_tags(tags) if question.file_class is FileClass.AUDIO else None
    return Look(
        probe=found.probed if lyrics is None else replace(found.probed, streams=(*found.probed.streams, lyrics)),
        record=record_of_tags(tags),
        album_guids=_mbids(tags.musicbrainz_release_group_id or tags.musicbrainz_release_id),
        artist_guids=_mbids(*tags.musicbrainz_album_artist_ids[:1]),
        narrator=tags.narrator,
        asin=tags.asin,
    )


def look_all(pool: WorkerPool, questions: Iterable[Question]) -> Iterator[tuple[Question, Look | Failure]]:
    """Answers as they come."""
    return pool.map_unordered(look, questions)


def record_of_tags(tags: "AudioTags") -> MetadataRecord:
    """What one file says about its track, its artists as they stand: who the album's artist is, all tracks decide."""
    from vitascope.metadata.music import track_record

    return replace(track_record(tags), artist=tags.artist, album_artist=tags.album_artist, summary=tags.description)


def lyrics_of_tags(tags: "AudioTags") -> StreamInfo | None:
    """The stream that lyrics in tags are: like a file beside the track, it has no index."""
    from vitascope.media.subtitles import parse_lyrics

    found = parse_lyrics(tags.synced_lyrics or tags.lyrics or "")
    if not found.lines:
        return None
    kind = "lrc" if found.timed else "txt"
    return StreamInfo(type=StreamType.LYRICS, codec=kind, format=kind, timed=found.timed, min_lines=2)


def _mbids(*values: str | None) -> tuple[str, ...]:
    return tuple(found for value in values if (found := guid("mbid", value)) is not None)


def _photo(question: Question) -> MetadataRecord | None:
    from vitascope.media.images.errors import PictureError
    from vitascope.media.images.tasks import PhotoArgs, read_photo
    from vitascope.metadata.photos import photo_record

    beside = map(os.fsencode, photo_sidecars(os.fsdecode(question.path)))
    try:
        info = read_photo(PhotoArgs(path=question.path, sidecar_path=next(filter(reach.is_file, beside), None)))
    except PictureError:
        return None  # what the probe could read is shown all the same
    return photo_record(info)
