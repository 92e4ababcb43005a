"""The input of an action: what was given, checked against the fields that the action declares. Pure.

Text comes from a command line, a form or a package of a host; so every value is text, and choices may be given one by
one or separated by commas. What passes is safe to be written into a file of one line for each value.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vitascope.ops.actions.errors import InputError
from vitascope.ops.service import FieldKind, FieldSpec


@dataclass(frozen=True, slots=True)
class Input:
    """Checked values by field. A field that was left out has none."""

    values: Mapping[str, tuple[str, ...]]

    def text(self, field: str) -> str:
        """The value of a field, empty when it was left out."""
        found = self.values.get(field, ())
        return found[0] if found else ""

    def choices(self, field: str) -> tuple[str, ...]:
        """The values chosen in a field, in the order in which the field lists them."""
        return self.values.get(field, ())


def check_input(fields: Sequence[FieldSpec], given: Mapping[str, Sequence[str]]) -> Input:
    """Checks what was given for an action.

    Raises:
        InputError: for an unknown field, a missing value, or one that the field does not take.
    """
    known = {field.id: field for field in fields}
    for name in given:
        if name not in known:
            takes = f"the fields are {', '.join(known)}" if known else "the action takes no input"
            raise InputError(name, f"there is no such field; {takes}")
    values: dict[str, tuple[str, ...]] = {}
    for field in fields:
        found = given.get(field.id, ())
        value = _choices(field, found) if field.kind is FieldKind.CHOICES else _text(field, found)
        if value:
            values[field.id] = value
        elif field.required:
            raise InputError(field.id, f"is missing ({field.name}: {field.description})")
    return Input(values)


def _text(field: FieldSpec, given: Sequence[str]) -> tuple[str, ...]:
    if len(given) > 1:
        raise InputError(field.id, "is given more than once")
    text = given[0] if given else ""
    if field.pattern is not None or field.kind is FieldKind.TEXT:
        text = text.strip()
    if not text:
        return ()
    if not text.isprintable():
        raise InputError(field.id, "contains a character that cannot be shown (a line break, for instance)")
    if len(text) > field.most_characters:
        raise InputError(field.id, f"has {len(text)} characters; at most {field.most_characters} are taken")
    if field.pattern is not None and not re.fullmatch(field.pattern, text):
        raise InputError(field.id, f"does not have the form that is asked for: {field.pattern_means or field.pattern}")
    return (text,)


def _choices(field: FieldSpec, given: Iterable[str]) -> tuple[str, ...]:
    wanted = {part.strip() for text in given for part in text.split(",")} - {""}
    values = [value for value, _ in field.choices]
    unknown = sorted(wanted.difference(values))
    if unknown:
        raise InputError(field.id, f"{unknown[0]!r} is none of {', '.join(values)}")
    if len(wanted) < field.least:
        least = "one" if field.least == 1 else str(field.least)
        raise InputError(field.id, f"choose at least {least} of {', '.join(values)}")
    return tuple(value for value in values if value in wanted)
