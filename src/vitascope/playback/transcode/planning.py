"""From a decision to what a session makes: the renditions of a part, on one grid.

The grid follows the key frames of the file wherever they are known, also where nothing is copied: an original that is
copied and the rungs below it then begin their segments at the same pictures, and a player changes between them without
a gap. Where nobody knows them every segment has one length, and nothing of the video can be copied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vitascope.core.playback.decision import PartDecision
from vitascope.core.playback.grid import Grid, fixed_grid, key_frame_grid
from vitascope.core.playback.renditions import Rendition

SEGMENT_US = 6_000_000
"""How long a segment is, unless the player wishes otherwise: long enough to be worth a request, short enough to be made
while somebody waits for it."""
_SHORTEST_US, _LONGEST_US = 1_000_000, 20_000_000


def grid_of(duration_us: int, key_frames_us: Sequence[int] | None, *, wished_us: int | None = None) -> Grid:
    """The segments of a file. ``key_frames_us`` is ``None`` where nobody knows them, or there is no video."""
    target = min(max(wished_us or SEGMENT_US, _SHORTEST_US), _LONGEST_US)
    if key_frames_us:
        return key_frame_grid(key_frames_us, duration_us, target_us=target)
    return fixed_grid(duration_us, target_us=target)


Lined = tuple[Mapping[str, Rendition], Mapping[str, str]]
"""The renditions of a part by their names, and which of them goes on with which of the first part."""


def in_line(parts: Sequence[PartDecision]) -> list[Lined]:
    """The renditions of parts that are played one after the other.

    Parts of one version have their streams in the same order. Where a later one has fewer qualities or sound tracks its
    last one goes on; a subtitle that is not in all of them is left out. Raises ``ValueError`` where nothing can go on.
    """
    (first, *others) = parts
    texts = min(len(part.subtitles) for part in parts)
    lined: list[Lined] = [(by_name([*first.video, *first.audio, *first.subtitles[:texts]]), {})]
    for number, part in enumerate(others, 1):
        renditions: dict[str, Rendition] = {}
        follows: dict[str, str] = {}
        kinds: list[tuple[Sequence[Rendition], Sequence[Rendition]]] = [
            (first.video, part.video),
            (first.audio, part.audio),
            (first.subtitles[:texts], part.subtitles),
        ]
        for before, after in kinds:
            if before and not after:
                raise ValueError(f"part {number} has nothing that goes on with {before[0].name}")
            for place, one in enumerate(before):
                found = after[min(place, len(after) - 1)]
                name = f"p{number}-{found.name}"
                renditions[name] = replace(found, name=name)
                follows[one.name] = name
        lined.append((renditions, follows))
    return lined


def by_name(renditions: Sequence[Rendition]) -> Mapping[str, Rendition]:
    """Renditions by their names. Raises ``ValueError`` when two have one name."""
    found = {rendition.name: rendition for rendition in renditions}
    if len(found) != len(renditions):
        raise ValueError(f"two renditions have one name: {sorted(rendition.name for rendition in renditions)}")
    return found
