"""Edits over HTTP at 300,000 and 1,000,000 items: one item, a hundred, and all that a query selects."""

import threading
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import fromstring

from benchmarks.engines import Engine
from benchmarks.report import Figure, median, ms, percentile
from benchmarks.servers import Server, serving

_ROUNDS = 30
_BATCH = 100
_PAGE = "/library/sections/1/all?type=1&sort=titleSort&X-Plex-Container-Size=50&X-Plex-Container-Start="


def measure(engine: Engine, scratch: Path, *, sizes: Sequence[int]) -> Sequence[Figure]:
    """Edits in one section of films at several sizes."""
    figures: list[Figure] = []
    for size in sizes:
        config = scratch / f"edits-{engine.name}-{size}"
        with serving(config, *engine.library("films", size, config)) as server:
            server.settle()
            figures += _figures(server, size)
    return figures


def _figures(server: Server, size: int) -> list[Figure]:
    client = server.client()
    ids = [each.attrib["ratingKey"] for each in fromstring(client.get(f"{_PAGE}{size // 2}"))]  # noqa: S314 - our own
    hundred = [
        each.attrib["ratingKey"]
        for each in fromstring(client.get(f"/library/sections/1/all?type=1&limit={_BATCH}"))  # noqa: S314 - our own
    ]
    one = [
        client.timed_send("PUT", f"/library/metadata/{ids[number % len(ids)]}?tagline.value=Line%20{number}")
        for number in range(_ROUNDS)
    ]
    tagged = [
        client.timed_send("PUT", f"/library/sections/1/all?type=1&id={','.join(hundred)}&label[0].tag.tag=L{number}")
        for number in range(_ROUNDS)
    ]
    retitled = [
        client.timed_send("PUT", f"/library/sections/1/all?type=1&id={','.join(hundred)}&summary.value=Text%20{number}")
        for number in range(_ROUNDS)
    ]
    after: list[float] = []
    for number in range(_ROUNDS):
        client.send("PUT", f"/library/metadata/{ids[number % len(ids)]}?title.value=Title%20{number}")
        after.append(client.timed(f"{_PAGE}{size // 2}"))
    lasted, beside, edited = _many(server)
    return [
        Figure(
            what=f"An edit of one item, {size:,} items",
            budget="p50 ≤ 20 ms",
            measured=f"p50 {ms(median(one))}, p99 {ms(percentile(one, 0.99))}",
            within=median(one) <= 0.02,
        ),
        Figure(
            what=f"A label on {_BATCH} items, {size:,} items",
            budget="p50 ≤ 100 ms",
            measured=f"p50 {ms(median(tagged))}, p99 {ms(percentile(tagged, 0.99))}",
            within=median(tagged) <= 0.1,
        ),
        Figure(
            what=f"A summary of {_BATCH} items, {size:,} items",
            budget="p50 ≤ 100 ms",
            measured=f"p50 {ms(median(retitled))}, p99 {ms(percentile(retitled, 0.99))}",
            within=median(retitled) <= 0.1,
        ),
        Figure(
            what=f"The first page by title after a title was edited, {size:,} items",
            budget="≤ 300 ms",
            measured=f"p50 {ms(median(after))}, worst {ms(max(after))}",
            within=max(after) <= 0.3,
        ),
        Figure(
            what=f"A label on all {edited:,} films of one year, {size:,} items",
            budget="≥ 2,000 items/s",
            measured=f"{edited / lasted:,.0f} items/s; one edit beside it p50 {ms(median(beside))}",
            within=edited / lasted >= 2_000,
        ),
    ]


def _many(server: Server) -> tuple[float, list[float], int]:
    """How long a label on all films of a year takes, what single edits take meanwhile, and how many films there are."""
    client = server.client()
    count = "/library/sections/1/all?type=1&year=2001&X-Plex-Container-Size=0&X-Plex-Container-Start=0"
    edited = int(fromstring(client.get(count)).attrib["totalSize"])  # noqa: S314 - our own server
    (other,) = fromstring(client.get("/library/sections/1/all?type=1&limit=1"))  # noqa: S314 - our own server
    lasted: list[float] = []

    def edit() -> None:
        with_own = server.client()
        lasted.append(with_own.timed_send("PUT", "/library/sections/1/all?type=1&year=2001&label[0].tag.tag=Many"))

    worker = threading.Thread(target=edit)
    worker.start()
    beside: list[float] = []
    while worker.is_alive() or not beside:
        path = f"/library/metadata/{other.attrib['ratingKey']}?tagline.value=Line{len(beside)}"
        beside.append(client.timed_send("PUT", path))
    worker.join()
    return lasted[0], beside, edited
