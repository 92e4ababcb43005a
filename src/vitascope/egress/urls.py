"""Reading an address: ``http`` and ``https``, a host, a path; nothing that could be meant to be read in two ways."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from vitascope.egress.errors import UrlRefused

_LONGEST = 4096
_HOST = re.compile(r"[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\]")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_SAFE_PATH = "/%:@!$&'()*+,;=~?-._[]|"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes. ``path`` has the query with it."""

    scheme: str
    host: str
    """A name, or an address without its brackets."""
    port: int
    path: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """All of an address that may be shown or logged."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    def same_host(self, other: "Target") -> bool:
        return self.host == other.host and (self.port == other.port or {self.port, other.port} == {80, 443})


def parse_url(url: str) -> Target:
    """Raises :class:`UrlRefused` with what is wrong."""
    if len(url) > _LONGEST:
        raise UrlRefused(f"an address of more than {_LONGEST} characters")
    if _UNSAFE.search(url):
        raise UrlRefused("an address with a space, a backslash or a control character in it")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        named = host.encode("idna").decode("ascii") if not host.isascii() else host
    except (ValueError, UnicodeError) as error:
        raise UrlRefused("an address that cannot be read") from error
    if parts.scheme not in _PORTS:
        raise UrlRefused("an address that begins with neither http:// nor https://")
    if "@" in parts.netloc:
        raise UrlRefused("an address with a name or password before the host")
    if port == 0 or not _HOST.fullmatch(f"[{named}]" if ":" in named else named):
        raise UrlRefused("an address without a host")
    path = quote(parts.path or "/", safe=_SAFE_PATH) + (
        f"?{quote(parts.query, safe=_SAFE_PATH)}" if parts.query else ""
    )
    return Target(
        scheme=parts.scheme,
        host=named,
        port=port or _PORTS[parts.scheme],
        path=path if path.startswith("/") else f"/{path}",
    )


def parse_location(base: Target, location: str) -> Target:
    """Where a redirect leads. Raises :class:`UrlRefused`."""
    return parse_url(urljoin(base.url, location))
