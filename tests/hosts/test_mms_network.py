"""Other containers of the network reach the server by its name, and clients by the published port."""

import subprocess
from collections.abc import Iterator

import httpx
import pytest
from tests.support.containers import podman
from tests.support.ports import reserved_port
from tests.support.standin import container, inside, wait_healthy

from vitascope.ops.bundles.mms import NETWORK

_NETWORK = f"{NETWORK}-test"


@pytest.fixture
def network(podman_ready: None) -> Iterator[str]:  # noqa: ARG001  # it is there for what it does
    subprocess.run(["podman", "network", "rm", "-f", _NETWORK], check=False, capture_output=True)
    podman("network", "create", _NETWORK)
    yield _NETWORK
    podman("network", "rm", "-f", _NETWORK)


def test_a_container_reaches_the_server_by_its_name(standin: str, network: str) -> None:
    published = ("--network", network, "--network-alias", "plex")
    with (
        reserved_port() as port,
        container("vs-mms-plex", standin, *published, "-p", f"127.0.0.1:{port}:32400") as name,
    ):
        wait_healthy(name)
        assert httpx.get(f"http://127.0.0.1:{port}/identity", timeout=60).status_code == 200
        with container("vs-mms-tautulli", standin, "--network", network, "--entrypoint", '["sleep", "600"]') as other:
            answer = inside(other, ["curl", "-sf", "http://plex:32400/identity"])
            assert answer.returncode == 0, answer.stderr
            assert "machineIdentifier=" in answer.stdout
