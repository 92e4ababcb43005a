"""From a decision to what a session makes: the renditions of a part, on one grid.

The grid follows the key frames of the file wherever they are known, also where nothing is copied: an original that is
copied and the rungs below it then begin their segments at the same pictures, and a player changes between them without
a gap. Where nobody knows them every segment has one length, and nothing of the video can be copied.
"""

from collections.abc import Mapping, Sequence

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


def by_name(renditions: Sequence[Rendition]) -> Mapping[str, Rendition]:
    """Renditions by their names. Raises ``ValueError`` when two have one name."""
    found = {rendition.name: rendition for rendition in renditions}
    if len(found) != len(renditions):
        raise ValueError(f"two renditions have one name: {sorted(rendition.name for rendition in renditions)}")
    return found
