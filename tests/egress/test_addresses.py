"""Which addresses may be asked: every form in which a private one has been written to get past such a check."""

import pytest

from vitascope.egress.addresses import Reach, parse_address, refusal

PUBLIC = ["1.1.1.1", "93.184.215.14", "100.63.255.255", "172.32.0.1", "198.20.0.1", "2606:4700::1111", "2a00:1450::1"]
PUBLIC_BY_GATEWAY = ["::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"]
HOME = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.9",
    "100.64.0.1",
    "::1",
    "fd12:3456::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::c0a8:1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "fd00::5efe:192.168.1.1",
    "2001:db8::1",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "192.88.99.1",
]
NEVER = [
    "0.0.0.0",  # noqa: S104 - nothing binds to it
    "0.1.2.3",
    "169.254.169.254",
    "169.254.1.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "240.0.0.1",
    "::",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1111%lo",
    "fec0::1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "fd00::5efe:169.254.169.254",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]


@pytest.mark.parametrize("text", PUBLIC + PUBLIC_BY_GATEWAY)
@pytest.mark.parametrize("reach", Reach)
def test_the_public_internet_may_be_asked(text: str, reach: Reach) -> None:
    assert refusal(parse_address(text), reach) is None


@pytest.mark.parametrize("text", HOME)
def test_the_home_network_is_for_what_the_owner_typed(text: str) -> None:
    assert refusal(parse_address(text), Reach.PUBLIC_ONLY) is not None
    assert refusal(parse_address(text), Reach.OWNER_CHOSEN) is None


@pytest.mark.parametrize("text", NEVER)
@pytest.mark.parametrize("reach", Reach)
def test_some_addresses_are_never_asked(text: str, reach: Reach) -> None:
    assert refusal(parse_address(text), reach) is not None
