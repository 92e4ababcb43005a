"""Which authority vouches for the server's own HTTPS, by the fingerprint that a person compares on their device."""

from collections.abc import Iterator
from pathlib import Path

from vitascope.core.certificate_text import fingerprint, first_certificate
from vitascope.ops.doctor.finding import Finding, bad, good, remark
from vitascope.ops.paths import SupportDir

_ANOTHER = "restart the server: it makes another authority, which devices have to be told of"


def own_authority(support: SupportDir) -> str | None:
    """The certificate of the server's own authority, as PEM text, if there is one."""
    try:
        return first_certificate(_file(support).read_text("ascii", "replace"))
    except OSError:
        return None


def _file(support: SupportDir) -> Path:
    return support.certificates / "authority.pem"


def check_authority(support: SupportDir) -> Iterator[Finding]:
    """The fingerprint of the server's own authority."""
    subject = "HTTPS"
    path = _file(support)
    try:
        found = fingerprint(path.read_text("ascii", "replace"))
    except FileNotFoundError:
        yield remark(subject, "the server makes its own authority of certificates at its first start")
        return
    except OSError as error:
        yield bad(subject, f"{path}: {error.strerror}")
        return
    if found is None:
        yield bad(subject, f"{path} is damaged", _ANOTHER)
    else:
        yield good(subject, f"the server's own authority of certificates has the SHA-256 fingerprint {found}")
