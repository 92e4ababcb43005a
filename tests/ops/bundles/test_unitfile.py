"""A value in a unit stays a value. What systemd reads back is asked of ``systemd-analyze`` in ``tests/hosts``."""

import pytest

from vitascope.ops.bundles.model import UnsuitableValueError
from vitascope.ops.bundles.unitfile import Raw, Section, argument, assignment, command, plain, render, word


def test_each_kind_of_value_has_its_quoting() -> None:
    assert plain("50% of $HOME's") == "50%% of $HOME's"
    assert word("50% of $HOME") == '"50%% of $HOME"'
    assert argument("50% of $HOME") == '"50%% of $$HOME"'
    assert word('a"b\\c') == '"a\\"b\\\\c"'
    assert word("") == '""'
    assert word("plain") == "plain"
    assert command("/bin/echo", "a b", "$X") == '/bin/echo "a b" $$X'
    assert assignment("NAME", "a b%") == '"NAME=a b%%"'


@pytest.mark.parametrize("value", ["a\nExecStart=/bin/evil", "a\rb", "a\0b", "\x1b[2J"])
def test_a_value_cannot_begin_a_line(value: str) -> None:
    for quoting in (plain, word, argument):
        with pytest.raises(UnsuitableValueError):
            quoting(value)


@pytest.mark.parametrize("value", ["ends with \\", " begins", "ends "])
def test_a_line_ends_where_it_ends(value: str) -> None:
    with pytest.raises(UnsuitableValueError):
        plain(value)


def test_a_unit() -> None:
    text = render(
        Section(name="Unit", settings=[("Description", "50%")]),
        Section(name="Service", settings=[("ExecStart", command("/bin/true")), ("User", Raw("%i"))], comment="Why."),
        comment="What\n\nit is.",
    )
    assert text == (
        "# What\n#\n# it is.\n\n[Unit]\nDescription=50%%\n\n# Why.\n[Service]\nExecStart=/bin/true\nUser=%i\n"
    )
