"""The whole of it, live: a real systemd of a user, Podman's real generator, real containers, the real playbook.

``deploy.yml`` puts units in place and starts them through systemd; then the commands of the page are typed. What this
machine's Podman cannot do as root (``keep-id``, ``keep-groups``, control groups of both versions at once) and what
would collide with the developer's own service (names, port) is changed in a drop-in. So is one habit of Podman 4.3: it
leaves the file with the container's number behind.
"""

import re
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from lxml import etree
from tests.support.containers import podman
from tests.support.page import commands
from tests.support.playbooks import BINARIES, Stack, make_stack
from tests.support.ports import reserved_port
from tests.support.running import ROOT
from tests.support.standin import support_of
from tests.support.usermanager import UserManager, user_manager

from vitascope.ops.bundles.model import BundleOptions
from vitascope.ops.service import Engine

RUN = commands(ROOT / "docs/hosts/mms.md")
_CONTAINER = "vs-mms-live"
_NETWORK = "mms-test-live"
_HERE = """[Container]
ContainerName={container}
UserNS=
GroupAdd=
CgroupsMode=enabled
Network=
Network={network}
PublishPort=
PublishPort=127.0.0.1:{port}:32400
[Service]
ExecStartPre=-/bin/rm -f %t/%N.cid
"""


@pytest.fixture
def stack(tmp_path: Path, standin: str) -> Stack:
    made = make_stack(
        tmp_path,
        BundleOptions(
            engine=Engine.PLEX,
            image=standin,
            config_dir=str(tmp_path / "config"),
            backup_dir=str(tmp_path / "backups"),
            media=(str(tmp_path / "movies"),),
        ),
    )
    (tmp_path / "movies").mkdir()
    return made


@pytest.fixture
def manager(stack: Stack, tmp_path: Path) -> Iterator[UserManager]:
    with user_manager(stack.home, tmp_path / "run", stack.environment()) as running:
        yield running
        running.systemctl("stop", "plex.service", check=False)
        running.run("podman", "rm", "-f", "-i", "-t", "2", _CONTAINER)
    podman("network", "rm", "-f", _NETWORK)


@pytest.fixture
def port(stack: Stack) -> Iterator[int]:
    """The port of this machine under which the service answers; a drop-in is there before the unit is."""
    with reserved_port() as reserved:
        _say_where(stack, reserved)
        yield reserved


def _say_where(stack: Stack, port: int) -> None:
    here = stack.home / ".config/containers/systemd/plex.container.d/here.conf"
    here.parent.mkdir(parents=True)
    here.write_text(_HERE.format(container=_CONTAINER, network=_NETWORK, port=port))
    program = stack.home / ".local/bin/vitascope"
    program.parent.mkdir(parents=True)
    program.symlink_to(BINARIES / "vitascope")
    variables = stack.folder / "inventory/group_vars/all/vars.yml"
    text = variables.read_text("utf-8").replace("http://localhost:32400/", f"http://127.0.0.1:{port}/")
    variables.write_text(text.replace("mms_network: mms", f"mms_network: {_NETWORK}"))
    (stack.folder / "inventory/group_vars/all/vault.yml").write_text(
        "vault_plex_claim_token: claim-abcdefghij0123456789\n"
    )


def answers(port: int) -> str:
    return httpx.get(f"http://127.0.0.1:{port}/identity", timeout=60).raise_for_status().text


def preferences(stack: Stack) -> dict[str, str]:
    return dict(etree.parse(str(support_of(stack.config) / "Preferences.xml")).getroot().attrib)


def changed(done: "subprocess.CompletedProcess[str]") -> int:
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"changed=(\d+)", done.stdout)
    assert found is not None
    return int(found.group(1))


def test_the_service_from_deploy_to_backup(
    stack: Stack, port: int, manager: UserManager, key: tuple[Path, str]
) -> None:
    inside = replace(stack, before=tuple(manager.command("env", "-C", str(stack.folder))), more=manager.variables)
    deploy = "ansible-playbook playbooks/deploy.yml"
    given: dict[str, object] = {"backup_age_recipients": [key[1]], "traefik_dynamic_dir": str(stack.home)}

    done = inside.type(deploy, **given, plex_advertise_ip="http://100.64.0.1:32400")
    assert changed(done) > 5
    assert "abcdefghij" not in done.stdout + done.stderr, "the claim token is shown to nobody"
    assert "machineIdentifier=" in answers(port)
    units = stack.home / ".config/containers/systemd"
    assert stat.S_IMODE((units / "plex.env").stat().st_mode) == 0o600
    assert (units / "plex.env").read_text().splitlines()[1:] == [
        "ADVERTISE_IP=http://100.64.0.1:32400",
        "ALLOWED_NETWORKS=",
        "PLEX_CLAIM=claim-abcdefghij0123456789",
    ]
    assert preferences(stack)["customConnections"] == "http://100.64.0.1:32400"
    assert "http://plex:32400" in (stack.home / "plex.yml").read_text()

    start, stop, restart, status = RUN["service"]
    manager.run(*stop.split())
    assert manager.systemctl("is-active", "plex.service", check=False) == "inactive"
    with pytest.raises(httpx.TransportError):
        answers(port)
    manager.run(*start.split())
    shown = manager.run(*status.split(), "--no-pager").stdout
    assert "Active: active (running)" in shown
    assert "plex.container; generated" in shown
    before = manager.systemctl("show", "--property=MainPID", "plex.service")
    manager.run(*restart.split())
    assert manager.systemctl("show", "--property=MainPID", "plex.service") != before

    timers = manager.systemctl("list-timers", "--all")
    for unit, time in (("plex-backup", "03:00:00"), ("autodeploy-interactive", "02:00:00")):
        assert re.search(rf"{time} .*{unit}\.timer +{unit}\.service", timers), timers

    manager.systemctl("start", "plex-backup.service")
    (backup,) = stack.backups.iterdir()
    assert re.fullmatch(r"plex-\d{8}T\d{6}Z-.+\.tar\.zst\.age", backup.name)
    assert manager.systemctl("is-active", "plex.service") == "active"

    assert changed(inside.type(deploy, **given, plex_advertise_ip="http://100.64.0.2:32400")) == 2
    assert preferences(stack)["customConnections"] == "http://100.64.0.2:32400"
