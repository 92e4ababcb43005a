"""A value in a configuration of nginx stays a value. What nginx reads back is asked of it in ``tests/hosts``."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


_TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|([^\s;{}"\'\\#]+)|([;{}])', re.DOTALL)


@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=4))
def test_nginx_reads_the_words_that_were_written(words: list[str]) -> None:
    text = render([Block(("server",), [("set", *words)])])
    read, at = [], 0
    while (blank := re.compile(r"\s*", re.ASCII).match(text, at)) and blank.end() < len(text):
        found = _TOKEN.match(text, blank.end())
        assert found is not None, text[blank.end() :]
        quoted, plain, sign = found.groups()
        read.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if quoted is not None else plain or sign)
        at = found.end()
    assert read == ["server", "{", "set", *words, ";", "}"]
