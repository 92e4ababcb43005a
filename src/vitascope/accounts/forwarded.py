"""Where a request came from, when it came through proxies that the owner named.

Behind a proxy every visitor has the proxy's address. What a named proxy adds to ``X-Forwarded-For``, and its
``X-Forwarded-Proto``, then say where a player really is: who is counted as remote, what the owner sees of a session,
and whose wrong guesses are counted together. Nobody else's headers are read, and no right ever follows from them: a
request with such a header is local to no address (:mod:`vitascope.accounts.locality`).

Pure: everything it needs is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vitascope.accounts.locality import Network, is_within, parse_address, parse_networks

_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What is believed of a request."""

    address: str | None
    scheme: str | None = None
    """``http`` or ``https``; ``None``: what the connection itself says."""


def parse_proxies(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between; none where ``text`` is empty. Raises ``ValueError``, for a person."""
    if not text.strip():
        return ()
    found = parse_networks(text)
    if len(found) != len(text.split(",")):
        raise ValueError(f"trusted proxies {text!r}: write addresses or networks, with commas between")
    return found


def origin_of(peer: str | None, headers: Mapping[str, str], proxies: tuple[Network, ...]) -> Origin:
    """Where a request came from.

    Args:
        peer: the address that the connection comes from.
        headers: all headers, with lower-case names; of those that came twice, the values joined with commas.
        proxies: who is believed.
    """
    if not _is_one_of(peer, proxies):
        return Origin(address=peer)
    scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
    address = peer
    for said in reversed(headers.get("x-forwarded-for", "").split(",")):
        parsed = parse_address(said.strip())
        if parsed is None:
            break
        address = str(parsed)
        if not is_within(parsed, proxies):
            break
    return Origin(address=address, scheme=scheme if scheme in _SCHEMES else None)


def _is_one_of(peer: str | None, proxies: tuple[Network, ...]) -> bool:
    address = parse_address(peer) if peer and proxies else None
    return address is not None and is_within(address, proxies)
