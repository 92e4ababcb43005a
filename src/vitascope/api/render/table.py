"""Tables of attributes, and the plans made of them.

A table says for one element which attributes it has and where they come from. For a given *shape* of answer (list or
detail, which fields and elements are wanted) a plan is made of it once: the attributes left after the filter, with the
functions that write them (:mod:`vitascope.api.render.attributes`), and the plans of its children.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, Protocol, TypeVar

from vitascope.api.render.attributes import json_object, xml_start

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one answer carries of each item."""

    detail: bool = False
    """The full item: streams, ids of tags, everything."""
    across_sections: bool = False
    """Items of several sections: each says which is its own."""
    guids: bool = False
    check_files: bool = False
    chapters: bool = False
    markers: bool = False
    reviews: bool = False
    playing: bool = False
    """Items that are being played: their media and parts say how they reach the player."""
    entries: Literal["playlistItemID", "playQueueItemID"] | None = None
    """Entries of a playlist or queue: each says which one it is, under this name."""
    conversions: bool = False
    """Items of which the owner has versions made: each says how far that is."""
    added_fields: frozenset[str] = frozenset()
    """Optional attributes that were asked for."""
    only_fields: frozenset[str] | None = None
    dropped_fields: frozenset[str] = frozenset()
    only_elements: frozenset[str] | None = None
    dropped_elements: frozenset[str] = frozenset()

    def wants_field(self, attr: "Attribute[Any]") -> bool:
        if attr.name in self.dropped_fields or (attr.when is not None and not attr.when(self)):
            return False
        if attr.optional and attr.name not in self.added_fields:
            return False
        return self.only_fields is None or attr.name in self.only_fields or attr.key

    def wants_element(self, name: str) -> bool:
        if name in self.dropped_elements:
            return False
        return self.only_elements is None or name in self.only_elements


@dataclass(frozen=True, slots=True)
class Attribute(Generic[T]):
    """One attribute: its name, its type and its source.

    A source that is text names a field of the row (dots reach into rows of rows); a callable computes the value.
    ``None`` leaves the attribute out.
    """

    name: str
    kind: str
    source: str | Callable[[T], str | int | float | bool | None]
    when: Callable[[Shape], bool] | None = None
    optional: bool = False
    key: bool = False
    """Never left out by ``includeFields``."""


Source = str | Callable[[Any], str | int | float | bool | None]


def number(
    name: str,
    source: Source,
    *,
    when: Callable[[Shape], bool] | None = None,
    optional: bool = False,
    key: bool = False,
) -> Attribute[Any]:
    """A whole or decimal number."""
    return Attribute(name, "number", source, when, optional, key)


def text(
    name: str,
    source: Source,
    *,
    when: Callable[[Shape], bool] | None = None,
    optional: bool = False,
    key: bool = False,
) -> Attribute[Any]:
    """Text; the empty text is sent, ``None`` is not."""
    return Attribute(name, "text", source, when, optional, key)


def count(name: str, source: str) -> Attribute[Any]:
    """A number of which zero means that there is none, and is left out."""
    return Attribute(name, "count", source)


def flag(name: str, source: Source, *, when: Callable[[Shape], bool] | None = None) -> Attribute[Any]:
    """True or false: sent as 1 when true, and left out when false."""
    return Attribute(name, "flag", source, when)


@dataclass(frozen=True, slots=True)
class Children(Generic[T]):
    """Child elements of one table: ``get`` finds their rows."""

    element: str
    get: Callable[[T], Sequence[Any]]
    table: "Table[Any]"
    when: Callable[[Shape], bool] | None = None


@dataclass(frozen=True, slots=True)
class Mixed(Generic[T]):
    """Child elements of several tables, in one pass: ``get`` finds (element, row) pairs."""

    elements: tuple[str, ...]
    get: Callable[[T], Iterable[tuple[str, Any]]]
    tables: "tuple[Table[Any], ...]"
    """In the order of ``elements``."""
    when: Callable[[Shape], bool] | None = None


class Element(Protocol):
    """An element that knows how to write itself."""

    element: str

    def xml(self, out: list[str]) -> None:
        """Appends the element."""
        ...

    def json(self) -> Json:
        """The object."""
        ...


@dataclass(frozen=True, slots=True)
class Ready(Generic[T]):
    """Child elements that are made already. In JSON each is one object under its name, not a list."""

    get: Callable[[T], Sequence[Element]]


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[T]):
    """All attributes and children of one element. Tables are told apart by identity."""

    element: str
    attributes: tuple[Attribute[T], ...]
    children: tuple[Children[T] | Mixed[T] | Ready[T], ...] = ()
    json_name: str | None = None
    json_always: tuple[str, ...] = ()
    """Texts that JSON has in any case, empty where there is nothing: clients made from the published description
    refuse an object without them."""

    def plan(self, shape: Shape) -> "Plan":
        """The plan of this table for a shape."""
        return _plan(self, shape)


@lru_cache(maxsize=1_024)
def _plan(table: Table[Any], shape: Shape) -> "Plan":
    return Plan.of(table, shape)


class Plan:
    """How to write rows of one table in one shape."""

    __slots__ = ("_always", "_attributes", "_children", "_element", "_end", "_object", "_start", "json_name")

    def __init__(
        self,
        element: str,
        json_name: str,
        attributes: tuple[Attribute[Any], ...],
        children: "list[_ChildPlan]",
        always: tuple[str, ...] = (),
    ) -> None:
        self._element = element
        self._attributes = attributes
        self._start: Callable[[Any], str] | None = None
        self._object: Callable[[Any], Json] | None = None
        self._end = f"</{element}>\n"
        self._children = children
        self._always = always
        self.json_name = json_name

    @classmethod
    def of(cls, table: Table[Any], shape: Shape) -> "Plan":
        children: list[_ChildPlan] = []
        for child in table.children:
            if isinstance(child, Ready):
                children.append(_ReadyPlan(child.get))
                continue
            if child.when is not None and not child.when(shape):
                continue
            if isinstance(child, Mixed):
                plans = {
                    name: nested.plan(shape)
                    for name, nested in zip(child.elements, child.tables, strict=True)
                    if shape.wants_element(name)
                }
                if plans:
                    children.append(_MixedPlan(child.get, plans))
            elif shape.wants_element(child.element):
                children.append(_OnePlan(child.get, child.table.plan(shape), child.element))
        wanted = tuple(attr for attr in table.attributes if shape.wants_field(attr))
        always = tuple(name for name in table.json_always if name not in shape.dropped_fields)
        return cls(table.element, table.json_name or table.element, wanted, children, always)

    def xml(self, row: Any, out: list[str]) -> None:
        """Appends the element of ``row``."""
        if self._start is None:  # made when it is needed: most servers are asked for one of the two forms
            self._start = xml_start(self._element, self._attributes)
        start = self._start(row)
        if not self._children:
            out.append(start + "/>\n")
            return
        out.append(start + ">\n")
        before = len(out)
        for child in self._children:
            child.xml(row, out)
        if len(out) == before:
            out[-1] = start + "/>\n"
        else:
            out.append(self._end)

    def json(self, row: Any) -> Json:
        """The object of ``row``."""
        if self._object is None:
            self._object = json_object(self._attributes)
        made = self._object(row)
        for name in self._always:
            made.setdefault(name, "")
        for child in self._children:
            child.json(row, made)
        return made


class _ChildPlan(ABC):
    """How to write the children of a row."""

    __slots__ = ()

    @abstractmethod
    def xml(self, row: Any, out: list[str]) -> None: ...

    @abstractmethod
    def json(self, row: Any, into: Json) -> None: ...


class _OnePlan(_ChildPlan):
    __slots__ = ("_get", "_name", "_plan")

    def __init__(self, get: Callable[[Any], Sequence[Any]], plan: Plan, name: str) -> None:
        self._get = get
        self._plan = plan
        self._name = plan.json_name or name

    def xml(self, row: Any, out: list[str]) -> None:
        write = self._plan.xml
        for child in self._get(row):
            write(child, out)

    def json(self, row: Any, into: Json) -> None:
        children = self._get(row)
        if children:
            into[self._name] = [self._plan.json(child) for child in children]


class _MixedPlan(_ChildPlan):
    __slots__ = ("_get", "_plans")

    def __init__(self, get: Callable[[Any], Iterable[tuple[str, Any]]], plans: dict[str, Plan]) -> None:
        self._get = get
        self._plans = plans

    def xml(self, row: Any, out: list[str]) -> None:
        plans = self._plans
        for name, child in self._get(row):
            plan = plans.get(name)
            if plan is not None:
                plan.xml(child, out)

    def json(self, row: Any, into: Json) -> None:
        for name, child in self._get(row):
            plan = self._plans.get(name)
            if plan is not None:
                into.setdefault(plan.json_name, []).append(plan.json(child))


class _ReadyPlan(_ChildPlan):
    __slots__ = ("_get",)

    def __init__(self, get: Callable[[Any], Sequence[Element]]) -> None:
        self._get = get

    def xml(self, row: Any, out: list[str]) -> None:
        for child in self._get(row):
            child.xml(out)

    def json(self, row: Any, into: Json) -> None:
        for child in self._get(row):
            into[child.element] = child.json()
