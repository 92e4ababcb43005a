"""Integers out of the database as arrays, without making a Python object of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, cast, func, literal_column, select

from vitascope.core.query import And, Or

Ids = NDArray[np.signedinteger[Any]]
Mask = NDArray[np.bool_]

_LARGEST_NARROW = 2**31 - 1

ABSENT = -1
"""Stands for NULL in a column of keys; no key is negative."""


class KeyKind(Enum):
    """What a key is in the database, and so how it becomes an integer."""

    NUMBERS = "numbers"
    DAYS = "days"
    """ISO dates, as numbers that order like them (``20240517``)."""
    WORDS = "words"
    """Texts of which there are few kinds, each as its rank in bytewise order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """One key for each of some ids."""

    values: Ids
    words: tuple[str, ...] = ()
    """Of :attr:`KeyKind.WORDS` the texts, by their rank. A comma in them has become a semicolon."""


# Written out, for a bound value is fetched anew for every row of a million.
_ABSENT_TEXT = {KeyKind.NUMBERS: str(ABSENT), KeyKind.DAYS: "'0'", KeyKind.WORDS: "''"}

_SHORT = 8
_SAMPLED = 997

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


def fetch_aligned(
    connection: Connection, rows: Select[Any], wanted: Ids, kinds: Sequence[KeyKind]
) -> list[Keys | None]:
    """The keys of exactly the ids ``wanted``, in their order, for each column as :class:`KeyKind` says.

    ``rows`` selects id and keys in ascending order of ids, out of a scan that has that order by itself: then the ids,
    half of what would have to be written and read as text, are only added up. SQLite only. ``None`` for a column when
    the rows are not those that are wanted, or cannot be told apart: the universe may be a moment older than this
    transaction.
    """
    found = rows.subquery()
    ids, *keys = found.columns
    gathered = [func.group_concat(func.coalesce(key, _absent(kind))) for key, kind in zip(keys, kinds, strict=True)]
    count, total, *texts = connection.execute(select(func.count(), func.sum(ids), *gathered).select_from(found)).one()
    if count != wanted.size or total != int(wanted.sum(dtype=np.int64)):
        return [None] * len(kinds)
    decoded = [_decoded(text, kind) for text, kind in zip(texts, kinds, strict=True)]
    return [each if each.values.size == wanted.size else None for each in decoded]


def fetch_keys(connection: Connection, statement: Select[Any], kind: KeyKind) -> tuple[Ids, Keys]:
    """Ids and keys of a statement of these two columns, in any order."""
    if kind is KeyKind.NUMBERS:
        numbers, values = fetch_columns(connection, statement)
        return numbers, Keys(values=values)
    rows = statement.subquery()
    ids, keys = rows.columns
    gather = func.string_agg if connection.dialect.name == "postgresql" else func.group_concat
    word = func.replace(func.coalesce(keys, _absent(kind)), ",", ";")
    ids_text, text = connection.execute(select(_gather(ids, connection.dialect.name), gather(word, ","))).one()
    return _numbers(ids_text), _decoded(text, kind)


def _decoded(text: str | None, kind: KeyKind) -> Keys:
    if kind is KeyKind.NUMBERS:
        return Keys(values=_numbers(text))
    if kind is KeyKind.DAYS:
        numbers = _numbers(text.replace("-", "") if text else None)
        return Keys(values=np.where(numbers == 0, ABSENT, numbers))
    return _ranks_of_words(text)


def _ranks_of_words(text: str | None) -> Keys:
    if text is None:
        return Keys(values=np.empty(0, dtype=np.int64))
    return _ranks_of_short_words(text.encode()) or _ranks_of_any_words(text)


def _ranks_of_short_words(text: bytes) -> Keys | None:
    """Of words of at most eight bytes, each read as one number; a third of the time. ``None``: some are longer."""
    letters = np.frombuffer(text + bytes(_SHORT), dtype=np.uint8)
    commas = np.flatnonzero(letters[: len(text)] == ord(","))
    starts = np.concatenate([np.zeros(1, dtype=np.int64), commas + 1])
    lengths = np.append(commas, len(text)) - starts
    longest = int(lengths.max())
    if longest > _SHORT:
        return None
    codes = np.zeros(starts.size, dtype=np.uint64)
    for at in range(longest):
        codes <<= np.uint64(8)
        codes += np.where(lengths > at, letters[starts + at], np.uint8(0))
    kinds = np.unique(codes[::_SAMPLED])
    values = np.searchsorted(kinds, codes)
    if not (values < kinds.size).all() or not np.array_equal(kinds[values], codes):
        kinds, values = np.unique(codes, return_inverse=True)
    words = [int(kind).to_bytes(_SHORT).strip(b"\0").decode() for kind in kinds]
    absent = int(words[0] == "")  # comes first
    return Keys(values=values.astype(np.int64) - absent, words=tuple(words[absent:]))


def _ranks_of_any_words(text: str) -> Keys:
    kinds: dict[str, int] = {"": 0}
    pieces = []
    for piece in _pieces(text, ","):
        words = piece.split(",")
        for word in set(words).difference(kinds):
            kinds[word] = len(kinds)
        pieces.append(np.fromiter(map(kinds.__getitem__, words), dtype=np.int64, count=len(words)))
    in_order = sorted(kinds, key=str.encode)
    ranks = {word: rank for rank, word in enumerate(in_order)}
    by_kind = np.array([ranks[word] - 1 for word in kinds], dtype=np.int64)  # "" comes first and is absent
    return Keys(values=by_kind[np.concatenate(pieces)], words=tuple(in_order[1:]))


def _absent(kind: KeyKind) -> ColumnElement[Any]:
    return literal_column(_ABSENT_TEXT[kind])


def _gather(column: ColumnElement[Any], dialect: str) -> ColumnElement[str]:
    number = func.coalesce(column, _absent(KeyKind.NUMBERS))
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


def narrow(ids: Ids) -> Ids:
    """The same in half the memory, as long as they fit."""
    return ids.astype(np.int32) if not ids.size or int(ids.max()) <= _LARGEST_NARROW else ids


def narrowest(keys: Ids) -> Ids:
    """The same keys in as little memory as they need; none is below :data:`ABSENT`."""
    return keys.astype(np.min_scalar_type(ABSENT - int(keys.max(initial=0))))


def mask_of(ids: Ids, size: int) -> Mask:
    """A mask over the ids 0 to ``size`` - 1; ids beyond it are left out."""
    mask = np.zeros(size, dtype=np.bool_)
    mask[ids[ids < size]] = True
    return mask


@dataclass(frozen=True, slots=True)
class Packed:
    """A mask in an eighth of the memory."""

    bits: NDArray[np.uint8]
    size: int

    @classmethod
    def of(cls, mask: Mask) -> "Packed":
        return cls(np.packbits(mask), mask.size)

    def mask(self) -> Mask:
        return np.unpackbits(self.bits, count=self.size).view(np.bool_)


def fitted(mask: Mask, size: int) -> Mask:
    """The mask over the ids 0 to ``size`` - 1, which may have been made when there were more ids, or fewer."""
    if mask.size == size:
        return mask
    other = np.zeros(size, dtype=np.bool_)
    other[: mask.size] = mask[:size]
    return other


def joined(group: And | Or, masks: Sequence[Mask]) -> Mask:
    """The masks of all nodes of a group as one."""
    return reduce(and_ if isinstance(group, And) else or_, masks)


def dense(ids: Ids, values: Ids, size: int, *, default: int = ABSENT) -> Ids:
    """``values`` at the positions of their ids, ``default`` elsewhere."""
    column = np.full(size, default, dtype=values.dtype)
    inside = ids < size
    column[ids[inside]] = values[inside]
    return column
