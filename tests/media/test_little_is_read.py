"""What a scan reads of a film does not grow with the film: over a network every byte has its price."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.clips import clip

from vitascope.core.model import FileClass
from vitascope.media.images.frames import frame
from vitascope.media.keyframes.indexes import from_index
from vitascope.media.probe.inspecting import inspect_file


def bytes_read(work: Callable[[], object]) -> int:
    """What system calls of this process gave it meanwhile."""

    def so_far() -> int:
        return int(Path("/proc/self/io").read_text("ascii").split()[1])

    work()  # what is imported is read once
    before = so_far()
    idle = so_far() - before
    before = so_far()
    work()
    return so_far() - before - idle


@pytest.mark.parametrize("name", ["dense-film.mp4", "dense-film.mkv"])
def test_a_few_pictures_of_a_film_of_8_mbit_are_read(name: str) -> None:
    """A key frame has 300,000 bytes here, a second a million. Repetitions count, which a cache spares."""
    path = str(clip(name))
    assert Path(path).stat().st_size > 25_000_000
    assert bytes_read(lambda: inspect_file(path.encode(), FileClass.VIDEO)) < 700_000
    assert bytes_read(lambda: frame(path)) < 1_300_000
    assert bytes_read(lambda: from_index(path, 0)) < 2_500_000
    assert len(from_index(path, 0).times_us) == 14
