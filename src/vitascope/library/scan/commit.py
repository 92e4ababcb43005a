"""The scan's side of the pipe to the server: ids in, batches of finished rows out, and when to wait.

A thread reads what the server says, so a cancel is heard while a file is being probed. Everything else happens on the
scan's own thread: it waits when as many batches are on their way as the window allows, and while the owner's viewers
have it paused. When the server is gone, so is the scan.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from vitascope.library.scan import protocol
from vitascope.library.scan.protocol import Ack, Attach, Commit, Control, Ids, Order, WantIds
from vitascope.store.batches import Changes

_FIRST_BLOCK = 512
_LARGEST_BLOCK = 16_384


class Cancelled(Exception):
    """The server asked the scan to stop."""


class ServerGone(Exception):
    """The pipe to the server is closed."""


class Link:
    """The connection to the server, seen from the scan."""

    def __init__(self, source: BinaryIO, target: BinaryIO, *, on_gone: Callable[[], None] = lambda: None) -> None:
        self._source = source
        self._target = target
        self._on_gone = on_gone
        self._encoder = msgspec.msgpack.Encoder()
        self._changed = threading.Condition()
        self._free: dict[str, deque[range]] = {}
        self._block: dict[str, int] = {}
        self._sent = 0
        self._acknowledged = 0
        self._cancelled = False
        self._paused = False
        self._gone = False

    def start(self) -> Order:
        """Wait for the order and whether to begin with it, then listen in a thread. Raises :class:`ServerGone`."""
        order, word = protocol.read_to_scan(self._source), protocol.read_to_scan(self._source)
        if not isinstance(order, Order) or not isinstance(word, Control):
            raise ServerGone
        self._control(word.action)
        threading.Thread(target=self._listen, name="scan-link", daemon=True).start()
        return order

    @property
    def acknowledged(self) -> int:
        """The number of the last batch that is committed."""
        return self._acknowledged

    @property
    def sent(self) -> int:
        return self._sent

    def ids(self, table: str, count: int = 1) -> int:
        """The first of ``count`` new ids in a row. Blocks asked for grow with what a table uses."""
        blocks = self._free.setdefault(table, deque())
        while True:
            while blocks:
                block = blocks[0]
                if len(block) >= count:
                    blocks[0] = block[count:]
                    return block[0]
                blocks.popleft()  # what is left is too short: ids may have gaps
            size = max(count, self._block.get(table, _FIRST_BLOCK))
            self._block[table] = min(size * 2, _LARGEST_BLOCK)
            self.send(WantIds(table, size))
            with self._changed:
                self._wait(lambda: bool(blocks))

    def commit(self, changes: Changes, attach: list[Attach] | None = None) -> int:
        """Send a batch and return its number; waits while the window is full. Raises :class:`Cancelled`."""
        with self._changed:
            self._wait(lambda: self._sent - self._acknowledged < protocol.WINDOW)
            self._sent += 1
            number = self._sent
        self._write(protocol.batch_frame(number, self._encoder.encode(Commit(changes=changes, attach=attach or []))))
        return number

    def drain(self) -> None:
        """Wait until everything sent is committed."""
        with self._changed:
            self._wait(lambda: self._sent == self._acknowledged)

    def send(self, message: protocol.ToServer) -> None:
        self._write(protocol.frame(message))

    def check(self) -> None:
        """Wait while paused; raise :class:`Cancelled` when asked to stop."""
        with self._changed:
            self._wait(lambda: not self._paused)
            if self._cancelled:
                raise Cancelled

    def _wait(self, ready: Callable[[], bool]) -> None:
        while not ready():
            if self._gone:
                raise ServerGone
            self._changed.wait()
        if self._gone:
            raise ServerGone

    def _write(self, data: bytes) -> None:
        try:
            self._target.write(data)
            self._target.flush()
        except OSError as error:
            raise ServerGone from error

    def _listen(self) -> None:
        while True:
            try:
                message = protocol.read_to_scan(self._source)
            except (OSError, ValueError, msgspec.DecodeError):
                message = None
            with self._changed:
                match message:
                    case None:
                        self._gone = True
                    case Ids():
                        block = range(message.first, message.first + message.count)
                        self._free.setdefault(message.table, deque()).append(block)
                    case Ack():
                        self._acknowledged = max(self._acknowledged, message.number)
                    case Control():
                        self._control(message.action)
                    case _:
                        pass
                self._changed.notify_all()
            if message is None:
                self._on_gone()
                return

    def _control(self, action: str) -> None:
        if action == "cancel":
            self._cancelled = True
            self._paused = False
        elif action == "pause":
            self._paused = not self._cancelled
        elif action == "resume":
            self._paused = False
