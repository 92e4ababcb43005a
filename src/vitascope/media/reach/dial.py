"""A connection to the server of a source.

Its socket lies in a folder whose path may be longer than an address can hold, so it is reached through that folder's
descriptor. A process that may open no sockets puts another way in place (:func:`use`, :mod:`.door`). Only the standard
library: the launcher of conversions uses this too.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress

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


def dial(address: str) -> socket.socket:
    """A connection, the way this process makes them. Raises ``OSError``."""
    return _way(address)
