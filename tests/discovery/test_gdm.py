"""Being found: real datagrams over a real socket, and nothing for whoever is far away or asks too often."""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from vitascope.discovery.gdm import Gdm, ThisServer, answer, is_near, is_question

QUESTION = b"M-SEARCH * HTTP/1.0\r\n\r\n"
SERVER = ThisServer(name="Attic", port=32400, machine_identifier="ab" * 20, updated_at=1_700_000_000, version="1.43")
_HEARD = 100
"""Turns of the loop after which the server has read what was sent: a datagram in each."""


class Clock:
    now = 5.0

    def __call__(self) -> float:
        return self.now


class World:
    """A server that numbers its answers by its name, and a player."""

    def __init__(self, gdm: Gdm, clock: Clock, player: socket.socket) -> None:
        self.gdm, self.clock, self.player = gdm, clock, player

    async def send(self, *datagrams: bytes) -> None:
        for data in datagrams:
            await asyncio.get_running_loop().sock_sendall(self.player, data)
        for _ in range(_HEARD):
            await asyncio.sleep(0)

    async def receive(self) -> dict[str, str]:
        found = await asyncio.get_running_loop().sock_recv(self.player, 4_096)
        head, *lines = found.decode().split("\r\n")
        return {"": head} | dict(line.split(": ", 1) for line in lines if line)


@contextlib.asynccontextmanager
async def world() -> AsyncIterator[World]:
    clock, numbers = Clock(), itertools.count(1)
    gdm = Gdm(lambda: replace(SERVER, name=f"answer {next(numbers)}"), port=0, clock=clock)
    await gdm.switch(True)
    await gdm.switch(True)
    port = gdm.port
    assert port is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as player:
        player.setblocking(False)
        player.connect(("127.0.0.1", port))
        yield World(gdm, clock, player)
    await gdm.close()
    assert gdm.port is None


def test_a_player_finds_the_server() -> None:
    async def main() -> None:
        async with world() as here:
            await here.send(QUESTION)
            assert await here.receive() == {
                "": "HTTP/1.0 200 OK",
                "Content-Type": "plex/media-server",
                "Name": "answer 1",
                "Port": "32400",
                "Resource-Identifier": "ab" * 20,
                "Updated-At": "1700000000",
                "Version": "1.43",
            }

    asyncio.run(main())


def test_other_datagrams_are_passed_over() -> None:
    async def main() -> None:
        async with world() as here:
            await here.send(b"hello", b"NOTIFY * HTTP/1.1\r\n\r\n", QUESTION + b"x" * 3_000, QUESTION)
            assert (await here.receive())["Name"] == "answer 1"

    asyncio.run(main())
    for data in (b"M-SEARCH * HTTP/1.1\r\nST: x\r\n\r\n", b"m-search * http/1.0"):
        assert is_question(data)


def test_one_address_is_answered_a_few_times_a_second() -> None:
    async def main() -> None:
        async with world() as here:
            await here.send(*[QUESTION] * 20)
            here.clock.now += 1
            await here.send(QUESTION)
            names = [(await here.receive())["Name"] for _ in range(6)]
            assert names == [f"answer {number}" for number in range(1, 7)]
            with pytest.raises(BlockingIOError):
                here.player.recv(4_096)

    asyncio.run(main())


def test_switched_off_it_answers_nothing_and_on_again_it_does() -> None:
    async def main() -> None:
        async with world() as here:
            await here.gdm.switch(False)
            assert here.gdm.port is None
            await here.gdm.switch(True)
            assert here.gdm.port is not None

    asyncio.run(main())


@pytest.mark.parametrize("address", ["192.168.1.20", "10.0.0.1", "172.16.5.4", "127.0.0.1", "169.254.3.4"])
def test_near(address: str) -> None:
    assert is_near(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "224.0.0.1", "0.0.0.0", "x", "100.64.0.1"])  # noqa: S104
def test_far(address: str) -> None:
    assert not is_near(address)


def test_a_name_breaks_no_line() -> None:
    hostile = replace(SERVER, name="x\r\nPort: 1", port=2)
    assert answer(hostile).decode().split("\r\n")[2:4] == ["Name: x  Port: 1", "Port: 2"]


def test_a_port_that_is_taken_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("", 0))
            gdm = Gdm(lambda: SERVER, port=other.getsockname()[1])
            await gdm.switch(True)
            assert gdm.port is None

    asyncio.run(main())
    assert "not found by GDM" in caplog.text
