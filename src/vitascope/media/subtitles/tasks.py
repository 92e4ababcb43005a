"""The tasks that hand out the text of subtitles: of a stream inside a film, and of a file beside one."""

import os
from typing import Literal, Self

from msgspec import Struct

from vitascope.media.workers.registry import task


class SubtitleArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    stream_index: int
    format: Literal["srt", "vtt", "ass"] = "srt"

    @classmethod
    def of(cls, path: str | bytes, stream_index: int, format_: Literal["srt", "vtt", "ass"] = "srt") -> Self:
        return cls(path=os.fsencode(path), stream_index=stream_index, format=format_)


@task("subtitle")
def subtitle(args: SubtitleArgs) -> str:
    """The text of an embedded subtitle stream in the format asked for."""
    from vitascope.media.subtitles.extracting import extract_subtitle

    return extract_subtitle(args.path, args.stream_index, args.format)


class SidecarArgs(Struct, frozen=True, kw_only=True):
    """The bytes of a file. Its text is converted when both formats are named."""

    data: bytes
    source: Literal["srt", "vtt", "ass", "ssa", "smi"] | None = None
    target: Literal["srt", "vtt", "ass"] | None = None


@task("sidecar")
def sidecar(args: SidecarArgs) -> str:
    """The text of a subtitle or lyrics file, whatever its encoding, in the format asked for."""
    from vitascope.media.subtitles import convert, decode_text

    text = decode_text(args.data)
    return convert(text, args.source, args.target) if args.source and args.target else text
