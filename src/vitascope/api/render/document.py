"""Whole answers: a ``MediaContainer`` with attributes and children, as XML or JSON bytes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from vitascope.api.render.escape import attribute, storable
from vitascope.api.render.table import Plan

Value = str | int | float | bool | None
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_encode = msgspec.json.Encoder().encode


def _attributes(attributes: Mapping[str, Value]) -> str:
    written: list[str] = []
    for name, value in attributes.items():
        if value is None:
            continue
        if isinstance(value, str):
            written.append(f' {name}="{attribute(value)}"')
        else:
            written.append(f' {name}="{int(value) if isinstance(value, bool) else value}"')
    return "".join(written)


@dataclass(slots=True)
class Node:
    """An element that is made by hand."""

    element: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    children: "Sequence[Node | Rows]" = ()
    json_name: str | None = None
    content: str | None = None
    """Text inside the element; JSON has it as ``content``."""
    json_always: Sequence[str] = ()
    """As in :class:`~vitascope.api.render.table.Table`."""
    single: bool = False
    """There is never more than one: in JSON an object and not a list."""

    def xml(self, out: list[str]) -> None:
        """Appends the element."""
        start = f"<{self.element}{_attributes(self.attributes)}"
        if self.content is not None:
            out.append(f"{start}>{attribute(self.content)}</{self.element}>\n")
            return
        if not self.children:
            out.append(start + "/>\n")
            return
        out.append(start + ">\n")
        for child in self.children:
            child.xml(out)
        out.append(f"</{self.element}>\n")

    def json(self) -> dict[str, Any]:
        """The object."""
        made: dict[str, Any] = {
            name: storable(value) if isinstance(value, str) else value
            for name, value in self.attributes.items()
            if value is not None
        }
        for name in self.json_always:
            made.setdefault(name, "")
        if self.content is not None:
            made["content"] = storable(self.content)
        _gather(self.children, made)
        return made


@dataclass(slots=True)
class Rows:
    """Rows with the plans to write them by."""

    rows: Iterable[tuple[Plan, Any]]
    single: bool = False
    """There is never more than one: in JSON an object and not a list."""

    def xml(self, out: list[str]) -> None:
        """Appends the elements."""
        for plan, row in self.rows:
            plan.xml(row, out)


def _gather(children: "Sequence[Node | Rows]", into: dict[str, Any]) -> None:
    for child in children:
        if isinstance(child, Node) and child.single:
            into[child.json_name or child.element] = child.json()
        elif isinstance(child, Node):
            into.setdefault(child.json_name or child.element, []).append(child.json())
        else:
            for plan, row in child.rows:
                if child.single:
                    into[plan.json_name] = plan.json(row)
                else:
                    into.setdefault(plan.json_name, []).append(plan.json(row))


@dataclass(slots=True)
class Container:
    """The root of an answer."""

    attributes: dict[str, Value] = field(default_factory=dict)
    children: "list[Node | Rows]" = field(default_factory=list)
    root: str = "MediaContainer"

    def xml(self) -> bytes:
        """The answer as XML."""
        out = [_HEAD]
        Node(self.root, self.attributes, self.children).xml(out)
        return "".join(out).encode("utf-8", "ignore")

    def json(self) -> bytes:
        """The answer as JSON."""
        return _encode({self.root: Node(self.root, self.attributes, self.children).json()})
