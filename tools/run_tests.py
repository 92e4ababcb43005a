"""Runs the tests and prints what they cost: minutes by folder and the slowest tests.

The tests of the API run twice: on SQLite with all the others, then with PostgreSQL behind the servers they start. The
shares of the 45 minutes are in CONTRIBUTING.md; whoever exceeds one shortens their own tests.
"""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

SLOWEST = 20


class Costs:
    """Adds up the time of every test with its fixtures."""

    def __init__(self) -> None:
        self.by_test: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.by_test[report.nodeid] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        by_folder: dict[str, float] = defaultdict(float)
        for nodeid, seconds in self.by_test.items():
            by_folder["/".join(Path(nodeid.partition("::")[0]).parts[:2])] += seconds
        terminalreporter.section("minutes by folder")
        for folder, seconds in sorted(by_folder.items(), key=lambda pair: -pair[1]):
            terminalreporter.write_line(f"{seconds / 60:6.2f}  {folder}")
        terminalreporter.section(f"{SLOWEST} slowest tests (seconds)")
        slowest = sorted(self.by_test.items(), key=lambda pair: -pair[1])[:SLOWEST]
        for nodeid, seconds in slowest:
            terminalreporter.write_line(f"{seconds:6.1f}  {nodeid}")


def main(arguments: list[str]) -> int:
    if arguments:
        return pytest.main(arguments, plugins=[Costs()])
    first = pytest.main([], plugins=[Costs()])
    print("\nThe API once more, on PostgreSQL", flush=True)
    # The sweep over a client's methods looks at the client's side, which is the same on both engines.
    command = [sys.executable, "-m", "pytest", "tests/api", "--ignore=tests/api/sweep", "--database", "postgresql"]
    second = subprocess.run(command, check=False)
    return first or second.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
