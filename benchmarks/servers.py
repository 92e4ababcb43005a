"""The server under measurement as a process of its own, and a client that adds as little as it can."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

VITASCOPE = Path(sys.executable).with_name("vitascope")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Memory:
    """Proportional set sizes in bytes."""

    ours: int = 0
    """Of the server, its launcher and its workers."""
    converters: int = 0
    """Of all ffmpeg below it."""


class Server:
    """A running ``vitascope serve``; ``ready_s`` is how long it took until ``/identity`` answered 200."""

    def __init__(self, config: Path, *flags: str) -> None:
        self.port = free_port()
        command = [str(VITASCOPE), "serve", "--config", str(config), "--port", str(self.port), *flags]
        started = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        while True:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/identity")
                if connection.getresponse().status == 200:
                    break
            if self.process.poll() is not None or time.perf_counter() - started > 120:
                raise RuntimeError("the server did not start")
            time.sleep(0.002)
        self.ready_s = time.perf_counter() - started
        wished = flags.count("--section")
        while wished and self.client().get("/library/sections").count(b"<Location ") < wished:
            time.sleep(0.02)

    def client(self) -> "Client":
        return Client(self.port)

    def memory_bytes(self) -> int:
        """Proportional set size of the whole process tree: what would be free if it ended."""
        memory = self._memory()
        return memory.ours + memory.converters

    def _memory(self) -> "Memory":
        memory = Memory()
        for pid in self._tree():
            with contextlib.suppress(OSError):
                name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                    if line.startswith("Pss:"):
                        size = int(line.split()[1]) * 1024
                        if name.startswith("ffmpeg"):
                            memory.converters += size
                        else:
                            memory.ours += size
        return memory

    @contextlib.contextmanager
    def watched_memory(self) -> Iterator["Memory"]:
        """While it is open, a thread looks at the whole tree; then it holds the most that each kind took."""
        peak = Memory()

        def look() -> None:
            now = self._memory()
            peak.ours, peak.converters = max(peak.ours, now.ours), max(peak.converters, now.converters)

        with _again_and_again(look, 0.25):
            yield peak

    def processor_s(self) -> float:
        """Processor time of the server process so far."""
        return processor_s(self.process.pid)

    @contextlib.contextmanager
    def watched_scan(self) -> Iterator[list[int]]:
        """While it is open, a thread looks at the scan process; then the list holds the most memory it had, in
        bytes."""
        peak = [0]

        def look() -> None:
            peak[0] = max([peak[0], *(_peak_bytes(pid) for pid in self._tree() if _is_scan(pid))])

        with _again_and_again(look, 0.05):
            yield peak

    def settle(self) -> None:
        """Waits until the whole tree has next to nothing to do: pictures and other jobs after a scan are done."""
        for _ in range(300):
            before = sum(processor_s(pid) for pid in self._tree())
            time.sleep(1)
            if sum(processor_s(pid) for pid in self._tree()) - before < 0.05:
                return
        raise RuntimeError("the server does not come to rest")

    def _tree(self) -> list[int]:
        return tree(self.process.pid)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextlib.contextmanager
def _again_and_again(look: Callable[[], None], every_s: float) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(every_s):
            look()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def tree(root: int) -> list[int]:
    """A process and everything below it."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found.extend(int(child) for child in children.read_text(encoding="ascii").split())
    return found


def processor_s(pid: int) -> float:
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _is_scan(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"vitascope.library.scan" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def _peak_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str, **headers: str) -> bytes:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", path, headers=names)
        response = self._connection.getresponse()
        body = response.read()
        if response.status not in {200, 206}:
            raise RuntimeError(f"GET {path}: {response.status} {body[:200]!r}")
        return body

    def send(self, method: str, path: str) -> bytes:
        self._connection.request(method, path)
        response = self._connection.getresponse()
        return response.read()

    def timed_send(self, method: str, path: str) -> float:
        """Seconds from sending a request that changes something to the last byte of its answer."""
        started = time.perf_counter()
        self._connection.request(method, path)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {body[:200]!r}")
        return time.perf_counter() - started

    def timed(self, path: str, **headers: str) -> float:
        """Seconds from sending the request to the last byte."""
        started = time.perf_counter()
        self.get(path, **headers)
        return time.perf_counter() - started


@contextlib.contextmanager
def serving(config: Path, *flags: str) -> Iterator[Server]:
    server = Server(config, *flags)
    try:
        yield server
    finally:
        server.stop()
