"""Which IP addresses may be asked.

The lists are written out and not taken from ``ipaddress.is_global``, whose answer changed between releases of Python.
An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64, 6to4, ISATAP) is judged by that one: a gateway
would take us there. Sources: the special-purpose registries of RFC 6890 and their updates.
"""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address


class Reach(Enum):
    """How far a request may go."""

    PUBLIC_ONLY = "public"
    """An address that came from outside (a file, an answer, somebody who is not the owner): public ones only."""

    OWNER_CHOSEN = "owner"
    """An address that the owner typed in: this machine and the home network too. It holds for that host alone; a
    redirect to another one is followed into public ones only."""


_NEVER_V4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # "this host": connects to ourselves
        "100.100.100.200/32",  # metadata of a cloud
        "168.63.129.16/32",  # the same
        "169.254.0.0/16",  # link-local, with 169.254.169.254, the metadata of most clouds
        "192.0.0.192/32",  # metadata again
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_HOME_V4 = tuple(
    IPv4Network(one)
    for one in (
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier NAT
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
    )
)
_NEVER_V6 = tuple(
    IPv6Network(one)
    for one in (
        "::/128",
        "2001::/32",  # Teredo: whoever chose the address chose the relay
        "fd00:ec2::254/128",  # metadata of a cloud
        "fd20:ce::254/128",  # the same
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # protocol assignments
        "2001:db8::/32",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_COMPATIBLE = IPv6Network("::/96")
_LOOPBACK_V6 = IPv6Address("::1")
_ISATAP = (0x00005EFE, 0x02005EFE)


def parse_address(text: str) -> Address:
    """An address as the system's look-up writes it; a zone (``%eth0``) makes it link-local whatever it says."""
    bare, zone, _ = text.partition("%")
    return IPv6Address("fe80::") if zone else ip_address(bare)


def refusal(address: Address, reach: Reach) -> str | None:
    """Why the address must not be asked, or ``None``."""
    inner = _carried(address)
    if inner is not None:
        return refusal(inner, reach)
    if isinstance(address, IPv4Address):
        if _in_v4(address, _NEVER_V4):
            return "an address that is never asked"
        if reach is Reach.PUBLIC_ONLY and _in_v4(address, _HOME_V4):
            return "an address that is not public"
        return None
    if _in_v6(address, _NEVER_V6):
        return "an address that is never asked"
    if reach is Reach.PUBLIC_ONLY and (address not in _GLOBAL_V6 or _in_v6(address, _NOT_PUBLIC_V6)):
        return "an address that is not public"
    return None


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    number = int(address)
    if address in _SIX_TO_FOUR:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or address in _NAT64_LOCAL:
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _COMPATIBLE and address != _LOOPBACK_V6 and number:
        return IPv4Address(number & 0xFFFFFFFF)
    if number >> 32 & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def _in_v4(address: IPv4Address, networks: tuple[IPv4Network, ...]) -> bool:
    return any(address in one for one in networks)


def _in_v6(address: IPv6Address, networks: tuple[IPv6Network, ...]) -> bool:
    return any(address in one for one in networks)
