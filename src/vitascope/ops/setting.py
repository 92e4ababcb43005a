"""One setting: its type, what it may be, and how its text is read.

A value that does not fit is refused with words that name the setting, before anything is changed. Numbers are kept
small enough for any database, and texts to what an attribute of XML can hold.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

SettingValue = str | int | float | bool

_LARGEST = 2**31 - 1
_LONGEST = 16_384
_TRUE, _FALSE = ("1", "true"), ("0", "false", "")


class PreferenceValueError(ValueError):
    """A value does not fit its setting; the message is for a person."""


class SettingKind(StrEnum):
    """The ``type`` of a setting."""

    BOOL = "bool"
    INT = "int"
    TEXT = "text"
    DOUBLE = "double"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as ``/:/prefs`` describes it."""

    id: str
    kind: SettingKind
    default: SettingValue
    group: str = ""
    label: str = ""
    summary: str = ""
    hidden: bool = False
    advanced: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    restart: bool = False
    """Whether a change takes effect only at the next start."""
    listed: bool = True
    """Whether something honours it; what nothing does is kept and not shown."""
    least: int = -_LARGEST
    most: int = _LARGEST
    """Between which a number must lie."""

    @property
    def enum_values(self) -> str | None:
        """The choices as ``value:name|value:name``, or ``None``."""
        return "|".join(f"{value}:{name}" for value, name in self.choices) or None

    def parse(self, text: str) -> SettingValue:
        """The value that ``text`` means. Raises :class:`PreferenceValueError`."""
        try:
            match self.kind:
                case SettingKind.BOOL:
                    if text.strip().lower() not in _TRUE + _FALSE:
                        raise ValueError(text)
                    return text.strip().lower() in _TRUE
                case SettingKind.INT:
                    return int(text)
                case SettingKind.DOUBLE:
                    return float(text)
                case SettingKind.TEXT:
                    return text
        except ValueError as error:
            shown = text if len(text) <= 100 else f"{text[:100]}…"
            raise PreferenceValueError(f"{self.id}: {shown!r} is not of type {self.kind.value}") from error

    def check(self, value: SettingValue) -> None:
        """Raises :class:`PreferenceValueError` for a value that it must not have."""
        text = str(int(value)) if isinstance(value, bool) else str(value)
        if self.choices and text not in {known for known, _ in self.choices}:
            raise PreferenceValueError(
                f"{self.id}: {text[:100]!r} is none of {', '.join(known for known, _ in self.choices)}"
            )
        if isinstance(value, str):
            if len(value) > _LONGEST:
                raise PreferenceValueError(f"{self.id}: longer than {_LONGEST} characters")
            if any(ord(letter) < 32 or letter in "\x7f\ufffe\uffff" for letter in value):
                raise PreferenceValueError(f"{self.id}: a text without control characters is wanted")
        elif not isinstance(value, bool) and not (math.isfinite(value) and self.least <= value <= self.most):
            raise PreferenceValueError(f"{self.id}: a number from {self.least} to {self.most} is wanted")
