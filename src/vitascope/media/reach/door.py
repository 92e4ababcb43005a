"""How a process that may open no sockets comes by connections: it names one at its door, and is handed a descriptor.

Each knock is one packet with the address of a source's server, each answer one with a connection, or without when there
is none. Only servers of the table are connected to, whatever the process asks for: one that a hostile file took over
reads what its sources hold, as it may read the files of this machine, and reaches nobody else.
"""

import errno
import os
import socket
from collections.abc import Iterable

from vitascope.media.reach.dial import connect
from vitascope.media.reach.table import Point

_LIMIT_S = 40.0
"""Less than a pool gives a worker: a source that hangs is to be told from a file that hangs its reader."""
_LONGEST = 8_192
_GIVEN, _NONE = b"+", b"-"


class Door:
    """The end of the process that asks."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.settimeout(_LIMIT_S)

    def ask(self, address: str) -> socket.socket:
        """A connection. Raises ``OSError`` when there is none."""
        self._socket.send(os.fsencode(address))
        return self._taken()

    def _taken(self) -> socket.socket:
        _, descriptors, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not descriptors:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        connection = socket.socket(fileno=descriptors[0])
        connection.settimeout(_LIMIT_S)
        return connection


def answer(end: socket.socket, points: Iterable[Point]) -> bool:
    """Answers one knock; whether there is anybody still who may knock."""
    try:
        asked = os.fsdecode(end.recv(_LONGEST))
        if not asked:
            return False
        connection = _connection(asked, points)
        if connection is None:
            end.send(_NONE)
        else:
            with connection:
                socket.send_fds(end, [_GIVEN], [connection.fileno()])
    except OSError:
        return False
    return True


def _connection(asked: str, points: Iterable[Point]) -> socket.socket | None:
    if asked not in {point.socket for point in points}:
        return None
    try:
        return connect(asked)
    except OSError:
        return None
