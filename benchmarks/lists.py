"""Collections over HTTP at 300,000 and 1,000,000 items: pages of smart ones, the list of many of them, plain ones."""

import random
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

from benchmarks.engines import Engine
from benchmarks.report import Figure, median, ms, percentile
from benchmarks.servers import Client, serving

_LIBRARY = "server://{machine}/com.plexapp.plugins.library"
_ROUNDS = 20
_MEMBERS = 1_000
_KINDS = (
    "genre=1&sort=titleSort",
    "genre=3&year%3E%3E=1990&sort=year%3Adesc",
    "year%3E%3E=1980&year%3C%3C=1989&sort=rating%3Adesc",
    "unwatched=1&sort=addedAt%3Adesc",
    "contentRating=PG-13&genre%21=2&sort=originallyAvailableAt%3Adesc",
    "push=1&genre=4&or=1&year=2001&pop=1&sort=duration",
    "addedAt%3E%3E=-5y&sort=titleSort&limit=200",
)


def measure(engine: Engine, scratch: Path, *, sizes: Sequence[int]) -> Sequence[Figure]:
    """Collections of one section of films at several sizes."""
    figures: list[Figure] = []
    for size in sizes:
        config = scratch / f"lists-{engine.name}-{size}"
        with serving(config, *engine.library("films", size, config)) as server:
            server.settle()
            figures += _figures(server.client(), size)
    return figures


def _figures(client: Client, size: int) -> list[Figure]:
    rng = random.Random(5)
    made = [_smart(client, f"Smart {number}", query) for number, query in enumerate(_KINDS)]
    first = [client.timed(_page(key, 0)) for key in made]
    pages = []
    for key in made:
        total = int(fromstring(client.get(_page(key, 0))).attrib["totalSize"])  # noqa: S314 - our own server
        starts = [rng.randrange(max(total - 49, 1)) for _ in range(_ROUNDS)]
        pages += [client.timed(_page(key, start)) for start in starts]
    # decades and genres in all combinations, as a person with a collection manager has them
    for genre in range(1, 8):
        for year in range(1960, 2020, 10):
            _smart(client, f"Genre {genre} of {year}", f"genre={genre}&year%3E%3E={year}&year%3C%3C={year + 9}")
    every = "/library/sections/1/collections?X-Plex-Container-Start=0&X-Plex-Container-Size=50"
    cold = client.timed(every)
    warm = [client.timed(every) for _ in range(_ROUNDS)]
    film = fromstring(client.get("/library/sections/1/all?type=1&limit=1"))[0].attrib["ratingKey"]  # noqa: S314 - our own
    edited = []
    for number in range(5):
        client.send("PUT", f"/library/metadata/{film}?year.value={1960 + number}")
        edited.append(client.timed(every))
    client.send("PUT", f"{made[0]}/prefs?collectionMode=1")
    beside = "/library/sections/1/all?type=1&includeCollections=1&X-Plex-Container-Size=50&X-Plex-Container-Start="
    total = int(fromstring(client.get(f"{beside}0")).attrib["totalSize"])  # noqa: S314 - our own server
    joined = [client.timed(f"{beside}{rng.randrange(total - 49)}") for _ in range(_ROUNDS)]
    found = fromstring(client.get(f"/library/sections/1/all?type=1&limit={_MEMBERS}"))  # noqa: S314 - our own server
    ids = [each.attrib["ratingKey"] for each in found]
    plain = _create(client, "Plain", f"/library/metadata/{','.join(ids)}", smart=0)
    client.get(_page(plain, 0))
    inside = [client.timed(_page(plain, rng.randrange(_MEMBERS - 49))) for _ in range(_ROUNDS)]
    return [
        Figure(
            what=f"A page of 50 of a smart collection, any offset, {len(_KINDS)} queries, {size:,} items",
            budget="p50 ≤ 5 ms, p99 ≤ 20 ms",
            measured=f"p50 {ms(median(pages))}, p99 {ms(percentile(pages, 0.99))}",
            within=median(pages) <= 0.005 and percentile(pages, 0.99) <= 0.02,
        ),
        Figure(
            what=f"The first page of a new smart collection, {size:,} items",
            budget="≤ 300 ms",
            measured=f"median {ms(median(first))}, worst {ms(max(first))}",
            within=max(first) <= 0.3,
        ),
        Figure(
            what=f"50 smart collections with their counts and years, {size:,} items",
            budget="first ≤ 300 ms, again ≤ 60 ms",
            measured=f"first {ms(cold)}, after an edit {ms(median(edited))}, again p50 {ms(median(warm))}",
            within=cold <= 0.3 and median(warm) <= 0.06,
        ),
        Figure(
            what=f"A page of 50 of the section, a smart collection in the place of its items, {size:,} items",
            budget="p50 ≤ 5 ms",
            measured=f"p50 {ms(median(joined))}, p99 {ms(percentile(joined, 0.99))}",
            within=median(joined) <= 0.005,
        ),
        Figure(
            what=f"A page of 50 of a plain collection of {_MEMBERS:,}, {size:,} items",
            budget="p50 ≤ 5 ms",
            measured=f"p50 {ms(median(inside))}, p99 {ms(percentile(inside, 0.99))}",
            within=median(inside) <= 0.005,
        ),
    ]


def _page(key: str, start: int) -> str:
    return f"{key}/children?X-Plex-Container-Start={start}&X-Plex-Container-Size=50"


def _smart(client: Client, title: str, query: str) -> str:
    return _create(client, title, f"/library/sections/1/all?type=1&{query}", smart=1)


def _create(client: Client, title: str, key: str, *, smart: int) -> str:
    """Makes a collection; its address."""
    machine = fromstring(client.get("/identity")).attrib["machineIdentifier"]  # noqa: S314 - our own server
    uri = quote(_LIBRARY.format(machine=machine) + key, safe="")
    asked = f"sectionId=1&type=1&title={quote(title)}&smart={smart}&uri={uri}"
    (made,) = fromstring(client.send("POST", f"/library/collections?{asked}"))  # noqa: S314 - our own server
    return f"/library/collections/{made.attrib['ratingKey']}"
