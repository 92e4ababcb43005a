"""The arithmetic of user namespaces: which number a user has inside and outside. Pure.

A container that runs as an ordinary user sees other numbers than its host: inside ``podman unshare``, 0 is the user and
1, 2, 3 … are the numbers that ``/etc/subuid`` lends them. ``podman unshare chown 3000:3000`` therefore makes files
belong to the 3000th number that is lent (100000 + 3000 - 1 = 102999), not to the user 3000. See user_namespaces(7),
subuid(5), and ``--userns=keep-id`` of podman-run(1).
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """``count`` numbers from ``inside`` on that are those from ``outside`` on."""

    inside: int
    outside: int
    count: int


@dataclass(frozen=True, slots=True)
class IdMap:
    """The numbers of a namespace."""

    ranges: tuple[Range, ...]

    @classmethod
    def parse(cls, text: str) -> "IdMap":
        """Reads ``/proc/self/uid_map``."""
        lines = (line.split() for line in text.splitlines())
        return cls(
            tuple(
                Range(inside=int(a), outside=int(b), count=int(c))
                for a, b, c in (one for one in lines if len(one) == 3)
            )
        )

    @property
    def is_identity(self) -> bool:
        """Whether this is no namespace of its own: every number is itself."""
        return any(one.inside == one.outside == 0 and one.count >= 2**32 - 1 for one in self.ranges)

    @property
    def is_nested(self) -> bool:
        """Whether the numbers outside are those of ``podman unshare`` and not the host's: they are then those from 0
        on, put in another order (``keep-id``)."""
        return not self.is_identity and any(one.outside == 0 for one in self.ranges)

    def outside(self, inside: int) -> int | None:
        """What a number of the namespace is outside, ``None`` when it has none."""
        for one in self.ranges:
            if one.inside <= inside < one.inside + one.count:
                return one.outside + inside - one.inside
        return None

    def inside(self, outside: int) -> int | None:
        """What a number from outside is in the namespace, ``None`` when it has none."""
        for one in self.ranges:
            if one.outside <= outside < one.outside + one.count:
                return one.inside + outside - one.outside
        return None

    def arithmetic(self, inside: int) -> str:
        """How the number outside comes about, for a person: ``100000 + 3000 - 1 = 102999``."""
        for one in self.ranges:
            if one.inside <= inside < one.inside + one.count:
                if one.count == 1:
                    return str(one.outside)
                return f"{one.outside} + {inside} - {one.inside} = {one.outside + inside - one.inside}"
        return "no number"


def parse_subids(text: str, names: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """The start and count of each range that ``/etc/subuid`` or ``/etc/subgid`` lends to a user, who is called by any
    of ``names`` (the name, and the number as text)."""
    wanted = set(names)
    found = []
    for line in text.splitlines():
        fields = line.strip().split(":")
        if len(fields) == 3 and fields[0] in wanted and fields[1].isdigit() and fields[2].isdigit():
            found.append((int(fields[1]), int(fields[2])))
    return tuple(found)


def unshare_map(own: int, lent: Iterable[tuple[int, int]]) -> IdMap:
    """The map of ``podman unshare`` for a user: 0 is the user, from 1 on come the numbers that are lent."""
    ranges = [Range(inside=0, outside=own, count=1)]
    at = 1
    for start, count in lent:
        ranges.append(Range(inside=at, outside=start, count=count))
        at += count
    return IdMap(tuple(ranges))
