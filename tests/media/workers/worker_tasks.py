"""Tasks that misbehave on purpose; imported by worker processes."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import cast

from vitascope.media.workers import MediaError, Reason, task


@task("double")
def double(number: int) -> int:
    return number * 2


@task("die-on-13")
def die_on_13(number: int) -> int:
    if number == 13:
        os.kill(os.getpid(), signal.SIGSEGV)
    return number


@task("hang-on-13")
def hang_on_13(number: int) -> int:
    if number == 13:
        time.sleep(3600)
    return number


@task("die-once")
def die_once(marker: str) -> str:
    """Dies the first time it sees this marker file, works the second time."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        os._exit(7)
    return "survived"


@task("raise")
def raise_error(kind: str) -> None:
    match kind:
        case "media":
            raise MediaError(Reason.DAMAGED, "broken")
        case "missing":
            raise FileNotFoundError(2, "No such file or directory")
        case "memory":
            raise MemoryError
        case _:
            raise KeyError(kind)


@task("allocate")
def allocate(count: int) -> int:
    return len(bytearray(count))


@task("pid")
def pid(_: None) -> int:
    return os.getpid()


@task("niceness")
def niceness(_: None) -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@task("capabilities")
def capabilities(_: None) -> int:
    """The effective set, as a number."""
    lines = Path("/proc/thread-self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("CapEff:")).split()[1], 16)


@task("environment")
def environment(_: None) -> list[str]:
    return sorted(os.environ)


@task("open-socket")
def open_socket(_: None) -> str:
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError as error:
        return type(error).__name__
    return "connected"


@task("write-file")
def write_file(path: str) -> str:
    try:
        Path(path).write_text("taken over")
    except OSError as error:
        return type(error).__name__
    return "written"


@task("open-by-handle")
def open_by_handle(_: None) -> int:
    """The error number of opening a file by a handle, which root could do from inside a container."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle, mount = ctypes.create_string_buffer(bytes([128, 0, 0, 0]) + bytes(200)), ctypes.c_int()
    if libc.name_to_handle_at(-100, b"/", handle, ctypes.byref(mount), 0) != 0:
        raise OSError(ctypes.get_errno(), "no handle")
    directory = os.open("/", os.O_RDONLY)
    try:
        return 0 if libc.open_by_handle_at(directory, handle, os.O_RDONLY) >= 0 else ctypes.get_errno()
    finally:
        os.close(directory)


@task("run-program")
def run_program(_: None) -> str:
    try:
        subprocess.run(["/bin/true"], check=True)
    except OSError as error:
        return type(error).__name__
    return "ran"


@task("wrong-result")
def wrong_result(_: None) -> int:
    """An answer that is not what the task promised."""
    return cast("int", "text")
