"""Hubs, what is related, stations and searches over HTTP, on a mixed library of two sizes."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.pages import repeated
from benchmarks.report import Figure, median, ms, percentile
from benchmarks.servers import Client, serving

ROUNDS = 20
SAMPLE = 12
HOME_P99_S = 0.06
SEARCH_P99_S = 0.05
_TYPES = {"movie": (1,), "show": (2, 4), "artist": (8, 9, 10), "photo": (13,)}
_LETTERS = ("a", "s", "th", "ka", "e", "mo")
_WORDS = ("silent", "silent river", "golden m", "garden", "rohan", "electric sta", "2001")
_SLIPS = ("slient", "gardne", "montain", "elecric")
_PEOPLE = ("ka", "tenro", "rovali")


def _sections(client: Client) -> dict[str, int]:
    """The first section of each type."""
    found: dict[str, int] = {}
    for element in client.get("/library/sections").decode().split("<Directory ")[1:]:
        kind = element.partition(' type="')[2].partition('"')[0]
        found.setdefault(kind, int(element.partition(' key="')[2].partition('"')[0]))
    return found


def _some(client: Client, section: int, kind: int, dice: random.Random) -> list[int]:
    """Items of a type from anywhere in a section."""
    head = client.get(f"/library/sections/{section}/all?type={kind}&X-Plex-Container-Start=0&X-Plex-Container-Size=1")
    total = int(head.decode().partition('totalSize="')[2].partition('"')[0])
    found: list[int] = []
    for _ in range(SAMPLE):
        start = dice.randrange(total)
        page = client.get(
            f"/library/sections/{section}/all?type={kind}&X-Plex-Container-Start={start}&X-Plex-Container-Size=1"
        )
        found += [int(number) for number in re.findall(r' ratingKey="(\d+)"', page.decode())[:1]]
    return found


def _search(query: str) -> str:
    return f"/hubs/search?query={query.replace(' ', '%20')}"


def _groups(client: Client) -> dict[str, tuple[list[str], float | None]]:
    """What is asked, by what it is called, and how long 99 of 100 may take (seconds)."""
    sections = _sections(client)
    dice = random.Random(5)
    ids = {
        kind: _some(client, sections[name], kind, dice)
        for name, kinds in _TYPES.items()
        if name in sections
        for kind in kinds
    }
    music = sections["artist"]
    return {
        "Start page: `/hubs`, `/hubs/promoted`": (["/hubs", "/hubs/promoted"], HOME_P99_S),
        "Page of a section, with stations": (
            [f"/hubs/sections/{section}?includeStations=1&includeMyMixes=1" for section in sections.values()],
            None,
        ),
        "Related, of films, shows, episodes, artists, albums": (
            [f"/hubs/metadata/{item}/related" for kind in (1, 2, 4, 8, 9) for item in ids[kind]],
            None,
        ),
        "Similar": ([f"/library/metadata/{item}/similar?count=20" for kind in (1, 2, 8) for item in ids[kind]], None),
        "After playback, of films and episodes": (
            [f"/hubs/metadata/{item}/postplay" for kind in (1, 4) for item in ids[kind]],
            None,
        ),
        "Stations: 100 tracks of each kind": (
            [
                *(f"/library/sections/{music}/stations/{number}?seed={number}" for number in range(1, 9)),
                *(f"/library/metadata/{item}/station/radio" for kind in (8, 9, 10) for item in ids[kind]),
            ],
            None,
        ),
        "Search, one or two letters": ([_search(letters) for letters in _LETTERS], SEARCH_P99_S),
        "Search, words": ([_search(words) for words in (*_WORDS, *_PEOPLE)], SEARCH_P99_S),
        "Search, with a slip": ([_search(slip) for slip in _SLIPS], SEARCH_P99_S),
        "Search, what was said": (["/hubs/search/voice?query=silend%20rivr", "/hubs/search/voice?query=gardens"], None),
    }


def measure(engine: Engine, scratch: Path, *, sizes: Sequence[int]) -> Sequence[Figure]:
    """Every group, at each size: again and again, and the very first time that any of its pages is asked for."""
    figures: list[Figure] = []
    for size in sizes:
        config = scratch / f"hubs-{engine.name}-{size}"
        with serving(config, *engine.library("mixed", size, config)) as server:
            server.settle()
            client = server.client()
            for name, (paths, limit_s) in _groups(client).items():
                first = max(client.timed(path) for path in paths)
                times = repeated(client, paths, max(1, ROUNDS * 10 // len(paths)))
                p99 = percentile(times, 0.99)
                figures.append(
                    Figure(
                        what=f"{name}, {size:,} items",
                        budget="" if limit_s is None else f"p99 ≤ {limit_s * 1000:.0f} ms",
                        measured=f"p50 {ms(median(times))}, p99 {ms(p99)}, first {ms(first)}",
                        within=None if limit_s is None else p99 <= limit_s,
                    )
                )
    return figures
