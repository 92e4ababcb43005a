"""A run that is killed leaves nobody behind who goes on drawing."""

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.support.running import command, environment


def children(pid: int) -> set[int]:
    """The processes that a process started, and those started by them."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found |= {int(folder.name)} | children(int(folder.name))
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def command_of(pid: int) -> bytes:
    """The command line of a process; none of one that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def holds_a_picture(folder: Path) -> bool:
    """Whether a file of some size lies in a folder, in which names come and go."""
    try:
        return any(path.is_file() and path.stat().st_size > 10_000 for path in folder.rglob("*"))
    except FileNotFoundError:
        return False


def test_its_workers_end_with_it(tmp_path: Path) -> None:
    run = subprocess.Popen(
        command("demo", str(tmp_path / "library")), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    try:
        # One is drawing when its file, which has another name until it is whole, is there.
        while not holds_a_picture(tmp_path):
            assert run.poll() is None
            time.sleep(0.1)
        workers = {pid for pid in children(run.pid) if b"spawn_main" in command_of(pid)}
        assert workers
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
        while any(alive(pid) for pid in workers):
            time.sleep(0.05)
    finally:
        run.kill()
        run.wait()
