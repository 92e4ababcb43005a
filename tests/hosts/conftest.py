"""Real containers for the tests of hosts."""

from collections.abc import Iterator

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
