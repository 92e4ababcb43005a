"""Plain text of the HTML in which texts about books are written: paragraphs stay, everything else of it goes.

In one pass, whatever the text: :mod:`html.parser` takes a minute for a few thousand tags that are never closed.
"""

import html
import re

_LONGEST = 100_000
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<[!?/][^<>]*>")
_OPENED = re.compile(r"<(?=[A-Za-z/!?])")
_MARKUP = re.compile(r"[<&]")
_BREAKS = frozenset({"br", "li", "tr"})
_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_UNSEEN = frozenset({"script", "style", "template", "iframe", "object", "svg", "title"})


def plain(text: str | None) -> str | None:
    """Never raises, whatever is in the text; nothing that it leaves came as markup."""
    if text is None or not _MARKUP.search(text):
        return text
    lines = [" ".join(line.split()) for line in "".join(_pieces(text[:_LONGEST])).split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return joined or None


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    hidden: str | None = None
    at = 0
    for tag in _TAG.finditer(text):
        if hidden is None:
            pieces.append(_shown(text[at : tag.start()]))
        at = tag.end()
        closing, name = tag[1], (tag[2] or "").lower()
        if hidden is not None:
            hidden = None if closing and name == hidden else hidden
        elif name in _UNSEEN and not closing:
            hidden = name
        elif name in _BLOCKS:
            pieces.append("\n\n")
        elif name in _BREAKS and not closing:
            pieces.append("\n")
    if hidden is None:
        pieces.append(_shown(text[at:]))
    return pieces


def _shown(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(_OPENED.sub("", text)))
