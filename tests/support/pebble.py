"""A real ACME authority for tests (pebble), and the names it believes in, on this machine alone."""

import json
import random
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from vitascope.edge.own_certificate import own_certificate
from vitascope.ops.atomic import write_atomically

PEBBLE, NAMES = shutil.which("pebble"), shutil.which("pebble-challtestsrv")
needs_pebble = pytest.mark.skipif(not (PEBBLE and NAMES), reason="pebble is not installed (Debian: pebble)")


_TRIES = 20


@dataclass(frozen=True, kw_only=True)
class Pebble:
    """A running authority. It forgets everything when it ends."""

    directory: str
    authority: Path
    """Whom its own HTTPS is vouched for by, as PEM."""
    client: ssl.SSLContext
    """Of a client that trusts that."""
    management: str

    def root(self) -> str:
        """The root of the certificates it makes, as PEM."""
        with httpx.Client(verify=self.client, trust_env=False, timeout=60) as client:
            return client.get(f"{self.management}/roots/0").text


@contextmanager
def pebble(folder: Path, *, http_port: int) -> Iterator[Pebble]:
    """Every name leads to this machine; ``http_port`` is where it looks for http-01."""
    assert PEBBLE is not None
    assert NAMES is not None
    folder.mkdir()
    own = own_certificate(folder / "own", {"localhost", "127.0.0.1"}, "pebble", time.time(), write=write_atomically)
    (folder / "authority.pem").write_text(own.authority)
    for _ in range(_TRIES):
        with ExitStack() as stack:
            running = _started(stack, folder, http_port)
            if running is not None:
                yield running
                return
    raise AssertionError((folder / "log").read_text())


def quiet_port() -> int:
    """A port that nobody has, of those that no system gives away by itself."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def _started(stack: ExitStack, folder: Path, http_port: int) -> Pebble | None:
    """``None`` when somebody else took one of the ports meanwhile."""
    port, management, dns, control = (quiet_port() for _ in range(4))
    config = {
        "pebble": {
            "listenAddress": f"127.0.0.1:{port}",
            "managementListenAddress": f"127.0.0.1:{management}",
            "certificate": str(folder / "own" / "own.pem"),
            "privateKey": str(folder / "own" / "own.pem"),
            "httpPort": http_port,
            "tlsPort": 1,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
    }
    (folder / "config.json").write_text(json.dumps(config))
    log = stack.enter_context((folder / "log").open("wb"))
    nothing = [item for name in ("http01", "https01", "tlsalpn01") for item in (f"-{name}", "")]
    programs = (
        [
            str(NAMES),
            *("-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", *nothing),
            *("-dns01", f"127.0.0.1:{dns}", "-management", f"127.0.0.1:{control}"),
        ],
        [str(PEBBLE), "-config", str(folder / "config.json"), "-dnsserver", f"127.0.0.1:{dns}"],
    )
    environment = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"}
    for program, ports in zip(programs, ((control,), (port, management)), strict=True):
        process = subprocess.Popen(program, stdout=log, stderr=log, env=environment)
        stack.callback(process.wait, 30)
        stack.callback(process.terminate)
        if not all(_answers(each, process) for each in ports):
            return None
    authority = folder / "authority.pem"
    return Pebble(
        directory=f"https://localhost:{port}/dir",
        authority=authority,
        client=ssl.create_default_context(cafile=str(authority)),
        management=f"https://127.0.0.1:{management}",
    )


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """Waits until a program listens; it ends when it cannot."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    return False
