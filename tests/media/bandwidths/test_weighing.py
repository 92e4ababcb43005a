"""The bytes of each second of a file: all of them, none twice, wherever a stretch begins."""

from pathlib import Path

import av
import pytest
from tests.support.films import film

from vitascope.media.bandwidths.tasks import WeighArgs, weigh
from vitascope.media.workers.failure import MediaError


@pytest.mark.parametrize("name", ["plain.mp4", "plain.mkv", "plain.ts"])
def test_every_packet_counts_once(name: str) -> None:
    path = film(name)
    with av.open(str(path)) as container:
        total = sum(packet.size for packet in container.demux())
    whole = weigh(WeighArgs(path=bytes(path), from_s=0, to_s=30)).sizes
    assert sum(whole) == total
    assert sum(whole[10:]) == 0
    pieces = [weigh(WeighArgs(path=bytes(path), from_s=at, to_s=at + 3)).sizes for at in range(0, 30, 3)]
    assert [size for piece in pieces for size in piece] == whole


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"no film" * 1000)
    with pytest.raises(MediaError):
        weigh(WeighArgs(path=bytes(path), from_s=0, to_s=10))
