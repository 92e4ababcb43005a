"""HTTPS on the server's one port: real clients, what is refused where HTTPS is required, headers, and certificates."""

import hashlib
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import websocket
from plexapi.server import PlexServer
from tests.api.families.conftest import Home
from tests.support.certificates import make_pkcs12, needs_openssl, trusting

connect: Any = PlexServer  # the library has no types
DOCUMENTED = {
    "referrer-policy": "origin-when-cross-origin",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "x-xss-protection": "1; mode=block",
}
CSP = "script-src 'self'; object-src 'none'; base-uri 'none';"


@pytest.fixture(scope="module")
def authority(home: Home) -> str:
    answer = httpx.get(f"{home.server.url}/vitascope/authority.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    return answer.text


@pytest.fixture(scope="module")
def secure(home: Home, authority: str) -> Iterator[httpx.Client]:
    """The owner, by HTTPS, trusting the server's own authority and no other."""
    with httpx.Client(
        base_url=f"https://127.0.0.1:{home.server.port}",
        headers={"X-Plex-Token": home.owner_token, "Accept": "application/json"},
        verify=trusting(authority),
        timeout=60,
    ) as client:
        yield client


def preference(home: Home, **wanted: str | int) -> None:
    """Sets preferences by HTTPS, whatever is allowed at the moment."""
    answer = httpx.put(
        f"https://127.0.0.1:{home.server.port}/:/prefs",
        params={name: str(value) for name, value in wanted.items()},
        headers={"X-Plex-Token": home.owner_token},
        verify=False,  # noqa: S501  # this machine's own server
        timeout=60,
    )
    assert answer.status_code == 200, answer.text


def until(holds: Callable[[], bool]) -> None:
    """A setting is taken up in a moment."""
    while not holds():
        time.sleep(0.02)


@pytest.fixture
def required(home: Home) -> Iterator[None]:
    preference(home, secureConnections=0)
    yield
    preference(home, secureConnections=1)


def test_the_same_pages_come_by_both(home: Home, secure: httpx.Client) -> None:
    path = f"/library/sections/{home.sections['Movies']}/all"
    assert secure.get(path).json() == home.http.get(path).json()


def test_plexapi_speaks_https(home: Home, authority: str, tmp_path: Path) -> None:
    trusted = tmp_path / "authority.pem"
    trusted.write_text(authority)
    session = requests.Session()
    session.trust_env = False
    session.verify = str(trusted)
    with session:
        plex = connect(f"https://127.0.0.1:{home.server.port}", home.owner_token, session=session)
        films = plex.library.section("Movies").all()
        assert [film.title for film in films] == [film.title for film in home.section("Movies").all()]
        url = plex.url(films[0].media[0].parts[0].key, includeToken=True)
        assert url.startswith("https://")
        part = session.get(url, headers={"Range": "bytes=0-99"}, timeout=60)
        assert (part.status_code, len(part.content)) == (206, 100)


def test_a_stranger_to_the_authority_is_not_fooled(home: Home) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"https://127.0.0.1:{home.server.port}/identity", trust_env=False)


def test_websockets_come_by_tls(home: Home, authority: str) -> None:
    context = trusting(authority)
    opened = websocket.create_connection(
        f"wss://127.0.0.1:{home.server.port}/:/websockets/notifications?X-Plex-Token={home.owner_token}",
        sslopt={"context": context},
        timeout=60,
    )
    try:
        preference(home, OnDeckLimit=41)
        while "OnDeckLimit" not in opened.recv():
            pass
    finally:
        opened.close()


def test_addresses_that_are_told_follow_what_was_spoken(home: Home, secure: httpx.Client) -> None:
    source = f"server://{home.owner.machineIdentifier}"

    def told(client: httpx.Client) -> set[str]:
        device = client.get("/security/resources", params={"source": source}).json()["MediaContainer"]["Device"]
        return {one["protocol"] for one in device["Connection"] if one["local"]}

    assert told(home.http) <= {"http"}
    assert told(secure) <= {"https"}


def test_the_owner_sees_the_fingerprint_and_mia_does_not(home: Home, authority: str) -> None:
    shown = home.container("/vitascope/https")
    der = ssl.PEM_cert_to_DER_cert(authority)
    assert shown["authorityFingerprint"] == hashlib.sha256(der).digest().hex(":").upper()
    assert shown["offered"] in (True, 1, "1")
    assert [one["source"] for one in shown["Certificate"]] == ["own"]
    assert "localhost" in shown["Certificate"][0]["names"]
    assert home.mia_http.get("/vitascope/https").status_code == 403
    said = home.server.cli("doctor", check=False).stdout
    assert shown["authorityFingerprint"] in said
    assert "PRIVATE KEY" not in authority


@pytest.mark.usefixtures("required")
def test_plain_http_is_refused_where_https_is_required(home: Home, secure: httpx.Client) -> None:
    for method, path in (("GET", "/"), ("GET", "/web/"), ("OPTIONS", "/"), ("PUT", "/:/prefs"), ("GET", "/nothing")):
        answer = home.http.request(method, path)
        assert answer.status_code == 403, (method, path)
        assert "HTTPS only" in answer.text
    assert home.http.get("/identity").status_code == 200
    assert secure.get("/").status_code == 200
    assert secure.get("/web/").status_code == 200
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            f"ws://127.0.0.1:{home.server.port}/:/websockets/notifications?X-Plex-Token={home.owner_token}", timeout=60
        )
    home.server.cli("status")  # the unix socket is nobody's way to listen


@pytest.mark.usefixtures("required")
def test_the_doctor_finds_nothing_wrong_with_https(home: Home) -> None:
    """It knows the own authority, and does not take the refusal of plain HTTP for that of a token."""
    advertised = f"https://127.0.0.1:{home.server.port}"
    said = home.server.cli("doctor", "--proxy", advertised, check=False).stdout
    assert f"{advertised}/identity answers 200" in said
    assert "TLS fails" not in said
    assert "403" not in said


@pytest.mark.usefixtures("required")
def test_a_proxy_of_this_machine_may_say_that_its_client_came_by_https(home: Home) -> None:
    def asked(*forwarded: str) -> int:
        headers = [("X-Forwarded-Proto", one) for one in forwarded]
        return home.http.get("/", headers=httpx.Headers([*home.http.headers.items(), *headers])).status_code

    assert asked("https") == 200
    assert asked("http") == 403
    assert asked("http", "https") == 200
    assert asked("https", "http") == 403, "the proxy adds its own behind what a client sent"


def test_disabled_no_tls_is_spoken(home: Home) -> None:
    def speaks_tls() -> bool:
        try:
            httpx.get(f"https://127.0.0.1:{home.server.port}/identity", verify=False, timeout=60)  # noqa: S501
        except httpx.TransportError:
            return False
        return True

    preference(home, secureConnections=2)
    try:
        until(lambda: not speaks_tls())
        assert home.http.get("/").status_code == 200
    finally:
        assert home.http.put("/:/prefs", params={"secureConnections": 1}).status_code == 200
        until(speaks_tls)


def test_every_answer_has_the_headers(home: Home, secure: httpx.Client) -> None:
    film = home.section("Movies").all()[0]
    paths = ("/identity", "/", "/web/", "/nothing", film.media[0].parts[0].key, "/openapi.json", film.thumb or "/")
    for client in (home.http, secure):
        for path in paths:
            answer = client.get(path)
            for name, value in DOCUMENTED.items():
                assert answer.headers.get_list(name) == [value], (path, name)
            policies = answer.headers.get_list("content-security-policy")
            assert len(policies) == 1
            assert policies[0].startswith(CSP)
            assert "strict-transport-security" not in answer.headers, "never with the own authority"


@needs_openssl
def test_a_certificate_of_ones_own(home: Home, authority: str, tmp_path: Path) -> None:
    bundle = make_pkcs12(tmp_path, "media.example", password="open sesame")
    theirs = trusting((tmp_path / "certificate.pem").read_text())
    own = trusting(authority)
    port = home.server.port

    def asked(name: str, context: ssl.SSLContext, path: str = "/identity") -> httpx.Response:
        with httpx.Client(verify=context, timeout=60) as client:
            return client.get(
                f"https://127.0.0.1:{port}{path}",
                headers={"Host": f"{name}:{port}"},
                extensions={"sni_hostname": name},
            )

    def troubles() -> list[str]:
        return [one["text"] for one in home.container("/vitascope/https").get("Trouble", [])]

    def shown() -> list[str]:
        return [one["source"] for one in home.container("/vitascope/https")["Certificate"]]

    try:
        preference(
            home,
            customCertificatePath=str(bundle),
            customCertificateKey="wrong",
            customCertificateDomain="media.example",
        )
        until(lambda: bool(troubles()))
        assert "customCertificateKey is not its password" in troubles()[0]
        assert "wrong" not in troubles()[0]
        assert troubles()[0] in home.server.cli("doctor", check=False).stdout
        assert asked("localhost", own).status_code == 200, "the own one goes on"
        preference(home, customCertificateKey="open sesame")
        until(lambda: shown() == ["own", "custom"])
        assert troubles() == []
        answer = asked("media.example", theirs)
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubdomains; preload"
        assert "strict-transport-security" not in asked("localhost", own).headers
        plain = home.http.get("/identity", headers={"Host": "media.example"})
        assert "strict-transport-security" not in plain.headers, "not over plain HTTP"
    finally:
        preference(home, customCertificatePath="", customCertificateKey="")
    kept = [one for one in home.container("/:/prefs")["Setting"] if one["id"] == "customCertificateKey"]
    assert kept[0]["value"] == ""
    assert "open sesame" not in home.server.log()
