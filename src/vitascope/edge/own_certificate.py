"""The certificate that this server makes for itself, where nobody else gave it one.

Two files in one folder, written whole or not at all, and part of every backup: the authority that a person may install
on their devices, and the certificate for the addresses and names this machine has now. The first stays for ten years;
the second is made anew when a name is missing in it or only a third of its life is left, and nobody notices. The
library that makes certificates is loaded only then: at most starts there is nothing to make.
"""

import contextlib
import logging
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from vitascope.core.certificate_text import (
    Described,
    certifiable,
    fingerprint,
    first_certificate,
    read_description,
)
from vitascope.edge.errors import CertificateError
from vitascope.edge.tls import server_context

_log = logging.getLogger(__name__)

AUTHORITY = "authority.pem"
OWN = "own.pem"
_YEAR_SECONDS = 366 * 86_400

Write = Callable[[Path, bytes], None]
"""Replaces a file whole or not at all; a new one is for its owner alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCertificate:
    """A certificate of this server's own authority."""

    context: ssl.SSLContext
    said: Described
    authority: str
    """The authority's certificate, as PEM text."""
    fingerprint: str
    """SHA-256 of the authority's certificate."""
    new_authority: bool
    """Whether the authority was made just now."""


def own_certificate(folder: Path, names: Collection[str], host: str, now: float, *, write: Write) -> OwnCertificate:
    """The certificate for these names, made where there is none that will do. Blocks.

    Raises:
        OSError: the folder cannot be read or written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = certifiable(names)
    path = folder / AUTHORITY
    there = _authority(path, now)
    if there is not None:
        try:
            return _issued(folder / OWN, there, names, now, write=write, new_authority=False)
        except CertificateError as error:
            _put_aside(path, str(error))
    from vitascope.edge.authority import make_authority

    made = make_authority(host, now)
    write(path, made)
    return _issued(folder / OWN, made, names, now, write=write, new_authority=True)


def _authority(path: Path, now: float) -> bytes | None:
    """The authority's file; ``None`` where there is none that will last."""
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return None
    said = read_description(there.decode("ascii", "replace"))
    if said is not None and now < said.until - _YEAR_SECONDS:
        return there
    _put_aside(path, "the server's own authority ends" if said else "the server's own authority is damaged")
    return None


def _put_aside(path: Path, reason: str) -> None:
    aside = path.with_name(f"{path.stem}.former{path.suffix}")
    path.replace(aside)
    _log.warning("%s: it lies in %s now, and another is made; devices have to be told of it", reason, aside)


def _issued(
    path: Path, authority: bytes, names: Collection[str], now: float, *, write: Write, new_authority: bool
) -> OwnCertificate:
    text = authority.decode("ascii", "replace")
    root, print_ = first_certificate(text), fingerprint(text)
    if root is None or print_ is None:
        raise CertificateError("the server's own authority has no certificate")
    said, context = _description(path), None
    if said is not None and said.is_fresh(now) and said.issuer == print_ and said.names >= frozenset(names):
        with contextlib.suppress(OSError):  # a damaged one is made anew
            context = server_context(path)
    if said is None or context is None:
        from vitascope.edge.authority import issue

        write(path, issue(authority, names, now))
        said, context = _description(path), server_context(path)
        if said is None:
            raise CertificateError(f"{path} cannot be read back")
        _log.info("a certificate of the server's own authority was made, for %s", ", ".join(sorted(said.names)))
    return OwnCertificate(context=context, said=said, authority=root, fingerprint=print_, new_authority=new_authority)


def _description(path: Path) -> Described | None:
    try:
        return read_description(path.read_text("ascii", "replace"))
    except FileNotFoundError:
        return None
