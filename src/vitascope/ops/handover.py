"""Files that a proxy sends by itself (nginx's ``X-Accel-Redirect``): which one may, and by which internal address.

The server decides who may have what; the proxy reads the bytes. It says with each request that it takes such answers,
by the header that Rack made usual (``X-Sendfile-Type``), and sits at an address that the owner named: nobody else is
answered with the place of a file, nor with an empty body.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from vitascope.accounts.locality import Network, is_within, parse_address, parse_networks

DEFAULT_PROXIES = "127.0.0.1,::1"
_PREFIX = re.compile(r"/(?:[A-Za-z0-9_-]+/)+")
_ASKED = "x-accel-redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A proxy that sends files."""

    prefix: str
    """The internal address below which the proxy has the root of the file system; begins and ends with a slash."""
    proxies: tuple[Network, ...]

    @classmethod
    def parse(cls, prefix: str, proxies: str) -> "Handover | None":
        """``None`` where no prefix is given. Raises ``ValueError``, in words for a person."""
        if not prefix:
            return None
        whole = f"{prefix.rstrip('/')}/"
        if _PREFIX.fullmatch(whole) is None:
            raise ValueError(f"accel prefix {prefix!r}: write it as /name/ of letters, digits, - and _")
        found = parse_networks(proxies)
        if len(found) != len(proxies.split(",")):
            raise ValueError(f"accel proxies {proxies!r}: write addresses or networks, with commas between")
        return cls(prefix=whole, proxies=found)

    def takes(self, peer: str | None, headers: Mapping[str, str]) -> bool:
        """Whether whoever sent a request, with its headers by lower-case name, sends files by itself."""
        if headers.get("x-sendfile-type", "").strip().lower() != _ASKED:
            return False
        address = parse_address(peer) if peer else None
        return address is not None and is_within(address, self.proxies)

    def address(self, path: bytes) -> bytes:
        """The internal address of a file, by its real path: every byte that could mean something else is escaped."""
        return f"{self.prefix}{quote(path.lstrip(b'/'), safe='/')}".encode()
