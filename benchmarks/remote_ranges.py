"""Ranges of far films by several ways in turn: read from a mount, or over HTTP.

Reading a file is one copy out of the kernel; over HTTP there are two more and a client that takes them. So beside
reading the bare mount there is nginx (``sendfile``) that serves that mount to the same client: what no server can do
without.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.mounted import rest
from benchmarks.report import Figure, median, ms

ROUNDS = 5
STRIDE = 200 << 20
"""From one range to the next: more than what is read ahead of the first."""
MOST_RATIO = 1.1
BARE, NGINX = "reading the bare mount", "nginx over the bare mount"
Read = Callable[[int, int], float]
"""Seconds that a range takes, by where it begins and its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of the same ranges by each way."""

    size: int
    taken: Mapping[str, Sequence[float]]

    def against(self, ours: str, reference: str) -> tuple[float, str]:
        """The ratio, and it in words."""
        pairs = zip(self.taken[ours], self.taken[reference], strict=True)
        ratio = median([mine / theirs for mine, theirs in pairs])
        took, bare = median(self.taken[ours]), median(self.taken[reference])
        return ratio, f"{ratio:.2f} x ({ms(took)} against {ms(bare)}; {self.size / took / 1e6:.0f} MB/s)"

    def figure(self, what: str, ours: str, reference: str) -> Figure:
        ratio, words = self.against(ours, reference)
        return Figure(
            what=f"{what}, {ours}",
            budget=f"≤ {MOST_RATIO} x {reference}",
            measured=words,
            within=ratio <= MOST_RATIO,
        )


def cold_and_cached(ways: Mapping[str, Read], size: int, first: int) -> tuple[Times, Times]:
    """Ranges from ``first`` on that nobody read before, and the same again."""
    found = []
    for _ in range(2):
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(ROUNDS):
            names = list(ways)
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                rest()
                taken[name].append(ways[name](first + number * STRIDE, size))
        found.append(Times(size=size, taken=taken))
    return found[0], found[1]
