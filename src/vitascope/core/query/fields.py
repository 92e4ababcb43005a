"""What a field and a sort are, which operators each kind of field has, and where its value comes from.

A field names the *meaning* of its source (a column of the item, a tag, the person's state, a fact of its media);
the store decides how to read it.
"""

from dataclasses import dataclass
from enum import StrEnum

from vitascope.core.model import TagType
from vitascope.core.query.syntax import Op


class FieldKind(StrEnum):
    """The ``type`` of a ``Field`` and of its ``FieldType``."""

    INTEGER = "integer"
    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"
    TAG = "tag"
    RESOLUTION = "resolution"
    AUDIO_LANGUAGE = "audioLanguage"
    SUBTITLE_LANGUAGE = "subtitleLanguage"
    GUID = "guid"


class SourceKind(StrEnum):
    COLUMN = "column"
    """A column of the item row; ``name`` is the column."""
    TEXT = "text"
    """A string column that is compared folded; ``name`` is the column."""
    CHOICE = "choice"
    """A column with few values that is filtered like a tag, the value itself being the key."""
    ISO_DATE = "iso date"
    """A column that holds an ISO date."""
    TAG = "tag"
    STATE = "state"
    """What the person did; ``name`` is one of ``view_count``, ``view_offset_ms``, ``last_viewed_at``, ``rating``,
    ``last_rated_at``, ``skip_count``."""
    FACT = "fact"
    """Something derived; ``name`` says what: ``decade``, ``unwatched``, ``in_progress``, ``unmatched``,
    ``duplicate``, ``trash``, ``resolution``, ``audio_language``, ``subtitle_language``, ``unviewed_leaf_count``,
    ``unwatched_leaves``, ``video_codec``, ``audio_codec``, ``subtitle_codec``, ``audio_layout``, ``random``."""
    DETAIL = "detail"
    """A column of the item's long texts."""
    GUID = "guid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    kind: SourceKind
    name: str = ""
    tag: TagType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    key: str
    """Bare, without the scope: ``title``, ``addedAt``."""
    title: str
    kind: FieldKind
    source: Source
    sub_type: str | None = None
    is_filter: bool = False
    """Whether it is also offered as a ``Filter`` with a list of values (or as a switch)."""
    advertised: bool = True
    """Known clients send some fields that no server lists; they are accepted all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    key: str
    title: str
    source: Source
    descending_first: bool = False
    keys: tuple[str, ...] = ()
    """For a composed sort: the keys it stands for, as ``scope.key``."""
    first_character: bool = False
    advertised: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    key: str
    """As in ``Operator/@key``, with the final ``=`` that is the query's own."""
    title: str
    op: Op


_INTEGER = (
    Operator(key="=", title="is", op=Op.EQ),
    Operator(key="!=", title="is not", op=Op.NE),
    Operator(key=">>=", title="is greater than", op=Op.GT),
    Operator(key="<<=", title="is less than", op=Op.LT),
)
_STRING = (
    Operator(key="=", title="contains", op=Op.CONTAINS),
    Operator(key="!=", title="does not contain", op=Op.NOT_CONTAINS),
    Operator(key="==", title="is", op=Op.EQ),
    Operator(key="!==", title="is not", op=Op.NE),
    Operator(key="<=", title="begins with", op=Op.BEGINS),
    Operator(key=">=", title="ends with", op=Op.ENDS),
)
_BOOLEAN = (
    Operator(key="=", title="is true", op=Op.EQ),
    Operator(key="!=", title="is false", op=Op.NE),
)
_DATE = (
    Operator(key="<<=", title="is before", op=Op.LT),
    Operator(key=">>=", title="is after", op=Op.GT),
)
_TAG = (
    Operator(key="=", title="is", op=Op.EQ),
    Operator(key="!=", title="is not", op=Op.NE),
)

_OPERATORS = {
    FieldKind.INTEGER: _INTEGER,
    FieldKind.STRING: _STRING,
    FieldKind.BOOLEAN: _BOOLEAN,
    FieldKind.DATE: _DATE,
    FieldKind.TAG: _TAG,
    FieldKind.RESOLUTION: _TAG,
    FieldKind.AUDIO_LANGUAGE: _TAG,
    FieldKind.SUBTITLE_LANGUAGE: _TAG,
    FieldKind.GUID: _TAG,
}


def operators_of(kind: FieldKind) -> tuple[Operator, ...]:
    """The operators that a kind of field advertises, in their order of display."""
    return _OPERATORS[kind]
