"""Runs the tests in parts, two at a time where there are two cores, and prints what they cost.

A part is a process of its own: the folders that take longest are parts by themselves, one part has all others, and
those that take longest begin first. The tests of the API run twice, on SQLite and with PostgreSQL behind the servers
they start. What a part says is shown whole when it has ended. At the end come the minutes of each folder and the
slowest tests; the shares of the 45 minutes are in CONTRIBUTING.md, and whoever exceeds one shortens their own tests.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pytest

SLOWEST = 20
AT_ONCE = 2
TESTS = Path("tests")
ALONE = ("hosts", "web", "library")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Tests that run one after the other."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of a part: pytest's exit code, what it printed, and the seconds of each test with its fixtures."""

    code: int
    said: str
    costs: Mapping[str, float]


class Costs:
    """Adds up the time of every test with its fixtures."""

    def __init__(self) -> None:
        self.by_test: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.by_test[report.nodeid] += report.duration


def parts() -> Sequence[Part]:
    """All tests, the parts that take longest first."""
    api = str(TESTS / "api")
    # The sweep over a client's methods looks at the client's side, which is the same on both engines.
    on_postgresql = (api, f"--ignore={api}/sweep", "--database", "postgresql")
    folders = sorted(folder.name for folder in TESTS.iterdir() if any(folder.rglob("test_*.py")))
    others = tuple(str(TESTS / name) for name in folders if name not in {"api", *ALONE})
    return [
        Part(name="API on PostgreSQL", arguments=on_postgresql),
        Part(name="API", arguments=(api,)),
        Part(name="all others", arguments=others),
        *(Part(name=name, arguments=(str(TESTS / name),)) for name in ALONE),
    ]


def run(part: Part, scratch: Path) -> Ended:
    """Runs a part to its end."""
    costs, said = scratch / f"{part.name}.json", scratch / f"{part.name}.txt"
    command = [sys.executable, __file__, "--costs", str(costs), "-p", "no:cacheprovider", *part.arguments]
    with said.open("wb") as output:
        code = subprocess.run(command, check=False, stdout=output, stderr=subprocess.STDOUT).returncode
    measured = json.loads(costs.read_text()) if costs.exists() else {}
    return Ended(code=code, said=said.read_text(errors="replace"), costs=measured)


def run_all(scratch: Path) -> int:
    """Runs all parts and prints what they said and cost. Returns 1 when one of them failed or ran nothing."""
    begun = time.monotonic()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    everything: dict[tuple[str, str], float] = {}
    failed: list[str] = []
    with ThreadPoolExecutor(min(AT_ONCE, cores)) as lanes:
        running = {lanes.submit(run, part, scratch): part for part in parts()}
        for future in as_completed(running):
            part, ended = running[future], future.result()
            print(f"\n{'=' * 30} {part.name} {'=' * 30}\n{ended.said}", flush=True)
            print(f"{part.name}: exit code {ended.code}, {_minutes(begun)} minutes after the beginning", flush=True)
            everything |= {(part.name, test): seconds for test, seconds in ended.costs.items()}
            if ended.code:
                failed.append(part.name)
    _print_costs(everything)
    print(f"\n{_minutes(begun)} minutes. " + (f"FAILED: {', '.join(failed)}" if failed else "All parts passed."))
    return 1 if failed else 0


def _minutes(since: float) -> str:
    return f"{(time.monotonic() - since) / 60:.1f}"


def _print_costs(everything: Mapping[tuple[str, str], float]) -> None:
    by_folder: dict[str, float] = defaultdict(float)
    for (part, test), seconds in everything.items():
        folder = "/".join(Path(test.partition("::")[0]).parts[:2])
        by_folder[f"{folder} ({part})" if part.startswith("API") else folder] += seconds
    print("\nminutes by folder")
    for folder, seconds in sorted(by_folder.items(), key=lambda pair: -pair[1]):
        print(f"{seconds / 60:6.2f}  {folder}")
    print(f"\n{SLOWEST} slowest tests (seconds)")
    for (part, test), seconds in sorted(everything.items(), key=lambda pair: -pair[1])[:SLOWEST]:
        print(f"{seconds:6.1f}  {test} ({part})")


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["--costs", file, *rest]:
            costs = Costs()
            code = pytest.main(list(rest), plugins=[costs])
            Path(file).write_text(json.dumps(costs.by_test))
            return int(code)
        case _:
            with tempfile.TemporaryDirectory(prefix="vitascope-tests-") as scratch:
                return run_all(Path(scratch))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
