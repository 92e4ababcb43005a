"""``action``, ``status`` and ``doctor`` on the files of the original image, which runs or does not."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from lxml import etree
from tests.support.answering import Answering, identity, unused_port
from tests.support.running import command, environment

TOKEN = "claim-abcdefghij0123456789"
MACHINE = "a" * 40
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def support(tmp_path: Path) -> Path:
    """What the original image leaves behind: preferences, and a library with one section."""
    root = tmp_path / "config" / "Library" / "Application Support" / "Plex Media Server"
    databases = root / "Plug-in Support" / "Databases"
    databases.mkdir(parents=True)
    (tmp_path / "movies").mkdir()
    (tmp_path / "movies" / "film.mkv").touch()
    (root / "Preferences.xml").write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<Preferences ProcessedMachineIdentifier="{MACHINE}" Other="kept"/>\n'
    )
    with closing(sqlite3.connect(databases / "com.plexapp.plugins.library.db")) as connection:
        connection.execute("CREATE TABLE section_locations(id INTEGER PRIMARY KEY, root_path varchar(255))")
        connection.execute("CREATE TABLE library_sections(id INTEGER PRIMARY KEY, scanned_at dt_integer(8))")
        connection.execute("INSERT INTO section_locations(root_path) VALUES (?)", (str(tmp_path / "movies"),))
        connection.execute("INSERT INTO library_sections(scanned_at) VALUES (1700000000)")
        connection.commit()
    return root


@pytest.fixture
def original() -> Iterator[Answering]:
    """The original's port, answering."""
    server = Answering(200, identity(MACHINE, claimed=False))
    yield server
    server.close()


@pytest.fixture
def closed_url() -> Iterator[str]:
    with unused_port() as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def cli(tmp_path: Path, support: Path) -> Run:
    """Runs a verb for engine plex on these files."""
    assert support.exists()

    def run(*arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command(*arguments, "--config", str(tmp_path / "config"), "--engine", "plex"),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=environment(variables),
        )

    return run


def test_actions_are_listed_with_what_stands_in_their_way(cli: Run, original: Answering) -> None:
    shown = cli("action", "list", "--url", original.url).stdout
    for line in (
        "link-account: Link Plex Account (any)",
        "media-sources: Select Media Sources (any)",
        "server-name: Set Server Name (only-stopped)",
        "not now: Set Server Name can be run only while the server is stopped.",
    ):
        assert line in shown


def test_a_token_from_stdin_is_stored_given_to_the_server_and_erased_when_it_is_linked(
    cli: Run, support: Path, closed_url: str
) -> None:
    done = cli("action", "run", "link-account", "--input", "claimToken=-", "--url", closed_url, stdin=TOKEN + "\n")
    assert done.returncode == 0, done.stderr
    store = support / "Vitascope" / "store.json"
    assert json.loads(store.read_text())["claimToken"] == TOKEN
    assert cli("action", "environment").stdout == f"PLEX_CLAIM={TOKEN}\n"

    preferences = support / "Preferences.xml"
    preferences.write_text(preferences.read_text().replace("Other=", 'PlexOnlineToken="t" Other='))
    assert cli("action", "environment").stdout == ""
    assert json.loads(store.read_text())["claimToken"] is None


def test_a_token_that_is_too_old_is_not_given_and_erased(cli: Run, support: Path) -> None:
    store = support / "Vitascope" / "store.json"
    store.parent.mkdir()
    store.write_text(json.dumps({"claimToken": TOKEN, "mediaSources": []}))
    os.utime(store, (1_700_000_000, 1_700_000_000))
    assert cli("action", "environment").stdout == ""
    assert json.loads(store.read_text())["claimToken"] is None


def test_the_state_may_lie_elsewhere(cli: Run, tmp_path: Path, support: Path) -> None:
    store = tmp_path / "startos" / "store.json"
    done = cli("action", "run", "media-sources", "--input", "mediaSources=nextcloud", VITASCOPE_STATE=str(store))
    assert done.returncode == 0, done.stderr
    assert json.loads(store.read_text())["mediaSources"] == ["nextcloud"]
    assert not (support / "Vitascope").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["link-account"], 2, "claimToken: is missing"),
        (["link-account", "--input", "claimToken"], 2, "write it as field=value"),
        (["link-account", "--input", "claimToken=@/gone"], 2, "claimToken: /gone cannot be read"),
        (["media-sources", "--input", "mediaSources="], 2, "mediaSources: choose at least one"),
        (["reboot"], 2, "there is no action 'reboot'"),
        (["server-name", "--input", "name=a", "--manager", "nonsense"], 2, "'nonsense' names no manager"),
    ],
)
def test_wrong_input_is_one_line(cli: Run, arguments: list[str], code: int, says: str) -> None:
    done = cli("action", "run", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert says in done.stderr


def test_a_manager_that_does_not_know_the_server_is_told(cli: Run) -> None:
    done = cli("action", "run", "server-name", "--input", "name=a", "--manager", "podman:vs-no-such-container")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "podman" in done.stderr


def test_the_name_waits_until_nobody_has_the_database_open(cli: Run, support: Path, closed_url: str) -> None:
    path = support / "Plug-in Support" / "Databases" / "com.plexapp.plugins.library.db"
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode=wal');"
        "c.execute('CREATE TABLE held(a)'); c.commit(); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    name = ("action", "run", "server-name", "--input", "name=Attic", "--url", closed_url)
    refused = cli(*name)
    assert (refused.returncode, "only while the server is stopped" in refused.stderr) == (1, True)
    holder.communicate("")
    assert cli(*name).returncode == 0
    attributes = dict(etree.parse(support / "Preferences.xml").getroot().attrib)
    assert attributes == {"ProcessedMachineIdentifier": MACHINE, "Other": "kept", "FriendlyName": "Attic"}


def test_status_shows_tasks_dependencies_and_health(cli: Run, original: Answering) -> None:
    cli("action", "run", "media-sources", "--input", "mediaSources=nextcloud")
    shown = cli("status", "--url", original.url).stdout
    assert "task (critical): Link Plex Account: The server must be claimed before it can be used" in shown
    assert "Select Media Sources" not in shown
    assert "depends on Nextcloud >=32.0.8:0 (exists)" in shown
    assert "Web UI: The Plex web interface is ready" in shown
    assert "Database: The database is sound" in shown
    assert "/data/nextcloud" in shown
    assert "/data/filebrowser" not in shown


def test_status_within_a_minute_of_the_start_and_after_it(cli: Run, support: Path, original: Answering) -> None:
    original.status = 503
    pid = support / "plexmediaserver.pid"
    pid.write_text("1")
    assert "starting  Web UI: Starting" in cli("status", "--url", original.url).stdout
    os.utime(pid, (1_700_000_000, 1_700_000_000))
    assert "FAILS     Web UI: The Plex web interface is not ready" in cli("status", "--url", original.url).stdout


def test_the_doctor_finds_what_is_wrong_and_says_what_to_type(
    cli: Run, tmp_path: Path, original: Answering, closed_url: str
) -> None:
    (tmp_path / "movies" / "film.mkv").unlink()
    (tmp_path / "movies").rmdir()
    done = cli("doctor", "--url", original.url, "--proxy", closed_url, ADVERTISE_IP="http://100.64.99.99:32400/")
    assert done.returncode == 1
    for line in (
        f"BAD   media folder: {tmp_path / 'movies'}: the folder does not exist.",
        "BAD   authorization: the server belongs to no account (no PlexOnlineToken)",
        "-> vitascope action run link-account --engine plex --input claimToken=claim-…",
        "BAD   ADVERTISE_IP: http://100.64.99.99:32400/: no interface of this machine has 100.64.99.99",
        f"BAD   proxy route: {closed_url}/identity: the connection is refused",
        "-> start the proxy: nothing listens on port",
        "ok    permissions:",
        "ok    database:",
    ):
        assert line in done.stdout, line
