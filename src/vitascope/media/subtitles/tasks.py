"""The tasks that hand out the text of subtitles: of a stream inside a film, and of a file beside one."""

import os
from typing import Literal, Self

from msgspec import Struct

from vitascope.media.workers.registry import task


class SubtitleArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    stream_index: int
    format: Literal["srt", "vtt", "ass"] = "srt"
    offset_ms: int = 0

    @classmethod
    def of(
        cls, path: str | bytes, stream_index: int, format_: Literal["srt", "vtt", "ass"] = "srt", offset_ms: int = 0
    ) -> Self:
        return cls(path=os.fsencode(path), stream_index=stream_index, format=format_, offset_ms=offset_ms)


@task("subtitle")
def subtitle(args: SubtitleArgs) -> str:
    """The text of an embedded subtitle stream in the format asked for."""
    from vitascope.media.subtitles.extracting import extract_subtitle
    from vitascope.media.subtitles.shifting import shift

    return shift(extract_subtitle(args.path, args.stream_index, args.format), args.format, args.offset_ms)


class SidecarArgs(Struct, frozen=True, kw_only=True):
    """The bytes of a file. Its text is converted when both formats are named."""

    data: bytes
    source: Literal["srt", "vtt", "ass", "ssa", "smi"] | None = None
    target: Literal["srt", "vtt", "ass"] | None = None
    offset_ms: int = 0
    """How much later it is shown; ``source`` must be named."""


@task("count")
def count_cues(args: SidecarArgs) -> int:
    """How many subtitles a file holds; 0 for one that is none."""
    from vitascope.media.subtitles import decode_text, parse

    return len(parse(decode_text(args.data), args.source)) if args.source else 0


@task("sidecar")
def sidecar(args: SidecarArgs) -> str:
    """The text of a subtitle or lyrics file, whatever its encoding, in the format asked for."""
    from vitascope.media.subtitles import convert, decode_text
    from vitascope.media.subtitles.shifting import shift

    text = decode_text(args.data)
    if args.source and args.offset_ms:
        text = shift(text, args.source, args.offset_ms)
    return convert(text, args.source, args.target) if args.source and args.target else text
