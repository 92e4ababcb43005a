"""Real containers for tests: podman set up so that it runs where the tests do, and an image with one program in it.

As root without CAP_SYS_RESOURCE, and with control groups of both versions, podman's own choices of runtime and limits
do not work: a configuration file of the tests makes others.
"""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CONFIGURATION = """[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
[engine]
runtime = "runc"
"""

SLEEPER = "localhost/vitascope-test-sleeper:1"


def require_podman() -> None:
    """Skips the test, loudly, where containers cannot run."""
    if shutil.which("podman") is None or shutil.which("runc") is None:
        pytest.skip("podman and runc are not on this machine")
    if os.geteuid() != 0:
        pytest.skip("containers of the tests are run by root")


@contextmanager
def podman_configured(folder: Path) -> Iterator[None]:
    """Sets podman up through the environment, for every program that is run meanwhile."""
    require_podman()
    file = folder / "containers.conf"
    file.write_text(_CONFIGURATION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTAINERS_CONF", str(file))
        yield


def podman(*arguments: str, data: bytes | None = None) -> str:
    """Runs podman, which must succeed, and returns what it printed."""
    done = subprocess.run(["podman", *arguments], input=data, capture_output=True, check=False)
    assert done.returncode == 0, (arguments, done.stderr.decode())
    return done.stdout.decode().strip()


def make_sleeper() -> str:
    """An image that holds ``/bin/sleep`` and what it needs to run, and nothing else; returns its name."""
    program = shutil.which("sleep")
    assert program is not None
    needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    libraries = {word for word in needed.split() if word.startswith("/")}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(Path(program).resolve(), "bin/sleep")
        for library in libraries:
            archive.add(Path(library).resolve(), library.lstrip("/"))
    podman("import", "-", SLEEPER, data=buffer.getvalue())
    return SLEEPER
