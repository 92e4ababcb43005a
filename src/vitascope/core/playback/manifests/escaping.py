"""Texts of files and people inside manifests: they stay one value, whatever is in them."""

import re
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]+")
_LONGEST = 200
_SAFE_IN_URI = "/:?&=%+,;@~-._!$'()*#[]"


def plain(text: str) -> str:
    """In one line, without control characters and what UTF-8 and XML do not hold."""
    return " ".join(_CONTROL.sub(" ", text).split())[:_LONGEST].strip()


def quoted(text: str) -> str:
    """A quoted string of RFC 8216 (4.2), which knows no escapes: a quotation mark becomes an apostrophe."""
    return f'"{plain(text).replace(chr(34), chr(39))}"'


def uri(text: str) -> str:
    """An address without anything that could end it."""
    return quote(text, safe=_SAFE_IN_URI, errors="replace")


def attribute(name: str, value: str | int) -> str:
    """An attribute of XML with a space before it."""
    return f" {name}={quoteattr(plain(str(value)))}"
