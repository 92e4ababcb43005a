"""Configuration files of nginx, from typed values.

A word is quoted where nginx would see structure in it. Quotes keep it from reading blanks, braces and semicolons, but
not ``$``: there is no way to write one that begins no variable, so a value that comes from a person and has one is
refused (:func:`value`). Variables of our own are written as they are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vitascope.ops.bundles.model import UnsuitableValueError

_PLAIN = re.compile(r"[^\s;{}\"'\\#]+")
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Note:
    """A comment."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A directive with others in it."""

    words: tuple[str, ...]
    body: "Sequence[Item]"


Item = Note | Block | tuple[str, ...]
"""A tuple is a directive: its name, then its words."""


def value(option: str, text: str) -> str:
    """A value that a person chose."""
    if "$" in text:
        raise UnsuitableValueError(option, text, "nginx takes what follows a $ for a variable")
    return text


def render(items: Iterable[Item]) -> str:
    """The text of a file, or of a part of one."""
    return "".join(_lines(items, ""))


def _lines(items: Iterable[Item], indent: str) -> Iterable[str]:
    for item in items:
        match item:
            case Note():
                yield from (f"{indent}# {line}\n" for line in item.text.splitlines())
            case Block():
                yield f"{indent}{_words(item.words)} {{\n"
                yield from _lines(item.body, indent + _INDENT)
                yield f"{indent}}}\n"
            case _:
                yield f"{indent}{_words(item)};\n"


def _words(words: Iterable[str]) -> str:
    return " ".join(word(each) for each in words)


def word(text: str) -> str:
    """A word, in quotes where it needs them."""
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
