"""Attacks on the rights that come from an address: each of them must fail, and honest requests must not."""

import pytest

from vitascope.accounts.locality import (
    Trust,
    known_host,
    owner_by_address,
    parse_address,
    parse_networks,
    passable_host,
)

HONEST = {"host": "127.0.0.1:32400", "accept": "*/*"}
UNCLAIMED = Trust()
HOME = Trust(claimed=True, networks=parse_networks("192.168.1.0/24, 10.0.0.0/255.0.0.0,fd00::/8"))


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:32400", "localhost", "LOCALHOST:1", "[::1]:32400", "192.168.1.9"])
def test_the_machine_itself_is_the_owner_while_unclaimed(peer: str, host: str) -> None:
    assert owner_by_address(peer, {"host": host}, UNCLAIMED)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_a_claimed_server_asks_its_own_machine_too(peer: str) -> None:
    assert not owner_by_address(peer, HONEST, Trust(claimed=True))


@pytest.mark.parametrize(
    "header",
    [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-port",
        "x-forwarded-anything",
        "x-real-ip",
        "via",
        "true-client-ip",
        "cf-connecting-ip",
        "cf-ray",
        "cdn-loop",
        "fastly-client-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-envoy-external-address",
        "x-original-forwarded-for",
    ],
)
@pytest.mark.parametrize("value", ["127.0.0.1", "", "for=127.0.0.1"])
def test_what_came_through_a_proxy_is_never_local(header: str, value: str) -> None:
    assert not owner_by_address("127.0.0.1", HONEST | {header: value}, UNCLAIMED)
    assert not owner_by_address("192.168.1.7", HONEST | {header: value}, HOME)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:32400",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "",
        " ",
        "[::1",
        "[::1]evil.example",
        "localhost:evil",
        "0x7f000001.example",
    ],
)
def test_a_name_that_is_not_ours_is_never_local(host: str) -> None:
    assert not owner_by_address("127.0.0.1", {"host": host}, UNCLAIMED)


def test_a_request_without_a_host_is_never_local() -> None:
    assert not owner_by_address("127.0.0.1", {}, UNCLAIMED)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://127.0.0.1",  # another port is another program on this machine
        "http://127.0.0.1:8080",
        "http://localhost:32400",  # not the name under which the request came
        "null",
        "file://",
        "",
        "http://127.0.0.1:32400.evil.example",
    ],
)
def test_a_page_of_another_origin_is_never_local(origin: str) -> None:
    assert not owner_by_address("127.0.0.1", HONEST | {"origin": origin}, UNCLAIMED)


def test_our_own_page_is_local() -> None:
    assert owner_by_address("127.0.0.1", HONEST | {"origin": "http://127.0.0.1:32400"}, UNCLAIMED)


def test_a_page_that_the_owner_allowed_is_local() -> None:
    trust = Trust(origins=frozenset({"https://app.example"}))
    assert owner_by_address("127.0.0.1", HONEST | {"origin": "https://app.example"}, trust)


@pytest.mark.parametrize("site", ["cross-site", "Cross-Site", " cross-site "])
def test_a_cross_site_fetch_is_never_local(site: str) -> None:
    assert not owner_by_address("127.0.0.1", HONEST | {"sec-fetch-site": site}, UNCLAIMED)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_other_fetches_are_judged_by_their_origin(site: str) -> None:
    assert owner_by_address("127.0.0.1", HONEST | {"sec-fetch-site": site}, UNCLAIMED)


@pytest.mark.parametrize("peer", ["192.168.1.1", "10.200.3.4", "fd00::17", "::ffff:192.168.1.200"])
def test_allowed_networks_are_the_owner_even_when_claimed(peer: str) -> None:
    assert owner_by_address(peer, HONEST, HOME)


@pytest.mark.parametrize("peer", ["192.168.2.1", "8.8.8.8", "fe80::1", "127.0.0.1", "not an address", "", None])
def test_others_are_not(peer: str | None) -> None:
    assert not owner_by_address(peer, HONEST, HOME)


@pytest.mark.parametrize("peer", ["8.8.8.8", "192.168.1.5"])
def test_an_unclaimed_server_trusts_no_other_machine(peer: str) -> None:
    assert not owner_by_address(peer, HONEST, UNCLAIMED)


def test_a_known_name_is_ours() -> None:
    assert known_host("media.home:32400", {"media.home"})
    assert known_host("media.home.", {"media.home"})
    assert not known_host("media.home.evil.example", {"media.home"})


def test_networks_are_read_leniently_but_nothing_is_invented() -> None:
    assert [str(network) for network in parse_networks("192.168.1.7/24, nonsense,,::1, 10.1.2.3")] == [
        "192.168.1.0/24",
        "::1/128",
        "10.1.2.3/32",
    ]
    assert parse_networks("") == ()


def test_addresses_lose_zone_and_mapping() -> None:
    assert str(parse_address("fe80::1%eth0")) == "fe80::1"
    assert str(parse_address("::ffff:10.0.0.1")) == "10.0.0.1"
    assert parse_address("localhost") is None


@pytest.mark.parametrize("site", ["same-site", "Same-Site", "cross-site", "same-origin, cross-site", "anything", ""])
def test_a_page_on_another_port_presses_no_buttons(site: str) -> None:
    """A picture whose address is ``/:/scrobble`` is asked for without an Origin, and ports do not make sites."""
    assert not owner_by_address("127.0.0.1", HONEST | {"sec-fetch-site": site}, UNCLAIMED)


def test_an_allowed_page_on_another_port_may() -> None:
    trust = Trust(origins=frozenset({"http://127.0.0.1:8080"}))
    sent = HONEST | {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:8080"}
    assert owner_by_address("127.0.0.1", sent, trust)
    assert not owner_by_address("127.0.0.1", sent, UNCLAIMED)
    assert not owner_by_address("127.0.0.1", sent | {"sec-fetch-site": "cross-site"}, trust)
    for site in ("same-origin", "none"):
        assert owner_by_address("127.0.0.1", HONEST | {"sec-fetch-site": site}, UNCLAIMED)


NAMED = Trust(names=frozenset({"media.example.org"}), name_ends=(".onion", ".lan.example"))


@pytest.mark.parametrize(
    "host",
    [
        None,
        "192.0.2.7",
        "192.0.2.7:32400",
        "[2001:db8::1]:32400",
        "localhost:32400",
        "plex:32400",
        "PLEX",
        "vitascope.local:443",
        "vitascope.local.",
        "media.example.org",
        "MEDIA.example.org:8443",
        "abcdefghij.onion",
        "tv.lan.example",
    ],
)
def test_a_name_by_which_the_server_may_be_called(host: str | None) -> None:
    assert passable_host(host, NAMED)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:32400",
        "media.example.org.evil.example",
        "evilmedia.example.org",
        "xlan.example",
        "127.0.0.1.evil.example",
        "127.0.0.1, evil.example",
        "evil.example, 127.0.0.1",
        "a b",
        "plex/../x",
        "plex:port",
        "[::1",
        "user@plex",
        "<script>",
    ],
)
def test_a_name_that_is_somebody_elses(host: str) -> None:
    assert not passable_host(host, NAMED)


@pytest.mark.parametrize("host", [None, "plex:32400", "vitascope.local", "abc.onion", "tv.lan.example"])
def test_a_name_that_may_call_gives_no_rights_by_address(host: str | None) -> None:
    headers = {} if host is None else {"host": host}
    assert not owner_by_address("127.0.0.1", headers, NAMED)
    assert owner_by_address("127.0.0.1", {"host": "media.example.org"}, NAMED)


def test_without_trust_in_loopback_the_machine_is_nobody() -> None:
    assert not owner_by_address("127.0.0.1", HONEST, Trust(loopback=False))
    network = Trust(loopback=False, networks=parse_networks("127.0.0.0/8"))
    assert owner_by_address("127.0.0.1", HONEST, network), "what the owner allows is allowed"
