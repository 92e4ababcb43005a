"""TLS as this server speaks it, and which certificate a connection is shown.

TLS 1.2 and 1.3 only, with suites that have both authenticated encryption and forward secrecy; OpenSSL's level 2 keeps
keys below 112 bits of strength out, and nothing is compressed or renegotiated. HTTP/1.1 is what is offered: HTTP/2
comes from proxies.

Several certificates may be held at once: one for every address and name of this machine, and others for single names.
Each handshake asks which one holds now, so a new certificate counts from the next connection on, while the connections
that are open keep the one they began with.
"""

import os
import ssl
from collections.abc import Collection, Mapping
from pathlib import Path

_SUITES_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20:!PSK:@SECLEVEL=2"
# Those of TLS 1.3 are three, all of which have both; OpenSSL offers them by itself.


def server_context(chain: Path) -> ssl.SSLContext:
    """A context that shows the certificate, chain and key of a PEM file.

    Raises:
        OSError: the file cannot be read, or holds no certificate with its key (``ssl.SSLError`` is one).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_SUITES_1_2)
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(chain, password=_no_password)
    return context


def server_context_of(chain: bytes) -> ssl.SSLContext:
    """The same of PEM text that is written to no disk. Raises ``OSError``."""
    memory = os.memfd_create("certificate", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(memory), "wb") as file:
            file.write(chain)
        return server_context(Path(f"/proc/self/fd/{memory}"))
    finally:
        os.close(memory)


def _no_password() -> str:
    return ""  # without this, OpenSSL asks the terminal for the password of an encrypted key


def covers(name: str, pattern: str) -> bool:
    """Whether a certificate's name holds for a host name; a ``*`` stands for one label (RFC 6125 §6.4.3)."""
    name, pattern = name.lower().rstrip("."), pattern.lower().rstrip(".")
    if not pattern.startswith("*."):
        return name == pattern
    label, dot, rest = name.partition(".")
    return bool(label and dot) and rest == pattern[2:]


class Certificates:
    """The certificates that are shown from now on."""

    def __init__(self) -> None:
        self._general: ssl.SSLContext | None = None
        self._named: Mapping[str, ssl.SSLContext] = {}

    def context(self) -> ssl.SSLContext | None:
        """For the next connection; ``None`` while there is no certificate."""
        return self._general

    def show(self, general: ssl.SSLContext, named: Mapping[str, ssl.SSLContext]) -> None:
        """Shows these from the next handshake on: ``named`` for the names that are its keys (a ``*.`` at their
        beginning stands for one label), ``general`` for all others and for who asks by address."""
        general.sni_callback = self._choose
        self._named = dict(named)
        self._general = general

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is None:
            return
        exact = self._named.get(name.lower().rstrip("."))
        chosen = exact or next((one for pattern, one in self._named.items() if covers(name, pattern)), None)
        if chosen is not None:
            connection.context = chosen

    def names(self) -> Collection[str]:
        """The names that have a certificate of their own."""
        return self._named.keys()
