"""``docs/hosts/mms.md``: every command of the document is there, and what can run here is run from the page itself.

In place of the real ones there are another container name, host port and media folder. Backup and restore are run from
the page in ``test_mms_playbooks`` and the service's commands in ``test_mms_live``, since they need what is there.
"""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.page import commands
from tests.support.ports import reserved_port
from tests.support.running import ROOT
from tests.support.standin import container, wait_healthy

PAGE = ROOT / "docs/hosts/mms.md"
RUN = commands(PAGE)
_TYPED = [
    "systemctl --user start plex.service",
    "systemctl --user stop plex.service",
    "systemctl --user restart plex.service",
    "systemctl --user status plex.service",
    "journalctl --user -u plex --since today",
    "journalctl --user -u plex -f",
    "podman logs --tail 50 plex",
    "podman healthcheck run plex",
    "podman exec plex curl -sf http://localhost:32400/identity",
    "curl -sf http://plex.media.drc.nz/identity",
    "curl -sf http://localhost:32400/identity",
    "--userns=keep-id:uid=0,gid=0 \\",
    "-v /home/mms/config/plex/plex-run.sh:/etc/services.d/plex/run \\",
    "docker.io/plexinc/pms-docker:latest",
    "ansible-playbook playbooks/restore.yml \\",
    "mount | grep nfs",
    "ls -la /data/media/movies/",
]
_HEADINGS = [
    "# Plex",
    "## Service Management",
    "## Viewing Logs",
    "## Health Check",
    "## Manual Testing",
    "## Backup & Restore",
    "## Inter-Container Connections",
    "## Common Issues",
    "### Plex not accessible via Traefik",
    '### "Not authorized" after restore',
    "### Library scan shows no media",
    "### Permission errors",
    "### ADVERTISE_IP warning",
    "## Limitations and differences",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The service of the page, under a name and a port of its own."""

    name: str
    port: int
    media: Path

    def type(self, command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command of the page."""
        command = re.sub(r"\bplex\b(?= curl|$)", self.name, command) if command.startswith("podman") else command
        if command.startswith("curl"):
            command = command.replace("localhost:32400", f"localhost:{self.port}")
        command = command.replace("/data/media/movies", str(self.media))
        environment = {**os.environ, **variables}
        return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment)


@pytest.fixture(scope="module")
def running(standin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    media = tmp_path_factory.mktemp("movies")
    (media / "Film (2001).mkv").touch()
    with reserved_port() as port, container("vs-mms-page", standin, "-p", f"127.0.0.1:{port}:32400") as name:
        wait_healthy(name)
        yield Running(name=name, port=port, media=media)


def test_the_page_has_every_heading_and_command_of_the_document() -> None:
    lines = [line.strip() for line in PAGE.read_text("utf-8").splitlines()]
    assert [line for line in lines if line in _HEADINGS] == _HEADINGS
    assert [line for line in _TYPED if line not in lines] == []


def test_every_marked_block_is_run() -> None:
    assert set(RUN) == {"service", "logs", "health", "proxied", "direct", "backup", "restore", "mounts"}


def test_logs(running: Running) -> None:
    (logs,) = RUN["logs"]
    done = running.type(logs)
    assert done.returncode == 0
    assert "Starting Plex Media Server." in done.stdout


def test_health(running: Running) -> None:
    healthcheck, inside = RUN["health"]
    assert running.type(healthcheck).returncode == 0
    assert "machineIdentifier=" in running.type(inside).stdout


def test_direct(running: Running) -> None:
    (direct,) = RUN["direct"]
    done = running.type(direct)
    assert done.returncode == 0
    assert "machineIdentifier=" in done.stdout


def test_through_a_proxy_by_its_name(running: Running) -> None:
    with reserved_port() as port, tempfile.TemporaryDirectory(prefix="vs-nginx-") as folder:
        configuration = Path(folder, "nginx.conf")
        temporary = "".join(
            f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        configuration.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; server_name plex.media.drc.nz;\n"
            f"location / {{ proxy_pass http://127.0.0.1:{running.port}; }} }} }}\n"
        )
        nginx = subprocess.Popen(["nginx", "-c", str(configuration), "-e", f"{folder}/error.log"])
        try:
            (proxied,) = RUN["proxied"]
            deadline = time.monotonic() + 30
            # The name is not in anybody's DNS: curl is sent to where it would lead.
            while (done := running.type(proxied, http_proxy=f"http://127.0.0.1:{port}")).returncode:
                assert time.monotonic() < deadline, Path(folder, "error.log").read_text()
                time.sleep(0.05)
            assert "machineIdentifier=" in done.stdout
        finally:
            nginx.terminate()
            nginx.wait()


def test_mounts(running: Running) -> None:
    mounted, listed = RUN["mounts"]
    assert running.type(mounted).returncode in {0, 1}, "1: no NFS is mounted where the tests run"
    assert "Film (2001).mkv" in running.type(listed).stdout
