"""ADVERTISE_IP changed: are the addresses that clients are given still this machine's?

An address that no interface has may still be right (the router's, or the host's of a container); so it is asked, and
only one that does not answer as this server either is found wrong. The address that took its place is worked out: one
of the same network, such as the new address that a private mesh gave.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import ifaddr

from vitascope.ops.asking import Answer, address_of, ask
from vitascope.ops.doctor.finding import Finding, bad, good

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_KINDS = (
    ("a private mesh (Tailscale)", ipaddress.ip_network("100.64.0.0/10")),
    ("a private mesh (Tailscale)", ipaddress.ip_network("fd7a:115c:a1e0::/48")),
    ("the local network", ipaddress.ip_network("192.168.0.0/16")),
    ("the local network", ipaddress.ip_network("10.0.0.0/8")),
    ("the local network", ipaddress.ip_network("172.16.0.0/12")),
    ("the local network", ipaddress.ip_network("fc00::/7")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """An address of this machine."""

    name: str
    address: _Address


def interfaces() -> list[Interface]:
    """The addresses of this machine, without loopback and those that hold for one cable only."""
    found = []
    for adapter in ifaddr.get_adapters():
        for one in adapter.ips:
            text = one.ip if isinstance(one.ip, str) else one.ip[0]
            address = ipaddress.ip_address(text.partition("%")[0])
            if not address.is_loopback and not address.is_link_local:
                found.append(Interface(name=str(adapter.name), address=address))
    return found


def _kind(address: _Address) -> str | None:
    for words, network in _KINDS:
        if address.version == network.version and address in network:
            return words
    return None


def successor(old: _Address, found: Sequence[Interface]) -> Interface | None:
    """The address that took the place of one that is gone: of the same kind of network, the one that has most of its
    beginning in common."""

    def alike(one: Interface) -> int:
        return old.max_prefixlen - (int(one.address) ^ int(old)).bit_length()

    same = [one for one in found if one.address.version == old.version and _kind(one.address) == _kind(old)]
    return max(same, key=alike, default=None)


def check_addresses(
    urls: Sequence[str],
    own: Answer,
    *,
    found: Sequence[Interface] | None = None,
    timeout_s: float = 3.0,
    authority: str | None = None,
) -> Iterator[Finding]:
    """Whether each advertised address that is a number (not a name) is still one of this server. ``own`` is what the
    server itself answers. Blocks."""
    here = interfaces() if found is None else found
    for url in urls:
        to = address_of(url)
        try:
            address = ipaddress.ip_address(to.host if to is not None else "")
        except ValueError:
            continue  # a name: the proxy check asks it
        yield _judge(url, address, own, here, timeout_s, authority)


def _judge(
    url: str, address: _Address, own: Answer, here: Sequence[Interface], timeout_s: float, authority: str | None
) -> Finding:
    subject = "ADVERTISE_IP"
    for one in here:
        if one.address == address:
            return good(subject, f"{url}: {address} is {one.name}")
    if address.is_loopback:
        return bad(subject, f"{url}: no other machine reaches a loopback address", _say(url, successor(address, here)))
    answer = ask(url, timeout_s=timeout_s, authority=authority)
    if answer.ready and answer.machine_identifier == own.machine_identifier:
        return good(subject, f"{url}: no interface here has {address}, and it leads to this server")
    kind = _kind(address)
    known = ", ".join(f"{one.name} {one.address}" for one in here) or "none"
    return bad(
        subject,
        f"{url}: no interface of this machine has {address}{f' of {kind}' if kind else ''} any more, and nothing "
        f"answers there as this server ({answer.words}). Addresses here: {known}",
        _say(url, successor(address, here)),
    )


def _say(url: str, new: Interface | None) -> str:
    """What to set; where the setting stands depends on the deployment."""
    to = address_of(url)
    if new is None or to is None:
        return f"take {url} out of ADVERTISE_IP (customConnections) and restart the server"
    wanted = replace(to, host=str(new.address))
    return (
        f"set ADVERTISE_IP={to.scheme}://{wanted.authority}/ and restart the server (in an Ansible tree: "
        "inventory/group_vars/all/vars.yml, then ansible-playbook playbooks/deploy.yml)"
    )
