"""Messages between a pool and one worker, over a socket pair.

A frame is a length of four bytes (big endian) and a msgpack body. The pool sends :class:`Batch`; the worker answers
with :class:`Results`: an empty one when it is ready to work, then several per batch. It may leave results unsent for a
moment to save system calls: what was not answered when a worker dies is simply done again.
"""

import socket
import struct

import msgspec
from msgspec import Struct

from vitascope.media.reach.table import Point
from vitascope.media.workers.failure import Failure

MAX_FRAME_BYTES = 512 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class Call(Struct, frozen=True, array_like=True):
    """One task to run: its wire name and its encoded argument."""

    task: str
    argument: bytes


class Batch(Struct, frozen=True, array_like=True):
    calls: list[Call]
    cpu_limit_s: int
    """Processor seconds the whole batch may take before the kernel ends the worker."""
    points: tuple[Point, ...] | None = None
    """Which paths are far from now on; ``None`` while they are what they were."""


class Answer(Struct, frozen=True, array_like=True):
    """The outcome of one call: either an encoded result or a failure."""

    index: int
    result: bytes | None = None
    failure: Failure | None = None


class Results(Struct, frozen=True, array_like=True):
    answers: list[Answer]


class DisconnectedError(Exception):
    """The other side of the socket is gone."""


_encoder = msgspec.msgpack.Encoder()
_batch_decoder = msgspec.msgpack.Decoder(Batch)
_results_decoder = msgspec.msgpack.Decoder(Results)


def send(connection: socket.socket, message: Batch | Results) -> None:
    """Send one frame. Raises :class:`DisconnectedError`."""
    body = _encoder.encode(message)
    try:
        connection.sendall(_LENGTH.pack(len(body)) + body)
    except OSError as error:
        raise DisconnectedError(str(error)) from error


def receive_batch(connection: socket.socket) -> Batch:
    return _batch_decoder.decode(_receive(connection))


def receive_results(connection: socket.socket) -> Results:
    """The next results. Raises ``TimeoutError`` as the socket's timeout says, and :class:`DisconnectedError`, also for
    what is no message: a worker that a hostile file took over is treated like one that died."""
    try:
        return _results_decoder.decode(_receive(connection))
    except msgspec.DecodeError as error:
        raise DisconnectedError(str(error)) from error


def _receive(connection: socket.socket) -> bytearray:
    (length,) = _LENGTH.unpack(_receive_exactly(connection, _LENGTH.size))
    if length > MAX_FRAME_BYTES:
        raise DisconnectedError(f"a frame of {length} bytes")
    return _receive_exactly(connection, length)


def _receive_exactly(connection: socket.socket, count: int) -> bytearray:
    buffer = bytearray(count)
    view = memoryview(buffer)
    while view:
        try:
            received = connection.recv_into(view)
        except TimeoutError:
            raise
        except OSError as error:
            raise DisconnectedError(str(error)) from error
        if not received:
            raise DisconnectedError("closed")
        view = view[received:]
    return buffer
