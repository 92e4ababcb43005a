"""Which addresses the server answers on, and that it speaks to nobody by itself."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.support.addresses import own_address
from tests.support.running import RunningServer, command, environment, start_server

KINDS = {
    "Movies": "movie",
    "TV Shows": "show",
    "Music": "artist",
    "Audiobooks": "artist",
    "Photos": "photo",
    "Home Videos": "other",
}
PLEX_DATABASE = "com.plexapp.plugins.library.db"
_GET = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=30).read().decode())"


def demo_sections(library: Path) -> list[str]:
    return [part for name, kind in KINDS.items() for part in ("--section", f"{name}={kind}:{library / name}")]


def browse(client: httpx.Client) -> None:
    """What a person looks at: home, every section, an item of each kind, a picture."""
    for path in ("/", "/identity", "/library/sections", "/library/onDeck", "/hubs", "/media/providers"):
        assert client.get(path).status_code in (200, 404)
    sections = client.get("/library/sections").json()["MediaContainer"]["Directory"]
    assert len(sections) == len(KINDS)
    for section in sections:
        items = client.get(f"/library/sections/{section['key']}/all").json()["MediaContainer"]["Metadata"]
        assert items
        for item in items:
            assert client.get(f"/library/metadata/{item['ratingKey']}").status_code == 200
            if "thumb" in item:
                client.get("/photo/:/transcode", params={"url": item["thumb"], "width": 100, "height": 100})
    assert client.get("/web/").status_code == 200


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


def without_network() -> list[str]:
    """The command that runs another one in a network of its own, in which there is nothing."""
    needs("unshare")
    line = ["unshare", "--net"]
    if subprocess.run([*line, "true"], capture_output=True, check=False).returncode:
        line.append("--map-root-user")
        if subprocess.run([*line, "true"], capture_output=True, check=False).returncode:
            pytest.skip("this machine lets nobody make a network of their own")
    return line


def test_port_32400_of_every_address_is_the_default(tmp_path: Path) -> None:
    """In a network of the test's own, since the port may be taken on this machine."""
    needs("ip")
    inside = [
        *without_network(),
        "sh",
        "-c",
        'ip link set lo up && ip address add 10.90.0.1/32 dev lo && exec "$@"',
        "-",
    ]
    serve = command("serve", "--config", str(tmp_path))
    with subprocess.Popen([*inside, *serve], stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            assert process.stdout is not None
            assert ":32400/web" in process.stdout.readline()
            enter = ["nsenter", "--target", str(process.pid), "--net"]
            if "--map-root-user" in inside:
                enter += ["--user", "--preserve-credentials"]
            for address in ("127.0.0.1", "10.90.0.1"):
                got = subprocess.run(
                    [*enter, sys.executable, "-c", _GET, f"http://{address}:32400/identity"],
                    capture_output=True, text=True, check=True,
                )  # fmt: skip
                assert "machineIdentifier" in got.stdout
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


def test_all_addresses_answer_when_asked_for_and_others_do_not(tmp_path: Path) -> None:
    address = own_address()
    everywhere = start_server(tmp_path / "all", host="0.0.0.0")  # noqa: S104  # what is tested
    here = start_server(tmp_path / "loopback", host="127.0.0.1")
    try:
        assert httpx.get(f"http://{address}:{everywhere.port}/identity", timeout=60).status_code == 200
        assert httpx.get(f"http://{address}:{everywhere.port}/library/sections", timeout=60).status_code == 401
        assert httpx.get(f"http://127.0.0.1:{everywhere.port}/library/sections", timeout=60).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://{address}:{here.port}/identity")
    finally:
        assert (everywhere.end(), here.end()) == (0, 0)


def test_it_starts_scans_and_is_browsed_without_any_network(tmp_path: Path, demo_library: Path) -> None:
    """Not even loopback is up: everything goes over the socket in the configuration."""
    running = start_server(tmp_path, *demo_sections(demo_library), inside=without_network(), markers=False)
    try:
        assert running.cli("scan", "--wait").returncode == 0
        # An address holds 107 bytes, and the path of a test's folder may have more.
        folder = os.open(running.support, os.O_PATH | os.O_DIRECTORY)
        transport = httpx.HTTPTransport(uds=f"/proc/self/fd/{folder}/vitascope.sock")
        with httpx.Client(
            transport=transport, base_url="http://localhost", timeout=60, headers={"Accept": "application/json"}
        ) as client:
            browse(client)
        os.close(folder)
    finally:
        assert running.end() == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A server that was started, scanned the demo library, was browsed and ended, and the system calls of all of it."""

    server: RunningServer
    calls: Sequence[str]
    before: dict[str, tuple[bytes, int]]
    after: dict[str, tuple[bytes, int]]


def plex_files(support: Path) -> dict[str, tuple[bytes, int]]:
    """Contents of the Plex database and what belongs to it, and when each was last changed."""
    found = (support / "Plug-in Support" / "Databases").glob(f"{PLEX_DATABASE}*")
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def lay_plex_database(support: Path) -> None:
    """A database in WAL mode as a Plex server leaves it when it is killed: with ``-wal`` and ``-shm`` beside it."""
    folder = support / "Plug-in Support" / "Databases"
    folder.mkdir(parents=True)
    live = folder / "live.db"
    with sqlite3.connect(live) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE metadata_items (id INTEGER PRIMARY KEY, title TEXT)")
        connection.execute("INSERT INTO metadata_items (title) VALUES ('Alien')")
        connection.commit()
        for ending in ("", "-wal", "-shm"):
            shutil.copy(f"{live}{ending}", folder / f"{PLEX_DATABASE}{ending}")
    connection.close()
    for path in folder.glob("live.db*"):
        path.unlink()
    (folder / "com.plexapp.plugins.library.blobs.db").write_bytes(b"not even a database")


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, demo_library: Path) -> Iterator[Traced]:
    needs("strace")
    folder = tmp_path_factory.mktemp("traced")
    log = folder / "calls"
    config = folder / "config"
    support = config / "Library" / "Application Support" / "Plex Media Server"
    lay_plex_database(support)
    before = plex_files(support)
    tracer = ["strace", "-D", "-f", "-qq", "--seccomp-bpf", "-s", "300", "-o", str(log)]
    tracer += ["-e", "trace=%network,open,openat,openat2"]
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody trace a process")
    running = start_server(config, *demo_sections(demo_library), inside=tracer, markers=False)
    try:
        running.wait_idle()
        client = running.client(accept="application/json")
        browse(client)
        # What is made of media is made of one short film: of all of them, traced, it takes minutes.
        films = client.get("/library/sections/1/all").json()["MediaContainer"]["Metadata"]
        shortest = min(films, key=lambda one: int(one["duration"]))["ratingKey"]
        for what in ("credits", "index"):
            assert client.put(f"/library/metadata/{shortest}/{what}").status_code == 200
        running.wait_idle()
    finally:
        assert running.end() == 0
    yield Traced(
        server=running,
        calls=log.read_text("utf-8", "replace").splitlines(),
        before=before,
        after=plex_files(support),
    )


_SPEAKS = re.compile(r"\b(?:connect|sendto|sendmsg|sendmmsg)\(.*\bsa_family=(?P<family>AF_\w+)")
_OWN_KERNEL = {"AF_UNIX", "AF_NETLINK"}


def test_the_server_connects_to_nobody(traced: Traced) -> None:
    assert any(" bind(" in call and "sin_port=" in call for call in traced.calls)  # what is looked for would be found
    spoken = [call for call in traced.calls if (found := _SPEAKS.search(call)) and found["family"] not in _OWN_KERNEL]
    assert spoken == []


def test_a_plex_database_beside_ours_is_never_opened(traced: Traced) -> None:
    opened = [call for call in traced.calls if re.search(r"\bopen(?:at2?)?\(", call)]
    assert any("vitascope.db" in call for call in opened)
    assert [call for call in opened if "com.plexapp" in call] == []
    assert len(traced.before) == 3
    assert traced.after == traced.before
