"""A real remote on loopback: rclone's own S3 or WebDAV server before a folder of this machine."""

import os
import random
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vitascope.sources.rclone.program import find_rclone

KEY_ID = "abcdefghijklmnop"
"""Shorter ones are refused by rclone's S3 server."""
_START_SECONDS = 60.0
_LIVE = ("--dir-cache-time=1ms", "--config=")  # what changes in the folder shows at once
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


def _free_port() -> int:
    """A port at which a remote can come back: none of those that the system gives to connections meanwhile."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as tried, suppress(OSError):
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port


class Remote:
    """A remote whose contents lie in ``folder``; it can die and come back at the same address."""

    def __init__(self, folder: Path, kind: str = "s3", *, flags: Sequence[str] = ()) -> None:
        """``flags`` are more of ``rclone serve``."""
        self.folder = folder
        self.kind = kind
        self.flags = tuple(flags)
        self.secret = secrets.token_hex(16)
        self.log = folder.with_name(folder.name + ".log")
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serves, and returns once it listens."""
        # By variables and not by flags: tests look for the secret in the command lines of all processes.
        auth = (
            {"RCLONE_AUTH_KEY": f'"{KEY_ID},{self.secret}"'}
            if self.kind == "s3"
            else {"RCLONE_USER": KEY_ID, "RCLONE_PASS": self.secret}
        )
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    find_rclone({}),
                    "serve",
                    self.kind,
                    "--addr",
                    f"127.0.0.1:{self.port}",
                    *_LIVE,
                    *self.flags,
                    str(self.folder),
                ],
                stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder.parent), **auth},
            )
        deadline = time.monotonic() + _START_SECONDS
        while _ADDRESS.search(self.log.read_text("utf-8")) is None:
            assert time.monotonic() < deadline, self.log.read_text("utf-8")
            assert self._process.poll() is None, self.log.read_text("utf-8")
            time.sleep(0.02)

    def pause(self) -> None:
        """From now on it takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def die(self) -> None:
        """Ends it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def options(self) -> dict[str, str]:
        """The options of a remote of ours that reaches it, with its secret."""
        if self.kind == "s3":
            return {
                "provider": "Rclone",
                "endpoint": f"http://127.0.0.1:{self.port}",
                "access_key_id": KEY_ID,
                "secret_access_key": self.secret,
            }
        return {"url": f"http://127.0.0.1:{self.port}", "user": KEY_ID, "pass": self.secret}

    @property
    def secret_option(self) -> str:
        return "secret_access_key" if self.kind == "s3" else "pass"

    @property
    def arguments(self) -> list[str]:
        """The options of ``vitascope source add`` that reach it; the secret is to be piped in."""
        plain = [f"{name}={value}" for name, value in self.options.items() if name != self.secret_option]
        return [*(part for text in plain for part in ("--option", text)), "--secret", self.secret_option]
