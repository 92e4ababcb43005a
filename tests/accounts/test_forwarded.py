"""Whose word counts for where a request came from, and how far."""

import pytest

from vitascope.accounts.forwarded import Origin, origin_of, parse_proxies

PROXIES = parse_proxies("127.0.0.1, ::1,10.89.0.0/24")


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("127.0.0.1", {}, Origin(address="127.0.0.1")),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, Origin(address="203.0.113.9")),
        ("::ffff:127.0.0.1", {"x-forwarded-for": "2001:db8::7"}, Origin(address="2001:db8::7")),
        ("10.89.0.3", {"x-forwarded-proto": "https"}, Origin(address="10.89.0.3", scheme="https")),
        ("10.89.0.3", {"x-forwarded-proto": "https, http"}, Origin(address="10.89.0.3", scheme="http")),
        ("10.89.0.3", {"x-forwarded-proto": "gopher"}, Origin(address="10.89.0.3")),
        # What the client itself wrote stands before what the proxy added.
        ("127.0.0.1", {"x-forwarded-for": "192.168.1.5, 203.0.113.9"}, Origin(address="203.0.113.9")),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9, 10.89.0.3"}, Origin(address="203.0.113.9")),
        ("127.0.0.1", {"x-forwarded-for": "nonsense, 10.89.0.3"}, Origin(address="10.89.0.3")),
        ("127.0.0.1", {"x-forwarded-for": "unknown"}, Origin(address="127.0.0.1")),
        ("127.0.0.1", {"x-forwarded-for": ""}, Origin(address="127.0.0.1")),
        # Nobody else is believed, whatever he says.
        ("127.0.0.2", {"x-forwarded-for": "192.168.1.5"}, Origin(address="127.0.0.2")),
        ("203.0.113.9", {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}, Origin(address="203.0.113.9")),
        (None, {"x-forwarded-for": "127.0.0.1"}, Origin(address=None)),
        ("somewhere", {"x-forwarded-for": "127.0.0.1"}, Origin(address="somewhere")),
        ("127.0.0.1", {"x-real-ip": "203.0.113.9", "forwarded": "for=203.0.113.9"}, Origin(address="127.0.0.1")),
    ],
)
def test_a_named_proxy_is_believed_and_nobody_else(peer: str | None, headers: dict[str, str], expected: Origin) -> None:
    assert origin_of(peer, headers, PROXIES) == expected


def test_without_proxies_nobody_is_believed() -> None:
    assert parse_proxies(" ") == ()
    assert origin_of("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, ()) == Origin(address="127.0.0.1")


@pytest.mark.parametrize("text", ["everybody", "127.0.0.1,", "10.0.0.0/8,house"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="trusted proxies"):
        parse_proxies(text)
