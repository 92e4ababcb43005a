"""An update end to end: the MMS bundle's own units in a real ``systemd --user``, real containers, and three versions of
the real image that are built here: one that runs, a newer one, and one that spoils the database and never answers. With
the database in a file, and with a PostgreSQL in a container beside ours.

What this machine's Podman cannot do as root, and what would collide with the developer's own service, is changed in a
drop-in, as in ``test_mms_live``.
"""

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from tests.support.containers import podman
from tests.support.playbooks import BINARIES, Stack, make_stack
from tests.support.ports import reserved_port
from tests.support.postgres_image import SOCKETS, postgres_image
from tests.support.standin import support_of
from tests.support.usermanager import UserManager, user_manager

from vitascope.cli.client import ServerClient
from vitascope.ops.bundles.model import BundleOptions

pytestmark = pytest.mark.timeout(900)  # the first of them builds the image

_NAME = "localhost/vitascope-test-update"
_CONTAINER = "vs-update-live"
_LABEL = "LABEL org.opencontainers.image.version"
_BROKEN = """RUN printf '%s\\n' 'import os, psycopg' \
    'with psycopg.connect(os.environ["VITASCOPE_DATABASE"]) as c:' \
    '    c.execute("UPDATE sections SET title = $$spoiled$$")' >/spoil.py
ENTRYPOINT ["/bin/sh", "-c", "if [ -n \\"$VITASCOPE_DATABASE\\" ]; then /opt/vitascope/bin/python /spoil.py; else \
echo spoiled >'/config/Library/Application Support/Plex Media Server/Plug-in Support/Databases/vitascope.db'; fi; \
trap 'exit 0' TERM; while :; do sleep 0.1; done"]
"""
_HERE = """[Container]
ContainerName={container}
UserNS=
GroupAdd=
CgroupsMode=enabled
Network=
PublishPort=
PublishPort=127.0.0.1:{port}:32400
{more}
[Service]
ExecStartPre=-/bin/rm -f %t/%N.cid
"""
_DATABASE = """[Container]
Image={image}
ContainerName={container}
CgroupsMode=enabled
Volume={sockets}:{inside}
[Service]
ExecStartPre=-/bin/rm -f %t/%N.cid
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where the server keeps its database."""

    url: str = ""
    """Of a PostgreSQL; empty: in a file."""
    sockets: str = ""
    """The folder of its socket, called alike on this machine and in the server's container."""

    def make(self) -> None:
        """Waits until there is one."""
        if self.url:
            _until(self._is_made)

    def _is_made(self) -> bool:
        try:
            with psycopg.connect(self.url.replace("/vitascope?", "/postgres?"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE vitascope")
        except psycopg.OperationalError:
            return False
        return True

    def left_titles(self) -> list[str]:
        """The titles of sections as the broken version left them, in what was set aside of a PostgreSQL."""
        with psycopg.connect(self.url) as connection:
            found = connection.execute(
                "SELECT table_schema FROM information_schema.tables WHERE table_name = 'sections' "
                "AND table_schema LIKE '%before%'"
            )
            ((schema,),) = found.fetchall()
            titles = sql.SQL("SELECT title FROM {}.sections").format(sql.Identifier(schema))
            return [row[0] for row in connection.execute(titles)]


@pytest.fixture(scope="module")
def versions(server_image: str) -> Iterator[dict[str, str]]:
    """Images by their versions."""
    made = {}
    for version, more in {"1.0": "", "2.0": "", "3.0": _BROKEN}.items():
        made[version] = f"{_NAME}:{version}"
        text = f"FROM {server_image}\n{_LABEL}={version}\n{more}"
        command = ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "-t", made[version]]
        done = subprocess.run([*command, "-f", "-", "."], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    yield made
    tags = [*made.values(), *(f"{_NAME}:{tag}" for tag in ("latest", "vitascope-former"))]
    subprocess.run(["podman", "rmi", "-f", "-i", *tags], capture_output=True, check=False)


@pytest.fixture
def stack(tmp_path: Path, versions: dict[str, str], key: tuple[Path, str]) -> Stack:
    """The bundle in its places, as ``deploy.yml`` puts it there."""
    podman("tag", versions["1.0"], f"{_NAME}:latest")
    (tmp_path / "movies").mkdir()
    made = make_stack(
        tmp_path,
        BundleOptions(
            image=f"{_NAME}:latest",
            config_dir=str(tmp_path / "config"),
            backup_dir=str(tmp_path / "backups"),
            media=(str(tmp_path / "movies"),),
        ),
    )
    units, timers = made.home / ".config/containers/systemd", made.home / ".config/systemd/user"
    places = {
        "units/*.container": units,
        "units/*.service": timers,
        "units/*.timer": timers,
        "units/*.path": timers,
        "plex-run.sh": made.config,
    }
    places["updates/interactive/*"] = made.home / ".config/vitascope/updates/interactive"
    for pattern, place in places.items():
        place.mkdir(parents=True, exist_ok=True)
        for file in made.folder.glob(pattern):
            file.rename(place / file.name)
    (units / "plex.env").touch()
    (made.home / ".config/vitascope/recipients.txt").write_text(key[1])
    program = made.home / ".local/bin/vitascope"
    program.parent.mkdir(parents=True)
    program.symlink_to(BINARIES / "vitascope")
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Database]:
    if request.param == "sqlite":
        yield Database()
        return
    with tempfile.TemporaryDirectory(prefix="vs-update-") as sockets:  # a socket's address is at most 107 bytes long
        unit = stack.home / ".config/containers/systemd/plex-database.container"
        unit.write_text(
            _DATABASE.format(image=postgres_image(), container=f"{_CONTAINER}-db", sockets=sockets, inside=SOCKETS)
        )
        yield Database(url=f"postgresql://postgres@/vitascope?host={sockets}", sockets=sockets)


@pytest.fixture
def port(stack: Stack, database: Database) -> Iterator[int]:
    here = stack.home / ".config/containers/systemd/plex.container.d/here.conf"
    here.parent.mkdir(parents=True)
    with reserved_port() as reserved:
        more = ""
        if database.url:
            more = f"Environment=VITASCOPE_DATABASE={database.url}\nVolume={database.sockets}:{database.sockets}"
            _say(stack, database=f'"{database.url}"')
        here.write_text(_HERE.format(container=_CONTAINER, port=reserved, more=more))
        _say(stack, url=f'"http://127.0.0.1:{reserved}"', container=f'"{_CONTAINER}"')
        yield reserved


def _say(stack: Stack, **values: object) -> None:
    """Writes keys of the member's file."""
    file = stack.home / ".config/vitascope/updates/interactive/plex.toml"
    kept = [line for line in file.read_text().splitlines() if line.split(" ")[0] not in values]
    file.write_text("\n".join([*kept, *(f"{key} = {value}" for key, value in values.items())]) + "\n")


def _until(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _answer(http: httpx.Client) -> str:
    """What the server says of itself, as soon as it does."""

    def answers() -> bool:
        try:
            return http.get("/identity").is_success
        except httpx.HTTPError:
            return False

    _until(answers)
    return http.get("/identity").text


@pytest.fixture
def manager(stack: Stack, port: int, tmp_path: Path) -> Iterator[UserManager]:  # noqa: ARG001  # the port's drop-in
    with user_manager(stack.home, tmp_path / "run", stack.environment()) as running:
        yield running
        running.systemctl("stop", "plex.service", "plex-database.service", check=False)
        running.run("podman", "rm", "-f", "-i", "-v", "-t", "2", _CONTAINER, f"{_CONTAINER}-db")


def test_a_night_with_a_good_version_and_one_with_a_broken_one(
    stack: Stack, database: Database, port: int, manager: UserManager, versions: dict[str, str], key: tuple[Path, str]
) -> None:
    def night() -> int:
        start = manager.command("systemctl", "--user", "start", "autodeploy-interactive.service")
        return subprocess.run(start, env=dict(manager.variables), check=False, timeout=800).returncode

    def status() -> str:
        return manager.run(str(stack.home / ".local/bin/vitascope"), "update", "status").stdout

    def runs() -> str:
        label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
        return manager.run("podman", "container", "inspect", f"--format={label}", _CONTAINER).stdout.strip()

    def sections() -> list[str]:
        found = ServerClient(stack.config).get("/library/sections").get("Directory", [])
        return [each["title"] for each in found]

    if database.url:
        manager.systemctl("start", "plex-database.service")
        database.make()
    manager.systemctl("start", "plex.service", "autodeploy-interactive-wish.path")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        identity = _answer(http)
        section = {"name": "Before", "type": "movie", "location": str(stack.config.parent / "movies"), "language": "en"}
        ServerClient(stack.config).call("POST", "/library/sections", section)
        assert night() == 0, status()
        assert (runs(), "up to date" in status()) == ("1.0", True)
        assert list(stack.backups.glob("*")) == []

        podman("tag", versions["2.0"], f"{_NAME}:latest")
        client = ServerClient(stack.config)
        client.call("PUT", "/updater/check")
        _until(lambda: [each["version"] for each in client.get("/updater/status").get("Release", [])] == ["2.0"])
        assert client.get("/updater/status")["Release"][0]["state"] == "available"
        client.call("PUT", "/updater/apply")
        _until(lambda: "updated" in status())
        assert runs() == "2.0"
        assert re.search(r"plex.*2\.0.*updated", status())
        assert _answer(http) == identity
        assert sections() == ["Before"]
        (backup,) = stack.backups.glob("plex-*-*.tar.zst.age")
        verify = ("backup", "verify", str(backup), "--config", str(stack.config), "--identity", str(key[0]))
        manager.run(str(stack.home / ".local/bin/vitascope"), *verify)
        ServerClient(stack.config).call("POST", "/library/sections", {**section, "name": "Between"})

        podman("tag", versions["3.0"], f"{_NAME}:latest")
        _say(stack, healthy_within=5)
        assert night() != 0
        assert manager.systemctl("show", "--property=NRestarts", "autodeploy-interactive.service") == "NRestarts=0"
        assert "rolled back" in status()
        assert runs() == "2.0"
        assert podman("image", "inspect", "--format={{.Id}}", f"{_NAME}:latest") == podman(
            "image", "inspect", "--format={{.Id}}", versions["2.0"]
        )
        assert _answer(http) == identity
        assert sorted(sections()) == ["Before", "Between"]
        (left,) = support_of(stack.config).parent.glob("*.before-restore-*")
        file = left / "Plug-in Support/Databases/vitascope.db"
        if database.url:
            assert database.left_titles() == ["spoiled", "spoiled"]
            assert not file.exists()
        else:
            assert file.read_text() == "spoiled\n"

        assert night() == 0, status()
        assert runs() == "2.0"
