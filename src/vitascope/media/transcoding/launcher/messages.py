"""What the server and the launcher say to each other: a length and a JSON object, either way.

Only the standard library: the launcher stays small. File names that are no text travel as surrogate escapes.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from vitascope.media.transcoding.outputs import Cutting

MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A program to start, and what is done with what it writes."""

    program: str
    arguments: tuple[str, ...]
    readable: tuple[str, ...] = ()
    """The files it may read, and folders with all below; beside the libraries and fonts of the system."""
    devices: bool = False
    """It may use the graphics devices."""
    cutting: Cutting | None = None
    """Its output is cut into segments; without, it goes to a pipe that is sent along, or nowhere."""
    pipe: bool = False
    source: str = ""
    """The socket of the source that its file lies in, when that is none of this machine."""
    memory_bytes: int = 8 << 30
    niceness: int = 0
    """Somebody waits for a conversion; what is done for later has more."""
    silence_s: int = 90
    """It is ended when it writes nothing for so long while it may (a decoder that a file caught in a loop)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinements:
    """Which protections hold on this machine, as the launcher found by trying."""

    dies_with_server: bool = False
    no_network: bool = False
    capabilities_dropped: bool = False
    files_confined: bool = False
    system_calls_filtered: bool = False


def packed(message: dict[str, Any]) -> bytes:
    """One message."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return struct.pack(">I", len(body)) + body


def order_fields(order: Order) -> dict[str, Any]:
    """An order as a message holds it."""
    return asdict(order)


def order_of(fields: dict[str, Any]) -> Order:
    """An order out of a message."""
    cutting = fields.pop("cutting")
    if cutting is not None:
        cutting["boundaries"] = tuple(cutting["boundaries"])
        fields["cutting"] = Cutting(**cutting)
    return Order(**{**fields, "arguments": tuple(fields["arguments"]), "readable": tuple(fields["readable"])})


@dataclass(slots=True)
class Unpacker:
    """Bytes in any portions; :meth:`feed` gives the messages that are whole."""

    _buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        self._buffer += data
        while len(self._buffer) >= 4:
            (length,) = struct.unpack_from(">I", self._buffer)
            if length > MOST_BYTES:
                raise ValueError("a message that is too long")
            if len(self._buffer) < 4 + length:
                return
            body = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            yield json.loads(body)
