"""Where the segments of a stream begin: one grid for every rendition of it, so that players change between them freely.

Times are microseconds from the begin of the file. A picture or a frame of sound belongs to the segment in which its
presentation time lies, rounded to a microsecond: each to exactly one, whichever run makes it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The segments of a stream: ``starts_us`` grows and begins with 0, ``end_us`` is the end of the last one."""

    starts_us: tuple[int, ...]
    end_us: int
    on_key_frames: bool
    """Each segment begins with a key frame of the file's own video, so that it can be copied."""

    def __post_init__(self) -> None:
        if not self.starts_us or self.starts_us[0] != 0:
            raise ValueError("a grid begins at 0")
        later = (*self.starts_us[1:], self.end_us)
        if any(after <= before for before, after in zip(self.starts_us, later, strict=True)):
            raise ValueError("the segments of a grid follow each other and are not empty")

    def __len__(self) -> int:
        return len(self.starts_us)

    def start_us(self, number: int) -> int:
        """Where a segment begins; its end is where the next one does (``number == len``: the end of all)."""
        return self.end_us if number == len(self.starts_us) else self.starts_us[number]

    def duration_us(self, number: int) -> int:
        """How long a segment is."""
        return self.start_us(number + 1) - self.starts_us[number]

    def at(self, time_us: int) -> int:
        """The number of the segment that holds a time; the first or the last one for what lies outside."""
        return min(max(bisect_right(self.starts_us, time_us) - 1, 0), len(self.starts_us) - 1)

    @property
    def longest_us(self) -> int:
        """The length of the longest segment."""
        return max(self.duration_us(number) for number in range(len(self)))


def key_frame_grid(key_frames_us: Sequence[int], duration_us: int, *, target_us: int) -> Grid:
    """Segments that begin on key frames, each at least ``target_us`` long but the last.

    A last segment shorter than a quarter of ``target_us`` is joined to the one before: some players stumble over a
    crumb at the end. What comes before the first key frame belongs to the first segment.
    """
    starts = [0]
    for time_us in sorted(key_frames_us):
        if time_us - starts[-1] >= target_us and time_us < duration_us:
            starts.append(time_us)
    if len(starts) > 1 and duration_us - starts[-1] < target_us // 4:
        starts.pop()
    return Grid(starts_us=tuple(starts), end_us=max(duration_us, starts[-1] + 1), on_key_frames=True)


def fixed_grid(duration_us: int, *, target_us: int) -> Grid:
    """Segments of one length, for what is converted and has no key frames that anyone knows of."""
    if target_us < 1:
        raise ValueError("a segment has a length")
    count = max(1, -(-duration_us // target_us))
    if count > 1 and duration_us - (count - 1) * target_us < target_us // 4:
        count -= 1
    starts = tuple(number * target_us for number in range(count))
    return Grid(starts_us=starts, end_us=max(duration_us, starts[-1] + 1), on_key_frames=False)
