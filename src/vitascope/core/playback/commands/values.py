"""Values that go into a command line, checked: the only road by which anything gets there.

ffmpeg takes options and filter graphs as text, in which a colon, a comma or a quote of a file name would be syntax
(the class of CVE-2023-49096 and its successors). So numbers are range-checked numbers, words are members of an
enumeration, a file is opened only through the ``file:`` protocol, and texts inside filter graphs go through
:func:`escaped`. Nothing that a client or a file said is ever placed as it is.
"""

import os
import re
from fractions import Fraction
from urllib.parse import quote


class CommandError(ValueError):
    """A value that no command is made of: a mistake of the caller, or an attack. The text names the value."""


_NODE = re.compile(r"/dev/dri/renderD[0-9]{1,4}")


def whole(name: str, value: int, low: int, high: int) -> int:
    """A whole number within its bounds."""
    if type(value) is not int or not low <= value <= high:
        raise CommandError(f"{name} is a whole number from {low} to {high}, not {value!r}")
    return value


def number(name: str, value: float, low: float, high: float) -> float:
    """A finite number within its bounds."""
    if type(value) not in (int, float) or not low <= value <= high:
        raise CommandError(f"{name} is a number from {low} to {high}, not {value!r}")
    return float(value)


def decimal(value: float) -> str:
    """A number as options take it: never in scientific notation."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def seconds(time_us: int) -> str:
    """Microseconds as seconds."""
    whole("a time", time_us, -(10**13), 10**13)
    sign, rest = ("-", -time_us) if time_us < 0 else ("", time_us)
    return f"{sign}{rest // 1_000_000}.{rest % 1_000_000:06d}"


def rate(name: str, value: Fraction, low: int, high: int) -> str:
    """A rate within its bounds, as a fraction."""
    if type(value) is not Fraction or not low <= value <= high or value.denominator > 1_000_000:
        raise CommandError(f"{name} is a rate from {low} to {high}, not {value!r}")
    return f"{value.numerator}/{value.denominator}"


def file_url(path: bytes) -> str:
    """A local file as an input: whatever it is called, it is a file and neither an option nor another protocol."""
    if not path.startswith(b"/") or b"\0" in path:
        raise CommandError(f"an absolute path, not {path!r}")
    return "file:" + os.fsdecode(path)


def far_url(path: bytes) -> str:
    """A file below the top of a source as an input: an address of nobody, since whoever reads it is handed a connection
    whatever it names."""
    if path.startswith(b"/") or not path or not {b"", b".", b".."}.isdisjoint(path.split(b"/")):
        raise CommandError(f"a path below a source, not {path!r}")
    return "http://127.0.0.1/" + quote(path, safe="/")


def device(path: str) -> str:
    """A render node."""
    if not _NODE.fullmatch(path):
        raise CommandError(f"a render node, not {path!r}")
    return path


def escaped(value: str) -> str:
    """A text as the value of a filter's option inside a graph.

    It is read twice: the graph's parser ends a value at ``[],;`` and white space, the option's at ``:``; both take
    quotes and back-slashes. A back-slash before each protects it in one reading (ffmpeg-utils, "Quoting and escaping").
    """
    if "\0" in value:
        raise CommandError("a text without NUL")
    once = re.sub(r"([\\':\s])", r"\\\1", value)
    return re.sub(r"([\\'\[\],;\s])", r"\\\1", once)
