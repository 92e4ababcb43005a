"""Texts about books as plain text, whatever HTML they come in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.metadata.audiobooks.plain import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (None, None),
        ("No markup: 3 > 2", "No markup: 3 > 2"),
        ("<p>One &amp; two.</p> <p>Three<br>four.</p>", "One & two.\n\nThree\nfour."),
        ("<ul><li>A</li><li>B</li></ul>", "A\nB"),
        ("a<script>alert(1)</script>b<style>p{}</style>", "ab"),
        ("<p>\n  wrapped\n  text </p>", "wrapped text"),
        ("<p></p>", None),
        ("<b>never closed", "never closed"),
        ("one <b two", "one b two"),
        ("a<!-- a comment -->b<?php x ?>c", "abc"),
        ("&lt;b&gt; is text", "<b> is text"),
        ("a<script>hidden, and never shown again", "a"),
        ("<img src=x onerror=alert(1)>Text", "Text"),
        ("kept <![foo[ and more", "kept ![foo[ and more"),
    ],
)
def test_plain(html: str | None, text: str | None) -> None:
    assert plain(html) == text


@given(st.text(alphabet="<>&;!-[]/=\"' apscript#x0", max_size=200))
def test_nothing_breaks_it(html: str) -> None:
    plain(html)


@pytest.mark.parametrize("piece", ["<!--", "<a ", "</", "<![", "&#", "<script>", "<p><p>", "<", "&lt;"])
def test_much_of_it_ends(piece: str) -> None:
    plain(piece * (60_000 // len(piece)))
