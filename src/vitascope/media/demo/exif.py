"""What a camera writes into a JPEG: an EXIF block (TIFF, little endian) and an XMP packet, put in after SOI.

Written here rather than by an image library so that every field is exactly what the catalogue says.
"""

import struct
from xml.sax.saxutils import escape

from vitascope.media.demo.entries import Photo, PhotoAlbum

_ASCII, _SHORT, _LONG, _RATIONAL, _BYTE, _UNDEFINED = 2, 3, 4, 5, 1, 7

Entry = tuple[int, int, int, bytes]  # tag, type, count, value


def _text(tag: int, value: str) -> Entry:
    data = value.encode("ascii") + b"\0"
    return tag, _ASCII, len(data), data


def _short(tag: int, value: int) -> Entry:
    return tag, _SHORT, 1, struct.pack("<H", value)


def _long(tag: int, value: int) -> Entry:
    return tag, _LONG, 1, struct.pack("<I", value)


def _fractions(tag: int, *values: tuple[int, int]) -> Entry:
    return tag, _RATIONAL, len(values), b"".join(struct.pack("<II", *value) for value in values)


def _directory(entries: list[Entry], offset: int) -> bytes:
    """One image file directory that begins at ``offset``, with its values behind it."""
    entries = sorted(entries)
    head = struct.pack("<H", len(entries))
    spot = offset + 2 + 12 * len(entries) + 4
    tail = b""
    for tag, kind, count, value in entries:
        if len(value) <= 4:
            head += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
        else:
            head += struct.pack("<HHII", tag, kind, count, spot + len(tail))
            tail += value + b"\0" * (len(value) % 2)
    return head + struct.pack("<I", 0) + tail


def _degrees(value: float) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    whole = abs(value)
    minutes = (whole % 1) * 60
    return (int(whole), 1), (int(minutes), 1), (round((minutes % 1) * 60 * 1000), 1000)


def exif(album: PhotoAlbum, photo: Photo, *, columns: int, rows: int) -> bytes:
    """The EXIF block of a photograph, from the ``Exif`` mark on."""
    details = [
        _fractions(0x829A, photo.exposure),
        _fractions(0x829D, photo.aperture),
        _short(0x8827, photo.iso),
        (0x9000, _UNDEFINED, 4, b"0232"),
        _text(0x9003, photo.taken),
        _text(0x9004, photo.taken),
        _text(0x9010, "+02:00"),
        _fractions(0x920A, (photo.focal_mm, 1)),
        _short(0x9209, 16),
        _short(0xA001, 1),
        _long(0xA002, columns),
        _long(0xA003, rows),
        _text(0xA434, album.lens),
    ]
    day, _, clock = photo.taken.partition(" ")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    place = [
        (0x0000, _BYTE, 4, bytes((2, 3, 0, 0))),
        _text(0x0001, "N" if photo.latitude >= 0 else "S"),
        _fractions(0x0002, *_degrees(photo.latitude)),
        _text(0x0003, "E" if photo.longitude >= 0 else "W"),
        _fractions(0x0004, *_degrees(photo.longitude)),
        (0x0005, _BYTE, 1, b"\0"),
        _fractions(0x0006, (photo.altitude, 1)),
        _fractions(0x0007, ((hours - 2) % 24, 1), (minutes, 1), (seconds, 1)),
        _text(0x001D, day),
    ]
    main = [
        _text(0x010F, album.make),
        _text(0x0110, album.camera),
        _short(0x0112, photo.orientation),
        _fractions(0x011A, (72, 1)),
        _fractions(0x011B, (72, 1)),
        _short(0x0128, 2),
        _text(0x0131, "Vitascope demo"),
        _text(0x0132, photo.taken),
        *([_short(0x4746, photo.stars)] if photo.stars else []),
    ]
    pointers = [_long(0x8769, 0), _long(0x8825, 0)]
    first = len(_directory(main + pointers, 8))
    second = len(_directory(details, 0))
    details_at = 8 + first
    place_at = details_at + second
    body = _directory([*main, _long(0x8769, details_at), _long(0x8825, place_at)], 8)
    body += _directory(details, details_at) + _directory(place, place_at)
    return b"Exif\0\0" + b"II*\0" + struct.pack("<I", 8) + body


def xmp(photo: Photo) -> bytes:
    """The XMP packet of a photograph: its rating and its keywords."""
    words = "".join(f"<rdf:li>{escape(word)}</rdf:li>" for word in photo.keywords)
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="{photo.stars}">'
        f"<dc:subject><rdf:Bag>{words}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )
    return b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()


def stamped(jpeg: bytes, *blocks: bytes) -> bytes:
    """The JPEG with the blocks put in as APP1 segments."""
    if jpeg[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG file")
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block for block in blocks)
    return jpeg[:2] + segments + jpeg[2:]
