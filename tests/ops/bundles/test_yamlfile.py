"""A value in YAML stays a value, whatever it says."""

import pytest
import yaml

from vitascope.ops.bundles.yamlfile import Unsafe, for_compose, render, render_parts

HOSTILE = [
    "a: b",
    "- a",
    "yes",
    "null",
    "1.0",
    "'",
    '"',
    "#x",
    "a #b",
    "\n",
    "a\nb: c",
    "{{ x }}",
    "*a",
    "&a",
    "!x",
    "%",
    "\t",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_string_comes_back(value: str) -> None:
    assert yaml.safe_load(render({"key": [value], "other": True})) == {"key": [value], "other": True}


def test_a_string_that_ansible_does_not_look_into_is_marked() -> None:
    assert render({"a": Unsafe("{{ lookup('pipe', 'id') }}")}) == "a: !unsafe \"{{ lookup('pipe', 'id') }}\"\n"


def test_compose_replaces_nothing() -> None:
    assert for_compose("$HOME ${X}") == "$$HOME $${X}"


def test_parts_have_their_comments() -> None:
    text = render_parts(("First\n\nthing", {"a": 1}), ("", {"b": [{"c": "x"}]}))
    assert text == "# First\n#\n# thing\na: 1\n\nb:\n  - c: x\n"
