"""Going out: what is sent, and everything that a hostile or broken server has been seen to do with a client."""

import asyncio
import gzip
import socket
import ssl
import subprocess
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from tests.support.outside import Names, outside, saying

from vitascope.egress import (
    AddressRefused,
    BadAnswer,
    EgressError,
    Fetched,
    Fetcher,
    Limits,
    Part,
    Reach,
    TimedOut,
    TooLarge,
    Unreachable,
    UrlRefused,
    multipart,
)

OWNER, PUBLIC = Reach.OWNER_CHOSEN, Reach.PUBLIC_ONLY
SMALL = Limits(largest_bytes=1000)


def fetcher(names: Names | None = None, tls: ssl.SSLContext | None = None) -> Fetcher:
    if names is None:
        return Fetcher(user_agent="Vitascope/test", tls=tls)
    return Fetcher(user_agent="Vitascope/test", resolver=names, tls=tls)


async def failing(request: Coroutine[Any, Any, Fetched], kind: type[EgressError]) -> str:
    with pytest.raises(kind) as failure:
        await request
    return str(failure.value)


def test_a_plain_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    async def story() -> None:
        async with outside(saying(200, b'{"a":1}', "Content-Type: application/json; charset=utf-8")) as server:
            answer = await fetcher(Names(provider_lan=["127.0.0.1"])).get(
                f"http://provider.lan:{server.port}/x?y=1#z",
                reach=OWNER,
                headers={"X-Plex-Language": "de"},
                types=["application/json"],
            )
            assert (answer.status, answer.body, answer.content_type) == (200, b'{"a":1}', "application/json")
            head = server.heads[0].lower().split("\r\n")
            assert head[0] == "get /x?y=1 http/1.1"
            assert {f"host: provider.lan:{server.port}", "user-agent: vitascope/test", "x-plex-language: de"} < {*head}
            assert not [line for line in head if line.startswith(("cookie", "authorization", "referer"))]

    asyncio.run(story())


def test_what_is_posted() -> None:
    async def story() -> None:
        body, kind = multipart(
            [
                Part(name="payload", data=b"{}", content_type="application/json"),
                Part(name="thumb", data=b"\xff\xd8", content_type="image/jpeg", filename='a".jpg\r\nX: y'),
            ]
        )
        async with outside(saying(404, b"no")) as server:
            answer = await fetcher().post(server.url, body, kind, reach=OWNER)
            assert (answer.status, answer.ok, answer.body) == (404, False, b"no")
            assert server.bodies == [body]
            assert f"content-type: {kind}" in server.heads[0].lower()
            assert b'name="payload"\r\nContent-Type: application/json\r\n\r\n{}\r\n' in body
            assert b'filename="a%22.jpg%0D%0AX: y"' in body

    asyncio.run(story())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "017700000001", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_no_spelling_of_this_machine_is_public(host: str) -> None:
    async def story() -> None:
        async with outside(saying(200)) as server:
            said = await failing(
                fetcher().get(f"http://{host}:{server.port}/secret?token=abc", reach=PUBLIC), EgressError
            )
            assert server.heads == []
            assert "secret" not in said
            assert "abc" not in said

    asyncio.run(story())


@pytest.mark.parametrize("reach", Reach)
@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "::", "fe80::1%lo"])  # noqa: S104
def test_the_metadata_of_a_cloud_is_never_asked(reach: Reach, address: str) -> None:
    async def story() -> None:
        await failing(fetcher(Names(name_example=[address])).get("http://name.example/", reach=reach), AddressRefused)

    asyncio.run(story())


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_judged() -> None:
    """Rebinding: whoever answers a second look-up otherwise gains nothing, because there is none."""

    async def story() -> None:
        async with outside(saying(200)) as server:
            names = Names(rebind_example=["10.255.255.1", "127.0.0.1"])
            await failing(fetcher(names).get(f"http://rebind.example:{server.port}/", reach=PUBLIC), AddressRefused)
            mixed = Names(mixed_example=["169.254.169.254", "127.0.0.1"])
            answer = await fetcher(mixed).get(f"http://mixed.example:{server.port}/", reach=OWNER)
            assert answer.status == 200
            assert (names.asked, mixed.asked) == (["rebind.example"], ["mixed.example"])
            assert len(server.heads) == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("http://169.254.169.254/latest/meta-data", AddressRefused),
        ("http://localhost.example:{port}/", AddressRefused),  # another name is no longer what the owner typed
        ("http://127.0.0.2:{port}/", AddressRefused),
        ("http://127.0.0.1:1/", AddressRefused),  # nor is another port
        ("file:///etc/passwd", UrlRefused),
        ("gopher://127.0.0.1:6379/_FLUSHALL", UrlRefused),
        ("http://user:pass@127.0.0.1:{port}/", UrlRefused),
        ("/again", BadAnswer),
    ],
)
def test_where_a_redirect_may_not_lead(location: str, kind: type[EgressError]) -> None:
    async def story() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(saying(302, b"", f"Location: {location.format(port=server.port)}"))

        async with outside(answer) as server:
            names = Names(localhost_example=["127.0.0.1"])
            await failing(fetcher(names).get(server.url, reach=OWNER), kind)
            assert len(server.heads) <= Limits().redirects + 1

    asyncio.run(story())


def test_a_redirect_on_the_same_host_is_followed() -> None:
    async def story() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            first = len(server.heads) == 1
            writer.write(saying(308, b"", "Location: /new") if first else saying(200, b"here"))

        async with outside(answer) as server:
            answered = await fetcher().post(server.url + "/old", b"body", "text/plain", reach=OWNER)
            assert (answered.body, answered.url) == (b"here", server.url + "/new")
            assert server.bodies == [b"body", b"body"]

        async with outside(saying(302, b"", "Location: /new")) as server:
            await failing(fetcher().post(server.url, b"body", "text/plain", reach=OWNER), BadAnswer)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (saying(200, b"x" * 1001), TooLarge),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000, TooLarge),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"3e8\r\n" + b"x" * 1000 + b"\r\n1\r\nx\r\n",
            TooLarge,
        ),
        (saying(200, gzip.compress(b"\0" * 10_000_000), "Content-Encoding: gzip"), TooLarge),
        (saying(200, gzip.compress(b"hello" * 9)[:-9], "Content-Encoding: gzip"), BadAnswer),
        (saying(200, b"no gzip", "Content-Encoding: gzip"), BadAnswer),
        (saying(200, b"x", "Content-Encoding: br"), BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", BadAnswer),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BadAnswer),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000, BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", BadAnswer),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", BadAnswer),
        (b"", BadAnswer),
    ],
)
def test_an_answer_that_is_not_taken(answer: bytes, kind: type[EgressError]) -> None:
    async def story() -> None:
        async with outside(answer) as server:
            await failing(fetcher().get(server.url, reach=OWNER, limits=SMALL), kind)

    asyncio.run(story())


def test_compressed_answers_are_read() -> None:
    async def story() -> None:
        async with outside(saying(200, gzip.compress(b"hello" * 200), "Content-Encoding: gzip")) as server:
            assert (await fetcher().get(server.url, reach=OWNER, limits=SMALL)).body == b"hello" * 200

    asyncio.run(story())


def test_another_kind_of_content_is_refused_before_it_is_read() -> None:
    async def story() -> None:
        async with outside(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999999\r\n\r\n") as server:
            said = await failing(fetcher().get(server.url, reach=OWNER, types=["image/"]), BadAnswer)
            assert "text/html" in said
        async with outside(saying(200, b"x", "Content-Type: image/png")) as server:
            assert (await fetcher().get(server.url, reach=OWNER, types=["image/"])).content_type == "image/png"

    asyncio.run(story())


def test_nobody_waits_for_the_silent_and_the_slow() -> None:
    async def story() -> None:
        async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)

        async def informing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while not writer.is_closing():
                writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
                await writer.drain()
                await asyncio.sleep(0.01)

        for answer, limits in (
            (silent, Limits(first_byte_seconds=0.1)),
            (informing, Limits(first_byte_seconds=0.1)),
            (drip, Limits(whole_seconds=0.2)),
        ):
            async with outside(answer) as server:
                await failing(fetcher().get(server.url, reach=OWNER, limits=limits), TimedOut)

        async def never(host: str, port: int) -> list[str]:
            del host, port
            await asyncio.Event().wait()
            return []

        slow = Fetcher(user_agent="x", resolver=never)
        await failing(slow.get("http://a.example/", reach=OWNER, limits=Limits(connect_seconds=0.05)), TimedOut)

    asyncio.run(story())


def test_nobody_there() -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        await failing(fetcher().get(f"http://127.0.0.1:{port}/", reach=OWNER), Unreachable)
        await failing(fetcher(Names()).get("http://nowhere.example/", reach=OWNER), Unreachable)

    asyncio.run(story())


def test_headers_cannot_be_smuggled_in() -> None:
    async def story() -> None:
        async with outside(saying(200)) as server:
            hostile = {"X-Plex-Language": "de\r\nX-Evil: 1"}
            await failing(fetcher().get(server.url, reach=OWNER, headers=hostile), UrlRefused)
            assert server.heads == []

    asyncio.run(story())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-days", "2", "-subj", "/CN=good.example", "-addext", "subjectAltName=DNS:good.example"]
    subprocess.run([*command, *names, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    return path


def test_the_certificate_is_checked_against_the_name(certificate: Path) -> None:
    async def story() -> None:
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(f"{certificate}.crt", certificate)
        seen: list[str | None] = []
        serving.sni_callback = lambda _socket, name, _context: seen.append(name)
        trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
        names = Names(good_example=["127.0.0.1"], bad_example=["127.0.0.1"])
        async with outside(saying(200, b"", "Location: /x"), tls=serving) as server:
            good = f"https://good.example:{server.port}/"
            assert (await fetcher(names, trusting).get(good, reach=OWNER)).status == 200
            assert seen == ["good.example"]
            bad = f"https://bad.example:{server.port}/"
            assert "certificate" in await failing(fetcher(names, trusting).get(bad, reach=OWNER), Unreachable)
            assert "certificate" in await failing(fetcher(names).get(good, reach=OWNER), Unreachable)

    asyncio.run(story())


def test_a_redirect_never_leaves_tls(certificate: Path) -> None:
    async def story() -> None:
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(f"{certificate}.crt", certificate)
        trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
        names = Names(good_example=["127.0.0.1"])
        async with outside(saying(302, b"", "Location: http://good.example/"), tls=serving) as server:
            url = f"https://good.example:{server.port}/"
            assert "TLS" in await failing(fetcher(names, trusting).get(url, reach=OWNER), BadAnswer)

    asyncio.run(story())
