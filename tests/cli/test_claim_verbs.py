"""``claim-token``, ``user password``, ``user reset`` and what the settings of an owner are refused for."""

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.running import RunningServer, command, environment, start_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    started = start_server(tmp_path)
    yield started
    started.end()


def signs_in(server: RunningServer, name: str, password: str) -> bool:
    answer = server.client().post("/vitascope/sign-in", json={"name": name, "password": password})
    return answer.status_code == 201


def test_a_claim_token_needs_a_server(tmp_path: Path, server: RunningServer) -> None:
    assert server.cli("claim-token").stdout.startswith("claim-")
    refused = subprocess.run(
        command("claim-token", "--config", str(tmp_path / "none")),
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert refused.returncode == 3
    assert "no server runs" in refused.stderr


def test_a_lost_password_is_reset_over_the_socket_and_without_a_server(server: RunningServer) -> None:
    first = dict(line.split(": ") for line in server.cli("user", "reset").stdout.splitlines())
    assert signs_in(server, first["name"], first["password"])
    assert server.client().get("/:/prefs").status_code == 401, "that claims the server"
    token = server.cli("user", "token", "owner").stdout.strip()
    server.end()
    second = dict(line.split(": ") for line in server.cli("user", "reset", "--sign-out").stdout.splitlines())
    again = start_server(server.config)
    try:
        assert not signs_in(again, first["name"], first["password"])
        assert signs_in(again, second["name"], second["password"])
        assert again.client(token).get("/:/prefs").status_code == 401
    finally:
        again.end()


def test_a_reset_ends_what_a_guesser_brought_about(server: RunningServer) -> None:
    password = dict(line.split(": ") for line in server.cli("user", "reset").stdout.splitlines())["password"]
    while server.client().post("/vitascope/sign-in", json={"name": "owner", "password": "guess"}).status_code != 429:
        pass
    assert not signs_in(server, "owner", password)
    password = dict(line.split(": ") for line in server.cli("user", "reset").stdout.splitlines())["password"]
    assert signs_in(server, "owner", password)


def test_a_password_from_a_file_and_from_a_pipe(server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("out of a file\n")
    server.cli("user", "add", "guest")
    server.cli("user", "password", "guest", "--file", str(file))
    assert signs_in(server, "guest", "out of a file")
    piped = subprocess.run(
        command("user", "password", "guest", "--config", str(server.config)),
        input="out of a pipe\n",
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )
    assert "out of a pipe" not in piped.stdout
    assert signs_in(server, "guest", "out of a pipe")
    short = server.cli("user", "password", "guest", "--file", str(_file(tmp_path, "short")), check=False)
    assert (short.returncode, "at least 10" in short.stderr) == (1, True)
    unknown = server.cli("user", "password", "nobody", "--file", str(file), check=False)
    assert "no person 'nobody'" in unknown.stderr


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "password"
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("text", "why"), [("", "it is empty"), ("\n", "it is empty"), ("short", "at least 10"), ("x" * 5000, "larger")]
)
def test_an_owner_whose_password_is_none(tmp_path: Path, text: str, why: str) -> None:
    path = _file(tmp_path, text)
    answer = subprocess.run(
        command(
            "serve", "--config", str(tmp_path), "--port", "0", "--owner", "anna", "--owner-password-file", str(path)
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )
    assert answer.returncode == 2
    assert why in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--owner", "anna", "--owner-password-file", "/no/such/file"], "No such file"),
        (["--owner", "anna"], "a password is needed"),
        (["--owner-password-file", "/no/such/file"], "name the owner too"),
    ],
)
def test_an_owner_who_is_half_named(tmp_path: Path, arguments: list[str], why: str) -> None:
    answer = subprocess.run(
        command("serve", "--config", str(tmp_path), "--port", "0", *arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )
    assert answer.returncode == 2
    assert why in answer.stderr


def test_a_password_that_everybody_can_read_is_taken_and_said(tmp_path: Path) -> None:
    path = _file(tmp_path, "correct horse", 0o644)
    server = start_server(tmp_path / "config", "--owner", "anna", "--owner-password-file", str(path))
    try:
        assert "can be read by everybody" in server.log_with("can be read by everybody")
        assert signs_in(server, "anna", "correct horse")
    finally:
        server.end()
    assert path.stat().st_mode & stat.S_IROTH
