"""Tables of attributes, and the plans made of them.

A table says for one element which attributes it has and where they come from. For a given *shape* of answer (list or
detail, which fields and elements are wanted) a plan is made of it once: the attributes left after the filter, sorted
into numbers, texts and flags so that each group is fetched by one ``attrgetter`` and formatted by one loop. That is
what makes a page of fifty full items cost well under a millisecond.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, Literal, Protocol, TypeVar

from vitascope.api.render.escape import attribute, plain, storable

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


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """One call that fetches all fields, whatever their number."""
    if not names:
        return lambda _row: ()
    if len(names) == 1:
        one = attrgetter(names[0])
        return lambda row: (one(row),)
    return attrgetter(*names)


_Fields = tuple[Callable[[Any], tuple[Any, ...]], tuple[str, ...]]
_Computed = tuple[str, Callable[[Any], Any]]


@dataclass(slots=True)
class _Group:
    """The attributes of one kind: those that are fields, and those that are computed."""

    names: list[str]
    prefixes: list[str]
    get: Callable[[Any], tuple[Any, ...]]
    computed: list[tuple[str, str, Callable[[Any], Any]]]

    @classmethod
    def of(cls, attributes: Iterable[Attribute[Any]]) -> "_Group":
        sources: list[str] = []
        group = cls([], [], _getter(()), [])
        for attr in attributes:
            prefix = f' {attr.name}="'
            if isinstance(attr.source, str):
                group.names.append(attr.name)
                group.prefixes.append(prefix)
                sources.append(attr.source)
            else:
                group.computed.append((attr.name, prefix, attr.source))
        group.get = _getter(sources)
        return group

    def steps(self) -> "tuple[tuple[_Fields, ...], tuple[_Computed, ...]]":
        """What writing the group takes: at most one fetch of its fields, and its computed attributes."""
        fields = ((self.get, tuple(self.prefixes)),) if self.prefixes else ()
        return fields, tuple((prefix, compute) for _, prefix, compute in self.computed)


class Plan:
    """How to write rows of one table in one shape."""

    __slots__ = (
        "_always",
        "_children",
        "_count_fields",
        "_counts",
        "_end",
        "_flag_calls",
        "_flag_fields",
        "_flags",
        "_number_calls",
        "_number_fields",
        "_numbers",
        "_start",
        "_text_calls",
        "_text_fields",
        "_texts",
        "json_name",
    )

    def __init__(
        self,
        element: str,
        json_name: str,
        groups: tuple[_Group, _Group, _Group, _Group],
        children: "list[_ChildPlan]",
        always: tuple[str, ...] = (),
    ) -> None:
        self._always = always
        self._start = f"<{element}"
        self._end = f"</{element}>\n"
        self.json_name = json_name
        self._texts, self._numbers, self._counts, self._flags = groups
        self._children = children
        # Of each kind nothing at all where there is nothing: most elements have two attributes.
        self._text_fields, self._text_calls = self._texts.steps()
        self._number_fields, self._number_calls = self._numbers.steps()
        self._count_fields, _ = self._counts.steps()
        self._flag_fields, self._flag_calls = self._flags.steps()

    @classmethod
    def of(cls, table: Table[Any], shape: Shape) -> "Plan":
        wanted = [attr for attr in table.attributes if shape.wants_field(attr)]
        groups = (
            _Group.of(attr for attr in wanted if attr.kind == "text"),
            _Group.of(attr for attr in wanted if attr.kind == "number"),
            _Group.of(attr for attr in wanted if attr.kind == "count"),
            _Group.of(attr for attr in wanted if attr.kind == "flag"),
        )
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
        always = tuple(name for name in table.json_always if name not in shape.dropped_fields)
        return cls(table.element, table.json_name or table.element, groups, children, always)

    def xml(self, row: Any, out: list[str]) -> None:
        """Appends the element of ``row``."""
        append = out.append
        append(self._start)
        for get, prefixes in self._text_fields:
            for prefix, value in zip(prefixes, get(row), strict=False):
                if value is not None:
                    append(f'{prefix}{value if plain(value) is None else attribute(value)}"')
        for prefix, compute in self._text_calls:
            value = compute(row)
            if value is not None:
                append(f'{prefix}{value if plain(value) is None else attribute(value)}"')
        for get, prefixes in self._number_fields:
            for prefix, value in zip(prefixes, get(row), strict=False):
                if value is not None:
                    append(f'{prefix}{value}"')
        for prefix, compute in self._number_calls:
            value = compute(row)
            if value is not None:
                append(f'{prefix}{value}"')
        for get, prefixes in self._count_fields:
            for prefix, value in zip(prefixes, get(row), strict=False):
                if value:
                    append(f'{prefix}{value}"')
        for get, prefixes in self._flag_fields:
            for prefix, value in zip(prefixes, get(row), strict=False):
                if value:
                    append(f'{prefix}1"')
        for prefix, compute in self._flag_calls:
            if compute(row):
                append(f'{prefix}1"')
        if not self._children:
            append("/>\n")
            return
        append(">\n")
        before = len(out)
        for child in self._children:
            child.xml(row, out)
        if len(out) == before:
            out[-1] = "/>\n"
        else:
            append(self._end)

    def json(self, row: Any) -> Json:
        """The object of ``row``."""
        made: Json = {}
        for name, _, compute in self._texts.computed:
            value = compute(row)
            if value is not None:
                made[name] = storable(value)
        for name, value in zip(self._texts.names, self._texts.get(row), strict=False):
            if value is not None:
                made[name] = storable(value)
        for name, _, compute in self._numbers.computed:
            value = compute(row)
            if value is not None:
                made[name] = value
        for name, value in zip(self._numbers.names, self._numbers.get(row), strict=False):
            if value is not None:
                made[name] = value
        for name, value in zip(self._counts.names, self._counts.get(row), strict=False):
            if value:
                made[name] = value
        for name, _, compute in self._flags.computed:
            if compute(row):
                made[name] = True
        for name, value in zip(self._flags.names, self._flags.get(row), strict=False):
            if value:
                made[name] = True
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
