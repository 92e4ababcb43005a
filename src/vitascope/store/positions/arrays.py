"""Integers out of the database as arrays, without making a Python object of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, cast, func, select

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

ABSENT = -1
"""Stands for NULL in a column of keys; no key is negative."""

# Text is turned into numbers in pieces, so that no thread waits for the interpreter's lock for long.
_PIECE_CHARACTERS = 400_000


def fetch_ids(connection: Connection, statement: Select[Any]) -> Ids:
    """The first column of a statement, in no particular order unless the statement has one."""
    (ids,) = fetch_columns(connection, statement)
    return ids


def fetch_columns(connection: Connection, statement: Select[Any]) -> tuple[Ids, ...]:
    """The columns of a statement, all integers, row by row at the same positions; NULL becomes :data:`ABSENT`."""
    rows = statement.subquery()
    aggregates = [_gather(column, connection.dialect.name) for column in rows.columns]
    texts = connection.execute(select(*aggregates)).one()
    return tuple(_numbers(text) for text in texts)


def _gather(column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
    number = func.coalesce(column, ABSENT)
    if dialect == "postgresql":
        return func.string_agg(cast(cast(number, BigInteger), Text), ",")
    return func.group_concat(number)


def _numbers(text: str | None) -> Ids:
    if not text:
        return np.empty(0, dtype=np.int64)
    if len(text) <= _PIECE_CHARACTERS:
        return np.fromstring(text, dtype=np.int64, sep=",")
    pieces = []
    start = 0
    while start < len(text):
        end = text.find(",", start + _PIECE_CHARACTERS)
        end = len(text) if end == -1 else end
        pieces.append(np.fromstring(text[start:end], dtype=np.int64, sep=","))
        start = end + 1
    return np.concatenate(pieces)


def mask_of(ids: Ids, size: int) -> Mask:
    """A mask over the ids 0 to ``size`` - 1; ids beyond it are left out."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[ids[ids < size]] = True
    return mask


def dense(ids: Ids, values: Ids, size: int, *, default: int = ABSENT) -> Ids:
    """``values`` at the positions of their ids, ``default`` elsewhere."""
    column = np.full(size, default, dtype=np.int64)
    inside = ids < size
    column[ids[inside]] = values[inside]
    return column
