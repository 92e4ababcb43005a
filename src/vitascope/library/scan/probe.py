"""Open what changed, in worker processes, and say what is in it: streams, fingerprint and what the file says itself.

The pool is fed lazily, so only a few dozen files are under way however large the library is; a file that crashes or
hangs its worker comes back as a failure and costs nothing else. libav, libvips and the tag readers are imported inside
the task: the scan's own process never loads them.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from vitascope.core.model import FileClass, ProbedFile, TagType
from vitascope.media.workers import Failure, WorkerPool, task
from vitascope.metadata.external_ids import guid
from vitascope.metadata.record import MetadataRecord, PhotoDetails, TagEntry

if TYPE_CHECKING:
    from vitascope.media.images.results import PhotoInfo
    from vitascope.media.tags.model import AudioTags

PROBE_VERSION = 1
"""Raised when probes learn to find more: files of an older version are opened again."""


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
    return Look(
        probe=found.probed,
        record=record_of_tags(tags),
        album_guids=_mbids(tags.musicbrainz_release_group_id or tags.musicbrainz_release_id),
        artist_guids=_mbids(*tags.musicbrainz_album_artist_ids[:1]),
        narrator=tags.narrator,
    )


def look_all(pool: WorkerPool, questions: Iterable[Question]) -> Iterator[tuple[Question, Look | Failure]]:
    """Answers as they come."""
    return pool.map_unordered(look, questions)


def record_of_tags(tags: "AudioTags") -> MetadataRecord:
    """Embedded tags in the terms of metadata."""
    return MetadataRecord(
        title=tags.title,
        title_sort=tags.title_sort,
        artist=tags.artist,
        artist_sort=tags.artist_sort,
        album_artist=tags.album_artist,
        album_artist_sort=tags.album_artist_sort,
        album=tags.album,
        album_sort=tags.album_sort,
        track_number=tags.track,
        disc_number=tags.disc,
        disc_title=tags.disc_subtitle,
        compilation=tags.compilation or None,
        year=tags.year,
        available_at=tags.date if tags.date is not None and len(tags.date) == 10 else None,
        genres=tags.genres,
        moods=tags.moods,
        styles=tags.styles,
        studio=tags.label,
        summary=tags.description,
        user_rating=tags.rating,
        guids=_mbids(tags.musicbrainz_recording_id),
    )


def _mbids(*values: str | None) -> tuple[str, ...]:
    return tuple(found for value in values if (found := guid("mbid", value)) is not None)


def _photo(question: Question) -> MetadataRecord | None:
    from vitascope.media.images.errors import PictureError
    from vitascope.media.images.tasks import PhotoArgs, read_photo

    try:
        info = read_photo(PhotoArgs(path=question.path))
    except PictureError:
        return None  # what the probe could read is shown all the same
    return record_of_photo(info)


def record_of_photo(info: "PhotoInfo") -> MetadataRecord:
    """What a photograph says, with the camera's words as tags."""
    tags = [
        (TagType.MAKE, info.make),
        (TagType.MODEL, info.model),
        (TagType.LENS, info.lens),
        (TagType.APERTURE, f"f/{info.aperture:g}" if info.aperture else None),
        (TagType.EXPOSURE, f"{info.exposure}s" if info.exposure else None),
        (TagType.ISO, str(info.iso) if info.iso else None),
        (TagType.DEVICE, " ".join(filter(None, (info.make, info.model))) or None),
        *((TagType.AUTOTAG, word) for word in info.keywords),
    ]
    return MetadataRecord(
        title=info.title,
        summary=info.caption,
        year=int(info.taken_local[:4]) if info.taken_local else None,
        available_at=info.taken_local[:10] if info.taken_local else None,
        user_rating=info.rating * 2.0 if info.rating else None,
        tags=tuple(TagEntry(type=kind, tag=text) for kind, text in tags if text),
        photo=PhotoDetails(
            taken_at=info.taken_at,
            taken_local=info.taken_local,
            width=info.width,
            height=info.height,
            orientation=info.orientation,
            latitude=info.latitude,
            longitude=info.longitude,
            altitude_m=info.altitude_m,
        ),
    )
