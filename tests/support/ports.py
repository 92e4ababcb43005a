"""Ports for programs that have to be told theirs before they are started."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port of 127.0.0.1 that the system gives to nobody else meanwhile: neither to who asks for any, nor to a
    connection that goes out. It is bound and not listened on, so a program that asks for it by its number may listen
    there (every server takes ports that are bound with SO_REUSEADDR and not listened on), again after it ended too."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])
