"""Port 80: challenges are answered, and everybody else is sent to the domain, whatever they ask for."""

import asyncio
from typing import Any

import pytest

from vitascope.edge.acme.doorman import Doorman


def asked(doorman: Doorman, path: str, *, query: str = "", method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(b"host", b"evil.example")],
    }
    asyncio.run(doorman(scope, None, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


def test_a_challenge_is_answered_while_it_is_recent() -> None:
    doorman = Doorman("media.example", 443)
    for number in range(100):
        doorman.publish(f"/.well-known/acme-challenge/{number}", f"text {number}")
    status, headers, body = asked(doorman, "/.well-known/acme-challenge/99")
    assert (status, body, headers["content-type"]) == (200, b"text 99", "application/octet-stream")
    assert asked(doorman, "/.well-known/acme-challenge/0")[0] == 301
    assert asked(doorman, "/.well-known/acme-challenge/99", method="HEAD")[2] == b""


@pytest.mark.parametrize(
    ("path", "query", "where"),
    [
        ("/", "", "https://media.example/"),
        ("/web/", "a=b&c=%2F", "https://media.example/web/?a=b&c=%2F"),
        ("//evil.example/x", "", "https://media.example/evil.example/x"),
        ("/\\evil.example", "", "https://media.example/%5Cevil.example"),
        ("/a\r\nSet-Cookie: x", "y\r\nz", "https://media.example/a%0D%0ASet-Cookie:%20x?y%0D%0Az"),
        ("/caf\xe9", "", "https://media.example/caf%C3%A9"),
        ("@evil.example", "", "https://media.example/@evil.example"),
    ],
)
def test_nobody_is_sent_elsewhere(path: str, query: str, where: str) -> None:
    status, headers, body = asked(Doorman("media.example", 443), path, query=query)
    assert (status, headers["location"], body) == (301, where, b"")


def test_another_port_is_named_and_a_method_is_kept() -> None:
    status, headers, _ = asked(Doorman("media.example", 8443), "/x", method="POST")
    assert (status, headers["location"]) == (308, "https://media.example:8443/x")
