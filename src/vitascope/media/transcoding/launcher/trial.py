"""Does the kernel lend conversions a passage to a source here? A process of its own tries it: what a passage does to
sockets holds for good.

Nothing less tells: kernels know the call in steps (5.0, 5.9), containers may forbid it, and one who asks about calls
already, such as a container's manager, leaves no room for another.
"""

import os
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from vitascope.media.transcoding.launcher.passage import Passage, open_passage

_SECONDS = 20
_LENT = b"lent"


def passage_missing() -> str | None:
    """Why there is none; ``None`` where there is. Blocks for a moment."""
    try:
        said = subprocess.run(
            [sys.executable, "-P", "-m", "vitascope.media.transcoding.launcher.trial"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "nobody answers the kernel's questions"
    except OSError as error:
        return error.strerror or str(error)
    if said.stdout == _LENT:
        return None
    return said.stdout.decode("utf-8", "replace") or f"the trial ended with {said.returncode}"


def _trial() -> bytes:
    """What :func:`passage_missing` reads."""
    here, there = socket.socketpair()
    pid = os.fork()
    if not pid:
        here.close()
        _tried(there)
    there.close()
    with here:
        # No socket is made before the child has its answer: where somebody else is asked about them, this would wait.
        said, listeners, _, _ = socket.recv_fds(here, 256, 1)
        if not listeners:
            return said
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
            address = str(Path(folder) / "source")
            server.bind(address)
            server.listen()
            passage = Passage(listeners[0], address, others=False)
            here.sendall(b".")
            _answer_until_told(passage, here)
            said = here.recv(256)
    os.waitpid(pid, 0)
    return said


def _answer_until_told(passage: Passage, here: socket.socket) -> None:
    waiting = select.poll()
    for descriptor in (passage.listener, here.fileno()):
        waiting.register(descriptor, select.POLLIN)
    while not any(descriptor == here.fileno() for descriptor, _ in waiting.poll(_SECONDS * 1000)):
        if not passage.serve():
            return


def _tried(there: socket.socket) -> None:
    """The child: opens a passage and uses it, and never returns."""
    try:
        socket.send_fds(there, [b"."], [open_passage()])
        there.recv(1)
        with socket.socket(socket.AF_INET) as one:
            one.connect(("127.0.0.1", 9))
            there.sendall(_LENT)
    except OSError as error:
        there.sendall(os.strerror(error.errno or 0).encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    sys.stdout.buffer.write(_trial())
