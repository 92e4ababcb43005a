"""``python -m benchmarks [GROUP …]``: all groups write the page; some of them only print."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import delivery, pages, pictures, scan, seed_library, start
from benchmarks.multiply import multiply
from benchmarks.report import Figure, table, write
from vitascope.ops.paths import SupportDir
from vitascope.store import migrate, people
from vitascope.store.engine import Database

SEEDED = 50_000
"""More items than these are copies of them."""


def seed_mixed(config: Path, items: int) -> None:
    """Fills a support directory with films, shows, music and photos without files."""
    url = _database(config)
    made = min(items, SEEDED)
    seed_library.seed(url, made)
    multiply(url, items // made)


def seed_films(config: Path, items: int) -> None:
    """Fills a support directory with one section of ``items`` films without files."""
    url = _database(config)
    made = min(items, SEEDED)
    migrate.ensure(url)
    with Database(url, cache_kib=262_144) as database:
        database.write(people.ensure_owner).result()
        seeder = seed_library.Seeder(database, 1)
        seeder.movies(made)
        seeder.finish()
        seeder.states(0.05)
    multiply(url, items // made)


def _database(config: Path) -> Path:
    database = SupportDir.for_config(config, {}).database
    database.parent.mkdir(parents=True, exist_ok=True)
    return database


def groups(scale: int) -> dict[str, Callable[[Path], Sequence[Figure]]]:
    """What there is to measure; everything counted is divided by ``scale``."""
    large = 1_000_000 // scale

    def during(scratch: Path) -> Sequence[Figure]:
        config, music = scratch / "config", scratch / "music"
        music.mkdir()
        seed_films(config, 300_000 // scale)
        scan.make_tracks(music, 40_000 // scale)
        return pages.during_scan(config, music, 300_000 // scale)

    return {
        "Start": lambda scratch: start.measure(scratch, seed_mixed, items=100_000 // scale),
        "Scan": lambda scratch: scan.measure(
            scratch, tracks=20_000 // scale, films=2_000 // scale, tree=(100_000 // scale, 5_000 // scale)
        ),
        "Pages": lambda scratch: pages.measure(
            scratch, seed_films, seed_mixed, sizes=(10_000, 300_000 // scale, large)
        ),
        "While a scan writes": during,
        "Direct play": delivery.measure,
        "Pictures": pictures.measure,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="beginnings of names; all without")
    parser.add_argument("--scale", type=int, default=1, help="divide all counts, for trying it out")
    options = parser.parse_args()
    chosen = {
        name: run
        for name, run in groups(options.scale).items()
        if not options.groups or any(name.lower().startswith(wanted.lower()) for wanted in options.groups)
    }
    measured = {}
    for name, run in chosen.items():
        with tempfile.TemporaryDirectory(prefix="vitascope-bench-") as folder:
            measured[name] = run(Path(folder))
        print(f"\n{name}\n{table(measured[name])}", flush=True)
    if not options.groups and options.scale == 1:
        write(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
