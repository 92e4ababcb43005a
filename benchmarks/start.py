"""Cold start and idle memory."""

import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.report import Figure, median
from benchmarks.servers import serving

ROUNDS = 5
IDLE_S = 40
"""Media workers end after 30 idle seconds."""


def measure(engine: Engine, scratch: Path, *, items: int) -> Sequence[Figure]:
    empty = scratch / "start-empty"
    full = scratch / "start-full"
    flags = {empty: engine.empty(), full: engine.library("mixed", items, full)}
    with serving(empty, *flags[empty]):
        pass  # the first start makes the database; what counts is every later one
    times: dict[Path, list[float]] = {empty: [], full: []}
    for _ in range(ROUNDS):
        for config, found in times.items():
            with serving(config, *flags[config]) as server:
                found.append(server.ready_s)
    with serving(full, *flags[full]) as server:
        server.client().get("/library/sections/1/all?X-Plex-Container-Start=0&X-Plex-Container-Size=50")
        time.sleep(IDLE_S)
        memory = server.memory_bytes()
    return (
        Figure(
            what="Cold start to `/identity`, empty library",
            budget="≤ 0.8 s",
            measured=f"{median(times[empty]):.2f} s",
            within=median(times[empty]) <= 0.8,
        ),
        Figure(
            what=f"Cold start to `/identity`, {items:,} items",
            budget="≤ 1.0 s",
            measured=f"{median(times[full]):.2f} s",
            within=median(times[full]) <= 1.0,
        ),
        Figure(
            what=f"Idle memory of the whole process tree, {items:,} items",
            budget="≤ 150 MB",
            measured=f"{memory / 1e6:.0f} MB",
            within=memory <= 150e6,
        ),
    )
