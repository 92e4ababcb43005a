"""May a request be trusted for the address it comes from?

The original server makes whoever sits at the machine its owner until it is claimed, and whoever is in
``allowedNetworks`` always. An address proves that only for a request that a person's own program sent directly:

* behind a reverse proxy on the same host every visitor comes from 127.0.0.1, so a request with any of the headers that
  proxies add is never local;
* a web page anywhere can make a browser on this machine send requests, so a foreign ``Origin`` or
  ``Sec-Fetch-Site: cross-site`` is never local, nor is ``same-site`` (a page on another port) unless its ``Origin`` is
  an allowed one;
* a name that an attacker points at 127.0.0.1 makes that page "same origin", so a ``Host`` that is neither an address
  nor a name of this server is never local (DNS rebinding).

Pure: everything it needs is handed in.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PROXY_HEADERS = frozenset(
    {
        "forwarded",
        "x-real-ip",
        "via",
        "x-client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "cf-ray",
        "cdn-loop",
        "fastly-client-ip",
        "x-cluster-client-ip",
        "x-envoy-external-address",
        "x-original-forwarded-for",
    }
)
_PROXY_PREFIX = "x-forwarded"
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LOCAL_NAMES = frozenset({"localhost"})
_OWN_SITES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the server grants to addresses at the moment."""

    claimed: bool = False
    """A claimed server no longer trusts its own machine."""
    loopback: bool = True
    """Whether an unclaimed one does; not behind a proxy that might add no header."""
    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()
    """Lower-case names by which requests may call this server."""
    name_ends: tuple[str, ...] = ()
    """Ends of names (``.onion``) that requests may use as well; they prove nothing."""
    origins: frozenset[str] = frozenset()
    """Origins of web pages that the owner allowed."""


def parse_networks(text: str) -> tuple[Network, ...]:
    """Reads ``allowedNetworks``: addresses, networks and networks with a mask; what is none of these is left out."""
    found: list[Network] = []
    for part in text.split(","):
        try:
            found.append(ipaddress.ip_network(part.strip(), strict=False))
        except ValueError:
            continue
    return tuple(found)


def parse_address(text: str) -> Address | None:
    """The address in ``text``, with an IPv4 address inside an IPv6 one taken out and without a zone."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_within(address: Address, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of some networks, which may be of either version."""
    return any(address in network for network in networks if network.version == address.version)


def _host_name(host: str) -> str | None:
    """The name in a ``Host`` header or an authority, without port and brackets; ``None`` when it is malformed."""
    host = host.strip().lower()
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        return name if bracket and (not port or _is_port(port)) else None
    name, colon, port = host.partition(":")
    if colon and not port.isdigit():
        return None
    return name.rstrip(".") or None


def _is_port(text: str) -> bool:
    return text.startswith(":") and text[1:].isdigit()


def known_host(host: str | None, names: Collection[str]) -> bool:
    """Whether a ``Host`` header names this server and could not be somebody else's name for it."""
    if host is None:
        return False
    name = _host_name(host)
    if name is None:
        return False
    return parse_address(name) is not None or name in _LOCAL_NAMES or name in names


def passable_host(host: str | None, trust: Trust) -> bool:
    """Whether a request may call the server by this name at all; others are told 421.

    More than what :func:`known_host` takes: names of one word and of ``.local`` are those of the house, and whoever has
    a token may use them. They give no rights by address, since in somebody else's network they can be somebody else's.
    Without a ``Host`` (HTTP/1.0) no browser asks.
    """
    if host is None:
        return True
    name = _host_name(host)
    if name is None or not (known_host(host, trust.names) or _NAME.fullmatch(name)):
        return False
    return known_host(host, trust.names) or "." not in name or name.endswith((".local", *trust.name_ends))


def own_origin(origin: str, host: str | None, allowed: Collection[str]) -> bool:
    """Whether ``Origin`` is this server itself, or a page that the owner allowed."""
    origin = origin.strip().lower()
    if origin in allowed:
        return True
    scheme, separator, authority = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and host is not None and authority == host.strip().lower()


def came_through_a_proxy(headers: Mapping[str, str]) -> bool:
    """Whether a request, by lower-case names of headers, has any that proxies add."""
    return any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIX) for name in headers)


def sent_directly(headers: Mapping[str, str], trust: Trust) -> bool:
    """Whether nothing about a request says that somebody else's page or a proxy sent it.

    Args:
        headers: all headers, with lower-case names.
        trust: what the server grants.
    """
    if came_through_a_proxy(headers):
        return False
    host = headers.get("host")
    if not known_host(host, trust.names):
        return False
    site = headers.get("sec-fetch-site", "same-origin").strip().lower()
    if site not in _OWN_SITES and site != "same-site":
        return False
    origin = headers.get("origin")
    if origin is None:
        # To browsers every port of a machine is one site: another program's page must not press buttons here.
        return site != "same-site"
    return own_origin(origin, host, trust.origins)


def owner_by_address(peer: str | None, headers: Mapping[str, str], trust: Trust) -> bool:
    """Whether a request without a token is the owner's, for the address it comes from."""
    address = parse_address(peer) if peer else None
    if address is None or not sent_directly(headers, trust):
        return False
    if address.is_loopback and trust.loopback and not trust.claimed:
        return True
    return is_within(address, trust.networks)
