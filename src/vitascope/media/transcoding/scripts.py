"""Scripts of subtitles made larger, and the fonts inside films. Runs inside a worker process."""

from av.stream import AttachmentStream

from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file

_FONT_BEGINS = (b"\0\1\0\0", b"OTTO", b"ttcf", b"true", b"wOFF", b"wOF2")
_MOST_FONTS = 256


def resized(script: str, percent: int) -> str:
    """The same script with every style's font larger or smaller."""
    if percent == 100:
        return script
    lines, place = [], None
    for line in script.split("\n"):
        name, colon, rest = line.partition(":")
        kind = name.strip().lower()
        if kind == "format" and "fontsize" in rest.lower():
            place = [field.strip().lower() for field in rest.split(",")].index("fontsize")
        if kind == "style" and place is not None:
            fields = rest.split(",")
            if len(fields) > place:
                fields[place] = _scaled(fields[place], percent)
            line = name + colon + ",".join(fields)
        lines.append(line)
    return "\n".join(lines)


def _scaled(size: str, percent: int) -> str:
    try:
        return f"{min(max(float(size) * percent / 100, 1), 1_000):g}"
    except ValueError:
        return size


def attached_fonts(path: bytes, most_bytes: int) -> list[bytes]:
    """What is attached to a film and begins as a font does; no more than ``most_bytes`` of it."""
    found: list[bytes] = []
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=False)
        try:
            for stream in container.streams:
                if not isinstance(stream, AttachmentStream) or len(found) == _MOST_FONTS:
                    continue
                data = bytes(stream.data or b"")
                if data.startswith(_FONT_BEGINS) and len(data) <= most_bytes:
                    most_bytes -= len(data)
                    found.append(data)
        finally:
            container.close()
    return found
