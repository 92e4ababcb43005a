"""From the bytes of an NFO file to its root elements, whatever has happened to it on the way.

Such files are written by dozens of programs and by hand: the declared encoding is often not the real one, ``&`` stands
bare, HTML entities are used, several roots follow each other, or an address follows the XML. First the file is read as
it is; when that fails it is mended, and when that fails too, read as far as it goes; a problem then names the line.
"""

import re
from html.entities import name2codepoint

from msgspec import Struct

from vitascope.metadata.safe_xml import Element, UnsafeXmlError, XmlError, parse

MAX_BYTES = 4 << 20

_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"""<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENTITY = re.compile(r"&(#\d{1,7};|#x[0-9a-fA-F]{1,6};|\w{1,32};)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)


class NfoProblem(Struct, frozen=True, kw_only=True):
    """Something an owner should know about one file, in words."""

    file: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class Document(Struct, frozen=True, kw_only=True):
    """The root elements, the text outside of them, and what was wrong."""

    roots: tuple[Element, ...]
    loose_text: str
    problems: tuple[NfoProblem, ...] = ()


def read_document(data: bytes, file: str) -> Document:
    """Never raises."""
    if len(data) > MAX_BYTES:
        return _failed(file, f"larger than {MAX_BYTES >> 20} MB: not read")
    text = decode(data)
    if "<" not in text:
        return Document(roots=(), loose_text=text)
    try:
        if _DOCTYPE.search(text):
            root = parse(_DECLARATION.sub("", text).strip().encode())  # refuses what is dangerous
            return Document(roots=(root,), loose_text="")
    except UnsafeXmlError as error:
        return _failed(file, f"refused: {error}", error.line)
    except XmlError as error:
        return _failed(file, f"not readable: {error}", error.line)
    wrapped = "<nfo>" + _DECLARATION.sub("", text) + "</nfo>"
    try:
        return _unwrapped(parse(wrapped.encode()))
    except XmlError as error:
        problem = NfoProblem(file=file, line=error.line, message=f"not well-formed XML: {error}")
    mended = _mend(wrapped)
    try:
        return _unwrapped(parse(mended.encode()), problem)
    except XmlError:
        pass
    try:
        return _unwrapped(parse(mended.encode(), recover=True), problem)
    except XmlError:
        return Document(roots=(), loose_text="", problems=(problem,))


def decode(data: bytes) -> str:
    """The text of a file in whatever encoding it really has."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    declared = _DECLARED.search(data[:300])
    candidates = ["utf-8"] + ([declared[1].decode("ascii")] if declared else [])
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _unwrapped(wrapper: Element, *problems: NfoProblem) -> Document:
    roots = tuple(wrapper.iterchildren("*"))
    loose = [wrapper.text or ""] + [root.tail or "" for root in roots]
    return Document(roots=roots, loose_text="\n".join(loose).strip(), problems=problems)


def _mend(text: str) -> str:
    return _ENTITY.sub(_mended_entity, _FORBIDDEN.sub("", text))


def _mended_entity(match: re.Match[str]) -> str:
    name = (match[1] or "").rstrip(";")
    if name.startswith("#") or name in _XML_ENTITIES:
        return match[0]
    if name in name2codepoint:
        return f"&#{name2codepoint[name]};"
    return "&amp;" + match[0][1:]


def _failed(file: str, message: str, line: int | None = None) -> Document:
    return Document(roots=(), loose_text="", problems=(NfoProblem(file=file, line=line, message=message),))
