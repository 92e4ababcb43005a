"""The playbooks, run on this machine by the real ansible-core against real containers, age, zstd and tar.

The manager of the service is podman here; ``test_mms_live`` has the user's systemd, and ``deploy.yml`` to the end.
"""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from tests.support.containers import podman
from tests.support.page import commands
from tests.support.playbooks import Stack, make_stack
from tests.support.running import ROOT, start_server
from tests.support.standin import container, support_of, wait_healthy

from vitascope.ops.bundles.mms import files
from vitascope.ops.bundles.model import BundleOptions, UnsuitableValueError
from vitascope.ops.service import Engine

PAGE = commands(ROOT / "docs/hosts/mms.md")
_DATABASE = "Plug-in Support/Databases/com.plexapp.plugins.library.db"


def options(folder: Path, engine: Engine = Engine.PLEX, *, backups: Path | None = None) -> BundleOptions:
    media = tuple(str(folder / "media" / each) for each in ("movies", "series", "music"))
    return BundleOptions(
        engine=engine,
        config_dir=str(folder / "config" / "plex"),
        backup_dir=str((backups or folder / "backups") / "plex"),
        media=media,
    )


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """Below a folder whose name tries to be a command. (What ``-e`` says is the operator's, and Ansible looks into it:
    the backups that ``restore.yml`` is given lie elsewhere.)"""
    strange = tmp_path / "it's \"50%\" {{ lookup('pipe', 'touch pwned') }} #"
    made = make_stack(tmp_path, options(strange, backups=tmp_path / "backups"))
    for folder in made.options.media:
        Path(folder).mkdir(parents=True)
    yield made
    assert not list(tmp_path.rglob("pwned"))


def deploy(stack: Stack, **variables: object) -> "subprocess.CompletedProcess[str]":
    return stack.play("deploy", "--skip-tags", "systemd", mms_network="mms-never", **variables)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"plex_advertise_ip": "http://a\nPLEX_CLAIM=x"}, "stand on one line"),
        ({"plex_claim_token": "claim-short"}, "a claim token is claim- and 20 characters"),
        ({"service_name": "jellyfin"}, "services must have jellyfin"),
    ],
)
def test_deploy_refuses_what_cannot_be(stack: Stack, variables: dict[str, object], message: str) -> None:
    done = deploy(stack, **variables)
    assert done.returncode != 0
    assert message in " ".join(done.stdout.split())
    assert not (stack.home / ".config/containers").exists()


def test_deploy_names_the_media_folder_that_is_away(stack: Stack) -> None:
    Path(stack.options.media[1]).rmdir()
    done = deploy(stack)
    assert done.returncode != 0
    assert "media/series is not there. Is the network mount active?" in " ".join(done.stdout.split())


def preferences(config: Path) -> dict[str, str]:
    return dict(etree.parse(str(support_of(config) / "Preferences.xml")).getroot().attrib)


def starts(config: Path) -> int:
    """How often the stand-in was started, which its database counts."""
    with sqlite3.connect(support_of(config) / _DATABASE) as database:
        (number,) = database.execute("SELECT count(*) FROM starts").fetchone()
        assert isinstance(number, int)
    return number


def test_the_original_is_backed_up_and_restored(
    stack: Stack, standin: str, key: tuple[Path, str], tmp_path: Path
) -> None:
    identity, recipient = key
    stack.config.mkdir(parents=True)
    stack.backups.mkdir(parents=True)
    flags = ("-v", f"{stack.config}:/config")
    variables = {"PLEX_UID": "0", "PLEX_GID": "0", "CHANGE_CONFIG_DIR_OWNERSHIP": "false"}
    with container("vs-playbook-plex", standin, *flags, variables=variables) as name:
        wait_healthy(name)
        manager = f"podman:{name}"
        done = stack.type(PAGE["backup"][0], manager=manager, backup_age_recipients=[recipient])
        assert done.returncode == 0, done.stdout + done.stderr
        assert podman("inspect", "--format", "{{.State.Running}}", name) == "true"
        wait_healthy(name)
        (backup,) = stack.backups.glob("plex-*.tar.zst.age")

        opened = tmp_path / "opened"
        opened.mkdir()
        pipe = 'age -d -i "$0" "$1" | zstd -dcq | tar -x -C "$2"'
        given = [str(identity), str(backup), str(opened)]
        subprocess.run(["bash", "-o", "pipefail", "-c", pipe, *given], check=True, capture_output=True)
        names = {path.name for path in opened.rglob("*")}
        assert {"com.plexapp.plugins.library.db", "Preferences.xml"} <= names
        assert not {"Cache", "Crash Reports", "Updates", "Codecs"} & names

        before, count = preferences(stack.config), starts(stack.config)
        file = support_of(stack.config) / "Preferences.xml"
        file.write_text(file.read_text().replace("<Preferences ", '<Preferences FriendlyName="Later" '))

        wrong = tmp_path / "wrong.txt"
        subprocess.run(["age-keygen", "-o", str(wrong)], check=True, capture_output=True)
        asked = {"service_name": "plex", "backup_file": str(backup), "manager": manager}
        refused = stack.play("restore", backup_age_identity_file=str(wrong), **asked)
        assert refused.returncode != 0
        assert preferences(stack.config)["FriendlyName"] == "Later"
        wait_healthy(name)

        typed = PAGE["restore"][0].replace("/data/backups/config/plex/<backup-file>.tar.zst.age", str(backup))
        done = stack.type(typed.replace("/path/to/age-identity.txt", str(identity)), manager=manager)
        assert done.returncode == 0, done.stdout + done.stderr
        wait_healthy(name)
        after = preferences(stack.config)
        assert after == before
        assert starts(stack.config) < count + 2
        assert (support_of(stack.config) / "Cache" / "standin.txt").is_file()


def test_restore_says_what_it_needs(stack: Stack) -> None:
    done = stack.play("restore", service_name="plex")
    assert done.returncode != 0
    assert "-e backup_age_identity_file=" in " ".join(done.stdout.split())


def test_ansible_reads_variables_in_paths() -> None:
    with pytest.raises(UnsuitableValueError, match="Ansible reads a variable"):
        files(BundleOptions(config_dir="/srv/$HOME"))


def test_a_backup_without_recipients_is_refused(stack: Stack) -> None:
    done = stack.play("backup", manager="none")
    assert done.returncode != 0
    assert "backup_age_recipients at least one public key" in " ".join(done.stdout.split())


def test_this_server_is_backed_up_and_restored(tmp_path: Path, key: tuple[Path, str]) -> None:
    identity, recipient = key
    stack = make_stack(tmp_path, options(tmp_path, Engine.VITASCOPE))
    stack.config.mkdir(parents=True)
    server = start_server(stack.config)
    try:
        server.client().put("/:/prefs", params={"FriendlyName": "Sofa"}).raise_for_status()
        done = stack.play("backup", manager="none", backup_age_recipients=[recipient])
        assert done.returncode == 0, done.stdout + done.stderr
        (backup,) = stack.backups.glob("plex-*.tar.zst.age")
        server.client().put("/:/prefs", params={"FriendlyName": "Later"}).raise_for_status()
        asked = {"service_name": "plex", "backup_file": str(backup), "backup_age_identity_file": str(identity)}
        refused = stack.play("restore", manager="none", **asked)
        assert refused.returncode != 0, "a running server is refused"
    finally:
        server.end()
    done = stack.play("restore", manager="none", **asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert preferences(stack.config)["FriendlyName"] == "Sofa"
