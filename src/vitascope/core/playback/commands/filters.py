"""Filter graphs as values: a filter is a name of ours and options, a chain is filters in order."""

from collections.abc import Iterable
from dataclasses import dataclass

from vitascope.core.playback.commands.values import decimal, escaped

Option = str | int | float


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. Names of filters and options are written in this package; only values come from elsewhere."""

    name: str
    options: tuple[tuple[str, Option], ...] = ()

    def __str__(self) -> str:
        if not self.options:
            return self.name
        return f"{self.name}=" + ":".join(f"{key}={_text(value)}" for key, value in self.options)


def made(name: str, **options: Option) -> Filter:
    """A filter with these options."""
    return Filter(name, tuple(options.items()))


def chain(filters: Iterable[Filter]) -> str:
    """Filters one after the other."""
    return ",".join(str(one) for one in filters)


def _text(value: Option) -> str:
    if isinstance(value, str):
        return escaped(value)
    return str(value) if isinstance(value, int) else decimal(value)
