"""``python -m benchmarks [GROUP …]``: all groups in one run write the page; some of them only print."""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks import (
    backup,
    conversions,
    delivery,
    edge,
    edits,
    hubs,
    lists,
    pages,
    pictures,
    playing,
    scan,
    segments,
    sources,
    start,
)
from benchmarks.engines import POSTGRESQL_OPTIONS, Engine, Postgresql, Sqlite, postgresql
from benchmarks.report import Figure, beside, table, write

ON_POSTGRESQL = 300_000
"""Items of the largest library there: a million would take a quarter of an hour more."""


class Measure(Protocol):
    """Measures something on one engine at several sizes."""

    def __call__(self, engine: Engine, scratch: Path, *, sizes: Sequence[int]) -> Sequence[Figure]: ...


class Run:
    """What the groups share: the engines, a folder for what is made once, and the scale."""

    def __init__(self, shared: Path, other: Postgresql | None, scale: int) -> None:
        self.sqlite = Sqlite(shared)
        self.other = other
        self.scale = scale
        self._shared = shared

    def music(self) -> Path:
        """A folder of tagged tracks."""
        folder = self._shared / "music"
        if not folder.exists():
            folder.mkdir()
            scan.make_tracks(folder, self.tracks)
        return folder

    @property
    def tracks(self) -> int:
        return 20_000 // self.scale

    def start(self, scratch: Path) -> Sequence[Figure]:
        return start.measure(self.sqlite, scratch, items=100_000 // self.scale)

    def scan(self, scratch: Path) -> Sequence[Figure]:
        engines: list[Engine] = [self.sqlite] if self.other is None else [self.sqlite, self.other]
        tree = (100_000 // self.scale, 5_000 // self.scale)
        films = 2_000 // self.scale
        return scan.measure(engines, scratch, self.music(), tracks=self.tracks, films=films, tree=tree)

    def pages(self, scratch: Path) -> Sequence[Figure]:
        small, large, home = 10_000, 1_000_000 // self.scale, 300_000 // self.scale
        found = pages.measure(self.sqlite, scratch, sizes=(small, large), home=home)
        if self.other is None:
            return found
        there = pages.measure(self.other, scratch, sizes=(small, ON_POSTGRESQL // self.scale), home=home)
        return beside(found, there)

    def lists(self, scratch: Path) -> Sequence[Figure]:
        return self._on_both(lists.measure, scratch)

    def edits(self, scratch: Path) -> Sequence[Figure]:
        return self._on_both(edits.measure, scratch)

    def hubs(self, scratch: Path) -> Sequence[Figure]:
        return self._on_both(hubs.measure, scratch)

    def _on_both(self, measure: Measure, scratch: Path) -> Sequence[Figure]:
        """The figures at 300,000 and 1,000,000 items, with those of PostgreSQL beside the first."""
        small, large = ON_POSTGRESQL // self.scale, 1_000_000 // self.scale
        found = measure(self.sqlite, scratch, sizes=(small, large))
        return found if self.other is None else beside(found, measure(self.other, scratch, sizes=(small,)))

    def during_scan(self, scratch: Path) -> Sequence[Figure]:
        size = 300_000 // self.scale
        found = pages.during_scan(self.sqlite, scratch, self.music(), size)
        return (
            found if self.other is None else beside(found, pages.during_scan(self.other, scratch, self.music(), size))
        )

    def backup(self, scratch: Path) -> Sequence[Figure]:
        return backup.measure(self.sqlite, scratch, items=100_000 // self.scale)

    def groups(self) -> dict[str, Callable[[Path], Sequence[Figure]]]:
        return {
            "Start": self.start,
            "Scan": self.scan,
            "Pages": self.pages,
            "Lists": self.lists,
            "Edits": self.edits,
            "Hubs": self.hubs,
            "Direct play": delivery.measure,
            "Copied segments": segments.measure,
            "Converted segments": conversions.measure,
            "Playing": playing.measure,
            "Sources": sources.measure,
            "Edge": edge.measure,
            "Pictures": pictures.measure,
            "While a scan writes": self.during_scan,
            "Backup": self.backup,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="beginnings of names; all without")
    parser.add_argument("--scale", type=int, default=1, help="divide all counts, for trying it out")
    options = parser.parse_args()
    started = time.perf_counter()
    measured: dict[str, Sequence[Figure]] = {}
    with contextlib.ExitStack() as stack:
        shared = stack.enter_context(tempfile.TemporaryDirectory(prefix="vitascope-bench-"))
        other: Postgresql | None = None
        try:
            other = stack.enter_context(postgresql())
            described = ", ".join(f"{name} {value}" for name, value in {"fsync": "off", **POSTGRESQL_OPTIONS}.items())
            beside_it = f"{other.version}, started for the run ({described}), on the same disk"
        except RuntimeError as error:
            beside_it = f"not measured: {error}"
        for name, run in Run(Path(shared), other, options.scale).groups().items():
            if options.groups and not any(name.lower().startswith(wanted.lower()) for wanted in options.groups):
                continue
            with tempfile.TemporaryDirectory(prefix="vitascope-bench-") as folder:
                measured[name] = run(Path(folder))
            took_s = time.perf_counter() - started
            print(f"\n{name} (after {took_s / 60:.1f} minutes)\n{table(measured[name])}", flush=True)
    if not options.groups and options.scale == 1:
        write(measured, took_s=time.perf_counter() - started, postgresql=beside_it)
    return 0


if __name__ == "__main__":
    sys.exit(main())
