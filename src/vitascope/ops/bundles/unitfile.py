"""Unit files of systemd and of Podman's generator, from typed values.

Follows systemd.syntax(7) and systemd.service(5). Three kinds of value need three kinds of quoting: a *plain* value is
one whole line in which ``%`` starts a specifier; a *word* is one of several in a line, so blanks and quotes matter; an
*argument* is a word of a command line, where ``$`` starts a variable too. Text that comes from a person always passes
one of them; settings that this package itself writes may use specifiers by way of :class:`Raw`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.ops.bundles.model import UnsuitableValueError

_NEEDS_QUOTES = frozenset(" \t\"'\\;#")


class Raw(str):
    """Text of our own, written as it is."""

    __slots__ = ()


def plain(value: str) -> Raw:
    """A value that takes the whole line."""
    if isinstance(value, Raw):
        return value
    _one_line(value)
    if value != value.strip() or value.endswith("\\"):
        raise UnsuitableValueError("value", value, "a line of a unit cannot begin or end with a blank or end with \\")
    return Raw(value.replace("%", "%%"))


def word(value: str) -> Raw:
    """A value that is one word of a line."""
    if isinstance(value, Raw):
        return value
    _one_line(value)
    escaped = value.replace("%", "%%")
    if value and not _NEEDS_QUOTES.intersection(value):
        return Raw(escaped)
    return Raw('"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"')


def argument(value: str) -> Raw:
    """A word of a command line."""
    return value if isinstance(value, Raw) else Raw(word(value).replace("$", "$$"))


def command(*arguments: str) -> Raw:
    """A command line."""
    return Raw(" ".join(argument(each) for each in arguments))


def assignment(name: str, value: str) -> Raw:
    """A variable for ``Environment=`` of a service."""
    return word(f"{name}={value}")


def container_assignment(name: str, value: str) -> Raw:
    """A variable for ``Environment=`` of a ``.container``: the generator makes it an argument of a command line."""
    return argument(f"{name}={value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section with its settings, in order; a comment stands above it."""

    name: str
    settings: Sequence[tuple[str, str]]
    comment: str = ""


def render(*sections: Section, comment: str = "") -> str:
    """The text of a unit."""
    blocks = [_comment(comment)] if comment else []
    for section in sections:
        lines = [_comment(section.comment)] if section.comment else []
        lines.append(f"[{section.name}]\n")
        lines += [f"{key}={plain(value)}\n" for key, value in section.settings]
        blocks.append("".join(lines))
    return "\n".join(blocks)


def _comment(text: str) -> str:
    return "".join(f"# {line}\n" if line else "#\n" for line in text.splitlines())


def _one_line(value: str) -> None:
    if any(ord(each) < 32 or ord(each) == 127 for each in value):
        raise UnsuitableValueError("value", value, "a line of a unit cannot hold a control character")
