"""Whether a request came securely: what is believed of whom."""

import pytest

from vitascope.accounts.locality import parse_networks
from vitascope.api.secure import came_securely, comes_from

PROXIES = parse_networks("192.0.2.0/24")


@pytest.mark.parametrize(
    ("scheme", "peer", "said", "secure"),
    [
        ("https", "198.51.100.7", None, True),
        ("wss", "198.51.100.7", None, True),
        ("http", "198.51.100.7", None, False),
        ("http", "198.51.100.7", "https", False),
        ("http", "127.0.0.1", None, False),
        ("http", "127.0.0.1", "https", True),
        ("http", "::1", "HTTPS ", True),
        ("http", "::ffff:127.0.0.1", "https", True),
        ("http", "127.0.0.1", "http", False),
        ("http", "127.0.0.1", "https, http", False),
        ("http", "127.0.0.1", "http, https", True),
        ("http", "192.0.2.8", "https", True),
        ("http", "192.0.2.8", None, False),
        ("ws", "192.0.2.8", "https", True),
        ("http", None, "https", False),
    ],
)
def test_who_is_believed(scheme: str, peer: str | None, said: str | None, secure: bool) -> None:
    scope = {"scheme": scheme, "client": (peer, 1) if peer else None}
    headers = {} if said is None else {"x-forwarded-proto": said}
    assert came_securely(scope, headers, PROXIES) is secure


def test_a_proxy_is_known_by_its_address() -> None:
    assert comes_from({"client": ("192.0.2.8", 1)}, PROXIES)
    assert not comes_from({"client": ("198.51.100.8", 1)}, PROXIES)
    assert not comes_from({"client": None}, PROXIES)
    assert not comes_from({}, ())
