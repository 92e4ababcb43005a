"""A worker may read any file its user may, and write none but temporary ones (Landlock, kernel 5.13 and later).

System-call filters see numbers, not paths: a decoder that a hostile file took over could still write into the home of
whoever runs the server. The kernel's Landlock takes that away, together with signals to processes outside the worker
where the kernel is new enough. Numbers are from the kernel's ``linux/landlock.h``.
"""

import ctypes
import os
import struct
import tempfile
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_FILES_ONLY = 1 << 5 | 1 << 8
"""Of these: removing and making regular files."""
_TRUNCATE = 1 << 14
_TRUNCATE_SINCE = 3
_SIGNALS_SINCE = 6
_SCOPE_SIGNALS = 1 << 1


def version() -> int:
    """Which version of Landlock the kernel has; below 1 for none."""
    return _call(_CREATE_RULESET, None, 0, _VERSION_FLAG)


def refuse_writes(writable: Iterable[str] = ()) -> bool:
    """Takes the right to write from this process for good. Needs ``PR_SET_NO_NEW_PRIVS``; says whether it held.

    In the folders ``writable``, and below, it keeps the right to make, write and remove regular files: no folders, and
    above all no links, which would lead whoever reads these files elsewhere.
    """
    known = version()
    if known < 1:
        return False
    writing = _WRITE_FILE | _REMOVE_AND_MAKE | (_TRUNCATE if known >= _TRUNCATE_SINCE else 0)
    attributes = struct.pack("=Q", writing)
    if known >= _SIGNALS_SINCE:
        attributes = struct.pack("=QQQ", writing, 0, _SCOPE_SIGNALS)
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        on_a_file = writing & ~_REMOVE_AND_MAKE
        _allow(ruleset, [tempfile.gettempdir()], writing)
        _allow(ruleset, [os.devnull], on_a_file)
        _allow(ruleset, writable, on_a_file | _FILES_ONLY)
        return _call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, paths: Iterable[str], access: int) -> None:
    for path in paths:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no leave
        try:
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, place), 0)
        finally:
            os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    def value(argument: int | bytes | None) -> ctypes.c_char_p | ctypes.c_long:
        if isinstance(argument, int):
            return ctypes.c_long(argument)
        return ctypes.c_char_p(argument)

    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *map(value, arguments)))
