"""The stand-in of the original image (``tests/hosts/standin``), built once for each state of its files, and run."""

import hashlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.containers import podman
from tests.support.roots import debian_base, need_roots
from tests.support.running import ROOT

FOLDER = ROOT / "tests" / "hosts" / "standin"
_NAME = "localhost/vitascope-test-standin"
_READY_SECONDS = 120.0


def build_standin() -> str:
    """The name of the image. Skips the test where images cannot be built."""
    need_roots("buildah", "runc")
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(FOLDER)).encode() + b"\0" + path.read_bytes() + b"\0")
        digest.update(b"x" if os.access(path, os.X_OK) else b"-")
    image = f"{_NAME}:{digest.hexdigest()}"
    known = subprocess.run(["podman", "image", "exists", image], check=False, capture_output=True)
    if known.returncode != 0:
        debian_base()
        done = subprocess.run(
            ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "-t", image, str(FOLDER)],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-4000:]
    return image


def support_of(config: Path) -> Path:
    """The support directory below a folder that is ``/config``."""
    return config / "Library" / "Application Support" / "Plex Media Server"


@contextmanager
def container(name: str, image: str, *flags: str, variables: Mapping[str, str] | None = None) -> Iterator[str]:
    """A running container; it is removed with its volumes afterwards, whatever happened."""
    given = [part for key, value in (variables or {}).items() for part in ("-e", f"{key}={value}")]
    remove(name)
    podman("run", "-d", "--name", name, *flags, *given, image)
    try:
        yield name
    finally:
        remove(name)


def remove(name: str) -> None:
    """Removes a container, if there is one."""
    podman("rm", "-f", "-i", "-v", "-t", "2", name)


def wait_healthy(name: str) -> None:
    """Waits until the container's own health check says yes."""
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        said = subprocess.run(["podman", "healthcheck", "run", name], check=False, capture_output=True, text=True)
        if said.returncode == 0:
            return
        if time.monotonic() > deadline:
            logs = subprocess.run(["podman", "logs", name], check=False, capture_output=True, text=True)
            raise AssertionError(f"{name} is not healthy: {said.stdout}{said.stderr}\n{logs.stdout}{logs.stderr}")
        time.sleep(0.1)


def inside(name: str, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Runs a command in a container."""
    return subprocess.run(["podman", "exec", name, *command], check=False, capture_output=True, text=True)
