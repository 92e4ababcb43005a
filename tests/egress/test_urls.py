"""Reading addresses: what is taken, and what could be read in two ways."""

import pytest

from vitascope.egress.errors import UrlRefused
from vitascope.egress.urls import parse_location, parse_url


@pytest.mark.parametrize(
    ("url", "origin", "path"),
    [
        ("http://example.org", "http://example.org", "/"),
        ("HTTPS://Example.ORG:443/a?b=c#d", "https://example.org", "/a?b=c"),
        ("http://example.org:8080/x y".replace(" ", "%20"), "http://example.org:8080", "/x%20y"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example", "/%C3%A4"),
        ("http://[::1]:32400/", "http://[::1]:32400", "/"),
        ("http://example.org.?q=1", "http://example.org", "/?q=1"),
        ("http://a_b.example/", "http://a_b.example", "/"),
    ],
)
def test_what_an_address_says(url: str, origin: str, path: str) -> None:
    target = parse_url(url)
    assert (target.origin, target.path) == (origin, path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://example.org\r\nX: y/",
        "http://example.org/\nHost: x",
        "http://example.org/a b",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://example.org:x/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://exam%70le.org/",
        "http://example.org/" + "x" * 5000,
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UrlRefused) as failure:
        parse_url(url)
    assert "secret" not in str(failure.value)


def test_a_redirect_is_read_against_where_it_came_from() -> None:
    base = parse_url("https://example.org/a/b?c")
    assert parse_location(base, "d").url == "https://example.org/a/d"
    assert parse_location(base, "/d").url == "https://example.org/d"
    assert parse_location(base, "//other.example/d").url == "https://other.example/d"
    for bad in ("file:///etc/passwd", "http://u:p@127.0.0.1/", "\\\\127.0.0.1\\x"):
        with pytest.raises(UrlRefused):
            parse_location(base, bad)
