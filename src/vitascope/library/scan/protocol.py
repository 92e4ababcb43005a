"""What the scan process and the server say to each other.

Frames on a pair of pipes: four bytes of length, one byte of kind, a msgpack body. The body of a batch is an encoded
:class:`Commit` that the server hands to its writer thread undecoded, so that no Python work worth mentioning happens on
its loop. The scan may have ``WINDOW`` batches on their way; it waits for an acknowledgement before it sends more, which
bounds the memory of both sides and lets what people do overtake a scan.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

import msgspec
from msgspec import Struct

from vitascope.media.reach import Point
from vitascope.store.batches import Changes
from vitascope.store.known_keys import Key
from vitascope.store.rows import LocationRow, SectionRow

WINDOW = 4
"""Batches that may wait for their acknowledgement."""

FRAME_LIMIT = 256 * 1024 * 1024
_HEADER = struct.Struct("!IB")


class Order(Struct, frozen=True, kw_only=True, tag=True):
    """Server to scan, first of all: what to scan and how."""

    database: str
    section: SectionRow
    locations: tuple[LocationRow, ...]
    only: tuple[tuple[int, bytes], ...] = ()
    """Partial scan: folders as (location id, path relative to it); empty: everything."""
    force: bool = False
    """Read every file again, changed or not."""
    items: tuple[int, ...] = ()
    """Read again what these items are made of."""
    providers: tuple[str, ...] = ()
    """The metadata providers whose word counts in this section, the most believed first."""
    workers: int = 2
    niceness: int = 0
    cores: int | None = None
    follow_outside: bool = False
    mounts: tuple[tuple[bytes, str], ...] = ()
    """Where something has to be mounted, and why it is away, if it is."""
    points: tuple[Point, ...] = ()
    """Which paths are far: below sources that are read directly."""
    listing_limit_s: float = 30.0
    file_limit_s: float = 60.0


class Ids(Struct, frozen=True, tag=True):
    """Server to scan: a block of free ids of a table."""

    table: str
    first: int
    count: int


class Ack(Struct, frozen=True, tag=True):
    """Server to scan: a batch is committed."""

    number: int


class Control(Struct, frozen=True, tag=True):
    """Server to scan: ``cancel``, ``pause`` or ``resume``. The first follows the order at once, and is heard before
    anything is done."""

    action: str


class WantIds(Struct, frozen=True, tag=True):
    """Scan to server: more ids of a table."""

    table: str
    count: int


class Progress(Struct, frozen=True, kw_only=True, tag=True):
    """Scan to server: how far it is."""

    seen_files: int
    changed_files: int
    unreadable_files: int
    expected_files: int
    """What the last complete walk saw; 0 when nobody knows."""
    place: str
    """The folder that is looked at, for people."""


class LocationSeen(Struct, frozen=True, kw_only=True, tag=True):
    """Scan to server: what became of a root. ``file_count`` is ``None`` when the walk was not complete."""

    location_id: int
    available: bool
    reason: str | None = None
    file_count: int | None = None
    mounts: list[bytes] | None = None
    """Folders below it that other disks are mounted on; ``None`` when only a part was walked."""
    mounts_away: list[bytes] = []
    """Those of the last walk that are empty now."""


class Done(Struct, frozen=True, kw_only=True, tag=True):
    """Scan to server: the last frame of a scan that ran to its end, or was stopped."""

    cancelled: bool
    complete: bool
    """Every root was there and looked at as a whole."""
    seen_files: int
    changed_files: int
    unreadable_files: int


class Attach(Struct, frozen=True, array_like=True):
    """These keys were found to be an identity's although they lead elsewhere: the store merges or moves them."""

    identity_id: int
    keys: list[Key]


class Commit(Struct, kw_only=True):
    """What one batch writes, in one transaction."""

    changes: Changes
    attach: list[Attach] = []


ToScan = Order | Ids | Ack | Control
ToServer = WantIds | Progress | LocationSeen | Done

_KIND_MESSAGE = 0
_KIND_BATCH = 1


class Batch(Struct, frozen=True):
    """An encoded :class:`Commit` and its number, as it came over the pipe."""

    number: int
    payload: bytes


class ProtocolError(Exception):
    """The other side said something that is not in this module."""


_encoder = msgspec.msgpack.Encoder()
_to_scan: "msgspec.msgpack.Decoder[ToScan]" = msgspec.msgpack.Decoder(ToScan)
_to_server: "msgspec.msgpack.Decoder[ToServer]" = msgspec.msgpack.Decoder(ToServer)


def frame(message: "ToScan | ToServer") -> bytes:
    """The bytes of a message."""
    body = _encoder.encode(message)
    return _HEADER.pack(len(body), _KIND_MESSAGE) + body


def batch_frame(number: int, payload: bytes) -> bytes:
    """The bytes of a batch."""
    return _HEADER.pack(len(payload) + 8, _KIND_BATCH) + number.to_bytes(8, "big") + payload


HEADER_SIZE = _HEADER.size


def parse_header(header: bytes) -> tuple[int, int]:
    """Length and kind of the frame that follows. Raises :class:`ProtocolError`."""
    length, kind = _HEADER.unpack(header)
    if length > FRAME_LIMIT:
        raise ProtocolError(f"a frame of {length} bytes")
    return length, kind


def parse_to_server(kind: int, body: bytes) -> "ToServer | Batch":
    if kind == _KIND_BATCH:
        return Batch(int.from_bytes(body[:8], "big"), body[8:])
    try:
        return _to_server.decode(body)
    except msgspec.DecodeError as error:
        raise ProtocolError(str(error)) from error


def read_to_scan(source: BinaryIO) -> "ToScan | None":
    """The next message for the scan; ``None`` when the server is gone."""
    header = _read(source.read, HEADER_SIZE)
    if header is None:
        return None
    length, _ = parse_header(header)
    body = _read(source.read, length)
    return None if body is None else _to_scan.decode(body)


def _read(read: Callable[[int], bytes], size: int) -> bytes | None:
    pieces: list[bytes] = []
    while size:
        piece = read(size)
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
