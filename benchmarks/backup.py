"""Backup and restore of a large library, beside plain ``tar | zstd | age`` of the same files."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.report import Figure, median
from vitascope.ops.backup import contents
from vitascope.ops.paths import SupportDir

ROUNDS = 3
UPLOADS = 500
_MB = 1e6
# What the system counts for a child also counts its parent, as it was when it started the child: so it tells itself.
_TELLING = """
import atexit, sys
from pathlib import Path
def tell():
    status = Path("/proc/self/status").read_text()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
atexit.register(tell)
from vitascope.cli import main
main(sys.argv[1:])
"""


def measure(engine: Engine, scratch: Path, *, items: int) -> Sequence[Figure]:
    """Makes, verifies and restores backups by the command line. A figure holds Python's start."""
    config, backups, key = scratch / "config", scratch / "backups", scratch / "key.txt"
    engine.library("mixed", items, config)
    support = SupportDir.for_config(config, {})
    support.make()
    support.preferences.write_text("<Preferences/>")
    for number in range(UPLOADS):
        profile = support.root / "Profiles" / f"{number}.xml"
        profile.parent.mkdir(exist_ok=True)
        profile.write_bytes(os.urandom(100_000))  # as pictures are: nothing to compress
    subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", str(key)], check=True, capture_output=True, text=True).stdout.strip()

    archive = backups
    made, plain, verified, restored, memory = [], [], [], [], 0
    for _ in range(ROUNDS):
        shutil.rmtree(backups, ignore_errors=True)
        seconds, peak = _run(config, "create", "--to", str(backups), "--recipient", public)
        made.append(seconds)
        memory = max(memory, peak)
        plain.append(_plain(support.root, public, scratch / "plain.tar.zst.age"))
        (archive,) = backups.glob("plex-*.age")
        seconds, peak = _run(config, "verify", str(archive), "--identity", str(key))
        verified.append(seconds)
        memory = max(memory, peak)
        seconds, peak = _run(config, "restore", str(archive), "--identity", str(key))
        restored.append(seconds)
        memory = max(memory, peak)
        for old in support.root.parent.glob("*.before-restore-*"):
            shutil.rmtree(old)
    raw = support.database.stat().st_size + UPLOADS * 100_000
    size, reference = archive.stat().st_size, (scratch / "plain.tar.zst.age").stat().st_size

    def speed(seconds: list[float]) -> str:
        return f"{median(seconds):.1f} s, {raw / _MB / median(seconds):.0f} MB/s"

    counted = f"{items:,} items, {raw / _MB:.0f} MB"
    return [
        Figure(what=f"Backup, {counted}", budget="", measured=speed(made)),
        Figure(
            what="Beside plain `tar`, `zstd -3`, `age` of the same files",
            budget="",
            measured=f"{median(made) / median(plain):.2f} x ({median(plain):.1f} s)",
        ),
        Figure(what="Its size, and theirs", budget="", measured=f"{size / _MB:.0f} MB, {reference / _MB:.0f} MB"),
        Figure(what="Verify, with the check of the whole database", budget="", measured=speed(verified)),
        Figure(what="Restore, checked before anything is touched", budget="", measured=speed(restored)),
        Figure(what="Most memory of any of them", budget="", measured=f"{memory / 1024:.0f} MB"),
    ]


def _run(config: Path, *arguments: str) -> tuple[float, int]:
    """Seconds, and the most memory in KiB."""
    started = time.perf_counter()
    command = [sys.executable, "-c", _TELLING, "backup", *arguments, "--config", str(config)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, int(done.stderr.splitlines()[-1])


def _plain(root: Path, public: str, target: Path) -> float:
    names = [contents.OUR_DATABASE, contents.PREFERENCES, "Profiles"]
    started = time.perf_counter()
    program = 'set -o pipefail; target=$1; key=$2; shift 2; tar -c "$@" | zstd -q -3 | age -r "$key" -o "$target"'
    target.unlink(missing_ok=True)
    subprocess.run(["bash", "-c", program, "bash", str(target), public, *names], check=True, cwd=root)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return time.perf_counter() - started
