"""Probe and tags of one file in a single opening: what a scan asks of every file."""

import os
from pathlib import PurePath

import msgspec

from vitascope.core.model import FileClass, ProbedFile, StreamType
from vitascope.media.probe.audio import AUDIO_FORMATS, probe_audio
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.probing import probe_with_metadata
from vitascope.media.probe.sniff import IMAGES, Format, sniff_file
from vitascope.media.tags.assembly import assemble
from vitascope.media.tags.families import fields_of_container
from vitascope.media.tags.loading import load
from vitascope.media.tags.model import AudioTags
from vitascope.media.tags.reading import tags_of

_CHUNKED = frozenset({Format.WAV, Format.AIFF})
"""Formats with text chunks of their own beside ID3, which only libav reads."""


def inspect_file(path: bytes, kind: FileClass) -> tuple[ProbedFile, AudioTags | None]:
    """The probe, and the tags of everything but pictures. Raises :class:`MediaError`."""
    with MediaFile(path, here_and_there=True) as file:
        format_ = sniff_file(file)
        if format_ in IMAGES:
            return probe_with_metadata(file, format_)[0], None
        is_music = format_ in AUDIO_FORMATS or (kind is FileClass.AUDIO and format_ in {Format.MP4, Format.ASF})
        opened = load(file, format_) if is_music else None
        if opened is None:
            probed, metadata = probe_with_metadata(file, format_)
            tags = assemble(fields_of_container(metadata), has_picture=probed.has_embedded_picture)
            return probed, tags
        tags = tags_of(opened)
        quick = None if _may_have_chapters(path, format_) else probe_audio(file, format_, opened, tags)
        if quick is None:
            return _with_gain(probe_with_metadata(file, format_)[0], tags), tags
        if format_ in _CHUNKED and tags == AudioTags():
            tags = assemble(fields_of_container(probe_with_metadata(file, format_)[1]))
        return quick, tags


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
