"""Expressions of Nix, from typed values.

A string of Nix may hold expressions (``${…}``), so what a person chose goes through :func:`string`, which leaves none.
Text of our own, such as a configuration inside the configuration, is an :class:`Indented` string or an :class:`Expr`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_STEP = "  "
_ESCAPES = {"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Expr(str):
    """An expression, written as it is."""

    __slots__ = ()


class Indented(str):
    """A text of several lines, between two apostrophes each; expressions in it are meant."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A comment above what follows."""

    text: str


Value = str | bool | int | Sequence["Value"] | Mapping[str, "Value"]
Item = Note | tuple[str, Value]
"""A tuple is a definition: its path (``services.nginx.enable``), and what it is."""


def string(text: str) -> str:
    """A string in which nothing is an expression."""
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def literal(text: str) -> str:
    """Text for the inside of an :class:`Indented` string, in which nothing is an expression."""
    return text.replace("''", "'''").replace("${", "''${")


def name(text: str) -> str:
    """A part of a path; an :class:`Expr` is one that is worked out."""
    return text if isinstance(text, Expr) or _NAME.fullmatch(text) else string(text)


def render(items: Iterable[Item], indent: str = _STEP) -> str:
    """Definitions, one after the other, with an empty line before each comment."""
    lines: list[str] = []
    for item in items:
        match item:
            case Note():
                lines += [""] if lines else []
                lines += [f"{indent}# {line}" for line in item.text.splitlines()]
            case (path, value):
                lines.append(f"{indent}{path} = {written(value, indent)};")
    return "".join(f"{line}\n" for line in lines)


def written(value: Value, indent: str = "") -> str:
    """A value, the lines after its first indented."""
    inner = indent + _STEP
    match value:
        case Expr():
            return str(value)
        case Indented():
            text = "".join(f"{inner}{line}\n" if line else "\n" for line in value.splitlines())
            return f"''\n{text}{indent}''"
        case str():
            return string(value)
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Mapping():
            parts = "".join(f"{inner}{name(key)} = {written(one, inner)};\n" for key, one in value.items())
            return f"{{\n{parts}{indent}}}" if parts else "{ }"
        case _:
            items = [written(one, inner) for one in value]
            short = f"[ {' '.join(items)} ]" if items else "[ ]"
            if len(short) <= 90 and "\n" not in short:
                return short
            return "[\n" + "".join(f"{inner}{item}\n" for item in items) + f"{indent}]"
