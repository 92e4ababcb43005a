"""Covers to 300x450 over HTTP, from two sizes and out of the cache."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyvips

from benchmarks.report import Figure, median, ms
from benchmarks.scan import make_films, wait_for_scans
from benchmarks.servers import serving

COVERS = 30


def make_covers(films: Path, width: int, height: int) -> None:
    """A poster beside every film: smooth colours with some grain, as photographs have."""
    rng = np.random.default_rng(width)
    for number, folder in enumerate(sorted(films.iterdir())):
        rows, columns = np.mgrid[0:height, 0:width]
        base = np.stack([rows * 255 / height, columns * 255 / width, (rows + columns) % 256], axis=-1)
        pixels = np.clip(base + rng.normal(number % 20, 6, base.shape), 0, 255).astype(np.uint8)
        picture = pyvips.Image.new_from_memory(pixels.tobytes(), width, height, 3, "uchar")
        picture.write_to_file(str(folder / "poster.jpg"), Q=88)


def measure(scratch: Path) -> Sequence[Figure]:
    figures = []
    for width, height, limit in ((1000, 1500, 0.012), (2000, 3000, 0.020)):
        films = scratch / f"films-{width}"
        films.mkdir()
        make_films(films, COVERS)
        make_covers(films, width, height)
        with serving(scratch / f"config-{width}", "--section", f"Films=movie:{films}") as server:
            client = server.client()
            wait_for_scans(client)
            paths: list[str] = []
            while len(paths) < COVERS:
                text = client.get("/library/sections/1/all").decode()
                paths = [piece.partition('"')[0] for piece in text.split(' thumb="')[1:]]
            server.settle()
            urls = [f"/photo/:/transcode?url={path}&width=300&height=450&minSize=1" for path in paths]
            client.get(urls[0])  # the worker is there
            fresh = [client.timed(url) for url in urls[1:]]
            cached = [client.timed(url) for url in urls for _ in range(5)]
        figures.append(
            Figure(
                what=f"Cover to 300x450 from {width}x{height}",
                budget=f"≤ {limit * 1000:.0f} ms",
                measured=ms(median(fresh)),
                within=median(fresh) <= limit,
            )
        )
        if width == 1000:
            figures.append(
                Figure(
                    what="The same, cached",
                    budget="≤ 1 ms",
                    measured=ms(median(cached)),
                    within=median(cached) <= 0.001,
                )
            )
    return figures
