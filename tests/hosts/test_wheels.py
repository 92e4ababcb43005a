"""Every package that the image installs exists for both of its architectures.

For this machine's the build of the image shows it; for the other pip is asked, and its answer kept for as long as the
pins stay the same.
"""

import hashlib
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.support.running import ROOT

_SOURCE_ONLY = {"pyvips"}  # pure Python, published as source alone


def runtime_pins() -> list[str]:
    """``name==version`` of everything that an installation of the server brings along."""
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
    by_name = {str(canonicalize_name(name)): version for name, version in pins.items()}
    return [f"{name}=={by_name[name]}" for name in sorted(set(_closure()))]


def _closure() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    todo, done = [Requirement(text) for text in project["dependencies"]], set()
    while todo:
        wanted = todo.pop()
        if str(wanted) in done:
            continue
        done.add(str(wanted))
        yield canonicalize_name(wanted.name)
        for text in requires(wanted.name) or []:
            further = Requirement(text)
            extras = wanted.extras or {""}
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(further)


def test_every_package_is_pinned() -> None:
    assert len(runtime_pins()) > 20


def test_every_package_has_a_wheel_for_the_other_architecture(tmp_path: Path) -> None:
    other = "aarch64" if platform.machine() == "x86_64" else "x86_64"
    pins = [pin for pin in runtime_pins() if pin.partition("==")[0] not in _SOURCE_ONLY]
    known = ROOT / ".cache" / "wheels" / hashlib.blake2b(repr((other, pins)).encode(), digest_size=8).hexdigest()
    if known.exists():
        return  # pip said so before, and the pins are the same
    platforms = [
        f"--platform=manylinux{name}_{other}" for name in ("2014", "_2_17", "_2_26", "_2_28", "_2_31", "_2_34")
    ]
    line = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet"]
    line += ["--only-binary=:all:", "--python-version=3.11", f"--target={tmp_path}"]
    done = subprocess.run([*line, *platforms, *pins], capture_output=True, text=True, check=False)
    assert done.returncode == 0, re.sub(r"WARNING.*\n", "", done.stderr)
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text("\n".join(pins))
