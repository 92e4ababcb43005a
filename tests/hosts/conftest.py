"""Real containers for the tests of hosts."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
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
