"""Integers out of the database as arrays, without making a Python object of each."""

from collections.abc import Iterator
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


def fetch_days(connection: Connection, statement: Select[Any]) -> tuple[Ids, Ids]:
    """Ids and ISO dates, the dates as numbers that order like them (``20240517``)."""
    ids, days = _fetch_texts(connection, statement, absent="0", separator=",")
    numbers = _numbers(days.replace("-", "") if days else None)
    return _numbers(ids), np.where(numbers == 0, ABSENT, numbers)


def fetch_words(connection: Connection, statement: Select[Any]) -> tuple[Ids, Ids]:
    """Ids and words of which there are few kinds, each word as its rank in bytewise order."""
    ids, words = _fetch_texts(connection, statement, absent="", separator="\n")
    kinds: dict[str, int] = {"": 0}
    pieces = [
        np.array([kinds.setdefault(word, len(kinds)) for word in piece.split("\n")], dtype=np.int64)
        for piece in _pieces(words or "", "\n")
    ]
    numbers = _numbers(ids)
    if not numbers.size:
        return numbers, numbers
    ranks = {word: rank for rank, word in enumerate(sorted(kinds, key=str.encode))}
    by_kind = np.array([ranks[word] - 1 for word in kinds], dtype=np.int64)  # "" comes first and is absent
    return numbers, by_kind[np.concatenate(pieces)]


def _fetch_texts(
    connection: Connection, statement: Select[Any], *, absent: str, separator: str
) -> tuple[str | None, str | None]:
    rows = statement.subquery()
    ids, texts = rows.columns
    gather = func.string_agg if connection.dialect.name == "postgresql" else func.group_concat
    one_line = func.replace(func.coalesce(texts, absent), "\n", " ")
    found = connection.execute(select(_gather(ids, connection.dialect.name), gather(one_line, separator))).one()
    return found[0], found[1]


def _gather(column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
    number = func.coalesce(column, ABSENT)
    if dialect == "postgresql":
        return func.string_agg(cast(cast(number, BigInteger), Text), ",")
    return func.group_concat(number)


def _pieces(text: str, separator: str) -> Iterator[str]:
    start = 0
    while start <= len(text):
        end = text.find(separator, start + _PIECE_CHARACTERS)
        end = len(text) if end == -1 else end
        yield text[start:end]
        start = end + 1


def _numbers(text: str | None) -> Ids:
    if not text:
        return np.empty(0, dtype=np.int64)
    return np.concatenate([np.fromstring(piece, dtype=np.int64, sep=",") for piece in _pieces(text, ",")])


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
