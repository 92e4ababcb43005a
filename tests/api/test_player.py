"""Which players are in the own network."""

import pytest

from vitascope.accounts.locality import parse_address
from vitascope.api.player import _is_local


@pytest.mark.parametrize(
    ("address", "networks", "local"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("192.168.1.5", "", True),
        ("8.8.8.8", "", False),
        ("192.168.1.5", "192.168.2.0/24", False),
        ("192.168.2.5", "10.0.0.1, 192.168.2.0/24", True),
        ("8.8.8.8", "8.8.8.8", True),
        ("127.0.0.1", "10.0.0.0/8", True),
        ("fd00::1", "10.0.0.0/8", False),
        ("::ffff:10.0.0.1", "10.0.0.0/8", True),
        ("nobody", "", False),
    ],
)
def test_local_players(address: str, networks: str, local: bool) -> None:
    assert _is_local(parse_address(address), networks) is local
