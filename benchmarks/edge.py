"""The edge: what the first-byte door, TLS and a proxy in front cost, each against the same server without it.

- *The door* (``benchmarks.doors``): one tiny application behind the server's own accept loop and behind uvicorn alone,
  each plain and with TLS. The door is passed once by each connection, so new ones are what it could slow down.
- *TLS*: the real server asked plainly and by TLS, for small answers, new connections and a large range. How fast TLS
  can be on this machine at all, nginx shows, which sends the same file.
- *The proxy*: the nginx of ``vitascope bundle nginx``, with HTTPS, in front of the server, against the server alone.
"""

import getpass
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.nginx import nginx_of
from tests.support.proxied import NAME, Site, with_places

from benchmarks.delivery import make_big_film
from benchmarks.playing import found
from benchmarks.report import Figure, median
from benchmarks.servers import VITASCOPE, free_port, serving
from benchmarks.visitors import Place, connections, download, requests
from vitascope.edge.own_certificate import OWN, own_certificate
from vitascope.ops.atomic import write_atomically
from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.registry import make_bundle

ROUNDS = 5
SECONDS = 1.0
_LEAST_OF_THE_DOOR = 0.9
_LEAST_OF_TLS = 0.9

Rate = Callable[[Place], float]


def small(place: Place) -> float:
    return requests(place, SECONDS)


def new(place: Place) -> float:
    return connections(place, SECONDS)


def resumed(place: Place) -> float:
    return connections(place, SECONDS, resumed=True)


def in_turn(rate: Rate, one: Place, other: Place) -> tuple[float, float, float]:
    """How many times the rate of ``other`` that of ``one`` is, and both: medians of what was measured in turn."""
    ones: list[float] = []
    others: list[float] = []
    for number in range(ROUNDS):
        pair = [(ones, one), (others, other)]
        for rates, place in pair if number % 2 else pair[::-1]:
            rates.append(rate(place))
    ratio = median([mine / theirs for mine, theirs in zip(ones, others, strict=True)])
    return ratio, median(ones), median(others)


def figure(what: str, rate: Rate, one: Place, other: Place, against: str, least: float | None = None) -> Figure:
    ratio, mine, theirs = in_turn(rate, one, other)
    shown = (
        f"{mine / 1e9:.2f} against {theirs / 1e9:.2f} GB/s"
        if rate is download
        else f"{mine:,.0f} against {theirs:,.0f}/s"
    )
    return Figure(
        what=what,
        budget=f"{'≥ ' + str(least) + ' x' if least else 'beside'} {against}",
        measured=f"{ratio:.2f} x ({shown})",
        within=None if least is None else ratio >= least,
    )


def own_chain(folder: Path, name: str) -> Path:
    """A key and a certificate as the server makes them for itself."""
    own_certificate(folder, {name}, "bench", time.time(), write=write_atomically)
    return folder / OWN


@contextmanager
def door(kind: str, chain: Path | None) -> Iterator[Place]:
    """The tiny application behind one of the doors."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.doors", kind, str(port), str(chain or "plain")])
    place = Place(port=port, secure=chain is not None)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                requests(place, 0.1)
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the door does not open") from None
                time.sleep(0.02)
        yield place
    finally:
        process.terminate()
        process.wait(20)


def doors(scratch: Path) -> Sequence[Figure]:
    chain = own_chain(scratch / "own", "localhost")
    figures = []
    for how, pem in (("plain", None), ("TLS", chain)):
        with door("ours", pem) as one, door("uvicorn", pem) as other:
            for what, rate in (("small requests", small), ("new connections", new)):
                figures.append(
                    figure(f"The door, {how}: {what}", rate, one, other, "uvicorn alone", _LEAST_OF_THE_DOOR)
                )
    return figures


@contextmanager
def bundle(scratch: Path, films: Path, port: int) -> Iterator[Site]:
    """The nginx of the bundle before the server at a port, and a certificate for its name."""
    chain = own_chain(scratch / "own", NAME).read_text()
    key, begin, certificates = chain.partition("-----BEGIN CERTIFICATE-----")
    (scratch / "privkey.pem").write_text(key)
    (scratch / "fullchain.pem").write_text(begin + certificates)
    site = Site(port=free_port(), plain_port=free_port(), authority=scratch / "fullchain.pem")
    options = BundleOptions(domain=NAME, media=(str(films),), backend=f"127.0.0.1:{port}")
    files = make_bundle(Host.NGINX, options).files
    text = files["plex-http.conf"].text + files["plex-https.conf"].text
    with nginx_of(scratch, with_places(text, site, scratch), port=site.port, user=getpass.getuser()):
        yield site


def measure(scratch: Path) -> Sequence[Figure]:
    films = scratch / "films"
    films.mkdir()
    make_big_film(films / "Long (2020).mp4")
    config = scratch / "config"
    flags = ("--allowed-host-names", NAME, "--trusted-proxies", "127.0.0.1", "--accel-prefix", "/files/")
    figures = [*doors(scratch)]
    with ExitStack() as stack:
        server = stack.enter_context(serving(config, "--section", f"Films=movie:{films}", *flags))
        part = found(server.client(), "Long")[1]
        server.settle()
        line = [str(VITASCOPE), "user", "token", "owner", "--config", str(config)]
        token = subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()
        site = stack.enter_context(bundle(scratch, films, server.port))

        def alone(path: str, *, secure: bool = False) -> Place:
            return Place(port=server.port, path=path, secure=secure, token=token)

        def behind(path: str) -> Place:
            return Place(port=site.port, path=path, secure=True, name=NAME, token=token)

        identity = "/identity"
        figures += [
            figure("TLS: small requests", small, alone(identity, secure=True), alone(identity), "plain"),
            figure("TLS: new connections", new, alone(identity, secure=True), alone(identity), "plain"),
            figure("TLS: new connections, met before", resumed, alone(identity, secure=True), alone(identity), "plain"),
            figure("TLS: `Range: bytes=0-`, 1 GiB", download, alone(part, secure=True), alone(part), "plain"),
            figure(
                "TLS: the same, and nginx's TLS",
                download,
                alone(part, secure=True),
                behind(part),
                "nginx",
                _LEAST_OF_TLS,
            ),
            figure(
                "TLS: new connections, and nginx's TLS", new, alone(identity, secure=True), behind(identity), "nginx"
            ),
            figure(
                "nginx bundle: small requests",
                small,
                behind(identity),
                alone(identity, secure=True),
                "the server's TLS",
            ),
            figure("nginx bundle: small requests", small, behind(identity), alone(identity), "the server, plain"),
            figure("nginx bundle: `Range: bytes=0-`, 1 GiB", download, behind(part), alone(part), "the server, plain"),
        ]
    return figures
