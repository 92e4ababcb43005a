"""Statements that are asked again and again, straight on the driver's connection.

SQLAlchemy takes some 80 us for each execution: it finds the compiled text by a key made of the whole statement, builds
a context and wraps the result. Nearly all reads ask statements that are made once, when their module is loaded. So one
that is seen a second time is compiled for good, and from then on costs what binding its values costs. What is put
together anew for each question goes SQLAlchemy's way, as does what has no text of its own before its values are known
(``IN`` over a list that is bound value by value).

Errors are SQLAlchemy's own, so whoever translates them sees one kind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Executable, TextClause
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import SelectBase

_NO_VALUES: Mapping[str, Any] = {}
_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A value that is bound."""

    name: str
    """As the driver calls it."""
    key: str
    """As callers do."""
    own: Any
    """What it is unless a caller says otherwise."""
    process: Callable[[Any], Any] | None
    """What makes of it what the driver takes."""


class Prepared:
    """One statement for one engine."""

    __slots__ = ("_positional", "_values", "text")

    def __init__(self, text: str, values: Sequence[_Value], *, positional: bool) -> None:
        self.text = text
        self._positional = positional
        self._values = tuple((value.name, value.key, value.own, value.process) for value in values)

    def values(self, params: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """What the driver is to bind. Raises ``KeyError`` for a value that is missing."""
        bound = []
        for _, key, own, process in self._values:
            value = params.get(key, own)
            if value is _REQUIRED:
                raise KeyError(key)
            bound.append(value if process is None else process(value))
        if self._positional:
            return tuple(bound)
        return {name: value for (name, *_), value in zip(self._values, bound, strict=True)}

    def fetch(self, conn: Connection, params: Mapping[str, Any] | None) -> list[tuple[Any, ...]]:
        """All rows as the driver gives them."""
        values = self.values(params or _NO_VALUES)
        if not conn.in_transaction():
            conn.begin()
        raw: Any = conn.connection.dbapi_connection
        cursor = raw.cursor()
        try:
            cursor.execute(self.text, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except conn.dialect.loaded_dbapi.Error as error:
            raise _known(error, conn, cursor, self.text) from error
        finally:
            cursor.close()
        return rows


def _known(error: Any, conn: Connection, cursor: Any, text: str) -> Exception:
    """The error as SQLAlchemy raises it; a connection that is gone goes out of its pool."""
    base = conn.dialect.loaded_dbapi.Error
    gone = conn.dialect.is_disconnect(error, conn.connection.dbapi_connection, cursor)
    known: Exception = DBAPIError.instance(text, None, error, base, connection_invalidated=gone, dialect=conn.dialect)
    if gone:
        conn.invalidate(error)
    return known


_seen: WeakKeyDictionary[Executable, dict[str, Prepared | None]] = WeakKeyDictionary()
"""By statement, and then by engine; nothing: seen once, ``None``: cannot be prepared."""


def prepared(statement: Executable, dialect: Dialect) -> Prepared | None:
    """The statement for this engine; ``None`` for one that is new, or has no text before its values are known."""
    if not isinstance(statement, SelectBase | TextClause):
        return None
    known = _seen.get(statement)
    if known is None:
        _seen[statement] = {}
        return None
    try:
        return known[dialect.name]
    except KeyError:
        found = known[dialect.name] = _prepare(statement, dialect)
        return found


def _prepare(statement: SelectBase | TextClause, dialect: Dialect) -> Prepared | None:
    compiled = statement.compile(dialect=dialect)
    if any(bind.expanding and bind.required for bind in compiled.binds.values()):
        return None
    # Lists that the statement itself holds are written out.
    whole = compiled.construct_expanded_state({bind.key: None for bind in compiled.binds.values() if bind.required})
    values = []
    for name in whole.positiontup or whole.parameters:
        bind = compiled.binds.get(name)
        if bind is None:
            process = whole.processors.get(name)
            own = whole.parameters[name]
            values.append(_Value(name=name, key=name, own=process(own) if process else own, process=None))
        elif not bind.expanding:
            own = _REQUIRED if bind.required else bind.effective_value
            kind: Any = bind.type.dialect_impl(dialect)
            values.append(_Value(name=name, key=bind.key, own=own, process=kind.bind_processor(dialect)))
    return Prepared(whole.statement, values, positional=bool(compiled.positional))
