"""Routes through a real nginx: working, broken in the ways there are, and leading elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.support.answering import Answering, identity
from tests.support.nginx import needs_nginx, nginx_with

from vitascope.ops.doctor import Finding, Verdict
from vitascope.ops.doctor.proxy import check_routes

NOW = 1_700_000_000.0


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Runs a real nginx with a server block, and gives its address."""
    with ExitStack() as running:
        yield lambda body: running.enter_context(nginx_with(tmp_path, body))


def route(direct: str, url: str) -> Finding:
    found = [one for one in check_routes(direct, [url], now=time.time()) if one.subject == "proxy route"]
    assert len(found) == 1
    return found[0]


@needs_nginx
def test_a_route_that_works(answering: Callable[..., Answering], nginx: Callable[[str], str]) -> None:
    server = answering(200, identity())
    proxy = nginx(f"location / {{ proxy_pass {server.url}; }}")
    assert [one.verdict for one in check_routes(server.url, [proxy], now=time.time())] == [Verdict.GOOD, Verdict.GOOD]


@needs_nginx
@pytest.mark.parametrize(
    ("body", "status", "remedy"),
    [
        (
            "location / {{ proxy_pass http://127.0.0.1:{closed}; }}",
            502,
            "point the backend of nginx for 127.0.0.1 at port",
        ),
        ("location / {{ return 404; }}", 404, "give nginx a route for the name 127.0.0.1 (Traefik: Host(`127.0.0.1`))"),
        ("location / {{ deny all; }}", 403, "let nginx pass /identity without a sign-in of its own"),
        ("location / {{ return 301 https://elsewhere.example; }}", 301, "use the address that nginx redirects to"),
    ],
)
def test_a_broken_route_while_direct_access_works(
    answering: Callable[..., Answering],
    nginx: Callable[[str], str],
    free_port: int,
    body: str,
    status: int,
    remedy: str,
) -> None:
    server = answering(200, identity())
    found = route(server.url, nginx(body.format(closed=free_port)))
    assert found.verdict is Verdict.BAD
    assert f"the answer is {status}" in found.message
    assert "direct access works" in found.message
    assert found.remedy.startswith(remedy)


@needs_nginx
def test_a_route_to_another_server(answering: Callable[..., Answering], nginx: Callable[[str], str]) -> None:
    other = answering(200, identity("b" * 40))
    found = route(answering(200, identity("a" * 40)).url, nginx(f"location / {{ proxy_pass {other.url}; }}"))
    assert (found.verdict, "leads to another server: " + "b" * 40 in found.message) == (Verdict.BAD, True)


def test_a_name_that_is_not_known_and_a_port_on_which_nobody_listens(
    answering: Callable[..., Answering], free_port: int
) -> None:
    server = answering(200, identity())
    found = route(server.url, "http://plex.invalid")
    assert (
        found.remedy
        == "make a DNS record for plex.invalid that names the proxy (check with: getent hosts plex.invalid)"
    )
    found = route(server.url, f"http://127.0.0.1:{free_port}")
    assert f"nothing listens on port {free_port} of 127.0.0.1" in found.remedy


def test_a_port_that_speaks_no_tls(answering: Callable[..., Answering]) -> None:
    server = answering(200, identity())
    found = route(server.url, server.url.replace("http:", "https:"))
    assert found.remedy.startswith("renew the certificate (openssl s_client -connect 127.0.0.1:")


def test_where_the_server_itself_does_not_answer_the_proxy_is_not_blamed(free_port: int) -> None:
    direct, proxied = check_routes(f"http://127.0.0.1:{free_port}", ["http://plex.invalid"], now=NOW)
    assert (direct.subject, direct.verdict) == ("direct access", Verdict.BAD)
    assert "begin there" in proxied.message
    assert proxied.remedy == ""


@pytest.mark.parametrize("url", ["ftp://a", "plex", "http://", "http://a:99999/", "http://[", "http://[::1"])
def test_what_is_no_address(answering: Callable[..., Answering], url: str) -> None:
    assert route(answering(200, identity()).url, url).verdict is Verdict.BAD


def test_a_clock_that_differs_is_told(answering: Callable[..., Answering]) -> None:
    server = answering(200, identity())
    found = [one for one in check_routes(server.url, [server.url], now=time.time() - 3_600) if one.subject == "clock"]
    assert [one.message for one in found] == [f"the clock here is 60 minutes behind that of {server.url}"]


def test_a_hostile_name_is_quoted_in_the_command(answering: Callable[..., Answering]) -> None:
    (*_, found) = check_routes(answering(200, identity()).url, ["https://$(id).invalid/"], now=NOW, timeout_s=5)
    assert found.verdict is Verdict.BAD
    assert "'$(id).invalid'" in found.remedy
    assert "$(id)" not in found.remedy.replace("'$(id).invalid'", "").replace("for $(id).invalid ", "")
