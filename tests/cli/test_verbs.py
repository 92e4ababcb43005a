"""The verbs of the command line against a real server, and without one."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.running import RunningServer, command, environment, start_server
from tests.support.samples import sample

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with one section, given at its start, that holds one film and one file that is none."""
    media = tmp_path_factory.mktemp("media")
    film = sample("h264.mp4")
    (media / "A Film (2001)").mkdir()
    shutil.copy(film, media / "A Film (2001)" / "A Film (2001).mp4")
    (media / "Broken (2002).mkv").write_bytes(b"this is no film" * 100)
    running = start_server(tmp_path_factory.mktemp("config"), "--section", f"Films=movie:{media}", markers=False)
    running.wait_idle()
    yield running
    running.end()


@pytest.fixture
def alone(tmp_path: Path) -> Cli:
    """Runs verbs for a configuration folder that no server uses."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command(*arguments, "--config", str(tmp_path)),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(),
        )

    return run


def test_a_section_named_at_the_start_is_made_once(served: RunningServer) -> None:
    sections = served.client(accept="application/json").get("/library/sections").json()["MediaContainer"]["Directory"]
    assert [(one["title"], one["type"]) for one in sections] == [("Films", "movie")]


def test_scan_waits_and_tells_what_could_not_be_read(served: RunningServer) -> None:
    found = served.cli("scan", "films", "--wait", "--force")
    assert "Films" in found.stdout
    assert "Broken (2002).mkv" in found.stdout


def test_scan_without_waiting_says_what_it_does(served: RunningServer) -> None:
    assert served.cli("scan").stdout == "scanning Films\n"
    served.wait_idle()


def test_scan_of_what_is_not_there_fails_in_one_line(served: RunningServer) -> None:
    found = served.cli("scan", "Nothing", check=False)
    assert (found.returncode, found.stderr) == (1, "vitascope: there is no section 'Nothing'\n")
    found = served.cli("scan", "Films", "--path", "/elsewhere", check=False)
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1


def test_status_shows_the_server(served: RunningServer) -> None:
    shown = served.cli("status").stdout
    assert "database" in shown
    assert "sections" in shown


def test_doctor_lists_what_could_not_be_read(served: RunningServer) -> None:
    found = served.cli("doctor")
    assert "server: running" in found.stdout
    assert "Broken (2002).mkv" in found.stdout
    assert found.returncode == 0


def test_people_are_managed_through_the_server(served: RunningServer) -> None:
    served.cli("user", "add", "anna", "--title", "Anna", "--section", "Films", "--rating", "PG")
    token = served.cli("user", "token", "anna", "--label", "phone").stdout.strip()
    client = served.client(token)
    assert client.get("/library/sections").status_code == 200
    shown = served.cli("user", "list").stdout
    assert "anna" in shown
    assert "phone" in shown
    assert token not in shown
    again = served.cli("user", "add", "anna", check=False)
    assert (again.returncode, again.stderr) == (1, "vitascope: there is a person named 'anna' already\n")
    served.cli("user", "remove", "anna")
    assert client.get("/library/sections").status_code == 401
    assert served.cli("user", "remove", "owner", check=False).returncode == 1
    assert served.cli("user", "token", "nobody", check=False).returncode == 1
    assert served.cli("user", "add", "bert", "--section", "Nothing", check=False).returncode == 1


def test_people_are_managed_without_a_server(alone: Cli, tmp_path: Path) -> None:
    assert alone("user", "add", "anna").returncode == 0
    token = alone("user", "token", "anna").stdout.strip()
    assert "anna" in alone("user", "list").stdout
    running = start_server(tmp_path)
    try:
        assert running.client(token).get("/library/sections").status_code == 200
        assert running.client(token).get("/:/prefs").status_code == 403
    finally:
        running.end()
    assert alone("user", "token", "anna", "--revoke", "1").returncode == 0
    assert alone("user", "remove", "anna").returncode == 0
    assert "anna" not in alone("user", "list").stdout


@pytest.mark.parametrize("verb", ["scan", "status"])
def test_what_needs_a_server_says_so(alone: Cli, verb: str) -> None:
    found = alone(verb)
    assert found.returncode == 3
    assert found.stderr.startswith("vitascope: no server runs for ")
    assert found.stderr.count("\n") == 1


def test_doctor_works_without_a_server(alone: Cli) -> None:
    found = alone("doctor")
    assert found.returncode == 0
    assert "no server runs" in found.stdout


def test_a_long_path_is_no_obstacle(tmp_path: Path) -> None:
    config = tmp_path / ("long" * 30) / ("name" * 30)
    config.mkdir(parents=True)
    running = start_server(config)
    try:
        assert "sections" in running.cli("status").stdout
    finally:
        running.end()


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("vitascope.cli.tree", ["sqlalchemy", "starlette", "uvicorn", "numpy", "rich.progress", "av", "pyvips"]),
        ("vitascope.media.transcoding.launcher.child", ["asyncio", "logging", "ssl", "subprocess"]),
        ("vitascope.media.workers.child", ["asyncio", "logging", "ssl", "subprocess"]),
        ("vitascope.app", ["av", "pyvips", "mutagen", "rich.progress", "alembic", "mako", "psycopg"]),
    ],
)
def test_nothing_is_loaded_that_is_not_needed(module: str, unwanted: list[str]) -> None:
    code = f"import sys, {module}; print([name for name in {unwanted} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_explain_says_why_by_number_and_by_title(served: RunningServer) -> None:
    by_title = served.cli("explain", "A Film", "--client", "Chrome").stdout
    assert "profile: Chrome\n" in by_title
    assert "1000 Direct play OK." in by_title
    assert "[direct.ok]" in by_title
    number = by_title.partition("(item ")[2].partition(")")[0]
    by_number = served.cli("explain", f"/library/metadata/{number}", "--client", "Generic", "--bandwidth", "50").stdout
    assert "4005 No usable transcode target." in by_number
    assert "bandwidth: 50 kbit/s" in by_number
    extra = served.cli("explain", number, "--client", "Nobody", "--extra", "sing(a=b)").stdout
    assert "profile: Unknown (there is none called 'Nobody')" in extra
    assert "left out: sing(a=b): there is no such directive" in extra


def test_explain_of_what_is_not_there_says_so(served: RunningServer) -> None:
    failed = served.cli("explain", "No Such Film", check=False)
    assert failed.returncode == 1
    assert failed.stderr == "vitascope: nothing that plays is called 'No Such Film'\n"
    assert served.cli("explain", "999999", check=False).returncode == 1
