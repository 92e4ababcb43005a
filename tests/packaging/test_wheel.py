"""The built wheel, installed into an empty environment and run from somewhere else, serves what the checkout serves."""

import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.ports import reserved_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (ROOT / "src/vitascope/api/web/index.html").exists(), "`make web` builds what the wheel has to hold"
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment that holds the wheel and what it asks for, and nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=True)
    pip = [str(environment / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = str(ROOT / "constraints.txt")
    subprocess.run([*pip, "--constraint", constraints, str(wheel)], check=True, cwd=environment)
    return environment / "bin"


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [str(installed / "vitascope"), "serve", "--config", str(tmp_path / "config"), "--port"]
    with reserved_port() as port:
        server = subprocess.Popen([*command, str(port)], cwd=elsewhere)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


def test_the_wheel_holds_what_deployments_are_made_of(wheel: Path) -> None:
    folder = ROOT / "src"
    needed = {
        str(path.relative_to(folder))
        for path in (folder / "vitascope/ops/bundles").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith("/.env.example") for name in needed)
    assert needed <= set(zipfile.ZipFile(wheel).namelist())


def wait_until_ready(address: str) -> httpx.Response:
    deadline = time.monotonic() + 120
    while True:
        try:
            answer = httpx.get(f"{address}/identity", timeout=60)
            if answer.status_code == 200:
                return answer
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the server did not get ready"
        time.sleep(0.1)


def test_it_holds_what_is_not_python(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "vitascope/api/web/index.html" in names
    assert any(name.startswith("vitascope/api/web/assets/") and name.endswith(".js") for name in names)
    assert "vitascope/store/migrations/versions/0001_initial.py" in names
    assert "vitascope/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "web/", "benchmarks"))]


def test_it_serves_from_elsewhere(address: str) -> None:
    assert "machineIdentifier=" in wait_until_ready(address).text
    page = httpx.get(f"{address}/web/", follow_redirects=True, timeout=60)
    assert page.status_code == 200
    script = page.text.partition('src="')[2].partition('"')[0]
    code = httpx.get(httpx.URL(f"{address}/web/").join(script), timeout=60)
    assert code.status_code == 200
    assert "javascript" in code.headers["content-type"]


def test_the_demo_needs_nothing_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = (
        "from vitascope.media.demo import make; import sys, pathlib; make(pathlib.Path(sys.argv[1]), parts={'Photos'})"
    )
    subprocess.run([str(installed / "python"), "-c", script, str(tmp_path / "demo")], check=True, cwd=tmp_path)
    assert len(list((tmp_path / "demo/Photos").rglob("*.jpg"))) >= 12
