"""Real containers, stopped and started by real podman and a real compose program."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.containers import make_sleeper, podman, podman_configured

from vitascope.ops.managers import ManagerCommandFailed, NotManageable, manager_of

_COMPOSE = """version: "3"
services:
  plex:
    image: {image}
    command: ["/bin/sleep", "1000"]
    network_mode: none
    stop_signal: SIGKILL
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with podman_configured(tmp_path_factory.mktemp("podman")):
        yield make_sleeper()


@pytest.fixture
def name() -> Iterator[str]:
    name = f"vitascope-test-{uuid.uuid4().hex[:8]}"
    yield name
    subprocess.run(["podman", "rm", "--force", "--time=0", "--ignore", name], capture_output=True, check=True)


def _run(name: str, image: str, *options: str) -> None:
    podman(
        "run", "-d", "--name", name, "--network=none", "--stop-signal=SIGKILL", *options, image, "/bin/sleep", "1000"
    )


def test_a_container_is_stopped_and_started(image: str, name: str) -> None:
    _run(name, image)
    manager = manager_of(f"podman:{name}")
    assert manager.running()
    manager.stop()
    assert not manager.running()
    manager.stop()  # once more is no error
    manager.start()
    assert manager.running()
    manager.start()
    assert manager.running()


def test_a_paused_container_counts_as_running(image: str, name: str) -> None:
    _run(name, image)
    podman("pause", name)
    try:
        assert manager_of(f"podman:{name}").running()
    finally:
        podman("unpause", name)


def test_a_container_that_would_be_gone_is_not_stopped(image: str, name: str) -> None:
    _run(name, image, "--rm")
    manager = manager_of(f"podman:{name}")
    with pytest.raises(NotManageable, match="systemd-user:UNIT"):
        manager.stop()
    assert manager.running()


@pytest.mark.usefixtures("image")
def test_a_container_that_is_not_there() -> None:
    with pytest.raises(ManagerCommandFailed, match="no such container"):
        manager_of("podman:vitascope-test-nobody").running()


@pytest.fixture
def compose_file(image: str, tmp_path: Path) -> Iterator[Path]:
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not on this machine")
    file = tmp_path / f"p{uuid.uuid4().hex[:8]}" / "compose.yaml"  # the folder's name becomes the project's
    file.parent.mkdir()
    file.write_text(_COMPOSE.format(image=image))
    socket = tmp_path / "podman.sock"
    with (
        subprocess.Popen(
            ["podman", "system", "service", "--time=0", f"unix://{socket}"],
            stderr=subprocess.DEVNULL,
        ) as service,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DOCKER_HOST", f"unix://{socket}")
        patch.setenv("PATH", os.environ["PATH"])
        while not socket.exists():
            assert service.poll() is None, "podman's service ended"
        try:
            yield file
        finally:
            subprocess.run(["docker-compose", "-f", str(file), "down", "-t", "0"], capture_output=True, check=False)
            service.terminate()


def test_a_service_of_compose_is_made_stopped_and_started(compose_file: Path) -> None:
    manager = manager_of(f"compose:{compose_file}#plex")
    assert not manager.running()
    manager.start()
    assert manager.running()
    made = podman("ps", "-aq", "--filter", f"name={compose_file.parent.name}")
    manager.stop()
    assert not manager.running()
    manager.start()
    assert manager.running()
    assert podman("ps", "-aq", "--filter", f"name={compose_file.parent.name}") == made, "another container"
    manager.stop()
    manager.renew()
    assert podman("ps", "-q", "--filter", f"name={compose_file.parent.name}") not in ("", made)


def test_only_who_made_a_container_can_make_another(image: str, name: str) -> None:
    _run(name, image)
    for text in (f"podman:{name}", "none"):
        with pytest.raises(NotManageable):
            manager_of(text).renew()


def test_a_service_that_the_file_does_not_have(compose_file: Path) -> None:
    with pytest.raises(NotManageable, match="has no service jellyfin"):
        manager_of(f"compose:{compose_file}#jellyfin").running()
