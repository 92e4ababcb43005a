"""Values as TypeScript literals, formatted as the packages of this SDK are: single quotes, no semicolons."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Literal: TypeAlias = "str | int | bool | Raw | Sequence[Literal] | Mapping[str, Literal] | None"

_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_WIDTH = 100


class Raw:
    """An expression of our own, written as it is."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def quoted(text: str) -> str:
    """A string literal. Escapes as JSON does; U+2028 and U+2029 too, which older readers take for line ends."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return "'" + inner.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "'"


def literal(value: Literal, indent: int = 0) -> str:
    """A value as an expression; what does not fit a line is broken into one line for each member."""
    if isinstance(value, Raw):
        return value.text
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        members = [f"{_key(key)}: {literal(each, indent + 2)}" for key, each in value.items()]
        opening, closing, blank = "{", "}", " "
    else:
        members = [literal(each, indent + 2) for each in value]
        opening, closing, blank = "[", "]", ""
    if not members:
        return opening + closing
    line = f"{opening}{blank}{', '.join(members)}{blank}{closing}"
    if "\n" not in line and len(line) + indent <= _WIDTH and not (isinstance(value, Mapping) and len(members) > 3):
        return line
    pad = " " * (indent + 2)
    return opening + "\n" + "".join(f"{pad}{member},\n" for member in members) + " " * indent + closing


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else quoted(key)
