"""The tasks that the scan and the server run in workers to learn what a file is.

Paths travel as bytes, because names of files are bytes and not all of them are text. The functions load what they need
when they run: who only hands tasks to a pool never loads libav.
"""

import os
from typing import Self

from msgspec import Struct

from vitascope.core.model import FileClass, ProbedFile
from vitascope.media.tags.model import AudioTags
from vitascope.media.workers.registry import task


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
    from vitascope.media.probe.inspecting import inspect_file

    probed, tags = inspect_file(args.path, args.kind)
    return Inspected(probed=probed, tags=tags)


@task("probe")
def probe(args: FileArgs) -> ProbedFile:
    from vitascope.media.probe.probing import probe_file

    return probe_file(args.path, full=args.full)


@task("tags")
def tags(args: FileArgs) -> AudioTags:
    from vitascope.media.tags.reading import read_tags

    return read_tags(args.path)


@task("lyrics")
def lyrics(args: FileArgs) -> str | None:
    """The embedded lyrics, timed ones as LRC."""
    from vitascope.media.tags.reading import read_tags

    found = read_tags(args.path)
    return found.synced_lyrics or found.lyrics


@task("picture")
def picture(args: FileArgs) -> PictureFound | None:
    """The embedded picture, if any."""
    from vitascope.media.tags.reading import extract_picture

    found = extract_picture(args.path)
    return PictureFound(mime_type=found[0], data=found[1]) if found else None
