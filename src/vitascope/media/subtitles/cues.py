"""Text subtitles between formats: a list of cues with the little markup that all formats share.

The text of a cue is kept as *markup*: lines separated by newlines; ``&``, ``<`` and ``>`` escaped; and no elements but
balanced ``<b>``, ``<i>`` and ``<u>``. Everything else that a file brings (fonts, classes, scripts) ends at the parser,
so a hostile subtitle cannot reach a browser through here.
"""

import html
import re
from dataclasses import dataclass

MAX_CUES = 100_000
MAX_CUE_TEXT = 16 * 1024

_TAG = re.compile(r"<(/?)([a-zA-Z0-9][^<>]*)>|<!--.{0,2000}?-->", re.DOTALL)
_ALLOWED = frozenset({"b", "i", "u"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    start_ms: int
    end_ms: int
    markup: str
    at_top: bool = False
    """Shown at the top of the picture instead of the bottom."""


def to_markup(text: str, *, escaped: bool) -> str:
    """Markup from HTML-like text. ``escaped``: does the text write ``&amp;`` for ``&``? (SubRip does not.)"""
    made: list[str] = []
    stack: list[str] = []
    place = 0
    for tag in _TAG.finditer(text := text[:MAX_CUE_TEXT]):
        made.append(_escape(text[place : tag.start()], escaped=escaped))
        place = tag.end()
        name = (tag[2] or "").split()[0].rstrip("/").split(".")[0].lower() if tag[2] else ""
        if name == "br":
            made.append("\n")
        elif name in _ALLOWED and not tag[1]:
            stack.append(name)
            made.append(f"<{name}>")
        elif name in stack:
            while stack:
                closing = stack.pop()
                made.append(f"</{closing}>")
                if closing == name:
                    break
    made.append(_escape(text[place:], escaped=escaped))
    made += [f"</{name}>" for name in reversed(stack)]
    lines = (line.strip() for line in "".join(made).split("\n"))
    return "\n".join(line for line in lines if line)


def from_markup(markup: str, tags: dict[str, str]) -> str:
    """Plain text with each tag (``<i>``, ``</i>``, …) replaced as given, or left out."""
    pieces = re.split(r"(</?[biu]>)", markup)
    return "".join(tags.get(piece, "") if index % 2 else html.unescape(piece) for index, piece in enumerate(pieces))


def _escape(text: str, *, escaped: bool) -> str:
    plain = html.unescape(text) if escaped else text
    return html.escape(plain.replace("\r", "").replace("\0", ""), quote=False)
