"""A real server in a process of its own, as a person would start it, for tests that speak to it over a socket."""

import contextlib
import fcntl
import functools
import hashlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
NO_MARKERS = dict.fromkeys(("GenerateIntroMarkerBehavior", "GenerateCreditsMarkerBehavior"), "never")
"""Every scan would begin to look for intros and credits: with the lowest priority, which takes longer than the scan."""
_START_SECONDS = 120.0
_END_SECONDS = 60.0


def command(*arguments: str) -> list[str]:
    """The command line of ``vitascope``, with this interpreter."""
    return [sys.executable, "-m", "vitascope", *arguments]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: ours, without settings of a server that a developer may have set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("VITASCOPE_", "PLEX_"))} | dict(
        extra or {}
    )


def support_of(config: Path) -> Path:
    """The support directory in a configuration folder."""
    return config / "Library" / "Application Support" / "Plex Media Server"


@dataclass(kw_only=True)
class RunningServer:
    """A started server."""

    config: Path
    process: "subprocess.Popen[str]"
    url: str
    ready_line: str
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def support(self) -> Path:
        return support_of(self.config)

    def client(self, token: str | None = None, **headers: str) -> httpx.Client:
        """A client, by default without a token: on an unclaimed server that is the owner."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["X-Plex-Token"] = token
        client = httpx.Client(base_url=self.url, headers=sent, timeout=60)
        self.clients.append(client)
        return client

    def cli(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Runs another verb with the same configuration folder."""
        return subprocess.run(
            command(*arguments, "--config", str(self.config)),
            check=check,
            capture_output=True,
            text=True,
            timeout=300,
            env=environment(),
        )

    def log(self) -> str:
        return (self.support / "Logs" / "Plex Media Server.log").read_text("utf-8")

    def log_with(self, text: str) -> str:
        """The log once ``text`` is in it, or as it is after a while: a thread of its own writes it."""
        deadline = time.monotonic() + 120
        while text not in (log := self.log()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return log

    def find_no_markers(self) -> None:
        """Switches the search for intros and credits off, before the first section is made."""
        assert self.client().put("/:/prefs", params=NO_MARKERS).status_code == 200

    def wait_idle(self) -> None:
        """Waits until nothing is going on any more."""
        client = self.client(accept="application/json")
        deadline = time.monotonic() + 300
        while client.get("/activities").json()["MediaContainer"]["size"]:
            if time.monotonic() > deadline:
                raise AssertionError("the server is still busy")
            time.sleep(0.05)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends it by a signal and returns its exit code."""
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(_END_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()


def start_server(
    config: Path,
    *arguments: str,
    variables: Mapping[str, str] | None = None,
    host: str = "127.0.0.1",
    inside: Sequence[str] = (),
    markers: bool = True,
) -> RunningServer:
    """Starts a server on a free port and waits until it says that it is ready.

    ``inside`` is the command line of a program that runs it and then is it, such as ``unshare --net``. Without
    ``markers`` a new server looks for no intros and credits, also in sections that it makes as it starts. What this
    machine can convert it knows already, where no ``variables`` put its folders elsewhere.
    """
    support = support_of(config)
    known = support / "Cache" / "Conversions" / "abilities.json"
    if not variables and not known.exists() and _proved_abilities().exists():
        known.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_proved_abilities(), known)
    if not markers:
        support.mkdir(parents=True, exist_ok=True)
        chosen = " ".join(f'{name}="{value}"' for name, value in NO_MARKERS.items())
        (support / "Preferences.xml").write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<Preferences {chosen}/>\n')
    process = subprocess.Popen(
        [*inside, *command("serve", "--config", str(config), "--host", host, "--port", "0", *arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(variables),
    )
    line = _first_line(process)
    if " ready at http://" not in line:
        process.kill()
        process.communicate()
        raise AssertionError(f"the server did not start: {line!r}")
    url = line.rpartition(" ")[2].strip().removesuffix("/web")
    return RunningServer(config=config, process=process, url=url, ready_line=line.strip())


def _first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(_START_SECONDS):
            process.kill()
            process.communicate()
            raise AssertionError("the server is not ready in time")
    return process.stdout.readline()


_PROVE = """
import asyncio, sys
from pathlib import Path
from vitascope.media.transcoding.abilities import Abilities
from vitascope.media.transcoding.launcher.client import Launcher

async def prove() -> None:
    launcher = Launcher()
    try:
        assert (await Abilities(launcher, Path(sys.argv[1])).prove()).abilities
    finally:
        await launcher.close()

asyncio.run(prove())
"""


@functools.cache
def _proved_abilities() -> Path:
    """What this machine can convert, as a server keeps it: trying that takes seconds, and it is the same for all.

    Where it cannot be tried there is no such file, and every server finds out for itself.
    """
    package = ROOT / "src" / "vitascope"
    tried = _content_hash([package / "media" / "transcoding", package / "core" / "playback"])
    kept = ROOT / ".cache" / "abilities" / f"{tried}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with _locked(kept.parent / "lock"):
        subprocess.run([sys.executable, "-c", _PROVE, str(kept)], check=False, env=environment())
    return kept


def _content_hash(folders: Sequence[Path]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_demo_library() -> Path:
    """The demo library, made once for each version of what makes it, in an ignored folder."""
    cache = ROOT / ".cache" / "demo"
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / _content_hash([ROOT / "src" / "vitascope" / "media" / "demo"])
    with _locked(cache / "lock"):
        done = folder / ".complete"
        if not done.exists():
            subprocess.run(command("demo", str(folder)), check=True, capture_output=True, env=environment())
            done.touch()
    return folder
