"""The confined service, live: what the unit forbids must not be what the server needs.

A real ``systemd --user`` (of root) runs the unit of the bundle. A drop-in changes what belongs to the machine of the
tests: program, port and user, the temporary folder that the test itself lies in, and the two settings that cover parts
of ``/proc`` and ``/dev``, which cannot be covered inside the sandbox that the tests may run in.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.playbooks import BINARIES
from tests.support.ports import reserved_port
from tests.support.running import environment
from tests.support.samples import copy_of
from tests.support.usermanager import user_manager

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.systemd import PROGRAM

_HERE = """[Service]
ExecStart=
ExecStart={command} --section Movies=movie:{media}
User=
Group=
CacheDirectory=
PrivateTmp=no
ProtectHome=read-only
ProtectKernelLogs=no
ProtectKernelTunables=no
"""


def eventually(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 120
    while not look():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def writable(pid: str, path: Path) -> bool:
    """Whether the mount that a folder lies on, as a process sees it, is not read-only."""
    mounts = {line.split()[4]: line.split()[5] for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()}
    below = next(mounts[str(each)] for each in (path, *path.parents) if str(each) in mounts)
    return "rw" in below.split(",")


@pytest.fixture
def port() -> Iterator[int]:
    with reserved_port() as reserved:
        yield reserved


def test_the_server_scans_and_serves_in_its_confines(tmp_path: Path, port: int) -> None:
    home, config, media = tmp_path / "home", tmp_path / "config", tmp_path / "movies"
    for folder in (config, media):
        folder.mkdir()
    copy_of("h264.mp4", media, "Film (2001).mp4")
    units = home / ".config/systemd/user"
    (units / "plex.service.d").mkdir(parents=True)
    text = (
        make_bundle(Host.SYSTEMD, BundleOptions(config_dir=str(config), media=(str(media),))).files["plex.service"].text
    )
    (units / "plex.service").write_text(text)
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    command = line.replace(PROGRAM, str(BINARIES / "vitascope")).replace("--port 32400", f"--port {port}")
    command = command.replace("--transcode-dir /var/cache/plex", "")
    (units / "plex.service.d/here.conf").write_text(_HERE.format(command=command, media=media))

    with user_manager(home, tmp_path / "run", environment()) as manager:
        manager.systemctl("start", "plex.service")
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

        def ready() -> bool:
            try:
                return client.get("/identity").status_code == 200
            except httpx.TransportError:
                return False

        eventually(ready, "the server does not serve")
        eventually(lambda: "Film (2001).mp4" in client.get("/library/sections/1/all").text, "the film is not found")
        pid = manager.systemctl("show", "--value", "--property=MainPID", "plex.service")
        status = Path(f"/proc/{pid}/status").read_text()
        assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
        assert re.search(r"^Seccomp:\s+2$", status, re.MULTILINE)
        assert writable(pid, config)
        assert not writable(pid, media)
        assert not writable(pid, Path("/usr"))
        client.close()
        manager.systemctl("stop", "plex.service")
        assert manager.systemctl("show", "--value", "--property=Result", "plex.service") == "success"
