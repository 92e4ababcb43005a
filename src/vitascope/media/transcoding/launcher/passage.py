"""The one kind of socket an ffmpeg may have: a connection to the server of the source that its file lies in.

libav reads a far file by HTTP, over a socket of its own making; a sandbox that let it connect would let a decoder that
a hostile file took over connect anywhere. So it makes none. The kernel holds its calls ``socket`` and ``connect`` and
asks the launcher (seccomp user notification, seccomp_unotify(2), kernel 5.9 and later), which answers the first with a
descriptor that is connected already, and the second with success. Whatever address it names, there is nobody else to
talk to: no port, no name, no password, and no network.
"""

import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct

from vitascope.media.reach.dial import connect
from vitascope.media.workers.confine import no_new_privileges

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SOCKET, _CONNECT = {"x86_64": (41, 42), "aarch64": (198, 203)}.get(platform.machine(), (-1, -1))
_SET_MODE_FILTER, _NEW_LISTENER = 1, 1 << 3
_ASK, _ALLOW = 0x7FC00000, 0x7FFF0000
_RECEIVE, _SEND, _ADD_FD = 0xC0502100, 0xC0182101, 0x40182103
_CONTINUE = 1
_NOTICE = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_GIVEN = struct.Struct("=QIIII")
_LIMIT_S = 2.0


def open_passage() -> int:
    """Has the kernel ask about this process's sockets from now on, for good; the descriptor by which it asks.

    Raises ``OSError`` where the kernel cannot, or does so for somebody else already.
    """
    number = _SECCOMP.get(platform.machine())
    if number is None or not no_new_privileges():
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    load, equal, give = 0x20, 0x15, 0x06
    steps = [
        (load, 0, 0, 0),
        (equal, 2, 0, _SOCKET),
        (equal, 1, 0, _CONNECT),
        (give, 0, 0, _ALLOW),
        (give, 0, 0, _ASK),
    ]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    instructions = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(steps), ctypes.addressof(instructions)))
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(libc.syscall(ctypes.c_long(number), _SET_MODE_FILTER, _NEW_LISTENER, header))
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "the kernel lends no passage to the source")
    return descriptor


class Passage:
    """The launcher's end, for one program."""

    def __init__(self, listener: int, address: str, *, others: bool) -> None:
        """``others``: it may have sockets of this machine as well, as drivers of graphics devices want them."""
        self.listener = listener
        self._address = address
        self._others = others
        self._given: set[int] = set()

    def serve(self) -> bool:
        """Answers one call; whether there may be more."""
        notice = bytearray(_NOTICE.size)
        waiting = select.poll()
        waiting.register(self.listener, select.POLLIN)
        if not any(events & select.POLLIN for _, events in waiting.poll(0)):
            return not waiting.poll(0)  # else it has ended
        try:
            fcntl.ioctl(self.listener, _RECEIVE, notice)
        except OSError as error:
            return error.errno in (errno.EINTR, errno.ENOENT)  # the call was given up meanwhile
        number, _, _, call, _, _, *arguments = _NOTICE.unpack(notice)
        try:
            if call == _SOCKET and arguments[0] in (socket.AF_INET, socket.AF_INET6):
                self._answer(number, self._connection(number), 0)
            elif call == _CONNECT and arguments[0] in self._given:
                self._answer(number, 0, 0)
            elif self._others and (call == _CONNECT or arguments[0] == socket.AF_UNIX):
                self._answer(number, 0, 0, _CONTINUE)
            else:
                self._answer(number, 0, errno.EPERM)
        except OSError as error:
            self._answer(number, 0, error.errno or errno.ECONNREFUSED)
        return True

    def _connection(self, number: int) -> int:
        """Puts a connection into the program; the number it has there."""
        with connect(self._address, limit_s=_LIMIT_S) as connection:
            connection.setblocking(True)
            given = bytearray(_GIVEN.pack(number, 0, connection.fileno(), 0, os.O_CLOEXEC))
            there = int(fcntl.ioctl(self.listener, _ADD_FD, given))
        self._given.add(there)
        return there

    def _answer(self, number: int, value: int, error: int, flags: int = 0) -> None:
        try:
            fcntl.ioctl(self.listener, _SEND, bytearray(_ANSWER.pack(number, value, -error, flags)))
        except OSError as failed:
            if failed.errno != errno.ENOENT:  # the call was given up meanwhile
                raise

    def close(self) -> None:
        os.close(self.listener)
