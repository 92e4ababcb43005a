"""The original image, as far as the stand-in goes, operated from its host: claimed, named, looked at and examined."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from tests.hosts.test_standin import account_service
from tests.support.answering import unused_port
from tests.support.containers import podman
from tests.support.running import command, environment
from tests.support.standin import container, support_of, wait_healthy

__all__ = ["account_service"]

NAME = "vs-standin-operated"
TOKEN = "claim-abcdefghij0123456789"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """What is ``/config`` in the container."""
    support_of(tmp_path).mkdir(parents=True)
    (support_of(tmp_path) / "Preferences.xml").write_text('<Preferences Unknown="kept"/>')
    return tmp_path


def preferences(config: Path) -> dict[str, str]:
    return dict(etree.parse(str(support_of(config) / "Preferences.xml")).getroot().attrib)


def test_from_the_first_task_to_a_server_that_is_linked_named_and_healthy(
    standin: str, config: Path, account_service: tuple[str, list[dict[str, str]]]
) -> None:
    with unused_port() as port:
        url = f"http://127.0.0.1:{port}"

    def cli(*arguments: str, check: bool = True, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        options = ["--config", str(config), "--engine", "plex"]
        if arguments[:2] != ("action", "environment"):
            options += ["--url", url, "--manager", manager]
        return subprocess.run(
            command(*arguments, *options),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=300,
            check=check,
            env=environment(),
        )

    # Before there is a container: both tasks, and a token that waits for the first start.
    manager = "none"
    shown = cli("status").stdout
    assert "task (critical): Link Plex Account" in shown
    assert "task (critical): Select Media Sources" in shown
    assert "The Plex web interface is not ready" in shown
    cli("action", "run", "link-account", "--input", "claimToken=-", stdin=TOKEN)
    given = cli("action", "environment").stdout
    assert given == f"PLEX_CLAIM={TOKEN}\n"
    (config / "claim.env").write_text(given)
    flags = ["-v", f"{config}:/config", "-p", f"127.0.0.1:{port}:32400", "--env-file", str(config / "claim.env")]
    variables = {"PLEX_UID": str(os.getuid()), "PLEX_GID": str(os.getgid()), "STANDIN_PLEX_TV": account_service[0]}

    with container(NAME, standin, *flags, variables=variables):
        manager = f"podman:{NAME}"
        wait_healthy(NAME)

        # Linked by the first run: the token is gone, and so is the task.
        assert account_service[1][0]["path"] == f"/api/claim/exchange?token={TOKEN}"
        assert preferences(config)["PlexOnlineToken"] == "a-token-of-the-owner"
        assert cli("action", "environment").stdout == ""
        store = support_of(config) / "Vitascope" / "store.json"
        assert json.loads(store.read_text())["claimToken"] is None
        shown = cli("status").stdout
        assert "Link Plex Account" not in shown
        assert "The Plex web interface is ready" in shown
        assert "The database is sound" in shown

        # The name: refused while it runs, with the commands that make it possible; they are then followed.
        refused = cli("action", "run", "server-name", "--input", "name=Attic", check=False)
        assert refused.returncode == 1
        assert f"podman stop {NAME}" in refused.stderr
        assert f"podman start {NAME}" in refused.stderr
        podman("stop", "-t", "20", NAME)
        assert "The Plex web interface is not ready" in cli("status").stdout
        cli("action", "run", "server-name", "--input", "name=Attic")
        podman("start", NAME)
        wait_healthy(NAME)
        found = preferences(config)
        assert (found["FriendlyName"], found["Unknown"], found["PlexOnlineToken"]) == (
            "Attic",
            "kept",
            "a-token-of-the-owner",
        )

        # Media sources, and what the doctor says of one that is not there.
        cli("action", "run", "media-sources", "--input", "mediaSources=filebrowser")
        assert "depends on File Browser >=2.63.2:0 (exists)" in cli("status").stdout
        os.chown(config / "claim.env", 102_999, 102_999)
        examined = cli("doctor", "--proxy", url, check=False)
        assert examined.returncode == 1
        assert "BAD   media folder: /data/filebrowser" in examined.stdout
        assert "1 of the files in" in examined.stdout
        assert f"sudo chown -R {os.getuid()}:{os.getgid()} {config}" in examined.stdout
        assert f"ok    proxy route: {url}/identity answers 200" in examined.stdout
