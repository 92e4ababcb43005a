"""Runs a program where ``/media/startos`` is a folder of the caller's and 127.0.0.1 is its own.

It is started by ``unshare``, as the first process of new namespaces: ``enter.py FOLDER PROGRAM ARGUMENT…``.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

SIOCSIFFLAGS = 0x8914
IFF_UP = 1


def main(folder: str, *command: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    subprocess.run(["mount", "-t", "tmpfs", "startos", "/media"], check=True)
    place = Path("/media/startos")
    place.mkdir()
    subprocess.run(["mount", "--bind", folder, place], check=True)
    os.execv(command[0], command)  # noqa: S606  # what the caller said


if __name__ == "__main__":
    main(*sys.argv[1:])
