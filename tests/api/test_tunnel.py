"""The first set-up of a server elsewhere, through a tunnel: ``ssh -L 32400:localhost:32400``, with a real sshd."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.support.addresses import own_address
from tests.support.certificates import trusting
from tests.support.pebble import quiet_port
from tests.support.running import RunningServer, start_server

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin")
SSH = shutil.which("ssh")
_SEPARATED = Path("/run/sshd")
pytestmark = [
    pytest.mark.skipif(not (SSHD and SSH), reason="sshd is not installed (Debian: openssh-server, openssh-client)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="sshd wants to be root"),
]

_SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A fresh server that belongs to nobody and listens at all addresses, as one in a data centre does."""
    server = start_server(tmp_path_factory.mktemp("server"), host="")
    yield server
    server.end()


@pytest.fixture(scope="module")
def tunnel(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port at this end."""
    folder = tmp_path_factory.mktemp("ssh")
    _SEPARATED.mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "person"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    port, here = quiet_port(), quiet_port()
    (folder / "sshd_config").write_text(_SSHD.format(port=port, folder=folder))
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))

        def run(*command: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            return process

        sshd = run(str(SSHD), "-D", "-e", "-f", str(folder / "sshd_config"))
        _until_it_listens(port, sshd, folder / "log")
        ssh = run(
            *(str(SSH), "-N", "-F", "none", "-i", str(folder / "person"), "-p", str(port)),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder / 'known'}"),
            *("-o", "ExitOnForwardFailure=yes", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"),
            *("-L", f"127.0.0.1:{here}:localhost:{server.port}", f"{getpass.getuser()}@127.0.0.1"),
        )
        _until_it_listens(here, ssh, folder / "log")
        yield here


def _until_it_listens(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        else:
            return


def test_from_outside_nobody_sets_it_up(server: RunningServer) -> None:
    answer = httpx.get(f"http://{own_address()}:{server.port}/:/prefs")
    assert answer.status_code == 401


def test_through_the_tunnel_it_is_set_up(tunnel: int, tmp_path: Path) -> None:
    with httpx.Client(base_url=f"http://localhost:{tunnel}", timeout=60) as client:
        assert client.get("/web/").status_code in (200, 503)
        assert client.put("/:/prefs", params={"FriendlyName": "Frankfurt"}).status_code == 200
        made = client.post(
            "/library/sections",
            params={
                "name": "Movies",
                "type": "movie",
                "scanner": "Plex Movie",
                "language": "en-US",
                "location": str(tmp_path),
            },
        )
        assert made.status_code in (200, 201), made.text
        token = client.post("/vitascope/claim/token", headers={"Accept": "application/json"}).json()
        claimed = client.post(
            "/vitascope/claim",
            json={"token": token["MediaContainer"]["token"], "name": "arne", "password": "a long enough one"},
        )
        assert claimed.status_code in (200, 201), claimed.text
        assert client.get("/:/prefs").status_code == 401, "it has an owner now"


def test_https_goes_through_it_too(server: RunningServer, tunnel: int) -> None:
    authority = httpx.get(f"{server.url}/vitascope/authority.crt").text
    with httpx.Client(verify=trusting(authority), timeout=60) as client:
        assert client.get(f"https://localhost:{tunnel}/identity").status_code == 200
