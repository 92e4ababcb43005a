"""Updates of somebody else's image out of a real registry: the stand-in of the original (engine ``plex``) under a real
``systemd --user``, in three versions that are published one after the other: one that runs, a newer one, and one that
spoils the database and ends. The updater is killed with SIGKILL in the middle of each.
"""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.support.containers import podman
from tests.support.playbooks import BINARIES
from tests.support.registry import Registry, registry
from tests.support.standin import support_of
from tests.support.usermanager import UserManager, user_manager

from vitascope.ops.updates.journal import TOUCHED, Journal, Outcome, Record, Step

pytestmark = pytest.mark.timeout(900)  # the first of them builds the image

_CONTAINER = "vs-update-registry"
_ADDRESS = "127.32.6.5:32765"
"""Of this machine, of this test alone, and below the ports that are given out: so none need be looked for."""
_TOKEN = "a-token-of-the-owner"
_BROKEN = """ENTRYPOINT ["/bin/sh", "-c", "echo spoiled >'/config/Library/Application Support/Plex Media Server/\
Plug-in Support/Databases/com.plexapp.plugins.library.db'; exit 1"]
"""
_UNIT = """[Service]
ExecStartPre=-podman rm -f -i -t 2 {container}
ExecStart=podman run --rm --name {container} -p {address}:32400 -v {config}:/config \\
 -e PLEX_UID=0 -e PLEX_GID=0 {image}
ExecStop=podman stop -t 20 {container}
"""
_MEMBER = """image = "{image}"
pull = true
manager = "systemd-user:plex.service"
url = "http://{address}"
container = "{container}"
engine = "plex"
config = "{config}"
healthy_within = 60
"""


@pytest.fixture(scope="module")
def published(standin: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The registry with all versions. Of each, what lies on top of the stand-in is here no more."""
    folder = tmp_path_factory.mktemp("registry")
    with registry(folder) as running:
        for version, more in {"1.0": "", "2.0": "", "3.0": _BROKEN}.items():
            image = f"localhost/{_CONTAINER}:{version}"
            (folder / "version.txt").write_text(version)
            text = f"FROM {standin}\nLABEL org.opencontainers.image.version={version}\nCOPY version.txt /\n{more}"
            (folder / "Dockerfile").write_text(text)
            command = ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "-t", image]
            done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            running.publish(image, f"plex:{version}")
        yield running
        tags = [f"{running.address}/plex:{tag}" for tag in ("latest", "vitascope-next", "vitascope-former")]
        subprocess.run(["podman", "rmi", "-f", "-i", *tags], capture_output=True, check=False)


@dataclass(frozen=True, kw_only=True)
class Night:
    """The machine on which the updates are made."""

    folder: Path
    manager: UserManager
    registry: Registry

    @property
    def config(self) -> Path:
        return self.folder / "config"

    @property
    def database(self) -> Path:
        return support_of(self.config) / "Plug-in Support" / "Databases" / "com.plexapp.plugins.library.db"

    def command(self, verb: str, *more: str) -> list[str]:
        places = ["--groups", str(self.folder / "groups"), "--state", str(self.folder / "state")]
        return self.manager.command(str(BINARIES / "vitascope"), "update", verb, *places, *more)

    def update(self, verb: str, *more: str) -> tuple[int, str]:
        done = subprocess.run(
            self.command(verb, *more), env=dict(self.manager.variables), capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def record(self) -> Record:
        """What stands in the updater's journal."""
        return Journal(self.folder / "state" / "interactive").read("plex")

    def killed(self, steps: frozenset[Step]) -> None:
        """Begins a run and kills it in one of these steps, or wherever it is when that was seen."""
        process = subprocess.Popen(
            self.command("run", "--no-wait"),
            env=dict(self.manager.variables),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self.record().step in steps or process.poll() is not None)
        process.kill()
        process.wait()

    def runs(self) -> str:
        label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
        done = self.manager.run("podman", "container", "inspect", f"--format={label}", _CONTAINER, check=False)
        return done.stdout.strip()

    def identity(self) -> str:
        """What the server says of itself, as soon as it does."""
        said: list[str] = []

        def answers() -> bool:
            try:
                found = httpx.get(f"http://{_ADDRESS}/identity", timeout=30)
            except httpx.HTTPError:
                return False
            said.append(found.text)
            return found.is_success

        until(answers)
        return said[-1]

    def starts(self) -> int:
        """How often the server wrote into its database, which must be sound."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return int(connection.execute("SELECT count(*) FROM starts").fetchone()[0])


def until(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def night(published: Registry, tmp_path: Path) -> Iterator[Night]:
    image = f"{published.address}/plex:latest"
    published.point("plex:latest", "plex:1.0")
    podman("pull", "--quiet", image)
    config = tmp_path / "config"
    support = support_of(config)
    support.mkdir(parents=True)
    (support / "Preferences.xml").write_text(f'<Preferences PlexOnlineToken="{_TOKEN}" Unknown="kept"/>')
    values = {"container": _CONTAINER, "address": _ADDRESS, "config": str(config), "image": image}
    unit = tmp_path / ".config/systemd/user/plex.service"
    member = tmp_path / "groups/interactive/plex.toml"
    for file, text in ((unit, _UNIT), (member, _MEMBER)):
        file.parent.mkdir(parents=True)
        file.write_text(text.format(**values))
    (member.parent / "group.toml").touch()
    with user_manager(tmp_path, tmp_path / "run", dict(os.environ)) as manager:
        manager.systemctl("start", "plex.service")
        try:
            yield Night(folder=tmp_path, manager=manager, registry=published)
        finally:
            manager.systemctl("stop", "plex.service", check=False)
            manager.run("podman", "rm", "-f", "-i", "-t", "2", _CONTAINER)


def test_versions_of_a_registry_for_an_image_that_is_not_ours(night: Night) -> None:
    identity = night.identity()
    assert night.update("run", "--no-wait")[0] == 0
    assert night.record().outcome is Outcome.CURRENT

    night.registry.point("plex:latest", "plex:2.0")
    code, said = night.update("check")
    assert (code, night.runs()) == (0, "1.0"), said
    assert "2.0" in night.update("status")[1]
    fetched = podman("image", "inspect", "--format={{.Id}}", f"{night.registry.address}/plex:vitascope-next")
    assert fetched.removeprefix("sha256:") == night.registry.digest("plex:2.0")
    watching = support_of(night.config) / "sessions.xml"
    watching.write_text("<MediaContainer size='1'><Video title='Paper Comets'/></MediaContainer>")
    assert night.update("run", "--no-wait")[0] == 0
    assert night.record().message == "somebody watches: Paper Comets"
    assert night.record().outcome is Outcome.POSTPONED
    assert night.runs() == "1.0"
    watching.unlink()

    night.killed(TOUCHED)
    night.update("resume")
    assert night.identity() == identity
    assert night.update("run", "--no-wait")[0] == 0, night.update("status")
    assert (night.runs(), night.identity()) == ("2.0", identity)

    before = night.starts()
    night.registry.point("plex:latest", "plex:3.0")
    night.killed(TOUCHED - {Step.STOPPING, Step.SETTING_ASIDE})
    night.update("resume")
    night.update("run", "--no-wait")
    assert "rolled back" in night.update("status")[1]
    assert night.record().rejected == (night.registry.digest("plex:3.0"),)
    assert (night.runs(), night.identity()) == ("2.0", identity)
    assert night.starts() > before
    support = support_of(night.config)
    left = support.parent.glob(f"*.before-restore-*/{night.database.relative_to(support)}")
    assert [each.read_text() for each in left] == ["spoiled\n"]
    assert 'Unknown="kept"' in (support / "Preferences.xml").read_text()
