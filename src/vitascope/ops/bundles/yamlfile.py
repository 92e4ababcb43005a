"""YAML from typed values: PyYAML quotes, so no value can become structure.

Some programs read a second language inside the strings: Compose replaces ``$NAME``, Ansible reads ``{{ … }}``.
:func:`for_compose` and :class:`Unsafe` keep what a person wrote as it is there, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import yaml

Value: TypeAlias = "str | int | bool | Sequence[Value] | Mapping[str, Value] | None"


class Unsafe(str):
    """A string in which Ansible shall look for no expression (``!unsafe``)."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Lists are indented below their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _unsafe(dumper: yaml.SafeDumper, value: Unsafe) -> yaml.Node:
    return dumper.represent_scalar("!unsafe", str(value), style='"')


def _string(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value.rstrip("\n") else None)


_Dumper.add_representer(Unsafe, _unsafe)
_Dumper.add_representer(str, _string)


def for_compose(value: str) -> str:
    """A string in which Compose replaces nothing."""
    return value.replace("$", "$$")


def render(value: Value, *, comment: str = "") -> str:
    """A document, with a comment above it."""
    return _comment(comment) + yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False
    )


def render_parts(*parts: tuple[str, Mapping[str, Value]]) -> str:
    """One mapping, told in parts that each have a comment above them."""
    return "\n".join(render(value, comment=comment) for comment, value in parts)


def _comment(text: str) -> str:
    return "".join(f"# {line}\n" if line else "#\n" for line in text.splitlines())
