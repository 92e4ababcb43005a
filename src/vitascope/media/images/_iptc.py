"""IPTC captions inside Photoshop's resource blocks (IPTC-NAA IIM 4): title, caption, keywords, date."""

from collections.abc import Iterator

from msgspec import Struct

_UTF8_MARK = b"\x1b%G"


class IptcInfo(Struct, frozen=True, kw_only=True):
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    taken: str | None = None
    """``YYYYMMDD`` and, when known, ``HHMMSS±HHMM``, joined by a blank."""


def read_iptc(data: bytes) -> IptcInfo:
    """Read the blocks, or a bare IIM stream. Never raises."""
    records: dict[tuple[int, int], list[bytes]] = {}
    for stream in _streams(data):
        for record, dataset, value in _datasets(stream):
            records.setdefault((record, dataset), []).append(value)
    encoding = "utf-8" if records.get((1, 90), [b""])[0].startswith(_UTF8_MARK) else None

    def texts(dataset: int) -> list[str]:
        decoded = (_decoded(value, encoding).strip("\0 \r\n")[:5000] for value in records.get((2, dataset), []))
        return [text for text in decoded if text]

    title, caption, date, time = (next(iter(texts(dataset)), None) for dataset in (5, 120, 55, 60))
    return IptcInfo(
        title=title,
        caption=caption,
        keywords=tuple(dict.fromkeys(texts(25)))[:500],
        taken=f"{date} {time or ''}".strip() if date else None,
    )


def _streams(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1c"):
        yield data
        return
    position = data.find(b"8BIM")
    while 0 <= position <= len(data) - 12 and data[position : position + 4] == b"8BIM":
        kind = int.from_bytes(data[position + 4 : position + 6], "big")
        name_length = data[position + 6] + 1
        position += 6 + name_length + name_length % 2
        size = int.from_bytes(data[position : position + 4], "big")
        if kind == 0x0404:
            yield data[position + 4 : position + 4 + size]
        position += 4 + size + size % 2


def _datasets(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 5 <= len(stream) and stream[position] == 0x1C:
        record, dataset = stream[position + 1], stream[position + 2]
        size = int.from_bytes(stream[position + 3 : position + 5], "big")
        if size & 0x8000:  # an extended size: nothing we show is that long
            return
        yield record, dataset, stream[position + 5 : position + 5 + size]
        position += 5 + size


def _decoded(value: bytes, encoding: str | None) -> str:
    if encoding:
        return value.decode(encoding, "replace")
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
