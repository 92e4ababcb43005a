"""The owner's own certificate: what is taken, and what is said of what is not."""

import time
from pathlib import Path

import pytest
from tests.support.certificates import make_pkcs12, needs_openssl, openssl

from vitascope.edge.custom import CustomWish, custom_certificate
from vitascope.edge.errors import CertificateError

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("custom")
    make_pkcs12(folder, "media.example", "*.media.example", password="open sesame")
    return folder


PASSWORD = "open sesame"


def wish(path: Path, password: str = PASSWORD, domain: str = "") -> CustomWish:
    return CustomWish(path=path, password=password, domain=domain)


def test_a_bundle_says_for_whom_it_is(folder: Path) -> None:
    found = custom_certificate(wish(folder / "bundle.p12", domain="other.example"), time.time())
    assert found.said.names == {"media.example", "*.media.example", "other.example"}
    assert found.said.since < time.time() < found.said.until


def test_one_without_a_password(tmp_path: Path) -> None:
    bundle = make_pkcs12(tmp_path, "media.example")
    assert custom_certificate(wish(bundle, ""), time.time()).said.names == {"media.example"}


def test_the_password_shows_in_no_text(folder: Path) -> None:
    assert "sesame" not in repr(wish(folder))


def test_what_is_refused_is_said(folder: Path, tmp_path: Path) -> None:
    good = folder / "bundle.p12"
    without_key = tmp_path / "without_key.p12"
    openssl(
        *("pkcs12", "-export", "-nokeys", "-in", str(folder / "certificate.pem")),
        *("-out", str(without_key), "-passout", "pass:open sesame"),
    )
    cut = tmp_path / "cut.p12"
    cut.write_bytes(good.read_bytes()[:400])
    huge = tmp_path / "huge.p12"
    huge.write_bytes(bytes(1_048_577))
    year = 366 * 86_400
    for asked, now, said in (
        (wish(good, "wrong"), time.time(), "is not its password"),
        (wish(good, ""), time.time(), "is not its password"),
        (wish(cut), time.time(), "no PKCS#12 file"),
        (wish(folder / "certificate.pem"), time.time(), "no PKCS#12 file"),
        (wish(without_key), time.time(), "holds no key"),
        (wish(huge), time.time(), "larger than"),
        (wish(good), time.time() + year, "no longer valid"),
        (wish(tmp_path / "nothing.p12"), time.time(), "No such file"),
        (wish(tmp_path), time.time(), "Is a directory"),
        (wish(Path("bundle.p12")), time.time(), "the whole path"),
    ):
        with pytest.raises(CertificateError, match=said):
            custom_certificate(asked, now)
