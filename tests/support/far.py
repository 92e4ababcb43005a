"""Far files: a folder of this machine behind rclone's own server, as a source that is read directly has it."""

import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from vitascope.media import reach
from vitascope.media.reach.dial import connect
from vitascope.sources.rclone.program import confined_environment, find_rclone

_START_S = 60.0


class FarFolder:
    """What lies in ``folder`` seems to lie at ``point``. It can die and come back."""

    def __init__(self, folder: Path, point: str, running: Path, *, live: bool = False) -> None:
        """``live``: what changes in the folder shows at once, and nothing is kept that was read."""
        self.folder = folder
        self._believed = "1ms" if live else "5m"
        running.mkdir(mode=0o700, exist_ok=True)
        self._running = running
        self.point = reach.Point(path=point.encode(), socket=str(running / "far.media.sock"))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serves, and returns once it does."""
        socket = Path(self.point.socket)
        socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                str(find_rclone({})),
                *("serve", "webdav", str(self.folder), "--read-only", "--no-modtime"),
                f"--dir-cache-time={self._believed}",
                *(f"--addr=unix://{socket.name}", "--config=", f"--cache-dir={self._running}", "--vfs-cache-mode=full"),
            ],
            cwd=self._running,
            env=confined_environment(self._running),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_S
        while True:
            try:
                connect(self.point.socket).close()
            except OSError:
                assert self._process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)
            else:
                return

    def die(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Relay:
    """Stands between who asks and a far folder; ``silent``: files are listed, and none of their bytes come."""

    def __init__(self, far: FarFolder, running: Path) -> None:
        running.mkdir(mode=0o700)
        self.point = reach.Point(path=far.point.path, socket=str(running / "relay.sock"))
        self.silent = False
        self._upstream = far.point.socket
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.point.socket)
        self._listener.listen(64)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            asked = connection.recv(65_536)
            if self.silent and asked.startswith(b"GET"):
                return
            with connect(self._upstream) as upstream:
                upstream.sendall(asked)
                threading.Thread(target=_pump, args=(connection, upstream), daemon=True).start()
                _pump(upstream, connection)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
