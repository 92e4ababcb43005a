"""Pages, searches and the home page over HTTP, at 10,000 and 1,000,000 items, with and without a scan beside them."""

import contextlib
import random
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.engines import Engine
from benchmarks.report import Figure, median, ms, percentile
from benchmarks.servers import Client, serving

ROUNDS = 40
SORTS = (
    "titleSort",
    "titleSort:desc",
    "year:desc",
    "originallyAvailableAt:desc",
    "rating:desc",
    "audienceRating:desc",
    "userRating:desc",
    "contentRating:desc",
    "duration:desc",
    "viewOffset:desc",
    "viewCount:desc",
    "addedAt:desc",
    "lastViewedAt:desc",
    "mediaHeight:desc",
    "mediaBitrate:desc",
)
FILTERS = ("", "genre=1", "year>>=1990&year<<=2000", "unwatched=1")
SEARCHES = ("a", "th", "the", "star", "mountian", "big buck", "nora", "zzzzzz", "el", "sto", "berg", "2001")


def page(query: str, start: int) -> str:
    return f"/library/sections/1/all?type=1&{query}&X-Plex-Container-Start={start}&X-Plex-Container-Size=50"


def listing_times(client: Client) -> tuple[dict[str, float], list[float]]:
    """Seconds of the first page of each new order, by its query, and of pages anywhere after that: full ones, up to
    the last that a listing has."""
    rng = random.Random(3)
    first: dict[str, float] = {}
    others: list[float] = []
    for wanted in FILTERS:
        for sort in SORTS:
            query = f"sort={sort}&{wanted}"
            first[query] = client.timed(page(query, 0))
            total = _total(client.get(page(query, 0)))
            starts = [*(rng.randrange(total - 49) for _ in range(3)), total - 50]
            others += [client.timed(page(query, start)) for start in starts]
    return first, others


def _total(answer: bytes) -> int:
    found = re.search(rb' totalSize="(\d+)"', answer)
    if found is None:
        raise RuntimeError("the answer says no totalSize")
    return int(found[1])


def repeated(client: Client, paths: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    for path in paths:
        client.get(path)
    return [client.timed(path) for _ in range(rounds) for path in paths]


def search_paths() -> list[str]:
    return [f"/hubs/search?query={query.replace(' ', '%20')}&limit=10" for query in SEARCHES]


def measure(engine: Engine, scratch: Path, *, sizes: tuple[int, int], home: int) -> Sequence[Figure]:
    """Pages and searches over one section of films at two sizes, and the home page of a mixed library."""
    small, large = sizes
    figures: list[Figure] = []
    p50: dict[int, float] = {}
    for size in sizes:
        config = scratch / f"pages-{engine.name}-{size}"
        with serving(config, *engine.library("films", size, config)) as server:
            server.settle()
            client = server.client()
            first, others = listing_times(client)
            p50[size], p99 = median(others), percentile(others, 0.99)
            figures += [
                Figure(
                    what=f"A page of 50, any offset, {len(SORTS)} sorts x {len(FILTERS)} filters, {size:,} items",
                    budget="p50 ≤ 5 ms, p99 ≤ 20 ms",
                    measured=f"p50 {ms(p50[size])}, p99 {ms(p99)}",
                    within=p50[size] <= 0.005 and p99 <= 0.02,
                ),
                Figure(
                    what=f"First page of a new order, {size:,} items",
                    budget="≤ 300 ms",
                    measured=f"median {ms(median(first.values()))}, {_worst(first)}",
                    within=max(first.values()) <= 0.3,
                ),
            ]
            if size == large:
                figures += _large(client, size)
    ratio = p50[large] / p50[small]
    figures.append(
        Figure(what=f"{large:,} : {small:,} items", budget="≤ 2", measured=f"{ratio:.2f}", within=ratio <= 2)
    )
    config = scratch / f"home-{engine.name}"
    with serving(config, *engine.library("mixed", home, config)) as server:
        server.settle()
        figures += _home(server.client(), home)
    return figures


def _worst(first: dict[str, float]) -> str:
    query = max(first, key=first.__getitem__)
    return f"worst {ms(first[query])} (`{query.strip('&')}`)"


def _large(client: Client, size: int) -> list[Figure]:
    contains = [client.timed(page(f"title={word}", 0)) for word in ("stone", "a", "river", "zq")]
    trees = [
        client.timed(page(query, 0))
        for query in (
            "push=1&genre=3&or=1&title=ing&pop=1&year>>=1980&unwatched=0",
            "push=1&year<<=1950&or=1&push=1&genre=4&rating>>=7&pop=1&pop=1",
        )
    ]
    searches = repeated(client, search_paths(), 10)
    return [
        Figure(
            what=f"`contains`, a new word, {size:,} items",
            budget="≤ 400 ms",
            measured=f"worst {ms(max(contains))}",
            within=max(contains) <= 0.4,
        ),
        Figure(
            what=f"Free trees, {size:,} items",
            budget="≤ 400 ms",
            measured=f"worst {ms(max(trees))}",
            within=max(trees) <= 0.4,
        ),
        Figure(
            what=f"Search as you type, {size:,} items",
            budget="p99 ≤ 50 ms",
            measured=f"p50 {ms(median(searches))}, p99 {ms(percentile(searches, 0.99))}",
            within=percentile(searches, 0.99) <= 0.05,
        ),
    ]


def _home(client: Client, size: int) -> list[Figure]:
    home = repeated(client, ["/hubs", "/hubs/continueWatching"], ROUNDS)
    return [
        Figure(
            what=f"Home: `/hubs` and `/hubs/continueWatching`, {size:,} items",
            budget="p99 ≤ 60 ms",
            measured=f"p50 {ms(median(home))}, p99 {ms(percentile(home, 0.99))}",
            within=percentile(home, 0.99) <= 0.06,
        )
    ]


@contextlib.contextmanager
def scanning(client: Client, section: int) -> Iterator[None]:
    """Keeps a forced scan of a section running."""
    stop = threading.Event()

    def again() -> None:
        while not stop.is_set():
            client.get(f"/library/sections/{section}/refresh?force=1")
            stop.wait(1)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def during_scan(engine: Engine, scratch: Path, media: Path, size: int) -> Sequence[Figure]:
    """The same requests on a seeded library, quiet and while another section is scanned for the first time."""
    paths = [page("sort=titleSort", 0), page("sort=addedAt:desc", size // 2), page("unwatched=1", 100)]
    groups = {"Page": paths, "Search": search_paths()[:6], "Home": ["/hubs"]}
    config = scratch / f"during-{engine.name}"
    flags = engine.library("films", size, config)
    with serving(config, *flags, "--section", f"Scanned=artist:{media}") as server:
        client = server.client()
        _idle(client)
        server.settle()
        quiet = {name: repeated(client, group, 20) for name, group in groups.items()}
        with scanning(server.client(), _section(client, "Scanned")):
            busy = {name: repeated(client, group, 20) for name, group in groups.items()}
    figures = []
    for name in groups:
        ratio = median(busy[name]) / median(quiet[name])
        worst = percentile(busy[name], 0.99) / percentile(quiet[name], 0.99)
        figures.append(
            Figure(
                what=f"{name} while a scan writes, {size:,} items",
                budget="≤ 2 x quiet",
                measured=f"p50 {ratio:.2f} x ({ms(median(busy[name]))}), p99 {worst:.2f} x",
                within=ratio <= 2,
            )
        )
    return figures


def _section(client: Client, title: str) -> int:
    for element in client.get("/library/sections").decode().split("<Directory ")[1:]:
        if f'title="{title}"' in element:
            return int(element.partition(' key="')[2].partition('"')[0])
    raise RuntimeError(f"there is no section {title}")


def _idle(client: Client) -> None:
    stop = threading.Event()
    for _ in range(600):
        if b"<Activity " not in client.get("/activities"):
            return
        stop.wait(0.2)
