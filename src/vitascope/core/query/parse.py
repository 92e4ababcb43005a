"""From the parameters of a request to a :class:`Listing`.

Parameters that are no fields are passed over, since a query string also carries paging, includes and the client's
headers; a field that is named with a scope or an operator but does not exist is an error, as is a value that its
field cannot have. ``and`` binds tighter than ``or`` where a client mixes them on one level.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from vitascope.core.model import ItemType, SectionKind
from vitascope.core.query.catalogue import TYPE_NAMES, LibraryType, library_type, types_of_section
from vitascope.core.query.errors import QueryError
from vitascope.core.query.fields import FieldKind, Sort, SourceKind, operators_of
from vitascope.core.query.relations import ancestors, related
from vitascope.core.query.syntax import ALL, And, Condition, Direction, Listing, Node, Op, Or, SortKey
from vitascope.core.query.values import parse_values

MAX_CONDITIONS = 200
MAX_DEPTH = 20

_NUMERIC = {"": Op.EQ, "!": Op.NE, ">>": Op.GT, "<<": Op.LT, ">": Op.GE, "<": Op.LE}
_STRING = {
    "": Op.CONTAINS,
    "!": Op.NOT_CONTAINS,
    "=": Op.EQ,
    "!=": Op.NE,
    "<": Op.BEGINS,
    ">": Op.ENDS,
}
_EXACT = {"": Op.EQ, "!": Op.NE, "=": Op.EQ, "!=": Op.NE}
_OPERATOR_CHARACTERS = "!<>="


_CONNECTORS = frozenset({"push", "pop", "and", "or"})


def parse_listing(
    parameters: Iterable[tuple[str, str]],
    *,
    default_type: ItemType,
    now: datetime,
    shuffle_seed: int = 0,
) -> Listing:
    """The listing that decoded query parameters ask for, in their order.

    ``default_type`` is listed when no ``type`` is asked for; ``now`` is what relative dates count from, with a time
    zone. ``shuffle_seed`` is used when the order is random. Raises :class:`QueryError`.
    """
    pairs = list(parameters)
    listed = library_type(_result_type(pairs, default_type))
    if listed is None:
        raise QueryError("type: items of this type cannot be listed")
    source_type = _source_type(pairs, listed)
    tree = _Parser(listed, source_type, now).parse(pairs)
    last = dict(pairs)
    sort = _parse_sort(last.get("sort", ""), listed)
    random = any(key.source.kind is SourceKind.FACT and key.source.name == "random" for key in sort)
    return Listing(
        type=listed.type,
        tree=tree,
        sort=sort,
        limit=_limit(last.get("limit")),
        group_by=_group(last.get("group")),
        shuffle_seed=shuffle_seed if random else None,
    )


def allowed_types(kind: SectionKind) -> frozenset[ItemType]:
    """Types a section of this kind can be asked for."""
    return frozenset({listed.type for listed in types_of_section(kind)} | {ItemType.COLLECTION})


def _number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise QueryError(f"{name}: {text!r} is no whole number") from None


def _result_type(pairs: Sequence[tuple[str, str]], default: ItemType) -> ItemType:
    for name, value in pairs:
        if name == "type" and value:
            if value in TYPE_NAMES:
                return TYPE_NAMES[value]
            try:
                return ItemType(_number("type", value))
            except ValueError as error:
                raise QueryError(f"type: there is no type {value!r}") from error
    return default


def _source_type(pairs: Sequence[tuple[str, str]], listed: LibraryType) -> LibraryType:
    for name, value in pairs:
        if name == "sourceType" and value:
            try:
                found = library_type(ItemType(_number("sourceType", value)))
            except ValueError as error:
                raise QueryError(f"sourceType: there is no type {value!r}") from error
            if found is None:
                raise QueryError(f"sourceType: there is no type {value!r}")
            return found
    return listed


def _limit(text: str | None) -> int | None:
    if not text:
        return None
    limit = _number("limit", text)
    if limit < 0:
        raise QueryError("limit: must not be negative")
    return limit


def _group(text: str | None) -> str | None:
    if not text:
        return None
    if text != "title":
        raise QueryError(f"group: {text!r} is not supported; title is")
    return text


# --- the tree --------------------------------------------------------------------------------------------------


class _Group:
    """One open level: finished alternatives, and the conditions that the current one must fulfil together."""

    __slots__ = ("alternatives", "current")

    def __init__(self) -> None:
        self.alternatives: list[Node] = []
        self.current: list[Node] = []

    def add(self, node: Node) -> None:
        self.current.append(node)

    def alternative(self) -> None:
        if self.current:
            self.alternatives.append(_conjunction(self.current))
            self.current = []

    def close(self) -> Node:
        if not self.alternatives:
            return _conjunction(self.current)
        self.alternative()
        return self.alternatives[0] if len(self.alternatives) == 1 else Or(tuple(self.alternatives))


def _conjunction(nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, And):
            flat.extend(node.nodes)
        else:
            flat.append(node)
    if not flat:
        return ALL
    return flat[0] if len(flat) == 1 else And(tuple(flat))


class _Parser:
    __slots__ = ("_conditions", "_listed", "_now", "_source")

    def __init__(self, listed: LibraryType, source: LibraryType, now: datetime) -> None:
        self._listed = listed
        self._source = source
        self._now = now.astimezone(UTC)
        self._conditions = 0

    def parse(self, pairs: Iterable[tuple[str, str]]) -> Node:
        stack = [_Group()]
        for name, value in pairs:
            if name in _CONNECTORS:
                self._connect(stack, name)
                continue
            condition = self._condition(name, value)
            if condition is not None:
                self._conditions += 1
                if self._conditions > MAX_CONDITIONS:
                    raise QueryError(f"more than {MAX_CONDITIONS} conditions")
                stack[-1].add(condition)
        if len(stack) > 1:
            raise QueryError("push: a group is opened that no pop closes")
        return stack[0].close()

    def _connect(self, stack: list[_Group], name: str) -> None:
        if name == "push":
            if len(stack) > MAX_DEPTH:
                raise QueryError(f"push: more than {MAX_DEPTH} levels")
            stack.append(_Group())
        elif name == "pop":
            if len(stack) == 1:
                raise QueryError("pop: closes a group that no push opened")
            node = stack.pop().close()
            if node != ALL:
                stack[-1].add(node)
        elif name == "or":
            stack[-1].alternative()

    def _condition(self, name: str, value: str) -> Condition | None:
        bare = name.rstrip(_OPERATOR_CHARACTERS)
        suffix = name[len(bare) :]
        scope_name, _, key = bare.rpartition(".")
        if scope_name:
            if scope_name not in TYPE_NAMES:
                return None
            scope = library_type(TYPE_NAMES[scope_name])
        else:
            scope = self._scope_of(key)
        field = scope.fields.get(key) if scope is not None else None
        if scope is None or field is None:
            if suffix or scope_name:
                raise QueryError(f"{bare}: there is no such field")
            return None
        if not related(self._listed.type, scope.type):
            raise QueryError(f"{bare}: {scope.name} does not belong to {self._listed.name}")
        if value.startswith("=") and field.kind is FieldKind.STRING and suffix in {"", "!"}:
            suffix, value = suffix + "=", value[1:]  # an operator whose "=" was not percent-encoded
        operators = _operators(field.kind)
        if suffix not in operators:
            titles = ", ".join(operator.key for operator in operators_of(field.kind))
            raise QueryError(f"{bare}: has no operator {suffix + '='!r}; it has {titles}")
        op = operators[suffix]
        values = parse_values(field, op, value, name=bare, now=self._now)
        return Condition(scope=scope.type, field=field, op=op, values=values)

    def _scope_of(self, key: str) -> LibraryType | None:
        """Where a bare field lives: on the source type, else on the listed one's ancestors, nearest first."""
        for candidate in (self._source.type, self._listed.type, *ancestors(self._listed.type)):
            found = library_type(candidate)
            if found is not None and key in found.fields:
                return found
        return None


def _operators(kind: FieldKind) -> dict[str, Op]:
    if kind in {FieldKind.INTEGER, FieldKind.DATE}:
        return _NUMERIC
    if kind is FieldKind.STRING:
        return _STRING
    return _EXACT


# --- the order -------------------------------------------------------------------------------------------------


def _parse_sort(text: str, listed: LibraryType) -> tuple[SortKey, ...]:
    keys: list[SortKey] = []
    for item in (text or listed.default_sort).split(","):
        if item.strip():
            keys.extend(_sort_keys(item.strip(), listed))
    decisive = {"random", "titleSort", "id"}
    if not any(key.key in decisive and key.scope == listed.type for key in keys):
        keys.append(_sort_key(listed, listed.sorts["titleSort"], None, nulls_last=False))
    return tuple(keys)


def _sort_keys(item: str, listed: LibraryType) -> Iterable[SortKey]:
    name, _, modifier = item.partition(":")
    modifiers = set(modifier.split(":")) if modifier else set()
    unknown = modifiers - {"asc", "desc", "nullsLast"}
    if unknown:
        raise QueryError(f"sort: {name} has no direction {min(unknown)!r}; asc, desc and nullsLast exist")
    direction = None
    if "desc" in modifiers:
        direction = Direction.DESC
    elif "asc" in modifiers:
        direction = Direction.ASC
    nulls_last = "nullsLast" in modifiers

    sort = _find_sort(name, listed)
    if sort is not None:
        if not sort.keys:
            return (_sort_key(listed, sort, direction, nulls_last=nulls_last),)
        first, *rest = sort.keys
        return (
            _scoped_key(first, listed, direction, nulls_last=nulls_last),
            *(_scoped_key(key, listed, None, nulls_last=False) for key in rest),
        )
    return (_scoped_key(name, listed, direction, nulls_last=nulls_last),)


def _find_sort(name: str, listed: LibraryType) -> Sort | None:
    """A sort by its key; a scope that only repeats the listed type may precede it. Photo albums are photos to clients
    when they sort."""
    if name in listed.sorts:
        return listed.sorts[name]
    scope, _, key = name.rpartition(".")
    own = scope == listed.name or (listed.type is ItemType.PHOTO_ALBUM and scope == "photo")
    return listed.sorts.get(key) if own else None


def _scoped_key(name: str, listed: LibraryType, direction: Direction | None, *, nulls_last: bool) -> SortKey:
    scope_name, _, key = name.rpartition(".")
    scope = library_type(TYPE_NAMES[scope_name]) if scope_name in TYPE_NAMES else None
    if not scope_name:
        scope = listed
    if scope is None or key not in scope.sorts or scope.sorts[key].keys:
        raise QueryError(f"sort: there is no sort {name!r}")
    if scope.type != listed.type and scope.type not in ancestors(listed.type):
        raise QueryError(f"sort: {scope.name} does not belong to {listed.name}")
    return _sort_key(scope, scope.sorts[key], direction, nulls_last=nulls_last)


def _sort_key(scope: LibraryType, sort: Sort, direction: Direction | None, *, nulls_last: bool) -> SortKey:
    return SortKey(
        scope=scope.type,
        key=sort.key,
        source=sort.source,
        direction=direction or Direction.ASC,
        nulls_last=nulls_last,
    )
