"""The roots that the other tests here stand on."""

import subprocess
from pathlib import Path

import pytest
from tests.support import roots

pytestmark = pytest.mark.timeout(900)  # the first of them builds a root

_DEB822 = """\
Types: deb
# a comment
URIs: http://mirror.invalid/debian
Suites: {own} {own}-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: {own}-security
Components: main

Types: deb
URIs: http://other.invalid/apt
Suites: stable
Components: main
"""


def test_sources_of_another_release_come_from_the_machines_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "_own_release", lambda: "bookworm")
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(_DEB822.format(own="bookworm"))
    (tmp_path / "sources.list.d" / "old.list.disabled").write_text("deb http://no.invalid bookworm main\n")
    (tmp_path / "sources.list").write_text("# none\ndeb http://line.invalid/debian bookworm main contrib\n")
    assert roots.apt_sources("trixie", tmp_path) == [
        "deb http://line.invalid/debian trixie main contrib",
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.invalid/debian trixie main",
        "deb http://mirror.invalid/debian-security trixie-security main",
    ]


def test_the_generator_of_debian_13_runs_here(quadlet: Path, tmp_path: Path) -> None:
    (tmp_path / "sleep.container").write_text("[Container]\nImage=localhost/any\nUserNS=keep-id:uid=0,gid=0\n")
    done = subprocess.run(
        [quadlet, "-dryrun"], env={"QUADLET_UNIT_DIRS": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert "--userns keep-id:uid=0,gid=0" in done.stdout


def test_the_base_is_debian_12() -> None:
    roots.need_roots("podman")
    made = ["podman", "create", "--net", "none", roots.debian_base()]
    container = subprocess.run(made, check=True, capture_output=True, text=True).stdout.strip()
    try:
        read = subprocess.run(
            ["podman", "cp", f"{container}:/etc/debian_version", "-"], check=True, capture_output=True
        )
        assert b"12." in read.stdout
    finally:
        subprocess.run(["podman", "rm", "--force", container], check=True, capture_output=True)
