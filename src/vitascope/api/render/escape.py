"""Text in XML attributes: escaped, and without the characters that XML 1.0 cannot carry.

Titles come from tags and file names, so any of them may hold control characters or half a surrogate pair. Almost no
text needs a change, so one search decides.
"""

import re

_INVALID = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
plain = re.compile(f'[&<>"\t\n\r{_INVALID}]').search
"""``None`` for text that stands in an attribute as it is: asked before :func:`attribute`, it saves the call."""
_invalid = re.compile(f"[{_INVALID}]")
_search_surrogate = re.compile("[\ud800-\udfff]").search


def attribute(value: str) -> str:
    """``value`` as it stands between the quotes of an attribute."""
    if plain(value) is None:
        return value
    value = _invalid.sub("", value)
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return value.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def storable(value: str) -> str:
    """``value`` without half surrogate pairs, which no encoding can carry."""
    return value if _search_surrogate(value) is None else _invalid.sub("", value)
