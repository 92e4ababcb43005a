"""Servers and ports that health checks and the doctor ask."""

from collections.abc import Callable, Iterator

import pytest
from tests.support.answering import Answering, unused_port


@pytest.fixture
def answering() -> Iterator[Callable[..., Answering]]:
    """Makes listening servers: ``answering(status, body="", headers=…)``."""
    made: list[Answering] = []

    def make(status: int, body: str = "", **headers: str) -> Answering:
        made.append(Answering(status, body, {name.replace("_", "-"): value for name, value in headers.items()}))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port on which nobody listens."""
    with unused_port() as port:
        yield port
