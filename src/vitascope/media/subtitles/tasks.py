"""The task that hands out the text of an embedded subtitle stream."""

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
