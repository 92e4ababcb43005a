"""Account homes: where one may be, and what it and a server tell each other.

An account home vouches for the owner: another Vitascope of theirs, or plex.tv where the owner named it.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from vitascope.accounts.errors import HomeError

PLEX_TV = "https://plex.tv"
CALLER_HEADER = "X-Vitascope-Caller"
"""Tells the home for whom a linked server asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisServer:
    """What a server says of itself to its home."""

    client_identifier: str
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a home vouches for."""

    username: str
    email: str
    token: str
    """Of plex.tv the owner's; of a Vitascope this server's, which opens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAddress:
    """Where a home is."""

    secure: bool
    host: str
    port: int | None
    path: str


def checked_home(url: str) -> str:
    """The address of a home without a slash at its end. Raises :class:`HomeError` for one that may not be asked."""
    parse_home(url)
    return url.strip().rstrip("/")


def parse_home(url: str) -> HomeAddress:
    """The parts of a home's address. Raises :class:`HomeError` for one that may not be asked."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise HomeError(f"account home {url!r}: {error}") from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise HomeError(f"account home {url!r}: write it as https://name or https://name:port")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise HomeError(f"account home {url!r}: it must be https, since tokens and passwords go there")
    return HomeAddress(secure=parts.scheme == "https", host=host, port=port, path=parts.path.rstrip("/"))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_plex_tv(home: str) -> bool:
    """Whether a home is plex.tv, and not a server of ours."""
    return urlsplit(home).hostname == "plex.tv"
