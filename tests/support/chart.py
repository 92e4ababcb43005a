"""Renders a chart with Go's own templates, as Helm does; the small program that does it is built once and kept."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.running import ROOT

SOURCE = ROOT / "tests" / "hosts" / "helm" / "render.go"
_LIBRARIES = "/usr/share/gocode"


def renderer() -> Path:
    """The program. Skips the test where Go and its libraries are not installed."""
    if shutil.which("go") is None or not Path(_LIBRARIES, "src/github.com/Masterminds/sprig").is_dir():
        pytest.skip("golang-go and golang-github-masterminds-sprig-dev are not installed (tools/system_packages.py)")
    digest = hashlib.blake2b(SOURCE.read_bytes(), digest_size=8).hexdigest()
    folder = ROOT / ".cache" / "helm"
    program = folder / f"render-{digest}"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f"render-{digest}.{os.getpid()}"
        variables = {"GO111MODULE": "off", "GOPATH": _LIBRARIES, "GOCACHE": str(folder / "go"), "CGO_ENABLED": "0"}
        subprocess.run(
            ["go", "build", "-o", str(unfinished), str(SOURCE)],
            check=True,
            capture_output=True,
            env={**os.environ, **variables},
        )
        unfinished.replace(program)
    return program


def render(chart: Path, values: dict[str, Any] | None, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the templates of a chart, with values over its own."""
    file = folder / "given.yaml"
    file.write_text(yaml.safe_dump(values or {}))
    return subprocess.run(
        [str(renderer()), str(chart), "media", str(file)], capture_output=True, text=True, check=False
    )


def objects(chart: Path, values: dict[str, Any] | None, folder: Path) -> dict[str, dict[str, Any]]:
    """The objects by their kind."""
    done = render(chart, values, folder)
    assert done.returncode == 0, done.stderr
    return {each["kind"]: each for each in yaml.safe_load_all(done.stdout) if each is not None}
