"""Starting and ending a real server: what it prints, what it refuses, and that every signal ends it in order."""

import http.client
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from tests.support.running import RunningServer, command, environment, start_server


def run(*arguments: str, variables: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=60, env=environment(variables), check=False
    )


def test_it_says_where_it_is_ready(server: RunningServer) -> None:
    assert re.fullmatch(r"Vitascope \S+ ready at http://127\.0\.0\.1:\d+/web", server.ready_line)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_every_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    running = start_server(tmp_path)
    client = running.client()
    assert client.get("/identity").status_code == 200
    assert (running.support / "vitascope.sock").exists()
    assert running.end(number) == 0
    assert "ending" in running.log()
    assert not (running.support / "vitascope.sock").exists()


def test_a_request_under_way_is_finished_first(tmp_path: Path) -> None:
    running = start_server(tmp_path)
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    connection.putrequest("POST", "/log")
    connection.putheader("Content-Length", "5")
    connection.endheaders()
    connection.send(b"he")  # half of the body: the endpoint waits for the rest
    running.client().get("/identity")
    ended: list[int] = []
    thread = threading.Thread(target=lambda: ended.append(running.end()))
    thread.start()
    connection.send(b"llo")
    assert connection.getresponse().status == 200
    connection.close()
    thread.join()
    assert ended == [0]


def test_a_port_in_use_is_one_line_and_code_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = run("serve", "--config", str(tmp_path), "--host", "127.0.0.1", "--port", str(port))
    assert found.returncode == 2
    assert found.stderr == f"vitascope: port {port} on 127.0.0.1: already in use\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "port 70000"),
        (["--port", "x"], "port"),
        (["--section", "Movies"], "Title=kind:/folder"),
        (["--section", "Movies=film:/a"], "'film' is none of movie, show, artist, photo, other"),
        (["--database", "mysql://x"], "postgresql://"),
        (["--nonsense"], "--nonsense"),
        (["--host", "999.1.1.1", "--port", "0"], "999.1.1.1"),
    ],
)
def test_a_bad_flag_is_one_line_and_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    found = run("serve", "--config", str(tmp_path), *arguments)
    assert found.returncode == 2
    assert found.stderr.startswith("vitascope: ")
    assert found.stderr.count("\n") == 1
    assert said in found.stderr


def test_variables_count_and_flags_win(tmp_path: Path) -> None:
    found = run("serve", variables={"VITASCOPE_CONFIG": str(tmp_path), "VITASCOPE_PORT": "70000"})
    assert (found.returncode, found.stderr) == (2, "vitascope: port 70000: must be between 0 and 65535\n")
    found = run("serve", "--port", "70001", variables={"VITASCOPE_CONFIG": str(tmp_path), "VITASCOPE_PORT": "70000"})
    assert "port 70001" in found.stderr


def test_two_servers_do_not_share_a_configuration(server: RunningServer) -> None:
    if "postgresql" in str(server.process.args):
        return  # their lock is in the database, and each server of these tests has its own
    found = run("serve", "--config", str(server.config), "--host", "127.0.0.1", "--port", "0")
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert server.client().get("/identity").status_code == 200


def test_the_machine_keeps_its_identity(tmp_path: Path) -> None:
    first = start_server(tmp_path)
    identifier = re.search(r'machineIdentifier="(\w{40})"', first.client().get("/identity").text)
    first.end()
    second = start_server(tmp_path)
    assert identifier is not None
    assert identifier[1] in second.client().get("/identity").text
    second.end()


def test_the_socket_is_the_owners_alone(server: RunningServer) -> None:
    assert (server.support / "vitascope.sock").stat().st_mode & 0o777 == 0o600


def test_a_first_scan_that_was_killed_goes_on_by_itself(tmp_path: Path, demo_library: Path) -> None:
    photos = demo_library / "Photos"
    running = start_server(tmp_path, "--section", f"Photos=photo:{photos}")
    running.end(signal.SIGKILL)
    again = start_server(tmp_path)
    again.wait_idle()
    answer = again.client(accept="application/json").get("/library/sections/1/all?type=13").json()
    assert answer["MediaContainer"]["size"] == len(list(photos.rglob("*.jpg")))
    again.end()


def test_a_wished_section_waits_for_its_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    wish = ("--section", f"Photos=photo:{disk}")
    running = start_server(tmp_path / "config", *wish)
    status = running.client(accept="application/json").get("/vitascope/status").json()["MediaContainer"]
    assert status["sections"] == 0
    assert any(str(disk) in note["text"] for note in status["Note"])
    running.end()
    disk.mkdir()
    again = start_server(tmp_path / "config", *wish)
    assert again.client(accept="application/json").get("/vitascope/status").json()["MediaContainer"]["sections"] == 1
    again.end()
