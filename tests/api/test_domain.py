"""``serve --https``: a server with a domain, its certificate from a real authority, all its ports, and its end."""

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.support.certificates import trusting
from tests.support.pebble import needs_pebble, pebble, quiet_port
from tests.support.running import RunningServer, command, environment, start_server

pytestmark = needs_pebble
DOMAIN = "media.example"
HSTS = "max-age=31536000; includeSubdomains; preload"


@dataclass(frozen=True, kw_only=True)
class Site:
    server: RunningServer
    http_port: int
    https_port: int
    world: ssl.SSLContext
    """A client that trusts the authority and nobody else."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("domain")
    http_port, https_port = quiet_port(), quiet_port()
    with pebble(folder / "pebble", http_port=http_port) as authority:
        server = start_server(
            folder / "config",
            *("--https", DOMAIN, "--acme-email", "owner@media.example", "--accept-terms"),
            *("--acme-directory", authority.directory, "--http-port", str(http_port), "--https-port", str(https_port)),
            variables={"SSL_CERT_FILE": str(authority.authority)},
        )
        try:
            client = server.client(accept="application/json")
            while True:
                shown = client.get("/vitascope/https").json()["MediaContainer"]
                if "acme" in [one["source"] for one in shown["Certificate"]] and not _is_own(https_port):
                    break
                time.sleep(0.05)
            yield Site(server=server, http_port=http_port, https_port=https_port, world=trusting(authority.root()))
        finally:
            assert server.end() == 0


def _is_own(port: int) -> bool:
    """Whether the certificate of the server's own authority is still shown for the domain."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 60) as raw,
        context.wrap_socket(raw, server_hostname=DOMAIN) as secure,
    ):
        return b"Vitascope on" in (secure.getpeercert(binary_form=True) or b"")


def asked(site: Site, port: int, path: str, name: str = DOMAIN) -> httpx.Response:
    with httpx.Client(verify=site.world, timeout=60) as client:
        return client.get(
            f"https://127.0.0.1:{port}{path}", headers={"Host": f"{name}:{port}"}, extensions={"sni_hostname": name}
        )


def test_the_domain_is_served_at_its_port_and_at_the_servers(site: Site) -> None:
    for port in (site.https_port, site.server.port):
        answer = asked(site, port, "/web/")
        assert answer.status_code in (200, 503)
        assert answer.headers["strict-transport-security"] == HSTS


def test_by_address_the_own_authority_vouches(site: Site) -> None:
    own = trusting(httpx.get(f"{site.server.url}/vitascope/authority.crt").text)
    with httpx.Client(verify=own, timeout=60) as client:
        answer = client.get(f"https://127.0.0.1:{site.https_port}/identity")
    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


def test_plain_http_leads_to_the_domain(site: Site) -> None:
    answer = httpx.get(f"http://127.0.0.1:{site.http_port}/web/?a=b", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{DOMAIN}:{site.https_port}/web/?a=b")
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://127.0.0.1:{site.https_port}/identity")


def test_the_health_check_says_until_when_it_holds(site: Site) -> None:
    client = site.server.client(accept="application/json")
    checks = client.get("/vitascope/health", params={"fresh": "1"}).json()["MediaContainer"]["Check"]
    (found,) = [one for one in checks if one["id"] == "certificates"]
    assert found["state"] == "success"
    assert f"the certificate for {DOMAIN} holds until 20" in found["detail"]


def test_terms_have_to_be_accepted(tmp_path: Path) -> None:
    done = subprocess.run(
        command("serve", "--config", str(tmp_path), "--https", DOMAIN, "--acme-email", "a@b.example"),
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(),
        check=False,
    )
    assert done.returncode == 2
    assert "--accept-terms" in done.stderr
