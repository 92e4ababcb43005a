"""What the tests of hosts share: real containers, real Debian roots, and the images that run in them."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import image, roots
from tests.support.containers import podman_configured
from tests.support.standin import build_standin


@pytest.fixture(scope="session")
def podman_ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Podman set up so that it runs where the tests do."""
    with podman_configured(tmp_path_factory.mktemp("podman")):
        yield


@pytest.fixture(scope="session")
def standin(podman_ready: None) -> str:  # noqa: ARG001  # it is there for what it does
    """The image that stands in for the original's."""
    return build_standin()


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A pair of age: the file with the secret one, and the public one."""
    file = tmp_path_factory.mktemp("age") / "age-identity.txt"
    subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True)
    public = re.search(r"age1\w+", file.read_text())
    assert public is not None
    return file, public.group()


@pytest.fixture(scope="session")
def server_image(podman_ready: None) -> str:  # noqa: ARG001  # it is there for what it does
    """The name of the server's image, built from this checkout."""
    return image.server_image()


@pytest.fixture(scope="session")
def trixie() -> Path:
    """A Debian 13 root, built once; read only."""
    return roots.trixie_root()


@pytest.fixture(scope="session")
def quadlet(trixie: Path) -> Path:
    """The real generator of units from Quadlet files; it runs on Debian 12 as it is."""
    return trixie / "usr" / "libexec" / "podman" / "quadlet"
