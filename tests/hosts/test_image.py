"""The server's image against the contract of the original, in real containers."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import image
from tests.support.image import Container, running
from tests.support.running import ROOT
from tests.support.samples import sample

from vitascope.ops.image import contract_of, examine, open_image

pytestmark = pytest.mark.timeout(900)  # the first of them builds the image

SUPPORT = "Library/Application Support/Plex Media Server"

# Written so that it does not find the shell that runs it.
_EACH_SERVER = "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline | grep -q 'vitascope serv[e]' && "

# Scripts as people mount them over the original's: one drops rights as the original does, one does not.
_RUN_AS_PLEX = """\
#!/usr/bin/with-contenv bash
echo "Starting Plex Media Server with my script."
export PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR="/config/Library/Application Support"
export PLEX_MEDIA_SERVER_HOME=/usr/lib/plexmediaserver
export PLEX_MEDIA_SERVER_MAX_PLUGIN_PROCS=6
export PLEX_MEDIA_SERVER_INFO_VENDOR=Docker
export PLEX_MEDIA_SERVER_INFO_DEVICE="Docker Container"
export PLEX_MEDIA_SERVER_INFO_MODEL=$(uname -m)
export PLEX_MEDIA_SERVER_INFO_PLATFORM_VERSION=$(uname -r)
export LD_LIBRARY_PATH=/usr/lib/plexmediaserver:/usr/lib/plexmediaserver/lib
exec s6-setuidgid plex "/usr/lib/plexmediaserver/Plex Media Server"
"""
_RUN_AS_ROOT = _RUN_AS_PLEX.replace("exec s6-setuidgid plex ", "exec ")

_CHARTS_INIT_SCRIPT = """\
#!/bin/sh
echo "fetching pre-existing pms database to import..."

if [ -d "/config/Library" ]; then
  echo "PMS library already exists, exiting."
  exit 0
fi

curl file:///script/pms.tgz -o pms.tgz
tar -xvzf pms.tgz -C /config
cp -r /config/data/Library /config/Library
rm -rf /config/data pms.tgz

echo "Done."
"""


def executable(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def plex(server_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A container with everything by default, and a film in ``/data``."""
    film = tmp_path_factory.mktemp("data") / "A Film (2001)" / "A Film (2001).mp4"
    film.parent.mkdir()
    film.parent.parent.chmod(0o755)
    shutil.copy(sample("h264.mp4"), film)
    options = ["--env", "VITASCOPE_SECTION=Films=movie:/data", "--env", "TZ=America/New_York", "--hostname", "sofa"]
    with running(server_image, *options, "--volume", f"{film.parent.parent}:/data:ro") as container:
        yield container


def test_the_dockerfile_is_clean() -> None:
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "hadolint", "deploy/image/Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_the_image_says_what_the_original_says(server_image: str) -> None:
    shown = json.loads(subprocess.run(["podman", "image", "inspect", server_image], capture_output=True).stdout)[0]
    config = shown["Config"]
    assert config["Entrypoint"] == ["/init"]
    assert set(config["Volumes"]) == {"/config", "/transcode"}
    assert set(config["ExposedPorts"]) == {
        "32400/tcp", "8324/tcp", "32469/tcp", "1900/udp", "32410/udp", "32412/udp", "32413/udp", "32414/udp",
    }  # fmt: skip
    check = shown["Healthcheck"]
    assert check["Test"] == ["CMD", "/healthcheck.sh"]
    assert (check["Interval"], check["Timeout"], check["Retries"]) == (5_000_000_000, 2_000_000_000, 20)
    assert config["Labels"]["org.opencontainers.image.version"] == image.VERSION
    assert config["Labels"]["org.opencontainers.image.revision"] == image.COMMIT
    assert config["Labels"]["org.opencontainers.image.created"] == image.DATE
    assert shown["Os"] == "linux"


def test_it_is_healthy_and_answers_as_the_documents_ask(plex: Container) -> None:
    assert plex.health() == 0
    assert "machineIdentifier=" in plex.exec("curl", "-sf", "http://localhost:32400/identity")
    assert "<title>" in plex.exec("curl", "-sfL", "http://localhost:32400/web")
    assert f"Vitascope {image.VERSION} (commit {image.COMMIT}, built {image.DATE})" in plex.exec(
        "vitascope", "--version"
    )
    assert "ready at" in plex.log()
    assert plex.exec("date", "+%Z") in ("EST", "EDT")


def test_the_server_runs_as_plex_and_owns_its_files(plex: Container) -> None:
    assert plex.exec("sh", "-c", _EACH_SERVER + "stat -c %U $p; done; true").split() == ["plex"]
    paths = (f"/config/{SUPPORT}/Preferences.xml", "/transcode")
    assert plex.exec("stat", "-c", "%U:%G", *paths).split() == ["plex:plex", "plex:plex"]


def test_media_is_scanned_inside(plex: Container) -> None:
    plex.exec("vitascope", "scan", "Films", "--wait")
    assert 'title="A Film"' in plex.exec("curl", "-sf", "http://localhost:32400/library/sections/1/all")


def test_ffmpeg_converts_inside(plex: Container) -> None:
    code = "import imageio_ffmpeg, subprocess; raise SystemExit(subprocess.call([imageio_ffmpeg.get_ffmpeg_exe(), '-v', 'error', '-i', '/data/A Film (2001)/A Film (2001).mp4', '-t', '0.2', '-c:v', 'libx264', '-f', 'null', '-']))"  # noqa: E501
    plex.exec("/opt/vitascope/bin/python", "-c", code)


def status_of_sources(container: Container) -> str:
    return container.exec("curl", "-sf", "http://localhost:32400/vitascope/sources")


def test_what_a_mount_of_a_remote_source_lacks_here_is_said(plex: Container) -> None:
    add_remote(plex, "--way", "mount")
    deadline = time.monotonic() + 60
    while "device /dev/fuse --cap-add SYS_ADMIN" not in (said := status_of_sources(plex)):
        assert time.monotonic() < deadline, said
        time.sleep(0.1)
    plex.exec("vitascope", "source", "remove", "media")


def test_a_remote_source_is_mounted_with_the_flags_that_the_page_names(server_image: str) -> None:
    flags = ["--device", "/dev/fuse", "--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"]
    with running(server_image, *flags) as container:
        container.exec("sh", "-c", "mkdir /tmp/remote && echo hello >/tmp/remote/hello.txt")
        rclone = container.exec("find", "/opt/vitascope", "-name", "rclone", "-type", "f", "-executable")
        serving = f"{rclone} serve webdav /tmp/remote --config '' --addr 127.0.0.1:8080 >/dev/null 2>&1 &"
        container.exec("sh", "-c", serving)
        add_remote(container)
        deadline = time.monotonic() + 60
        while 'state="ready"' not in (said := status_of_sources(container)):
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        assert container.exec("s6-setuidgid", "plex", "cat", "/config/mnt/media/hello.txt") == "hello"
        assert container.stop() == 0


def add_remote(container: Container, *more: str) -> None:
    options = ("--option", "url=http://127.0.0.1:8080", "--option", "vendor=other", "--no-check")
    container.exec("vitascope", "source", "add", "far:", "--name", "media", "--type", "webdav", *options, *more)


def test_what_dies_is_reaped_and_the_server_is_started_again(plex: Container) -> None:
    plex.exec("sh", "-c", "(sleep 0.1 &) ; true")
    before = plex.log().count("ready at")
    plex.exec("sh", "-c", _EACH_SERVER + "kill -9 ${p#/proc/}; done; true")
    assert "was ended by signal 9" in plex.until("ready at", before + 1)
    deadline = time.monotonic() + 60
    while (dead := plex.exec("sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null | grep ') Z ' || true")) != "":
        assert time.monotonic() < deadline, dead  # one that ends just now is dead for a moment


def test_plex_service_stops_and_starts_the_server(plex: Container) -> None:
    ended = plex.log().count("Vitascope has ended.")
    plex.exec("/plex_service.sh", "-d")
    plex.until("Vitascope has ended.", ended + 1)
    assert plex.health() == 1
    ready = plex.log().count("ready at")
    plex.exec("/plex_service.sh", "-u")
    plex.until("ready at", ready + 1)
    plex.exec("/plex_service.sh", "-r")
    plex.until("ready at", ready + 2)
    plex.until_healthy()
    assert (
        "usage"
        in subprocess.run(["podman", "exec", plex.name, "/plex_service.sh"], capture_output=True, text=True).stderr
    )


def test_it_ends_in_order(plex: Container) -> None:
    """The last one for this container."""
    ended = plex.log().count("Vitascope has ended.")
    assert plex.stop() == 0
    assert plex.log().count("Vitascope has ended.") == ended + 1


def test_it_keeps_the_contracts(server_image: str) -> None:
    found = open_image(server_image)
    for name in ("vitascope", "pms-docker"):
        assert [finding for finding in examine(found, contract_of(name)) if not finding.kept] == []


@pytest.mark.parametrize("run", [_RUN_AS_PLEX, _RUN_AS_ROOT], ids=["as plex", "as root"])
def test_a_run_script_of_the_original_works(server_image: str, tmp_path: Path, run: str) -> None:
    script = executable(tmp_path / "plex-run.sh", run)
    config = tmp_path / "config"
    config.mkdir()
    options = ["--env", "PLEX_UID=3000", "--env", "PLEX_GID=3000", "--volume", f"{config}:/config"]
    with running(server_image, *options, "--volume", f"{script}:/etc/services.d/plex/run") as container:
        assert "with my script" in container.log()
        owner = (config / SUPPORT / "Plug-in Support/Databases/vitascope.db").stat().st_uid
        assert owner == (3000 if run == _RUN_AS_PLEX else 0)
        assert container.stop("INT" if run == _RUN_AS_PLEX else "QUIT") == 0


def test_it_runs_as_any_user_with_a_read_only_root(server_image: str, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    os.chown(config, 1234, 1234)
    options = ["--user", "1234:1234", "--read-only", "--tmpfs", "/tmp", "--tmpfs", "/transcode"]
    with running(server_image, *options, "--cap-drop", "all", "--volume", f"{config}:/config") as container:
        assert (config / SUPPORT / "Preferences.xml").stat().st_uid == 1234
        container.exec("/plex_service.sh", "-r")
        container.until("ready at", 2)
        assert container.stop() == 0


def test_ids_are_taken_with_a_read_only_root(server_image: str, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    hook = executable(tmp_path / "99-mine", '#!/usr/bin/with-contenv bash\necho "hello from $MINE"\n')
    options = ["--read-only", "--tmpfs", "/run", "--tmpfs", "/tmp", "--tmpfs", "/transcode"]
    options += ["--env", "PLEX_UID=3000", "--env", "PLEX_GID=3001", "--env", "MINE=a b"]
    options += ["--volume", f"{hook}:/etc/cont-init.d/99-mine"]
    with running(server_image, *options, "--volume", f"{config}:/config") as container:
        found = (config / SUPPORT / "Plug-in Support/Databases/vitascope.db").stat()
        assert (found.st_uid, found.st_gid) == (3000, 3001)
        assert "hello from a b" in container.log()


def test_the_charts_init_script_works(server_image: str, tmp_path: Path) -> None:
    config, init = tmp_path / "config", tmp_path / "init"
    old = tmp_path / "data" / SUPPORT
    for folder in (config, init, old):
        folder.mkdir(parents=True)
    (old / "Preferences.xml").write_text('<Preferences MachineIdentifier="11111111-2222" Kept="yes"/>')
    subprocess.run(["tar", "-czf", init / "pms.tgz", "-C", tmp_path, "data"], check=True)
    executable(init / "init.sh", _CHARTS_INIT_SCRIPT)
    # The chart mounts its script at /init, into an image of its own; in ours that is process 1.
    line = ["podman", "run", "--rm", "--network", "none", "--workdir", "/tmp", "--entrypoint", "/script/init.sh"]
    mounts = ["--volume", f"{config}:/config", "--volume", f"{init}:/script:ro"]
    for said in ("Done.", "already exists"):
        done = subprocess.run([*line, *mounts, server_image], capture_output=True, text=True, check=True)
        assert said in done.stdout
    with running(server_image, "--volume", f"{config}:/config"):
        text = (config / SUPPORT / "Preferences.xml").read_text()
        assert 'MachineIdentifier="11111111-2222"' in text
        assert 'Kept="yes"' in text


def test_a_command_may_be_given(server_image: str) -> None:
    done = subprocess.run(
        ["podman", "run", "--rm", "--network", "none", server_image, "sh", "-c", "echo hello; exit 7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7
    assert "hello" in done.stdout.splitlines()


@pytest.mark.usefixtures("server_image")
def test_an_image_that_is_not_its_platform_does_not_come_to_be() -> None:
    for argument, complaint in [("TARGETARCH=riscv64", "riscv64 was asked for"), ("TARGETOS=windows", "only linux")]:
        line = ["buildah", "bud", "--isolation", "chroot", "--pull-never", "--target", "base", "--build-arg", argument]
        done = subprocess.run(
            [*line, "--file", "deploy/image/Dockerfile", "deploy/image"], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode != 0
        assert complaint in done.stdout + done.stderr
