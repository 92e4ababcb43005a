"""The certificate that the owner brings: a PKCS#12 file (RFC 7292) with its password, as the original takes it."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from vitascope.core.certificate_text import Described
from vitascope.edge.errors import CertificateError
from vitascope.edge.tls import server_context_of

_LARGEST_BYTES = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomWish:
    """What the owner set. ``domain`` may be empty: the certificate says itself for which names it is."""

    path: Path
    password: str = field(repr=False)
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomCertificate:
    """A certificate the owner brought, ready to be shown."""

    context: ssl.SSLContext
    said: Described


def custom_certificate(wish: CustomWish, now: float) -> CustomCertificate:
    """Reads and checks it. Blocks.

    Raises:
        CertificateError: it cannot be used; says why.
    """
    if not wish.path.is_absolute():
        raise CertificateError(f"customCertificatePath {wish.path}: write the whole path, from / on")
    try:
        with wish.path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise CertificateError(f"customCertificatePath {wish.path}: {error.strerror}") from error
    if len(data) > _LARGEST_BYTES:
        raise CertificateError(f"customCertificatePath {wish.path}: larger than a certificate can be")
    chain, said = _opened(data, wish)
    if said.until <= now:
        raise CertificateError(f"customCertificatePath {wish.path}: the certificate is no longer valid")
    try:
        return CustomCertificate(context=server_context_of(chain), said=said)
    except OSError as error:
        raise CertificateError(f"customCertificatePath {wish.path}: OpenSSL does not take it ({error})") from error


def _opened(data: bytes, wish: CustomWish) -> tuple[bytes, Described]:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    try:
        key, certificate, more = pkcs12.load_key_and_certificates(data, wish.password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError(
            f"customCertificatePath {wish.path}: no PKCS#12 file, or customCertificateKey is not its password"
        ) from error
    if key is None or certificate is None:
        missing = "key" if key is None else "certificate"
        raise CertificateError(f"customCertificatePath {wish.path}: the file holds no {missing}")
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        held: set[str] = set()
    else:
        held = {
            *names.get_values_for_type(x509.DNSName),
            *(str(one) for one in names.get_values_for_type(x509.IPAddress)),
        }
    chain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain += b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, *more))
    said = Described(
        names=frozenset(name.lower() for name in held | {wish.domain} if name),
        since=int(certificate.not_valid_before_utc.timestamp()),
        until=int(certificate.not_valid_after_utc.timestamp()),
    )
    return chain, said
