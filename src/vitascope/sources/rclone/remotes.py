"""A remote: a name, a kind, and the options rclone needs to reach it, checked before anything is written.

The name becomes a section of ``rclone.conf`` and the options its lines, so nothing gets in that could end a line,
begin another section, or be read as something else: rclone expands ``%(name)s``, and reads text in quotes over several
lines. A remote's name cannot carry options of its own (``name,option=value:``), which rclone takes elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from vitascope.sources.errors import InvalidSource
from vitascope.sources.rclone.kinds import Kinds, Option

DEFAULTS: Mapping[str, Mapping[str, str]] = MappingProxyType({"b2": {"hard_delete": "true", "versions": "false"}})
"""By kind: what is deleted is gone and not hidden (and paid for), and old versions are not shown."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")
_BEHIND = re.compile(r"(?P<name>[A-Za-z0-9_][A-Za-z0-9_-]*):[^\x00-\x1f]*|/[^\x00-\x1f]*")
_LONGEST_VALUE = 8_192
_TAKEN = frozenset({"type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A remote, complete."""

    name: str
    kind: str
    options: Mapping[str, str]
    """Those that are no secrets."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """As they were given; :mod:`.config` obscures those that rclone wants so."""


def checked_name(name: str) -> str:
    """A name for a remote or a source. Raises :class:`InvalidSource`."""
    if not _NAME.fullmatch(name):
        raise InvalidSource(f"{name!r} is no name: up to 64 letters, digits, - and _, not beginning with -")
    return name


def split_address(text: str) -> tuple[str, str]:
    """``REMOTE:PATH`` as its two parts. Raises :class:`InvalidSource`."""
    name, colon, path = text.partition(":")
    if not colon:
        raise InvalidSource(f"{text!r}: write it as REMOTE:PATH, such as b2:bucket")
    if not path.isprintable():
        raise InvalidSource("the path holds characters that cannot be shown")
    return checked_name(name), path.rstrip("/") if path != "/" else path


def make_remote(name: str, kind: str, given: Mapping[str, str], kinds: Kinds) -> Remote:
    """A remote out of what was given, with the defaults of its kind. Raises :class:`InvalidSource`."""
    known = kinds.options(kind)
    values = {**DEFAULTS.get(kind, {}), **given}
    options: dict[str, str] = {}
    secrets: dict[str, str] = {}
    for option, value in values.items():
        _check_option(option, kind, known)
        _check_value(option, value)
        (secrets if known[option].is_secret else options)[option] = value
    _check_needed(kind, known, values)
    return Remote(name=checked_name(name), kind=kind, options=options, secrets=secrets)


def changed_remote(
    name: str, section: Mapping[str, str], given: Mapping[str, str], kinds: Kinds
) -> tuple[dict[str, str], Remote]:
    """The lines of a remote that stay as they are, and what is to be otherwise; an empty text takes an option away.
    Raises :class:`InvalidSource`."""
    kind = section.get("type", "")
    known = kinds.options(kind)
    added = {option: value for option, value in given.items() if value}
    for option in given:
        _check_option(option, kind, known)
    for option, value in added.items():
        _check_value(option, value)
    kept = {option: value for option, value in section.items() if option not in given}
    _check_needed(kind, known, {**kept, **added})
    options = {option: value for option, value in added.items() if not known[option].is_secret}
    secrets = {option: value for option, value in added.items() if known[option].is_secret}
    return kept, Remote(name=name, kind=kind, options=options, secrets=secrets)


def _check_option(option: str, kind: str, known: Mapping[str, Option]) -> None:
    if option not in known or option in _TAKEN:
        raise InvalidSource(f"a remote of type {kind} has no option {option!r}")
    if known[option].is_refused:
        raise InvalidSource(f"option {option}: it runs a command or takes further remotes, which is not offered")


def _check_needed(kind: str, known: Mapping[str, Option], values: Mapping[str, str]) -> None:
    missing = [option.name for option in known.values() if option.required and not values.get(option.name)]
    if missing:
        raise InvalidSource(f"a remote of type {kind} needs {', '.join(missing)}")


def _check_value(option: str, value: str) -> None:
    """Raises :class:`InvalidSource`, whose text never holds the value: it may be a secret."""
    if not value or len(value) > _LONGEST_VALUE:
        raise InvalidSource(f"option {option}: it is empty, or longer than {_LONGEST_VALUE} characters")
    if not value.isprintable() or value != value.strip():
        raise InvalidSource(f"option {option}: no line ends, control characters, or blanks at its ends")
    if "%(" in value or value[0] in "\"'`":
        raise InvalidSource(f"option {option}: rclone would read %( or a quotation mark at its beginning otherwise")
    if option == "remote" and not _BEHIND.fullmatch(value):
        raise InvalidSource("option remote: a path from / on, or the name of another remote and a path")
    if option == "url" and "@" in urlsplit(value).netloc:
        raise InvalidSource("option url: user and password have options of their own")
