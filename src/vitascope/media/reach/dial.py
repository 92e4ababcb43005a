"""A connection to the server of a source.

Its socket lies in a folder whose path may be longer than an address can hold, so it is reached through that folder's
descriptor. A process that may open no sockets puts another way in place (:func:`use`, :mod:`.door`). Only the standard
library: the launcher of conversions uses this too.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_AGAIN_EVERY_S = 0.2
LIMIT_S = 90.0
"""How long an answer is waited for: a remote that is tried several times takes its time."""


def connect(address: str, *, limit_s: float = LIMIT_S) -> socket.socket:
    """A connection to the socket at a path. Raises ``OSError``."""
    folder, _, name = address.rpartition("/")
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(limit_s)
        connection.connect(f"/proc/self/fd/{descriptor}/{name}")
    except BaseException:
        connection.close()
        raise
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return connection


_way: Callable[[str], socket.socket] = connect


def use(way: Callable[[str], socket.socket]) -> None:
    """Connections of this process are made that way from now on."""
    global _way
    _way = way


_waits_until = 0.0


@contextmanager
def patiently(seconds: float) -> Iterator[None]:
    """Within it a server that is not there is waited for so long: who watches a film would rather have it pause. For a
    process that does one thing at a time."""
    global _waits_until
    _waits_until = time.monotonic() + seconds
    try:
        yield
    finally:
        _waits_until = 0.0


def tries_again() -> bool:
    """Whether there is patience left; rests a moment when there is."""
    if time.monotonic() >= _waits_until:
        return False
    time.sleep(_AGAIN_EVERY_S)
    return True


def dial(address: str) -> socket.socket:
    """A connection, the way this process makes them. Raises ``OSError``."""
    while True:
        try:
            return _way(address)
        except OSError:
            if not tries_again():
                raise
