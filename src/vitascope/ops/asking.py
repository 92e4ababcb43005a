"""Asks a server over HTTP which one it is, as health checks and the doctor do.

Plain and without help: no proxy of the environment is used, no redirect followed, no credential sent unless it is
given, and at most a little of the answer is read. What came of it is a value, never an exception, because "it does not
answer" is what is looked for.
"""

import contextlib
import http.client
import re
import socket
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import urlsplit

_MOST_BYTES = 64 * 1024
_MACHINE = re.compile(rb'machineIdentifier"?\s*[=:]\s*"([^"]{1,128})"')
_CLAIMED = re.compile(rb'claimed"?\s*[=:]\s*"?(1|true|0|false)\b')


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a URL of http or https leads."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as a URL has them; a port that goes without saying is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"http": 80, "https": 443}


def address_of(url: str) -> Address | None:
    """The parts of a URL, or ``None`` for what is no URL of http or https."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return Address(
        scheme=parts.scheme, host=parts.hostname, port=port or _PORTS[parts.scheme], path=parts.path.rstrip("/")
    )


def split_urls(text: str) -> list[str]:
    """The addresses of ``customConnections`` or ``ADVERTISE_IP``: separated by commas; one without a scheme is plain
    HTTP."""
    parts = (part.strip() for part in text.split(","))
    return [part if "://" in part else f"http://{part}" for part in parts if part]


class Failure(StrEnum):
    """Why there was no HTTP answer."""

    NO_ADDRESS = "the address is not a URL of http or https"
    NO_NAME = "the name does not resolve"
    REFUSED = "the connection is refused"
    UNREACHABLE = "the network cannot be reached"
    SLOW = "there is no answer in time"
    TLS = "TLS fails"
    NO_HTTP = "what answers does not speak HTTP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said, or why it said nothing."""

    url: str
    status: int | None = None
    failure: Failure | None = None
    detail: str = ""
    machine_identifier: str | None = None
    claimed: bool | None = None
    date: float | None = None
    """The server's clock, in seconds since 1970."""
    server: str = ""
    """What answers, by its own word: ``nginx/1.22.1``."""

    @property
    def ready(self) -> bool:
        """Whether it is a 2xx; while the database is upgraded the server answers, with 503."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def words(self) -> str:
        """For a person."""
        if self.failure is not None:
            return f"{self.failure.value} ({self.detail})" if self.detail else self.failure.value
        return f"the answer is {self.status} {http.client.responses.get(self.status or 0, '')}".rstrip()


def ask(
    base: str,
    path: str = "/identity",
    *,
    token: str | None = None,
    timeout_s: float = 5.0,
    authority: str | None = None,
) -> Answer:
    """Asks ``base`` (``https://plex.example.net``) for ``path``. Blocks; never raises.

    ``authority`` is the certificate (PEM) of one that is trusted beside those of the world: the server's own.
    """
    to = address_of(base)
    if to is None:
        return Answer(url=base, failure=Failure.NO_ADDRESS)
    url = f"{to.scheme}://{to.authority}{to.path}{path}"
    connection: http.client.HTTPConnection
    if to.scheme == "https":
        connection = http.client.HTTPSConnection(to.host, to.port, timeout=timeout_s, context=_trusting(authority))
    else:
        connection = http.client.HTTPConnection(to.host, to.port, timeout=timeout_s)
    headers = {"Accept": "application/xml", "User-Agent": "vitascope", "Connection": "close"}
    if token is not None:
        headers["X-Plex-Token"] = token
    try:
        connection.request("GET", to.path + path, headers=headers)
        response = connection.getresponse()
        body = response.read(_MOST_BYTES)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return Answer(url=url, failure=_failure(error), detail=str(error))
    finally:
        connection.close()
    machine, claimed = _MACHINE.search(body), _CLAIMED.search(body)
    return Answer(
        url=url,
        status=response.status,
        machine_identifier=machine[1].decode("latin-1") if machine else None,
        claimed=claimed[1] in (b"1", b"true") if claimed else None,
        date=_date(response.getheader("Date")),
        server=response.getheader("Server") or "",
    )


def _trusting(authority: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority is not None:
        with contextlib.suppress(ssl.SSLError):  # one that is no certificate vouches for nobody
            context.load_verify_locations(cadata=authority)
    return context


def _failure(error: Exception) -> Failure:
    match error:
        case socket.gaierror() | UnicodeError():
            return Failure.NO_NAME
        case ConnectionRefusedError():
            return Failure.REFUSED
        case TimeoutError():
            return Failure.SLOW
        case ssl.SSLError():
            return Failure.TLS
        case http.client.HTTPException() | ConnectionError():
            return Failure.NO_HTTP
        case _:
            return Failure.UNREACHABLE


def _date(text: str | None) -> float | None:
    with contextlib.suppress(ValueError, TypeError):
        return parsedate_to_datetime(text or "").timestamp()
    return None
