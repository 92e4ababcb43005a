"""The tasks that make a script of subtitles for libass, and take out the fonts that a film brings along.

Whatever the subtitles were, what is drawn is a script of ours or a sanitised one, under a name of ours: no name and no
text of a file gets near a filter graph.
"""

from msgspec import Struct

from vitascope.media.subtitles.converting import Source as TextFormat
from vitascope.media.workers.registry import task

MOST_FONT_BYTES = 96 << 20
_TEXT_BYTES = 32 << 20


class ScriptArgs(Struct, frozen=True, kw_only=True):
    """A stream inside a film (``index``), or a file beside it. A window reads no more of a film than that part."""

    path: bytes
    index: int | None = None
    source: TextFormat = "srt"
    """Of a file: its format."""
    offset_ms: int = 0
    size_percent: int = 100
    window: tuple[int, int] | None = None
    """From, to: milliseconds."""
    start_ms: int = 0
    """What the film's clock shows where it begins."""


@task("script")
def script(args: ScriptArgs) -> str:
    """The subtitles as a script."""
    from vitascope.media.subtitles import convert, decode_text
    from vitascope.media.subtitles.extracting import Window, extract_subtitle
    from vitascope.media.subtitles.shifting import shift
    from vitascope.media.transcoding.scripts import resized

    if args.index is None:
        text = convert(decode_text(_read(args.path)), args.source, "ass")
    else:
        window = None
        if args.window is not None:
            from_ms, to_ms = (max(0, time - args.offset_ms) for time in args.window)
            window = Window(from_ms=from_ms, to_ms=to_ms, start_ms=args.start_ms)
        text = extract_subtitle(args.path, args.index, "ass", window)
    return resized(shift(text, "ass", args.offset_ms) if args.offset_ms else text, args.size_percent)


def _read(path: bytes) -> bytes:
    from vitascope.media.probe.opening import MediaFile

    with MediaFile(path) as file:
        return file.read_at(0, min(file.size_bytes, _TEXT_BYTES))


class FontsArgs(Struct, frozen=True, kw_only=True):
    path: bytes


@task("fonts")
def fonts(args: FontsArgs) -> list[bytes]:
    """The fonts that are attached to a film."""
    from vitascope.media.transcoding.scripts import attached_fonts

    return attached_fonts(args.path, MOST_FONT_BYTES)
