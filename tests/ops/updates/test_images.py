"""Images of real podman: one with one program in it, under several names."""

import subprocess
import uuid
from collections.abc import Iterator

import pytest
from tests.support.containers import make_sleeper, podman, podman_configured

from vitascope.ops.managers import ManagerCommandFailed
from vitascope.ops.updates.groups import Program
from vitascope.ops.updates.images import ProgramImages, beside

IMAGES = ProgramImages(program=Program.PODMAN)


@pytest.fixture(scope="module")
def sleeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with podman_configured(tmp_path_factory.mktemp("podman")):
        yield make_sleeper()


@pytest.fixture
def name(sleeper: str) -> Iterator[str]:
    """A name of the image, and of a container."""
    name = f"vitascope-test-{uuid.uuid4().hex[:8]}"
    podman("tag", sleeper, f"localhost/{name}:latest")
    yield name
    subprocess.run(["podman", "rm", "--force", "--time=0", "--ignore", name], capture_output=True, check=True)
    tags = [f"localhost/{name}:latest", f"localhost/{name}:next"]
    subprocess.run(["podman", "rmi", "--force", "--ignore", *tags], capture_output=True, check=True)


def test_which_image_a_container_runs(name: str) -> None:
    assert IMAGES.running(name) is None
    podman(
        *("run", "-d", "--name", name, "--network=none", "--stop-signal=SIGKILL"),
        *(f"localhost/{name}:latest", "/bin/sleep", "1000"),
    )
    assert IMAGES.running(name) == IMAGES.named(f"localhost/{name}:latest")
    podman("stop", "-t", "0", name)
    assert IMAGES.running(name) is None


def test_names_are_given(name: str) -> None:
    image = f"localhost/{name}:latest"
    identifier = IMAGES.named(image)
    assert identifier is not None
    assert len(identifier) == 64
    assert IMAGES.named(beside(image, "next")) is None
    IMAGES.tag(identifier, beside(image, "next"))
    assert IMAGES.named(beside(image, "next")) == identifier == IMAGES.named(identifier)
    assert IMAGES.version(identifier) == identifier[:12], "the image does not say its version"


def test_what_cannot_be_fetched_is_an_error(name: str) -> None:
    with pytest.raises(ManagerCommandFailed, match="pull"):
        IMAGES.pull(f"localhost:1/{name}:latest")


def test_another_tag() -> None:
    assert beside("docker.io/plexinc/pms-docker:latest", "x") == "docker.io/plexinc/pms-docker:x"
    assert beside("localhost:5000/plex:1.2", "x") == "localhost:5000/plex:x"
