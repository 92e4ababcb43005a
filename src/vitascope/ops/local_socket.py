"""HTTP over the unix socket in a support directory.

Only the account that runs the server, and root, can connect to it, so it needs no token. The path of the socket may be
longer than an address can hold, so it is reached through its folder's descriptor.
"""

import http.client
import os
import socket
from pathlib import Path


class SocketConnection(http.client.HTTPConnection):
    """A connection to the server of one support directory."""

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path
        self._timeout_s = timeout_s

    def connect(self) -> None:
        """Raises ``OSError``."""
        folder = os.open(self._path.parent, os.O_PATH | os.O_DIRECTORY)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self._timeout_s)
            self.sock.connect(f"/proc/self/fd/{folder}/{self._path.name}")
        finally:
            os.close(folder)
