"""Certificates for tests, made by the real OpenSSL, and a client that trusts one authority and no other."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed (Debian: openssl)")


def openssl(*arguments: str, given: str = "") -> str:
    """What the program says, on both its outputs; it may fail."""
    assert OPENSSL is not None
    done = subprocess.run([OPENSSL, *arguments], input=given, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr


def make_pkcs12(folder: Path, *names: str, password: str = "", days: int = 30) -> Path:
    """A self-made certificate for some names as a PKCS#12 file, with its PEM beside it."""
    held = ",".join(f"DNS:{name}" for name in names)
    key, certificate, bundle = folder / "key.pem", folder / "certificate.pem", folder / "bundle.p12"
    said = openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={names[0]}"),
        *("-addext", f"subjectAltName={held}", "-days", str(days), "-keyout", str(key), "-out", str(certificate)),
    )
    assert certificate.exists(), said
    said = openssl(
        *("pkcs12", "-export", "-inkey", str(key), "-in", str(certificate)),
        *("-out", str(bundle), "-passout", f"pass:{password}"),
    )
    assert bundle.exists(), said
    return bundle


def trusting(authority: str) -> ssl.SSLContext:
    """A client's context that trusts one authority alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority)
    return context
