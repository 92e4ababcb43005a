"""The server's own authority: made once, kept, and what it makes for this machine is renewed before it has to be."""

import logging
import os
import ssl
import stat
from pathlib import Path

import pytest
from tests.support.certificates import needs_openssl, openssl

from vitascope.core.certificate_text import read_description
from vitascope.edge import own_certificate as room
from vitascope.edge.own_certificate import OwnCertificate, own_certificate
from vitascope.ops.atomic import write_atomically

NOW = 1_800_000_000.0
DAY = 86_400
NAMES = {"localhost", "127.0.0.1", "::1", "box.local"}


def made(folder: Path, names: set[str] = NAMES, now: float = NOW) -> OwnCertificate:
    return own_certificate(folder, names, "box", now, write=write_atomically)


def leaf(folder: Path) -> str:
    return (folder / room.OWN).read_text()


@needs_openssl
def test_openssl_accepts_what_the_authority_makes(tmp_path: Path) -> None:
    own = made(tmp_path / "certificates")
    assert own.new_authority
    root = tmp_path / "root.pem"
    root.write_text(own.authority)
    end = tmp_path / "leaf.pem"
    end.write_text(leaf(tmp_path / "certificates"))
    at = ("-attime", str(int(NOW)))
    for named in (("-verify_hostname", "box.local"), ("-verify_ip", "127.0.0.1"), ("-verify_ip", "::1")):
        said = openssl("verify", *at, "-x509_strict", "-purpose", "sslserver", *named, "-CAfile", str(root), str(end))
        assert said.endswith("leaf.pem: OK\n"), said
    assert "hostname mismatch" in openssl(
        "verify", *at, "-verify_hostname", "other.example", "-CAfile", str(root), str(end)
    )
    text = openssl("x509", "-noout", "-text", "-in", str(root))
    assert "CA:TRUE, pathlen:0" in text
    assert "Certificate Sign, CRL Sign" in text
    shown = openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", str(root))
    assert shown.strip().partition("=")[2] == own.fingerprint


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        made(tmp_path / "certificates")
    finally:
        os.umask(former)
    assert stat.S_IMODE((tmp_path / "certificates").stat().st_mode) == 0o700
    for name in (room.AUTHORITY, room.OWN):
        assert stat.S_IMODE((tmp_path / "certificates" / name).stat().st_mode) == 0o600


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    first = made(tmp_path)
    before = leaf(tmp_path)
    again = made(tmp_path, NAMES - {"box.local"}, NOW + 100 * DAY)
    assert not again.new_authority
    assert (again.fingerprint, leaf(tmp_path)) == (first.fingerprint, before)


@pytest.mark.parametrize(
    ("names", "days"), [(NAMES, 300), (NAMES, 500), (NAMES | {"192.0.2.9"}, 0)], ids=["early", "late", "a new address"]
)
def test_it_is_renewed_by_the_same_authority(tmp_path: Path, names: set[str], days: int) -> None:
    first = made(tmp_path)
    before = leaf(tmp_path)
    again = made(tmp_path, names, NOW + days * DAY)
    assert leaf(tmp_path) != before
    assert again.fingerprint == first.fingerprint
    assert again.said.names == names
    assert again.said.until > NOW + (days + 300) * DAY


@pytest.mark.parametrize("damage", ["cut", "empty", "of another key"])
def test_a_damaged_certificate_is_made_anew(tmp_path: Path, damage: str) -> None:
    first = made(tmp_path)
    text = leaf(tmp_path)
    other = tmp_path / "other"
    made(other)
    mended = {
        "cut": text[: len(text) // 2],
        "empty": "",
        "of another key": text.partition("-----BEGIN")[0] + "-----BEGIN" + leaf(other).partition("-----BEGIN")[2],
    }[damage]
    (tmp_path / room.OWN).write_text(mended)
    again = made(tmp_path)
    assert again.fingerprint == first.fingerprint
    assert isinstance(again.context, ssl.SSLContext)


@pytest.mark.parametrize("damage", ["cut", "empty", "without its key", "with another key"])
def test_a_damaged_authority_is_put_aside_and_said(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first = made(tmp_path)
    path = tmp_path / room.AUTHORITY
    text = path.read_text()
    made(tmp_path / "other")
    key = (tmp_path / "other" / room.AUTHORITY).read_text().partition("-----BEGIN PRIVATE")[2]
    head = text.partition("-----BEGIN PRIVATE")[0]
    mended = {
        "cut": text[:200],
        "empty": "",
        "without its key": head,
        "with another key": f"{head}-----BEGIN PRIVATE{key}",
    }
    path.write_text(mended[damage])
    (tmp_path / room.OWN).unlink()
    with caplog.at_level(logging.WARNING):
        again = made(tmp_path)
    assert again.new_authority
    assert again.fingerprint != first.fingerprint
    assert (tmp_path / "authority.former.pem").read_text() == mended[damage]
    assert "devices have to be told" in caplog.text


def test_an_authority_that_ends_is_replaced_before_it_cuts_certificates_short(tmp_path: Path) -> None:
    first = made(tmp_path)
    assert made(tmp_path, now=NOW + 3_200 * DAY).fingerprint == first.fingerprint
    last = made(tmp_path, now=NOW + 3_300 * DAY)
    assert last.fingerprint != first.fingerprint
    said = read_description(leaf(tmp_path))
    assert said is not None
    assert said.issuer == last.fingerprint


def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_nothing_half(tmp_path: Path) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        own_certificate(tmp_path, NAMES, "box", NOW, write=full)
    assert list(tmp_path.iterdir()) == []
