"""A real ``systemd --user`` for a folder that is its home, where systemd is not PID 1.

It runs in a mount namespace of its own, in which ``/run/systemd`` says that systemd is there, and in which Podman's
generator of Debian 13 is a generator of it: units below ``.config/containers/systemd`` become services, as they do on
a real machine. Whatever speaks to it, and to the containers it started, runs in that namespace too.
"""

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.roots import need_roots, trixie_root

_MANAGER = "/lib/systemd/systemd"
_SECONDS = 60.0
_SCRIPT = """set -e
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
mkdir -p /run/systemd/system /run/systemd/user-generators
ln -s "$1" /run/systemd/user-generators/podman-user-generator
exec "$2" --user
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserManager:
    """The running manager."""

    process: "subprocess.Popen[bytes]"
    variables: Mapping[str, str]

    def command(self, *command: str) -> list[str]:
        """A command as it runs in the namespace."""
        return ["nsenter", "--mount", f"--target={self.process.pid}", *command]

    def run(self, *command: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Runs a command beside the manager."""
        done = subprocess.run(
            self.command(*command), env=dict(self.variables), capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0 or not check, (command, done.stdout, done.stderr)
        return done

    def systemctl(self, *words: str, check: bool = True) -> str:
        """``systemctl --user …``."""
        return self.run("systemctl", "--user", "--no-pager", *words, check=check).stdout.strip()


@contextmanager
def user_manager(home: Path, runtime: Path, variables: Mapping[str, str]) -> Iterator[UserManager]:
    """Starts a manager, and ends it with all that it started. Skips the test where that cannot be."""
    need_roots("unshare", "nsenter", "systemctl")
    if not Path(_MANAGER).exists() or shutil.which("systemctl") is None:
        pytest.skip("systemd is not installed")
    runtime.mkdir(mode=0o700)
    environment = {**variables, "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "SYSTEMD_LOG_TARGET": "console"}
    generator = trixie_root() / "usr/libexec/podman/quadlet"
    with (runtime / "manager.log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", _SCRIPT, "sh", str(generator), _MANAGER],
            env=environment,
            stdout=log,
            stderr=log,
        )
    manager = UserManager(process=process, variables=environment)
    try:
        deadline = time.monotonic() + _SECONDS
        while manager.systemctl("is-system-running", check=False) not in {"running", "degraded"}:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"systemd --user does not run here: {(runtime / 'manager.log').read_text()[-2000:]}")
            time.sleep(0.1)
        yield manager
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(_SECONDS)
