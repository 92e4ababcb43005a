"""Backups of a real server: made while it runs, listed, verified, practised; restored while it does not."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.ops.backup.conftest import UPLOADED, Key, write
from tests.support.running import RunningServer, command, environment, start_server

from vitascope.ops.paths import SupportDir


def _variables(key: Key, folder: Path) -> dict[str, str]:
    return {
        "VITASCOPE_BACKUP_RECIPIENTS": key.recipients.texts[0],
        "VITASCOPE_BACKUP_IDENTITY_FILE": str(key.file),
        "VITASCOPE_BACKUP_DIR": str(folder),
    }


@pytest.fixture
def server(tmp_path: Path, key: Key, database_arguments: Any) -> Iterator[RunningServer]:
    running = start_server(tmp_path / "config", *database_arguments(), variables=_variables(key, tmp_path / "backups"))
    yield running
    running.end()


@contextmanager
def _ending(server: RunningServer) -> Iterator[None]:
    try:
        yield
    finally:
        server.end()


def _told(server: RunningServer) -> dict[str, Any]:
    answer = server.client(accept="application/json").get("/vitascope/backups").json()["MediaContainer"]
    assert isinstance(answer, dict)
    return answer


def _finished(server: RunningServer) -> dict[str, Any]:
    """Waits for what runs, and returns how it went."""
    deadline = time.monotonic() + 120
    while (run := _told(server)["Run"][0])["running"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert isinstance(run, dict)
    return run


def _cli(config: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments, "--config", str(config)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(variables),
    )


def test_the_server_is_asked_and_makes_verifies_and_practises(server: RunningServer, tmp_path: Path) -> None:
    made = server.cli("backup", "create")
    (file,) = (tmp_path / "backups").glob("*.tar.zst.age")
    assert file.name in made.stdout
    told = _told(server)
    assert [one["name"] for one in told["Backup"]] == [file.name]
    assert told["folder"] == str(file.parent)
    assert told["recipients"] == 1
    assert told["nextAt"] > time.time()
    client = server.client(accept="application/json")
    begun = client.post("/vitascope/backups/verify")
    assert begun.status_code == 202
    run = _finished(server)
    assert (run["kind"], run["ok"], run["name"], run["message"]) == ("verify", True, file.name, "whole")
    assert client.post("/vitascope/backups/drill").status_code == 202
    assert _finished(server)["ok"]
    told = _told(server)
    assert told["Backup"][0]["good"]
    assert told["Drill"][0]["ok"]
    listed = _cli(server.config, "backup", "list", "--to", str(file.parent))
    assert "good" in listed.stdout
    assert "last drill" in listed.stdout
    assert client.get("/activities").json()["MediaContainer"]["size"] == 0


def test_one_at_a_time_and_nothing_that_is_not_there(server: RunningServer) -> None:
    client = server.client(accept="application/json")
    assert client.post("/vitascope/backups/verify").status_code == 404
    assert client.post("/vitascope/backups").status_code == 202
    activity = client.get("/activities").json()["MediaContainer"]["Activity"][0]
    assert activity["type"] == "butler.backup"
    assert client.post("/vitascope/backups").status_code == 409
    assert _finished(server)["ok"]
    assert client.post("/vitascope/backups/verify", params={"name": "../../etc/passwd"}).status_code == 404


def test_a_cancelled_backup_leaves_nothing(server: RunningServer, tmp_path: Path) -> None:
    client = server.client(accept="application/json")
    write(server.support / "Profiles/large.xml", b"x" * (200 << 20))
    begun = client.post("/vitascope/backups").json()["MediaContainer"]["Run"][0]
    assert client.delete(f"/activities/{begun['uuid']}").status_code == 200
    run = _finished(server)
    assert not run["ok"]
    assert run["message"] == "it was cancelled"
    assert list((tmp_path / "backups").glob("*")) == [] if (tmp_path / "backups").exists() else True


def test_without_recipients_it_says_what_to_set(tmp_path: Path) -> None:
    server = start_server(tmp_path / "config")
    try:
        refused = server.cli("backup", "create", check=False)
        assert refused.returncode == 1
        assert "VITASCOPE_BACKUP_RECIPIENTS" in refused.stderr
        assert "nextAt" not in _told(server)
        refused = server.cli("backup", "restore", str(tmp_path / "x"), check=False)
        assert refused.returncode == 1
        assert "a server runs" in refused.stderr
    finally:
        server.end()


def test_a_backup_made_elsewhere_while_the_server_runs(server: RunningServer, tmp_path: Path, key: Key) -> None:
    if server.client().get("/vitascope/status").text.find("postgresql") >= 0:
        pytest.skip("the command would have to be given the database")
    made = server.cli("backup", "create", "--to", str(tmp_path / "other"), "--recipient", key.recipients.texts[0])
    assert "other" in made.stdout
    verified = server.cli("backup", "verify", "--to", str(tmp_path / "other"), "--identity", str(key.file))
    assert "whole; engine vitascope" in verified.stdout
    envelope = server.cli("backup", "verify", "--to", str(tmp_path / "other"), check=False)
    assert envelope.returncode == 1
    assert "only its envelope" in envelope.stderr
    plain = server.cli("backup", "create", "--to", str(tmp_path / "plain"), "--unencrypted")
    assert "not encrypted" in plain.stderr
    refused = server.cli("backup", "create", "--to", str(tmp_path / "plain"), check=False)
    assert "no recipient" in refused.stderr


def test_restored_with_the_server_stopped_it_is_the_same_server(
    tmp_path: Path, key: Key, database_arguments: Any
) -> None:
    arguments = database_arguments()
    config, variables = tmp_path / "config", _variables(key, tmp_path / "backups")
    server = start_server(config, *arguments, variables=variables)
    with _ending(server):
        server.cli("user", "add", "anna")
        token = server.cli("user", "token", "anna").stdout.strip()
        identity = server.client().get("/identity").text
        write(server.support / "Metadata/Vitascope/a1" / UPLOADED, b"picture")
        server.cli("backup", "create")
        server.cli("user", "remove", "anna")
        server.client().put("/:/prefs", params={"FriendlyName": "Changed"})
    (file,) = (tmp_path / "backups").glob("*.tar.zst.age")
    restored = _cli(config, "backup", "restore", file.name, *arguments, **variables)
    assert restored.returncode == 0, restored.stderr
    support = SupportDir.for_config(config)
    (kept,) = support.root.parent.glob("*.before-restore-*")
    assert str(kept) in restored.stdout
    server = start_server(config, *arguments, variables=variables)
    with _ending(server):
        assert server.client().get("/identity").text == identity
        assert server.client(token=token).get("/library/sections").status_code == 200
        assert "Changed" not in server.client().get("/:/prefs/get", params={"id": "FriendlyName"}).text
        assert kept.is_dir(), "the old state outlives the first start"
        assert "first start after a restore" in server.log_with("first start after a restore")
    back = _cli(config, "backup", "restore", "--undo", *arguments)
    assert back.returncode == 0, back.stderr
    server = start_server(config, *arguments, variables=variables)
    with _ending(server):
        assert server.client(token=token).get("/library/sections").status_code == 401
        assert "Changed" in server.client().get("/:/prefs/get", params={"id": "FriendlyName"}).text


def test_a_night_that_was_missed_is_made_up_for(tmp_path: Path, key: Key) -> None:
    folder = tmp_path / "backups"
    write(folder / "plex-20200101T030000Z-0.1.0.tar.zst.age", b"an old one")
    server = start_server(tmp_path / "config", variables=_variables(key, folder))
    with _ending(server):
        deadline = time.monotonic() + 120
        while not _told(server).get("Drill"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        names = [one["name"] for one in _told(server)["Backup"]]
    assert len(names) == 2
    assert not (folder / names[0]).name.startswith("plex-2020")


def test_wrong_values_are_told_at_start(tmp_path: Path) -> None:
    for name, value in (("RECIPIENTS", "age1nonsense"), ("TIME", "25:00"), ("KEEP", "all"), ("DRILL", "sometimes")):
        refused = _cli(tmp_path, "serve", **{f"VITASCOPE_BACKUP_{name}": value})
        assert refused.returncode == 2
        assert len(refused.stderr.splitlines()) == 1
