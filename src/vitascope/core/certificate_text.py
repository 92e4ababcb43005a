"""Certificates as text: what a PEM file of ours says about itself, and the fingerprint people compare.

OpenSSL passes over whatever stands before a ``BEGIN`` line (RFC 7468 §2), so a file can say for whom it is and until
when, in the same write as the certificate itself; whether it has to be renewed is then known without a reader of X.509.
"""

import base64
import binascii
import hashlib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)-----END CERTIFICATE-----\n?")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 253
_MOST_NAMES = 200
_LARGEST = 10**12


def certifiable(names: Iterable[str]) -> frozenset[str]:
    """Those of the names that a certificate can hold for: addresses, and names of hosts in ASCII; at most 200."""
    found = set()
    for name in names:
        plain = name.strip().lower().rstrip(".")
        if is_address(plain) or (len(plain) <= _LONGEST_NAME and _NAME.fullmatch(plain)):
            found.add(plain)
    return frozenset(sorted(found)[:_MOST_NAMES])


def is_address(name: str) -> bool:
    """Whether it is an IP address as a certificate has them, without a zone."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return "%" not in name


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a certificate's file says about it. Times are seconds since 1970."""

    names: frozenset[str]
    since: int
    until: int
    issuer: str = ""
    """The SHA-256 fingerprint of the authority that made it; empty for an authority itself."""

    def is_fresh(self, now: float) -> bool:
        """Whether more than a third of its life is left, and it has begun."""
        return self.since <= now < self.until - (self.until - self.since) / 3

    def text(self) -> str:
        """As it stands at the beginning of the file."""
        return (
            f"names: {' '.join(sorted(self.names))}\nsince: {self.since}\nuntil: {self.until}\nissuer: {self.issuer}\n"
        )


def read_description(pem: str) -> Described | None:
    """What a file says about itself; ``None`` for one that says nothing."""
    lines = (line.partition(":") for line in pem.partition("-----BEGIN")[0].splitlines())
    fields = {name: value.strip() for name, _, value in lines}
    try:
        since, until = int(fields["since"]), int(fields["until"])
    except (KeyError, ValueError):
        return None
    if not 0 <= since < until < _LARGEST:
        return None
    return Described(
        names=frozenset(fields.get("names", "").split()), since=since, until=until, issuer=fields.get("issuer", "")
    )


def first_certificate(pem: str) -> str | None:
    """The first certificate in a file, without anything beside it: no key, no description."""
    found = _CERTIFICATE.search(pem)
    return found[0].strip() + "\n" if found else None


def fingerprint(pem: str) -> str | None:
    """SHA-256 of the first certificate in a file, as browsers show it: ``AB:CD:…``."""
    found = _CERTIFICATE.search(pem)
    if found is None:
        return None
    try:
        der = base64.b64decode("".join(found[1].split()), validate=True)
    except binascii.Error:
        return None
    return hashlib.sha256(der).digest().hex(":").upper()
