"""A read transaction, and the few helpers by which every query of the store fetches its rows.

Rows come out of the driver as plain tuples and become structs in one C call (:func:`msgspec.convert`), which also
turns SQLite's 0 and 1 into booleans: 0.3 us a row, where a mapped object costs twenty times that. Lists of ids are
bound as one value (a JSON array on SQLite, an array on PostgreSQL), so a statement has one text however many ids it
asks for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import convert
from msgspec.json import encode
from sqlalchemy import ARRAY, ColumnElement, Connection, Executable, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import bindparam
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import BigInteger, Boolean, Text, TypeDecorator

from vitascope.store.prepared import prepared
from vitascope.store.versions import VersionSnapshot

K = TypeVar("K")
T = TypeVar("T")


class _IdList(TypeDecorator[Any]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else encode(ids).decode()


class _TextList(_IdList):
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(ARRAY(Text) if dialect.name == "postgresql" else Text())


class AnyOf(FunctionElement[bool]):
    """``column`` is one of the values bound as one list."""

    inherit_cache = True
    type = Boolean()
    # Otherwise SQLite is asked "(column IN (…)) = 1", which no index answers.
    _is_implicitly_boolean = True
    name = "any_of"


@compiles(AnyOf, "sqlite")
def _any_sqlite(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a bound value


@compiles(AnyOf, "postgresql")
def _any_postgresql(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY({values})"


def any_of(column: ColumnElement[Any], name: str, *, text: bool = False) -> AnyOf:
    """``column IN (…)`` with the whole list as the one bound value ``name``."""
    return AnyOf(column, bindparam(name, type_=_TextList() if text else _IdList()))


def plainly(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """``column`` for a condition that no index should answer: where a statement names ids as well, an engine without
    statistics would rather read everything of one type."""
    return column + literal_column("0")


class Reader:
    """One connection inside one transaction: every statement sees the same moment.

    ``versions`` were taken before the transaction began, so what is read here is at least as new as they say.
    """

    __slots__ = ("conn", "dialect", "versions")

    def __init__(self, conn: Connection, versions: VersionSnapshot) -> None:
        self.conn = conn
        self.dialect: str = conn.dialect.name
        self.versions = versions

    def tuples(self, statement: Executable, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows as the driver gave them (booleans of SQLite are 0 and 1)."""
        known = prepared(statement, self.conn.dialect)
        if known is not None:
            return known.fetch(self.conn, params)
        result = self.conn.execute(statement, params)
        rows = result.cursor.fetchall()
        result.close()
        return rows  # type: ignore[return-value]  # the driver's rows are lists of tuples

    def rows(self, row_type: type[T], statement: Executable, params: Mapping[str, Any] | None = None) -> list[T]:
        """All rows as structs; the statement selects exactly the struct's fields, in order."""
        return as_rows(row_type, self.tuples(statement, params))

    def row(self, row_type: type[T], statement: Executable, params: Mapping[str, Any] | None = None) -> T | None:
        """The first row as a struct."""
        found = self.rows(row_type, statement, params)
        return found[0] if found else None

    def scalars(self, statement: Executable, params: Mapping[str, Any] | None = None) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.tuples(statement, params)]

    def scalar(self, statement: Executable, params: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, ``None`` when there is none."""
        found = self.tuples(statement, params)
        return found[0][0] if found else None


def as_rows(row_type: type[T], tuples: list[tuple[Any, ...]]) -> list[T]:
    """Tuples of exactly a struct's fields, in order, as structs."""
    return convert(tuples, list[row_type], strict=False)  # type: ignore[valid-type]  # a type by its variable


def grouped(pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """The values of each key, in their order."""
    groups: dict[K, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def chunks(values: Iterable[T], size: int) -> Iterable[Sequence[T]]:
    """``values`` in lists of at most ``size``."""
    ready = list(values)
    for start in range(0, len(ready), size):
        yield ready[start : start + size]
