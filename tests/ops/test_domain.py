"""``serve --https``: which domains it takes, and what it says of the others."""

from typing import Any

import pytest

from vitascope.ops.domain import DEFAULT_DIRECTORY, DomainSettings


def parsed(name: str, **wanted: Any) -> DomainSettings | None:
    return DomainSettings.parse(name, **{"email": "owner@media.example", "accept_terms": True, **wanted})


def test_none_is_none() -> None:
    assert DomainSettings.parse("", email="", accept_terms=False) is None


def test_a_domain() -> None:
    found = parsed("Media.Example.")
    assert found == DomainSettings(name="media.example", email="owner@media.example")
    assert (found.directory, found.http_port, found.https_port) == (DEFAULT_DIRECTORY, 80, 443)


@pytest.mark.parametrize(
    "name",
    ["localhost", "192.0.2.7", "::1", "-x.example", "x-.example", "a..b", "*.example", "a b.example", "é.example"],
)
def test_what_is_no_domain(name: str) -> None:
    with pytest.raises(ValueError, match="name of a domain"):
        parsed(name)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"email": ""}, "--acme-email"),
        ({"email": "nobody"}, "--acme-email"),
        ({"email": "a@b.example,c@d.example"}, "--acme-email"),
        ({"accept_terms": False}, "--accept-terms"),
        ({"directory": "http://ca.example/dir"}, "https://"),
        ({"directory": "https://"}, "https://"),
        ({"http_port": -1}, "port -1"),
        ({"https_port": 65_536}, "port 65536"),
    ],
)
def test_what_is_missing_is_said(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parsed("media.example", **wanted)
