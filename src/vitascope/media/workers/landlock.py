"""A worker may read any file its user may, and write none but temporary ones; a conversion may read its own file alone
(Landlock, kernel 5.13 and later).

System-call filters see numbers, not paths: a decoder that a hostile file took over could still write into the home of
whoever runs the server. The kernel's Landlock takes that away, together with signals to processes outside the worker
where the kernel is new enough. Numbers are from the kernel's ``linux/landlock.h``.
"""

import ctypes
import os
import struct
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
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
    if version() < 1:
        return False  # before a folder for temporary files is looked for, which a confined service may not have
    writing = _writing()
    on_a_file = writing & ~_REMOVE_AND_MAKE
    rules = (([tempfile.gettempdir()], writing), ([os.devnull], on_a_file), (list(writable), on_a_file | _FILES_ONLY))
    return _restrict(writing, rules)


def open_only(*, readable: Sequence[str], programs: Sequence[str], devices: Sequence[str]) -> bool:
    """Leaves this process the right to read ``readable`` (files, and all below folders), to start ``programs`` and to
    read and write ``devices``; nothing else of the file system can be opened. Needs ``PR_SET_NO_NEW_PRIVS``; says
    whether it held.
    """
    reading = _READ_FILE | _READ_DIR
    return _restrict(
        _writing() | reading | _EXECUTE,
        (
            ([path for path in readable if not Path(path).is_dir()], _READ_FILE),
            ([path for path in readable if Path(path).is_dir()], reading),
            (programs, _READ_FILE | _EXECUTE),
            ([path for path in devices if not Path(path).is_dir()], _READ_FILE | _WRITE_FILE),
            ([path for path in devices if Path(path).is_dir()], reading | _WRITE_FILE),
        ),
    )


def _writing() -> int:
    return _WRITE_FILE | _REMOVE_AND_MAKE | (_TRUNCATE if version() >= _TRUNCATE_SINCE else 0)


def _restrict(handled: int, rules: Iterable[tuple[Sequence[str], int]]) -> bool:
    """Takes the rights ``handled`` from this process but where a rule gives them."""
    known = version()
    if known < 1:
        return False
    attributes = struct.pack("=Q", handled)
    if known >= _SIGNALS_SINCE:
        attributes = struct.pack("=QQQ", handled, 0, _SCOPE_SIGNALS)
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        for paths, access in rules:
            _allow(ruleset, paths, access)
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
