"""What certificates say about themselves as text, and the names that one can hold for."""

import hashlib
import ssl
from pathlib import Path

import pytest
from tests.support.certificates import make_pkcs12, needs_openssl, openssl

from vitascope.core.certificate_text import (
    Described,
    certifiable,
    fingerprint,
    first_certificate,
    read_description,
)

DAY = 86_400
SAID = Described(names=frozenset({"a.example", "192.0.2.7"}), since=1_000 * DAY, until=1_300 * DAY, issuer="AB:CD")


def test_a_description_is_read_as_it_was_written() -> None:
    assert read_description(SAID.text() + "-----BEGIN CERTIFICATE-----\nissuer: not this one\n") == SAID


@pytest.mark.parametrize(
    "text", ["", "names: a", "since: x\nuntil: 5", "since: 9\nuntil: 5", "since: 0\nuntil: 1" + "0" * 40, "\0\n:::\n"]
)
def test_what_says_nothing_has_none(text: str) -> None:
    assert read_description(text) is None


@pytest.mark.parametrize(
    ("day", "fresh"), [(999, False), (1_000, True), (1_199, True), (1_200, False), (1_299, False), (1_400, False)]
)
def test_it_is_fresh_until_a_third_is_left(day: int, fresh: bool) -> None:
    assert SAID.is_fresh(day * DAY) is fresh


@needs_openssl
def test_the_fingerprint_is_the_one_that_openssl_shows(tmp_path: Path) -> None:
    make_pkcs12(tmp_path, "media.example")
    pem = (tmp_path / "certificate.pem").read_text()
    shown = openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", str(tmp_path / "certificate.pem"))
    text = SAID.text() + (tmp_path / "key.pem").read_text() + pem
    assert shown.strip().partition("=")[2] == fingerprint(text)
    assert fingerprint(text) == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper()
    assert first_certificate(text) == pem


@pytest.mark.parametrize("text", ["", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_has_no_fingerprint(text: str) -> None:
    assert fingerprint(text) is None


def test_names_that_no_certificate_can_hold_are_left_out() -> None:
    names = [
        "Media.Example.",
        "192.0.2.7",
        "FD00::7",
        "my host",
        "",
        "fe80::1%eth0",
        "ä.example",
        "a" * 300,
        "-x",
        "a..b",
    ]
    assert certifiable(names) == {"media.example", "192.0.2.7", "fd00::7"}
    assert len(certifiable(f"h{number}.example" for number in range(999))) == 200
