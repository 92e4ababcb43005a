"""A server under a name, behind a proxy that speaks TLS: clients that reach it by that name, on this machine."""

import socket
import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import plexapi.server
import requests
from requests.adapters import HTTPAdapter
from websockets.sync.client import ClientConnection, connect

NAME = "plex.example.org"


def certificate(folder: Path, name: str = NAME) -> tuple[Path, Path]:
    """A certificate for a name, signed by its own key; it and the key."""
    made, key = folder / "fullchain.pem", folder / "privkey.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


class _Named(HTTPAdapter):
    """Asks for a certificate of a name, wherever the connection goes."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> Any:
        return super().init_poolmanager(*arguments, **named, server_hostname=NAME, assert_hostname=NAME)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a visitor knows of it."""

    port: int
    """Of HTTPS."""
    plain_port: int
    authority: Path
    """Who signed the certificate."""
    prefix: str = ""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}{self.prefix}"

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def client(self, token: str | None = None, *, source: str | None = None, **headers: str) -> httpx.Client:
        """A client; ``source`` is the address it comes from."""
        sent = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["X-Plex-Token"] = token

        def named(request: httpx.Request) -> None:
            request.extensions["sni_hostname"] = NAME

        return httpx.Client(
            base_url=self.url,
            headers=sent,
            timeout=120,
            transport=httpx.HTTPTransport(verify=self.tls(), local_address=source),
            event_hooks={"request": [named]},
        )

    def plexapi(self, token: str) -> Any:
        """python-plexapi's server."""
        session = requests.Session()
        session.mount("https://", _Named())
        session.verify = str(self.authority)
        session.trust_env = False  # the machine may name authorities of its own
        session.headers["Host"] = NAME
        server: Any = plexapi.server.PlexServer
        return server(self.url, token, session=session)

    def listen(self, token: str) -> ClientConnection:
        """A websocket that hears of events."""
        return connect(
            f"wss://{NAME}{self.prefix}/:/websockets/notifications",
            sock=socket.create_connection(("127.0.0.1", self.port), 30),
            ssl=self.tls(),
            additional_headers={"X-Plex-Token": token},
            max_queue=None,  # what is not read yet shall not hold up pongs
            ping_interval=None,
        )

    def handshake(self, **wanted: Any) -> tuple[str | None, str, str | None]:
        """What TLS agrees upon: version, cipher, protocol. Raises ``ssl.SSLError`` when nothing does."""
        context = self.tls()
        for name, value in wanted.items():
            attribute = getattr(context, name)
            attribute(value) if callable(attribute) else setattr(context, name, value)
        with (
            socket.create_connection(("127.0.0.1", self.port), 30) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as wrapped,
        ):
            cipher = wrapped.cipher()
            assert cipher is not None
            return wrapped.version(), cipher[0], wrapped.selected_alpn_protocol()


def once(headers: httpx.Headers, expected: Mapping[str, str]) -> None:
    """Each of these headers is there once and says that."""
    found = {name: headers.get_list(name) for name in expected}
    assert found == {name: [value] for name, value in expected.items()}


def with_places(text: str, site: Site, certificates: Path) -> str:
    """A configuration of nginx with the ports and the certificate of the test."""
    lines = []
    for line in text.splitlines():
        words = line.strip().rstrip(";").split()
        if words[:1] == ["listen"]:
            if "[::]" in line:
                continue
            where = f"{site.port} ssl http2" if "ssl" in words else f"{site.plain_port}"
            line = f"listen 127.0.0.1:{where} reuseport;"
        elif words[:1] == ["ssl_certificate_key"]:
            line = f"ssl_certificate_key {certificates}/privkey.pem;"
        elif words[:1] in (["ssl_certificate"], ["ssl_trusted_certificate"]):
            line = f"{words[0]} {certificates}/fullchain.pem;"
        lines.append(line)
    return "\n".join(lines).replace("/var/lib/acme/acme-challenge", str(certificates / "challenge"))
