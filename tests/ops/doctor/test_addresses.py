"""Addresses that are no longer this machine's, and the one that took their place."""

from collections.abc import Callable
from ipaddress import ip_address

import pytest
from tests.support.answering import Answering, identity

from vitascope.ops.asking import Answer, split_urls
from vitascope.ops.doctor import Finding, Verdict
from vitascope.ops.doctor.addresses import Interface, check_addresses, interfaces, successor

OWN = Answer(url="http://127.0.0.1:32400/identity", status=200, machine_identifier="a" * 40)
HERE = [
    Interface(name="eth0", address=ip_address("192.168.1.20")),
    Interface(name="tailscale0", address=ip_address("100.70.1.2")),
    Interface(name="eth0", address=ip_address("fd00::20")),
    Interface(name="eth1", address=ip_address("203.0.113.9")),
]


def look(url: str, own: Answer = OWN) -> list[Finding]:
    return list(check_addresses([url], own, found=HERE, timeout_s=0.2))


def test_urls_are_read_as_the_original_writes_them() -> None:
    assert split_urls(" http://100.64.0.1:32400/ ,https://plex.example.net:443,10.0.0.1:32400,, ") == [
        "http://100.64.0.1:32400/",
        "https://plex.example.net:443",
        "http://10.0.0.1:32400",
    ]


def test_this_machine_has_addresses_without_loopback() -> None:
    assert all(not one.address.is_loopback for one in interfaces())


def test_an_address_of_an_interface_is_good() -> None:
    (found,) = look("http://100.70.1.2:32400/")
    assert (found.verdict, found.message) == (Verdict.GOOD, "http://100.70.1.2:32400/: 100.70.1.2 is tailscale0")


def test_a_changed_mesh_address_is_told_with_the_new_one() -> None:
    (found,) = look("http://100.64.99.99:32400/")
    assert found.verdict is Verdict.BAD
    assert "a private mesh (Tailscale)" in found.message
    assert "tailscale0 100.70.1.2" in found.message
    assert found.remedy.startswith("set ADVERTISE_IP=http://100.70.1.2:32400/ and restart")
    assert "inventory/group_vars/all/vars.yml" in found.remedy


@pytest.mark.parametrize(
    ("url", "new"),
    [
        ("http://192.168.1.10:32400", "http://192.168.1.20:32400/"),
        ("https://[fd00::10]:443/", "https://[fd00::20]/"),
        ("http://203.0.113.200", "http://203.0.113.9/"),
    ],
)
def test_the_new_address_is_of_the_same_kind(url: str, new: str) -> None:
    (found,) = look(url)
    assert found.remedy.startswith(f"set ADVERTISE_IP={new} and")


def test_without_a_successor_the_address_is_to_go() -> None:
    assert successor(ip_address("100.64.0.1"), [HERE[0]]) is None
    (found,) = check_addresses(["http://100.64.0.1"], OWN, found=[HERE[0]], timeout_s=0.2)
    assert found.remedy.startswith("take http://100.64.0.1 out of ADVERTISE_IP")


def test_names_are_left_to_the_proxy_check() -> None:
    assert look("https://plex.example.net") == []


def test_an_address_of_no_interface_that_leads_here_is_right(
    answering: Callable[..., Answering], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Behind a router the advertised address is the router's; 127.0.0.1 stands for it here.
    server = answering(200, identity())
    monkeypatch.setattr("ipaddress.IPv4Address.is_loopback", False)
    (found,) = look(server.url)
    assert found.verdict is Verdict.GOOD
    (found,) = look(server.url, Answer(url="", status=200, machine_identifier="b" * 40))
    assert found.verdict is Verdict.BAD


def test_a_loopback_address_helps_no_client() -> None:
    (found,) = look("http://127.0.0.1:32400")
    assert found.verdict is Verdict.BAD
