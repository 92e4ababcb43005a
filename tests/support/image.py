"""The server's image, built once for each version of what goes into it, and containers that run it."""

import contextlib
import fcntl
import hashlib
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support import roots
from tests.support.running import ROOT
from tools import build_image

BUNDLE = ROOT / "src" / "vitascope" / "api" / "web"
VERSION, COMMIT, DATE = "0.0.1-test", "abc1234", "2030-01-02T03:04:05Z"
_READY_SECONDS = 180.0


def _digest() -> str:
    digest = hashlib.blake2b(digest_size=8)
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / "tools" / "build_image.py"]
    for folder in (ROOT / "deploy" / "image", ROOT / "src" / "vitascope"):
        files += (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mode & 0o111}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def need_image() -> None:
    """Skips the test, and says why, where the image cannot be built and run."""
    roots.need_roots("podman", "buildah", "runc")


def server_image() -> str:
    """The name of the image of this checkout, which podman has after this call."""
    need_image()
    assert (BUNDLE / "index.html").exists(), "the image holds the browser application: run `make web` first"
    name = f"localhost/vitascope-test:{_digest()}"
    roots.CACHE.mkdir(parents=True, exist_ok=True)
    with (roots.CACHE / "image.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if subprocess.run(["podman", "image", "exists", name], check=False).returncode:
            roots.debian_base()
            build_image.make_wheel()
            arguments = {"VERSION": VERSION, "COMMIT": COMMIT, "DATE": DATE}
            build_image.build(name, arguments=arguments, options=["--pull-never"])
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container that runs in the background."""

    name: str

    def exec(self, *command: str, check: bool = True) -> str:
        """What a command in the container prints."""
        done = subprocess.run(["podman", "exec", self.name, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, (command, done.stderr, self.log())
        return done.stdout.strip()

    def log(self) -> str:
        """What it has printed so far."""
        done = subprocess.run(
            ["podman", "logs", self.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.stdout

    def health(self) -> int:
        """The exit code of ``podman healthcheck run``."""
        command = ["podman", "healthcheck", "run", self.name]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def until_healthy(self) -> None:
        """Waits until the server answers."""
        deadline = time.monotonic() + _READY_SECONDS
        while self.health():
            assert time.monotonic() < deadline, self._state() + self.log()
            time.sleep(0.1)

    def _state(self) -> str:
        command = ["podman", "inspect", "--format", "{{json .State}}", self.name]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def until(self, text: str, count: int = 1) -> str:
        """Waits until the log has a text so many times, and returns the log."""
        deadline = time.monotonic() + _READY_SECONDS
        while (log := self.log()).count(text) < count:
            assert time.monotonic() < deadline, log
            time.sleep(0.1)
        return log

    def stop(self, signal: str = "TERM") -> int:
        """Ends it and returns its exit code."""
        subprocess.run(["podman", "kill", "--signal", signal, self.name], check=True, capture_output=True)
        done = subprocess.run(["podman", "wait", self.name], check=True, capture_output=True, text=True, timeout=90)
        return int(done.stdout)


@contextlib.contextmanager
def running(image: str, *options: str | Path, command: Sequence[str] = (), ready: bool = True) -> Iterator[Container]:
    """A container of the image, removed afterwards."""
    container = Container(name=f"vitascope-test-{secrets.token_hex(4)}")
    line = ["podman", "run", "--detach", "--name", container.name, "--network", "none"]
    done = subprocess.run([*line, *map(str, options), image, *command], capture_output=True, check=False)
    try:
        assert done.returncode == 0, done.stderr
        if ready:
            container.until_healthy()
        yield container
    finally:
        subprocess.run(["podman", "rm", "--force", "--time", "0", "--volumes", container.name], capture_output=True)
