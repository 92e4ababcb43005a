"""Functions that write the attributes of an element, made of its table.

A page has some four hundred elements of up to fifty attributes each. What costs is not their text but finding out,
again for each, where it comes from and how it is written. So that is decided once for a table and a shape: the source
of a function is put together and compiled, as ``dataclasses`` does it. It takes half the time of loops over attributes.

Nothing of a request or of the library is in that source: element, names and paths are those of the tables of this
package, and are checked; what computes a value is handed to the function by name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vitascope.api.render.escape import attribute, plain, storable

if TYPE_CHECKING:
    from vitascope.api.render.table import Attribute

_NAME = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*").fullmatch
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?").fullmatch
_KINDS = ("text", "number", "count", "flag")
_XML: Mapping[str, str] = {
    "text": "if v is not None: s += f' {name}=\"{{v if plain(v) is None else attribute(v)}}\"'",
    "number": "if v is not None: s += f' {name}=\"{{v}}\"'",
    "count": "if v: s += f' {name}=\"{{v}}\"'",
    "flag": "if v: s += ' {name}=\"1\"'",
}
_JSON: Mapping[str, str] = {
    "text": "if v is not None: s['{name}'] = storable(v)",
    "number": "if v is not None: s['{name}'] = v",
    "count": "if v: s['{name}'] = v",
    "flag": "if v: s['{name}'] = True",
}


@lru_cache(maxsize=2_048)
def xml_start(element: str, attributes: "tuple[Attribute[Any], ...]") -> Callable[[Any], str]:
    """What writes ``<Element name="value" …`` of a row, without the bracket that closes it."""
    written: Callable[[Any], str] = _function(f"'<{_checked(element, _NAME)}'", attributes, _XML)
    return written


@lru_cache(maxsize=2_048)
def json_object(attributes: "tuple[Attribute[Any], ...]") -> Callable[[Any], dict[str, Any]]:
    """What makes the object of a row, without its children."""
    made: Callable[[Any], dict[str, Any]] = _function("{}", attributes, _JSON)
    return made


def _function(start: str, attributes: "Sequence[Attribute[Any]]", by_kind: Mapping[str, str]) -> Any:
    names: dict[str, Any] = {"attribute": attribute, "plain": plain, "storable": storable}
    parents: dict[str, None] = {}
    lines: list[str] = []
    for kind in _KINDS:
        for one in attributes:
            if one.kind != kind:
                continue
            if isinstance(one.source, str):
                parent, _, field = _checked(one.source, _PATH).partition(".")
                if field:
                    parents[parent] = None
                value = f"of_{parent}.{field}" if field else f"row.{parent}"
            else:
                value = f"computed_{len(names)}"
                names[value] = one.source
                value += "(row)"
            lines += [f"v = {value}", by_kind[kind].format(name=_checked(one.name, _NAME))]
    body = [*(f"of_{parent} = row.{parent}" for parent in parents), f"s = {start}", *lines, "return s"]
    source = "def write(row):\n" + "\n".join(f"    {line}" for line in body)
    exec(compile(source, "<attributes>", "exec"), names)  # noqa: S102 - made of our own tables alone
    return names["write"]


def _checked(text: str, known: Callable[[str], re.Match[str] | None]) -> str:
    if known(text) is None:
        raise ValueError(f"{text!r} cannot be named in a table")
    return text
