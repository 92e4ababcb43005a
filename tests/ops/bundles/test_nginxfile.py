"""A value in a configuration of nginx stays a value. What nginx reads back is asked of it in ``tests/hosts``."""

import pytest

from vitascope.ops.bundles.model import UnsuitableValueError
from vitascope.ops.bundles.nginxfile import Block, Note, render, value, word


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("a b", '"a b"'),
        ("a;b", '"a;b"'),
        ("a{b}", '"a{b}"'),
        ("it's", '"it\'s"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("a#b", '"a#b"'),
        ("$host", "$host"),
        ("a\nb", '"a\nb"'),
    ],
)
def test_a_word_is_quoted_where_nginx_would_see_structure(text: str, written: str) -> None:
    assert word(text) == written


def test_a_variable_of_a_person_is_refused() -> None:
    assert value("--media", "/srv/media") == "/srv/media"
    with pytest.raises(UnsuitableValueError, match="--media"):
        value("--media", "/srv/$host")


def test_blocks_are_indented() -> None:
    text = render(
        [Note("One.\nTwo."), Block(("server",), [("listen", "80"), Block(("location", "/"), [("deny", "all")])])]
    )
    assert text == ("# One.\n# Two.\nserver {\n    listen 80;\n    location / {\n        deny all;\n    }\n}\n")
