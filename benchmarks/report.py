"""A figure beside its budget, and the page they are written to."""

import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the budget. ``within`` is ``None`` when the line has no limit of its own."""

    what: str
    budget: str
    measured: str = ""
    within: bool | None = None
    postgresql: str = ""
    """The same on PostgreSQL, which has no budget of its own."""


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def ms(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def beside(figures: Sequence[Figure], on_postgresql: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures with those of PostgreSQL in their column; what was measured there alone comes last."""
    theirs = {figure.what: figure for figure in on_postgresql}
    joined = []
    for figure in figures:
        other = theirs.pop(figure.what, None)
        joined.append(figure if other is None else replace(figure, postgresql=other.measured))
    return (*joined, *(Figure(what=one.what, budget=one.budget, postgresql=one.measured) for one in theirs.values()))


def table(figures: Sequence[Figure]) -> str:
    words = {True: "yes", False: "**no**", None: ""}
    both = any(figure.postgresql for figure in figures)
    lines = ["| What | Budget | Measured | Within |", "|---|---|---|---|"]
    if both:
        lines = ["| What | Budget | SQLite | Within | PostgreSQL |", "|---|---|---|---|---|"]
    for f in figures:
        row = f"| {f.what} | {f.budget} | {f.measured or '-'} | {words[f.within]} |"
        lines.append(f"{row} {f.postgresql or '-'} |" if both else row)
    return "\n".join(lines)


def write(groups: dict[str, Sequence[Figure]], *, took_s: float, postgresql: str) -> None:
    """Replaces the page by what was measured now. ``postgresql`` says which one was beside, or why there was none."""
    short = [figure for figures in groups.values() for figure in figures if figure.within is False]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios were taken in turn with their reference in one run; absolute figures hold for",
        "this machine at that moment, and machines of its kind vary twofold. The budget is that of SQLite.",
        "",
        f"- Measured: {datetime.now(UTC):%Y-%m-%d}, commit `{_commit()}`",
        f"- The run took {took_s / 60:.0f} minutes; libraries of more than 50,000 items hold copies of 50,000",
        f"- PostgreSQL: {postgresql}",
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {_memory_gib()} GiB, {_system()}",
        "",
        "## What falls short",
        "",
    ]
    lines += [f"- {figure.what}: {figure.measured} against {figure.budget}" for figure in short] or ["Nothing."]
    for title, figures in groups.items():
        lines += ["", f"## {title}", "", table(figures)]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _system() -> str:
    return f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
