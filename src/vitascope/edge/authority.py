"""An authority of this server's own, and the certificates it makes for this machine (RFC 5280).

Keys are of the curve P-256, which everything that speaks TLS 1.2 knows. The authority makes certificates for servers
and nothing below it; what it makes holds for a year, since some systems take no certificate that holds for longer than
398 days.
"""

import datetime
import ipaddress
import secrets
from collections.abc import Collection

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vitascope.core.certificate_text import Described, fingerprint, is_address
from vitascope.edge.errors import CertificateError

AUTHORITY_DAYS = 3_650
DAYS = 390
_SKEW = datetime.timedelta(days=1)
"""How far the clock of a client may be behind."""


def _subjects(names: Collection[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ipaddress.ip_address(name)) if is_address(name) else x509.DNSName(name) for name in sorted(names)
    ]


def make_authority(host: str, now: float) -> bytes:
    """A new authority: its description, its certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    since = datetime.datetime.fromtimestamp(now, datetime.UTC) - _SKEW
    until = since + datetime.timedelta(days=AUTHORITY_DAYS)
    # Two servers of one host, or one made anew, must not have the same name: browsers then take neither.
    title = f"Vitascope on {host[:30]} ({secrets.token_hex(4)})"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    said = Described(names=frozenset(), since=int(since.timestamp()), until=int(until.timestamp()))
    return said.text().encode() + certificate.public_bytes(Encoding.PEM) + _key_text(key)


def issue(authority: bytes, names: Collection[str], now: float) -> bytes:
    """A certificate of this authority: description, key, certificate and the authority's, as PEM.

    Args:
        authority: its file.
        names: that it can hold for (:func:`~vitascope.core.certificate_text.certifiable`).
        now: seconds since 1970.

    Raises:
        CertificateError: the authority's file is damaged.
    """
    try:
        above = x509.load_pem_x509_certificate(authority)
        signer = load_pem_private_key(authority[authority.index(b"-----END CERTIFICATE-----") :], password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateError("the file of the server's own authority is damaged") from error
    if not isinstance(signer, ec.EllipticCurvePrivateKey) or signer.public_key() != above.public_key():
        raise CertificateError("the key of the server's own authority is not that of its certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    since = datetime.datetime.fromtimestamp(now, datetime.UTC) - _SKEW
    until = min(since + datetime.timedelta(days=DAYS), above.not_valid_after_utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vitascope")]))
        .issuer_name(above.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName(_subjects(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    root = above.public_bytes(Encoding.PEM)
    said = Described(
        names=frozenset(names),
        since=int(since.timestamp()),
        until=int(until.timestamp()),
        issuer=fingerprint(root.decode()) or "",
    )
    return said.text().encode() + _key_text(key) + certificate.public_bytes(Encoding.PEM) + root


def _key_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
