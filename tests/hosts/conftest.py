"""What the tests of the hosts share: real Debian roots and a real podman."""

from pathlib import Path

import pytest
from tests.support import roots


@pytest.fixture(scope="session")
def trixie() -> Path:
    """A Debian 13 root, built once; read only."""
    return roots.trixie_root()


@pytest.fixture(scope="session")
def quadlet(trixie: Path) -> Path:
    """The real generator of units from Quadlet files; it runs on Debian 12 as it is."""
    return trixie / "usr" / "libexec" / "podman" / "quadlet"
