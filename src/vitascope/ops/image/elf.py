"""What the headers of a program say (ELF, System V ABI): its machine, and whether it needs a loader."""

import struct
from dataclasses import dataclass

_PT_INTERP = 3
_MACHINES = {0x3E: "amd64", 0xB7: "arm64", 0x28: "arm", 0x03: "386"}


@dataclass(frozen=True, slots=True)
class Program:
    """A program of this format."""

    architecture: str
    static: bool
    """It names no loader, so no library of the image is needed."""


def read_program(head: bytes) -> Program | None:
    """What the first bytes of a file say; ``None`` when it is no ELF program or its headers are not in them."""
    if head[:4] != b"\x7fELF" or len(head) < 64:
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    machine = struct.unpack_from(order + "H", head, 18)[0]
    if wide:
        start = struct.unpack_from(order + "Q", head, 32)[0]
        size, count = struct.unpack_from(order + "HH", head, 54)
    else:
        start = struct.unpack_from(order + "I", head, 28)[0]
        size, count = struct.unpack_from(order + "HH", head, 42)
    if start + max(size, 4) * count > len(head):  # 4 bytes are read of each entry, whatever its size is said to be
        return None
    kinds = [struct.unpack_from(order + "I", head, start + size * number)[0] for number in range(count)]
    return Program(architecture=_MACHINES.get(machine, f"machine {machine}"), static=_PT_INTERP not in kinds)
