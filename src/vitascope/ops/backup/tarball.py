"""Tar, as little of it as a backup needs: plain files one after the other.

What is written is GNU tar's format, which plain ``tar`` reads. What is read is a subset: only files and GNU's long
names are known here. A link, a device, a folder, a sparse file or an extended header does not have to be refused case
by case; there is no code that could make one.
"""

import tarfile
from collections.abc import Callable
from dataclasses import dataclass

from vitascope.ops.backup.errors import BadArchive

BLOCK = 512
RECORD = 20 * BLOCK
_MOST_NAME_BYTES = 8192

Read = Callable[[int], bytes]
"""Exactly so many bytes, or fewer at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Of one file."""

    name: str
    size_bytes: int


def header(name: str, size_bytes: int, *, mode: int, mtime_s: int) -> bytes:
    """The blocks before a file's bytes."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size_bytes, mode & 0o777, max(mtime_s, 0)
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def padding(size_bytes: int) -> bytes:
    """What fills a file's last block."""
    return bytes(-size_bytes % BLOCK)


def end(written_bytes: int) -> bytes:
    """What ends an archive after so many bytes: two empty blocks, and as many as fill tar's record."""
    return bytes(2 * BLOCK + -(written_bytes + 2 * BLOCK) % RECORD)


def read_header(read: Read) -> Header | None:
    """The next header, ``None`` at the end of the archive. Raises :class:`BadArchive`."""
    long_name: str | None = None
    while True:
        block = _exactly(read, BLOCK)
        if not any(block):
            if long_name is not None or any(_exactly(read, BLOCK)):
                raise BadArchive("the archive ends in the middle of its headers")
            return None
        size, kind = _check(block)
        if kind == b"0":
            name = long_name if long_name is not None else _text(block[:100])
            return Header(name=name, size_bytes=size)
        if kind != b"L" or long_name is not None or size > _MOST_NAME_BYTES:
            raise BadArchive(f"the archive holds something that is no plain file ({kind!r}: {_text(block[:100])!r})")
        long_name = _text(_exactly(read, size))
        skip_padding(read, size)


def skip_padding(read: Read, size_bytes: int) -> None:
    """Reads what fills a file's last block."""
    if any(_exactly(read, -size_bytes % BLOCK)):
        raise BadArchive("there is something between the files of the archive")


def check_end(read: Read) -> None:
    """Nothing but zeros may follow the end. Raises :class:`BadArchive`."""
    while rest := read(BLOCK):
        if any(rest):
            raise BadArchive("there is something behind the end of the archive")


def _exactly(read: Read, size: int) -> bytes:
    data = read(size)
    if len(data) != size:
        raise BadArchive("the archive ends early")
    return data


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _check(block: bytes) -> tuple[int, bytes]:
    try:
        stated = int(block[148:156].split(b"\0", 1)[0].strip() or b"0", 8)
        raw = block[124:136]
        size = int.from_bytes(raw[1:], "big") if raw[0] == 0x80 else int(raw.split(b"\0", 1)[0].strip() or b"0", 8)
    except ValueError as error:
        raise BadArchive("a header of the archive is damaged") from error
    if stated != sum(block[:148]) + 8 * 0x20 + sum(block[156:]) or size < 0:
        raise BadArchive("a header of the archive is damaged")
    return size, block[156:157]
