"""A domain's certificate from a real authority: made, kept, renewed, and what is said when nothing comes of it."""

import asyncio
import json
import ssl
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop
from tests.support.pebble import Pebble, needs_pebble, pebble, quiet_port

from vitascope.core.certificate_text import read_description
from vitascope.edge.accept import Acceptor, tcp_socket
from vitascope.edge.acme import renewing
from vitascope.edge.acme.doorman import Doorman
from vitascope.edge.acme.renewing import DomainCertificate
from vitascope.edge.acme.wish import AcmeWish
from vitascope.egress import Fetcher
from vitascope.ops.atomic import write_atomically

pytestmark = needs_pebble
DOMAIN = "media.example"


@pytest.fixture(scope="module")
def door() -> int:
    """The port that the authority looks at."""
    return quiet_port()


@pytest.fixture(scope="module")
def authority(door: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pebble]:
    folder = tmp_path_factory.mktemp("acme") / "pebble"
    with pebble(folder, http_port=door) as running:
        yield running


def run(talk: Callable[[], Awaitable[None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(talk())  # type: ignore[arg-type]  # every Awaitable here is a coroutine


@asynccontextmanager
async def certificate(
    folder: Path, authority: Pebble, door: int, *, domain: str = DOMAIN, directory: str = "", listens: bool = True
) -> AsyncIterator[tuple[DomainCertificate, asyncio.Event]]:
    """One at work, and what is set at every change."""
    changed = asyncio.Event()
    doorman = Doorman(domain, 443)
    acceptor = Acceptor(doorman)
    if listens:
        acceptor.start(tcp_socket("127.0.0.1", door))
    found = DomainCertificate(
        folder,
        AcmeWish(domain=domain, email="owner@media.example", directory=directory or authority.directory),
        doorman=doorman,
        fetcher=Fetcher(user_agent="test", tls=authority.client),
        write=write_atomically,
        changed=changed.set,
    )
    await found.open()
    try:
        yield found, changed
    finally:
        await found.close()
        await acceptor.close(1.0)


@pytest.fixture(autouse=True)
def tries_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may make the authority impatient."""
    monkeypatch.setattr(renewing, "_FIRST_WAIT_SECONDS", 0.05)


async def made(found: DomainCertificate, changed: asyncio.Event) -> None:
    """Waits until there is a certificate that will do."""
    while found.is_due(time.time()):
        await changed.wait()
        changed.clear()


def file(folder: Path) -> str:
    return (folder / renewing.FILE).read_text()


def age(folder: Path) -> None:
    """Makes what lies there say that a third of its life is left."""
    said = read_description(file(folder))
    assert said is not None
    text = file(folder).replace(f"since: {said.since}\n", f"since: {int(time.time()) * 3 - said.until * 2 - 9}\n")
    (folder / renewing.FILE).write_text(text)


def test_it_is_made_kept_and_renewed(tmp_path: Path, authority: Pebble, door: int) -> None:
    folder = tmp_path / "certificates"

    async def talk() -> None:
        async with certificate(folder, authority, door) as (found, changed):
            assert found.context is None, "nobody waits for it"
            await made(found, changed)
            assert found.trouble == ""
            assert found.said is not None
            assert found.said.names == {DOMAIN}
        first, account = file(folder), (folder / renewing.ACCOUNT).read_text()
        async with certificate(folder, authority, door) as (found, changed):
            assert isinstance(found.context, ssl.SSLContext), "shown at once"
            assert not found.is_due(time.time())
        age(folder)
        async with certificate(folder, authority, door) as (found, changed):
            assert found.context is not None, "the old one holds until the new one is there"
            await made(found, changed)
        assert file(folder).partition("-----BEGIN")[2] != first.partition("-----BEGIN")[2]
        assert (folder / renewing.ACCOUNT).read_text() == account

    run(talk)
    for name in (renewing.FILE, renewing.ACCOUNT):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_another_domain_or_a_damaged_file_is_ordered_anew(tmp_path: Path, authority: Pebble, door: int) -> None:
    async def talk() -> None:
        for domain, damage in ((DOMAIN, None), ("other.example", None), ("other.example", "half")):
            if damage:
                (tmp_path / renewing.FILE).write_text(file(tmp_path)[:300])
            async with certificate(tmp_path, authority, door, domain=domain) as (found, changed):
                assert found.context is None
                await made(found, changed)
                assert found.said is not None
                assert found.said.names == {domain}

    run(talk)


def test_an_account_that_the_authority_forgot_is_made_again(tmp_path: Path, authority: Pebble, door: int) -> None:
    async def talk() -> None:
        async with certificate(tmp_path, authority, door) as (found, changed):
            await made(found, changed)
        account = tmp_path / renewing.ACCOUNT
        kept = json.loads(account.read_text())
        for forgotten in (json.dumps(kept | {"uri": f"{kept['uri']}0"}), "[]"):
            account.write_text(forgotten)
            (tmp_path / renewing.FILE).unlink()
            async with certificate(tmp_path, authority, door) as (found, changed):
                await made(found, changed)
                assert found.trouble == ""
                assert found.context is not None

    run(talk)


def test_what_there_is_goes_on_when_nothing_comes_of_it(tmp_path: Path, authority: Pebble, door: int) -> None:
    async def talk() -> None:
        async with certificate(tmp_path, authority, door) as (found, changed):
            await made(found, changed)
        before = file(tmp_path)
        age(tmp_path)
        nobody = "https://localhost:9/dir"  # the port of "discard", where nobody listens
        (tmp_path / renewing.FILE).write_text(file(tmp_path))
        async with certificate(tmp_path, authority, door, directory=nobody) as (found, changed):
            await changed.wait()
            assert found.context is not None
            assert "the one there is goes on" in found.trouble
            assert "localhost:9" in found.trouble
        assert file(tmp_path).partition("-----BEGIN")[2] == before.partition("-----BEGIN")[2]
        async with certificate(tmp_path, authority, door) as (found, changed):
            await made(found, changed)
            assert found.trouble == ""

    run(talk)


def test_an_authority_that_finds_somebody_else_at_the_door_says_so(
    tmp_path: Path, authority: Pebble, door: int
) -> None:

    async def refusing(scope: Any, _receive: Any, send: Any) -> None:
        assert scope["path"].startswith("/.well-known/acme-challenge/")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"mine"})

    async def talk() -> None:
        somebody = Acceptor(refusing)
        somebody.start(tcp_socket("127.0.0.1", door))
        async with certificate(tmp_path, authority, door, listens=False) as (found, changed):
            while f"does not reach {DOMAIN}" not in found.trouble:
                await changed.wait()
                changed.clear()
            assert "the server's own certificate is shown" in found.trouble
            assert not (tmp_path / renewing.FILE).exists()
            await found.close()
        await somebody.close(1.0)

    run(talk)


def test_an_authority_in_the_own_network_is_asked_only_where_the_owner_named_it(
    tmp_path: Path, authority: Pebble
) -> None:
    """The owner's address leads to another host of this machine: a public authority must not do that."""

    async def talk() -> None:
        public = authority.directory.replace("localhost", "127.0.0.1")

        class Elsewhere(Fetcher):
            """As if the owner had named another host than the one that answers."""

            async def get(self, url: str, **rest: Any) -> Any:
                return await super().get(url.replace("127.0.0.1", "localhost"), **rest)

        changed = asyncio.Event()
        found = DomainCertificate(
            tmp_path,
            AcmeWish(domain=DOMAIN, email="owner@media.example", directory=public),
            doorman=Doorman(DOMAIN, 443),
            fetcher=Elsewhere(user_agent="test", tls=authority.client),
            write=write_atomically,
            changed=changed.set,
        )
        await found.open()
        await changed.wait()
        await found.close()
        assert "loopback" in found.trouble or "this machine" in found.trouble or "leads to" in found.trouble

    run(talk)


def test_the_end_waits_for_no_authority(tmp_path: Path, authority: Pebble, door: int) -> None:
    async def talk() -> None:
        with_nobody_answering = tcp_socket("127.0.0.1", 0)
        silent = f"https://127.0.0.1:{with_nobody_answering.getsockname()[1]}/dir"
        async with certificate(tmp_path, authority, door, directory=silent) as (found, _):
            await asyncio.sleep(0)
        assert found.context is None
        with_nobody_answering.close()

    run(talk)


@pytest.mark.parametrize("days", [-2, 20_000])
def test_a_wrong_clock_orders_no_certificate_after_the_other(
    tmp_path: Path, authority: Pebble, door: int, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authority's certificate does not hold yet, or no more, by the clock of this machine."""
    right = time.time

    async def talk() -> None:
        async with certificate(tmp_path, authority, door) as (found, changed):
            await made(found, changed)
            before = file(tmp_path)
        (tmp_path / renewing.FILE).unlink()
        monkeypatch.setattr(time, "time", lambda: right() + days * 86_400)
        async with certificate(tmp_path, authority, door) as (found, changed):
            await changed.wait()
            assert ("clock" in found.trouble, "tried again" in found.trouble) == (True, True)
            assert (found.context is not None) is (days < 0), "visitors with a right clock can use it"
        assert file(tmp_path).partition("-----BEGIN")[2] != before.partition("-----BEGIN")[2]

    run(talk)
