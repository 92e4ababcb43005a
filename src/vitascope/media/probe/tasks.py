"""The tasks that the scan and the server run in workers to learn what a file is.

Paths travel as bytes, because names of files are bytes and not all of them are text.
"""

import os
from pathlib import PurePath
from typing import Self

import msgspec
from msgspec import Struct

from vitascope.core.model import FileClass, ProbedFile, StreamType
from vitascope.media.probe.audio import AUDIO_FORMATS, probe_audio
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.probing import probe_file, probe_with_metadata
from vitascope.media.probe.sniff import IMAGES, Format, sniff
from vitascope.media.tags.assembly import assemble
from vitascope.media.tags.families import fields_of_container
from vitascope.media.tags.loading import load
from vitascope.media.tags.model import AudioTags
from vitascope.media.tags.reading import extract_picture, read_tags, tags_of
from vitascope.media.workers.registry import task


_CHUNKED = frozenset({Format.WAV, Format.AIFF})
"""Formats with text chunks of their own beside ID3, which only libav reads."""


class FileArgs(Struct, frozen=True, kw_only=True):
    """A file to work on. ``full`` asks the probe to read into the streams at once."""

    path: bytes
    full: bool = False

    @classmethod
    def of(cls, path: str | bytes, *, full: bool = False) -> Self:
        return cls(path=os.fsencode(path), full=full)


class InspectArgs(Struct, frozen=True, kw_only=True):
    """A file to list, and what its name says it is."""

    path: bytes
    kind: FileClass

    @classmethod
    def of(cls, path: str | bytes, kind: FileClass) -> Self:
        return cls(path=os.fsencode(path), kind=kind)


class Inspected(Struct, frozen=True, kw_only=True):
    """All that a scan wants of one file."""

    probed: ProbedFile
    tags: AudioTags | None = None
    """``None`` for pictures."""


class PictureFound(Struct, frozen=True, kw_only=True):
    mime_type: str
    data: bytes


@task("inspect")
def inspect(args: InspectArgs) -> Inspected:
    """Probe and tags in one opening of the file."""
    with MediaFile(args.path) as file:
        format_ = sniff(file.head)
        if format_ in IMAGES:
            return Inspected(probed=probe_with_metadata(file, format_)[0])
        is_music = format_ in AUDIO_FORMATS or (args.kind is FileClass.AUDIO and format_ in {Format.MP4, Format.ASF})
        opened = load(file, format_) if is_music else None
        if opened is None:
            probed, metadata = probe_with_metadata(file, format_)
            tags = assemble(fields_of_container(metadata), has_picture=probed.has_embedded_picture)
            return Inspected(probed=probed, tags=tags)
        tags = tags_of(opened)
        has_tags = tags != AudioTags(has_picture=tags.has_picture)
        if not _may_have_chapters(args.path, format_) and (has_tags or format_ not in _CHUNKED):
            quick = probe_audio(file, format_, opened, tags)
            if quick is not None:
                return Inspected(probed=quick, tags=tags)
        probed, metadata = probe_with_metadata(file, format_)
        if not has_tags:
            tags = assemble(fields_of_container(metadata), has_picture=tags.has_picture)
        return Inspected(probed=_with_gain(probed, tags), tags=tags)


@task("probe")
def probe(args: FileArgs) -> ProbedFile:
    return probe_file(args.path, full=args.full)


@task("tags")
def tags(args: FileArgs) -> AudioTags:
    return read_tags(args.path)


@task("picture")
def picture(args: FileArgs) -> PictureFound | None:
    """The embedded picture, if any."""
    found = extract_picture(args.path)
    return PictureFound(mime_type=found[0], data=found[1]) if found else None


def _may_have_chapters(path: bytes, format_: Format) -> bool:
    """Audiobooks: mutagen knows only one of the two ways in which MP4 stores chapters."""
    return format_ is Format.MP4 and PurePath(os.fsdecode(path)).suffix.lower() in {".m4b", ".aax"}


def _with_gain(probed: ProbedFile, tags: AudioTags) -> ProbedFile:
    gain = tags.replay_gain
    if gain is None:
        return probed
    streams = tuple(
        msgspec.structs.replace(
            stream,
            gain=gain.track_gain,
            peak=gain.track_peak,
            album_gain=gain.album_gain,
            album_peak=gain.album_peak,
        )
        if stream.type is StreamType.AUDIO
        else stream
        for stream in probed.streams
    )
    return msgspec.structs.replace(probed, streams=streams)
