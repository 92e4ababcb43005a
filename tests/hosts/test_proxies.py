"""Real proxies in front of a real server: the document's own nginx, and the bundles for nginx and Caddy.

One server stands behind all of them. What every proxy must do is asked of each: who is let in, where a player is, what
players of the API do, a socket that lives, a range, a pause. What is particular to one follows.
"""

import getpass
import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.support.answering import Answering, identity, unused_port
from tests.support.clips import clip
from tests.support.nginx import NGINX, nginx_of, wait_for_port
from tests.support.proxied import NAME, Site, certificate, once, with_places
from tests.support.running import RunningServer, start_server
from tests.support.stream_client import open_stream

from vitascope.ops.bundles.model import BundleOptions, Host
from vitascope.ops.bundles.proxies import CONTENT_POLICY, HEADERS, HSTS
from vitascope.ops.bundles.registry import make_bundle
from vitascope.ops.service import Engine

CADDY = shutil.which("caddy")
DOCUMENT = Path(__file__).parent / "nginx" / "document.conf"
AWKWARD = 'It\'s "a; {film}" 100% \\ #1'
HELD_BYTES = 24 << 20
"""More than lies in all buffers between the server and a player that does not read."""
KINDS = ("document", "nginx", "prefixed", "caddy")
BELOW_A_PATH = ("prefixed", "caddy prefixed")


@dataclass(frozen=True, kw_only=True)
class House:
    """A server with two films: one to convert, and a large one that is played as it is."""

    server: RunningServer
    media: Path
    owner: str
    """The owner's token; the server belongs to nobody until :func:`claimed` is asked for."""
    folder: Path

    def film(self, year: int) -> dict[str, Any]:
        client = self.server.client(self.owner, accept="application/json")
        items = client.get("/library/sections/1/all", params={"year": year}).json()["MediaContainer"]["Metadata"]
        (found,) = items
        return dict(found)

    @property
    def large(self) -> tuple[str, bytes]:
        """The address of the large film's file, and what is in it."""
        part = self.film(2001)["Media"][0]["Part"][0]
        return part["key"], Path(part["file"]).read_bytes()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, database_arguments: Callable[[], list[str]]) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("proxied")
    media = folder / AWKWARD
    media.mkdir()
    shutil.copyfile(clip("film.mp4"), media / "Large (2001).mp4")
    with (media / "Large (2001).mp4").open("ab") as file:
        file.write(os.urandom(HELD_BYTES))
    shutil.copyfile(clip("minute.mkv"), media / "Long (2002).mkv")
    server = start_server(
        folder / "config",
        *database_arguments(),
        *("--allowed-host-names", NAME, "--trusted-proxies", "127.0.0.1", "--accel-prefix", "/files/"),
    )
    server.find_no_markers()
    made = server.client().post(
        "/library/sections", params={"name": "Films", "type": "movie", "language": "en-US", "location": str(media)}
    )
    assert made.status_code == 201, made.text
    server.wait_idle()
    prefs = {"SegmentedTranscoderTimeout": "5", "TranscoderThrottleBuffer": "10"}
    assert server.client().put("/:/prefs", params=prefs).status_code == 200
    owner = server.cli("user", "token", "owner").stdout.strip()
    yield House(server=server, media=media, owner=owner, folder=folder)
    server.end()


def options(house: House, **more: Any) -> BundleOptions:
    return BundleOptions(domain=NAME, media=(str(house.media),), backend=f"127.0.0.1:{house.server.port}", **more)


@contextmanager
def caddy_of(folder: Path, text: str, site: Site) -> Iterator[None]:
    """A Caddy with a Caddyfile; its own authority signs, and nothing is asked of a public one."""
    assert CADDY is not None
    begin = (
        f"{{\n admin off\n local_certs\n skip_install_trust\n http_port {site.plain_port}\n https_port {site.port}\n"
    )
    begin += " default_bind 127.0.0.1\n"
    (folder / "Caddyfile").write_text(text.replace("{\n", begin, 1))
    homes = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "set"), "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"],
            stdout=log,
            stderr=log,
            env={"PATH": os.environ["PATH"], **homes},
        )
        try:
            wait_for_port(site.port, process, folder / "log")
            _wait_for_certificate(site)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait_for_certificate(site: Site) -> None:
    """Caddy listens before it has made one."""
    deadline = time.monotonic() + 60
    while True:
        try:
            site.handshake()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@contextmanager
def site_of(kind: str, house: House, folder: Path) -> Iterator[Site]:
    (folder / "challenge" / ".well-known" / "acme-challenge").mkdir(parents=True)
    (folder / "challenge" / ".well-known" / "acme-challenge" / "token").write_text("proof")
    prefix = "/plex" if kind in BELOW_A_PATH else ""
    with ExitStack() as stack:
        port, plain = stack.enter_context(unused_port()), stack.enter_context(unused_port())
        if kind.startswith("caddy"):
            authority = folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
            site = Site(port=port, plain_port=plain, authority=authority, prefix=prefix)
            text = make_bundle(Host.CADDY, options(house, prefix=prefix)).files["Caddyfile"].text
            stack.enter_context(caddy_of(folder, text, site))
        else:
            made, _ = certificate(folder)
            site = Site(port=port, plain_port=plain, authority=made, prefix=prefix)
            bundle = make_bundle(Host.NGINX, options(house, prefix=prefix)).files
            text = bundle["plex-http.conf"].text + bundle["plex-https.conf"].text
            if kind == "document":
                text = DOCUMENT.read_text().replace("localhost:32400", f"localhost:{house.server.port}")
            stack.enter_context(nginx_of(folder, with_places(text, site, folder), port=port, user=getpass.getuser()))
        yield site


@pytest.fixture(scope="module")
def sites(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Site]]:
    """All of them whose program is installed."""
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(site_of(kind, house, tmp_path_factory.mktemp(kind.replace(" ", "-"))))
            for kind in dict.fromkeys(KINDS + BELOW_A_PATH)
            if (CADDY if kind.startswith("caddy") else NGINX) is not None
        }


def of_kind(kind: str, sites: dict[str, Site]) -> Site:
    if kind not in sites:
        pytest.skip(f"{kind}: its program is not installed")
    return sites[kind]


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    return of_kind(request.param, sites)


@pytest.fixture(params=("nginx", "caddy"))
def ours(request: pytest.FixtureRequest, sites: dict[str, Site]) -> Site:
    """Of the proxies that have a name of their own for the server, those that we wrote."""
    return of_kind(request.param, sites)


@pytest.fixture
def nginx(sites: dict[str, Site]) -> Site:
    return of_kind("nginx", sites)


def test_who_comes_through_it_is_nobody_until_the_server_is_claimed(site: Site, house: House) -> None:
    """The proxy and the server are on one machine, which is the owner's as long as the server is nobody's."""
    assert house.server.client().get("/library/sections").status_code == 200
    with site.client() as visitor:
        for path in ("/identity", "/web/index.html"):
            assert visitor.get(path).status_code == 200, path
        for path in ("/", "/library/sections", "/:/prefs", "/status/sessions", "/nothing", "/vitascope/people"):
            assert visitor.get(path).status_code == 401, path
        for spoofed in ("127.0.0.1", "::1", "192.168.1.5", ""):
            assert visitor.get("/library/sections", headers={"X-Forwarded-For": spoofed}).status_code == 401
        claimed = visitor.post("/vitascope/claim", json={"token": "wrong", "name": "me", "password": "long enough"})
        assert claimed.status_code in (400, 403), claimed.text


def test_plexapi_finds_what_there_is(site: Site, house: House) -> None:
    server = site.plexapi(house.owner)
    section = server.library.section("Films")
    assert {film.title for film in section.all()} == {"Large", "Long"}
    assert [film.title for film in section.search("Large")] == ["Large"]
    assert server.url("/").startswith(site.url)


def test_a_range_is_a_range(site: Site, house: House) -> None:
    key, content = house.large
    with site.client(house.owner) as player:
        answer = player.get(key, headers={"Range": "bytes=1000-1999"})
        assert (answer.status_code, answer.content) == (206, content[1000:2000])
        assert answer.headers["content-range"] == f"bytes 1000-1999/{len(content)}"
        assert player.get(key, headers={"Range": "bytes=-7"}).content == content[-7:]
        assert int(player.head(key).headers["content-length"]) == len(content)
        assert "x-accel-redirect" not in answer.headers


class Watching:
    """Somebody who watches through a proxy: a film that is converted, another as it is, and a socket for events."""

    def __init__(self, stack: ExitStack, site: Site, house: House) -> None:
        self.player = stack.enter_context(site.client(house.owner))
        self.socket = stack.enter_context(site.listen(house.owner))
        film = f"/library/metadata/{house.film(2002)['ratingKey']}"
        stream = open_stream(self.player, self.player, film, maxVideoBitrate=200, session=f"at {site.port}")
        (self.picture,) = stream.qualities
        self.picture.watch(0, 0, video=True)
        key, self.content = house.large
        self.file = stack.enter_context(self.player.stream("GET", key)).iter_raw()
        self.taken = [next(self.file)]

    @property
    def taken_for_gone(self) -> str:
        """What the log says then."""
        return f"Nobody asks for the session {self.picture.address.rsplit('/', 3)[1][:6]}: "

    def go_on(self) -> None:
        self.taken += self.file
        assert b"".join(self.taken) == self.content
        self.picture.watch(1, 2, video=True)

    def hears(self, house: House) -> None:
        assert self.socket.ping().wait(120)
        report = {"ratingKey": house.film(2001)["ratingKey"], "time": "1", "duration": "13000"}
        for state in ("playing", "stopped"):
            assert self.player.get("/:/timeline", params=report | {"state": state}).status_code == 200
        heard = ""
        while heard != "playing":
            heard = json.loads(self.socket.recv(timeout=120))["NotificationContainer"]["type"]


def test_players_that_pause_go_on_and_their_sockets_live(sites: dict[str, Site], house: House) -> None:
    """They pause until the server takes them for gone: a stream that is made, and a file whose bytes nobody takes."""
    with ExitStack() as stack:
        watching = [Watching(stack, site, house) for site in sites.values()]
        for one in watching:
            assert one.taken_for_gone in house.server.log_with(one.taken_for_gone)
        for one in watching:
            one.go_on()
            one.hears(house)


def test_the_owner_sees_where_a_player_is(site: Site, house: House) -> None:
    """Only what the proxy says counts: not what a player says through it, and not what anybody else says."""
    item = house.film(2001)
    report = {"ratingKey": item["ratingKey"], "state": "playing", "time": "1000", "duration": "13000"}
    spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Plex-Token": house.owner}
    with (
        site.client(source="127.0.0.5") as player,
        httpx.Client(base_url=house.server.url, transport=httpx.HTTPTransport(local_address="127.0.0.6")) as direct,
    ):
        for client, name in ((player, "sofa"), (direct, "liar")):
            answer = client.get("/:/timeline", params=report, headers=spoofed | {"X-Plex-Client-Identifier": name})
            assert answer.status_code == 200
        owner = house.server.client(house.owner, accept="application/json")
        playing = owner.get("/status/sessions").json()["MediaContainer"]["Metadata"]
        found = {one["Player"]["machineIdentifier"]: one["Player"] for one in playing}
        assert (found["sofa"]["address"], found["sofa"]["secure"]) == ("127.0.0.5", True)
        assert (found["liar"]["address"], found["liar"]["secure"]) == ("127.0.0.6", False)
        for client, name in ((player, "sofa"), (direct, "liar")):
            stopped = report | {"state": "stopped"}
            client.get("/:/timeline", params=stopped, headers=spoofed | {"X-Plex-Client-Identifier": name})


def test_http_leads_to_https(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.plain_port}/web/?a=b", headers={"Host": NAME})
    assert answer.status_code in (301, 308)
    assert answer.headers["location"].replace(f":{site.port}", "") == f"https://{NAME}/web/?a=b"
    assert "strict-transport-security" not in answer.headers


def test_tls_is_of_today(site: Site) -> None:
    version, cipher, protocol = site.handshake(set_alpn_protocols=["h2", "http/1.1"])
    assert (version, protocol) == ("TLSv1.3", "h2")
    _, cipher, _ = site.handshake(maximum_version=ssl.TLSVersion.TLSv1_2)
    assert "AES256-GCM" in cipher
    assert cipher.startswith("ECDHE")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        site.handshake(maximum_version=ssl.TLSVersion.TLSv1_2, set_ciphers="AES128:@SECLEVEL=0")


def test_each_header_comes_once(ours: Site, house: House) -> None:
    """Also with what is refused and with bytes that nginx sends by itself; the server's own policy stays."""
    expected = dict(HEADERS) | {"Strict-Transport-Security": HSTS}
    key, _ = house.large
    with ours.client(house.owner) as player:
        for path in ("/identity", "/library/sections", "/nothing", "/web/index.html", key, "/library/parts/99/9/x.mp4"):
            answer = player.get(path, headers={"Range": "bytes=0-9"})
            once(answer.headers, expected)
            (policy,) = answer.headers.get_list("Content-Security-Policy")
            own = house.server.client(house.owner).get(path).headers.get("content-security-policy")
            assert policy == (own or CONTENT_POLICY), path
            assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"], path
        assert player.get("/web/index.html").headers["content-security-policy"] != CONTENT_POLICY


def test_listings_are_compressed_and_media_is_not(ours: Site, house: House) -> None:
    key, content = house.large
    asked = {"Accept-Encoding": "gzip"}
    with ours.client(house.owner) as player:
        listing = player.get("/library/sections/1/all", headers=asked)
        assert (listing.status_code, listing.headers.get("content-encoding")) == (200, "gzip")
        file = player.get(key, headers=asked)
        assert "content-encoding" not in file.headers
        assert file.content == content


def test_nginx_sends_the_bytes_after_the_server_said_yes(nginx: Site, house: House) -> None:
    """Its own ETag shows who sent them. A client cannot ask for that, nor name the place of a file."""
    key, content = house.large
    with nginx.client(house.owner) as player, nginx.client() as stranger:
        answer = player.get(key)
        assert answer.content == content
        assert answer.headers["etag"] != house.server.client(house.owner).head(key).headers["etag"]
        assert answer.headers["content-type"] == "video/mp4"
        assert stranger.get(key, headers={"X-Sendfile-Type": "X-Accel-Redirect"}).status_code == 401
        for address in (quote(f"/files{house.media}/Large (2001).mp4"), "/files/etc/passwd"):
            assert player.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["document", "nginx", "prefixed"])
def test_the_certificate_authority_finds_its_proof(kind: str, sites: dict[str, Site]) -> None:
    url = f"http://127.0.0.1:{of_kind(kind, sites).plain_port}/.well-known/acme-challenge/"
    assert httpx.get(url + "token", headers={"Host": NAME}).text == "proof"
    assert httpx.get(url + "other", headers={"Host": NAME}).status_code == 404


@pytest.mark.parametrize("kind", BELOW_A_PATH)
def test_below_a_path_everything_stays_below_it(kind: str, sites: dict[str, Site], house: House) -> None:
    site = of_kind(kind, sites)
    key, expected = house.large
    with site.client(house.owner) as player:
        assert player.get("/web/index.html").status_code == 200
        assert player.get(key, headers={"Range": "bytes=1000-1999"}).content == expected[1000:2000]
        away = httpx.URL(player.get("/web").headers["location"])
        assert away.path == "/plex/web/"
        root = httpx.URL(site.url).copy_with(path="/")
        assert player.get(root.join("/plex")).headers["location"].endswith("/plex/")
        assert player.get(root.join("/identity")).status_code == 404


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize("prefix", ["", "/plex"])
def test_the_original_gets_its_headers_and_sends_its_own_files(prefix: str, tmp_path: Path) -> None:
    """A stand-in that says what the original might; without a policy its pages keep their scripts."""
    sent = {"X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": "its own", "Location": "/web/index.html"}
    made, _ = certificate(tmp_path)
    with ExitStack() as stack:
        original = stack.enter_context(closing(Answering(302, identity(), sent)))
        port, plain = stack.enter_context(unused_port()), stack.enter_context(unused_port())
        site = Site(port=port, plain_port=plain, authority=made, prefix=prefix)
        backend = f"127.0.0.1:{original.port}"
        bundle = make_bundle(
            Host.NGINX, BundleOptions(engine=Engine.PLEX, domain=NAME, prefix=prefix, backend=backend, name="our-plex")
        ).files
        text = bundle["our-plex-http.conf"].text + bundle["our-plex-https.conf"].text
        stack.enter_context(nginx_of(tmp_path, with_places(text, site, tmp_path), port=port, user=getpass.getuser()))
        answer = stack.enter_context(site.client("its-token")).get("/")
        once(answer.headers, dict(HEADERS) | {"Strict-Transport-Security": HSTS, "Content-Security-Policy": "its own"})
        away = httpx.URL(answer.headers["location"])
        assert away.path == f"{prefix}/web/index.html"
        assert (original.asked, original.tokens) == (["/"], ["its-token"])


@pytest.mark.skipif(CADDY is None, reason="caddy is not installed")
def test_caddy_reads_the_file_for_the_original_and_below_a_path(tmp_path: Path) -> None:
    assert CADDY is not None
    for engine in Engine:
        for prefix in ("", "/plex"):
            made = make_bundle(Host.CADDY, BundleOptions(engine=engine, prefix=prefix, domain=NAME))
            (tmp_path / "Caddyfile").write_text(made.files["Caddyfile"].text)
            command = [CADDY, "adapt", "--validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            )
            assert done.returncode == 0, done.stderr
