"""XMP packets: the few properties that a library shows, in both ways RDF can write them.

The XML is parsed as hostile: no entities, no DTD, no network, bounded in size. A packet that does not parse is no
packet.
"""

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

MAX_BYTES = 4 << 20

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_EXIF_EX = "{http://cipa.jp/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"


class XmpInfo(Struct, frozen=True, kw_only=True):
    """Properties as text, trimmed; what is absent is ``None`` or empty."""

    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    """-1 (rejected) .. 5."""
    taken: str | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    latitude: str | None = None
    longitude: str | None = None


def read_xmp(packet: bytes) -> XmpInfo:
    """Never raises; an unreadable packet is an empty one."""
    start = packet.find(b"<")
    if start < 0 or len(packet) > MAX_BYTES or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return XmpInfo()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(packet[start:].rstrip(b"\0 \r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return XmpInfo()
    if root is None:
        return XmpInfo()
    values = _properties(root)

    def first(*names: str) -> str | None:
        return next((values[name][0] for name in names if values.get(name)), None)

    return XmpInfo(
        title=first(f"{_DC}title", f"{_PHOTOSHOP}Headline"),
        caption=first(f"{_DC}description"),
        keywords=tuple(dict.fromkeys(values.get(f"{_DC}subject", ())))[:500],
        rating=_rating(first(f"{_XMP}Rating")),
        taken=first(f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated", f"{_XMP}CreateDate"),
        make=first(f"{_TIFF}Make"),
        model=first(f"{_TIFF}Model"),
        lens=first(f"{_EXIF_EX}LensModel", f"{_AUX}Lens"),
        latitude=first(f"{_EXIF}GPSLatitude"),
        longitude=first(f"{_EXIF}GPSLongitude"),
    )


def _properties(root: etree._Element) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for description in root.iter(f"{_RDF}Description"):
        for name, value in description.attrib.items():
            _add(values, str(name), str(value))
        for element in description.iterchildren("{*}*"):
            for text in _texts(element):
                _add(values, str(element.tag), text)
    return values


def _texts(element: etree._Element) -> Iterator[str]:
    # Of alternatives in several languages the default one counts.
    items = sorted(
        element.iter(f"{_RDF}li"),
        key=lambda item: item.get("{http://www.w3.org/XML/1998/namespace}lang") != "x-default",
    )
    for item in items or [element]:
        yield item.text or ""


def _add(values: dict[str, list[str]], name: str, text: str) -> None:
    cleaned = text.strip()[:5000]
    if cleaned:
        values.setdefault(name, []).append(cleaned)


def _rating(text: str | None) -> int | None:
    try:
        value = round(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
    return value if value is not None and -1 <= value <= 5 else None
