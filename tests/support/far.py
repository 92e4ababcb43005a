"""Far files: a folder of this machine behind rclone's own server, as a source that is read directly has it."""

import subprocess
import time
from pathlib import Path

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

    @property
    def is_dead(self) -> bool:
        return self._process is None

    def die(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
