"""Moments of black and silence are found in recordings, and in no others; cut lists are read and links are not."""

from pathlib import Path

import numpy as np
import pytest
from tests.support.recordings import around, record

from vitascope.core.commercials import Break, Cut
from vitascope.core.cut_list import CutList
from vitascope.media.images.errors import NoFrameError
from vitascope.media.markers.cuts import black_within, find, read_list, silences_of
from vitascope.media.markers.tasks import CutListArgs, CutsArgs
from vitascope.media.voice.detecting import RATE
from vitascope.media.workers.failure import MediaError

LENGTH_S = 60
CUTS_S = (11.0, 26.0, 33.0, 50.0)


def found(path: Path, piece_s: int = LENGTH_S) -> list[Cut]:
    places = range(0, LENGTH_S * 1000, piece_s * 1000)
    return [
        cut
        for at in places
        for cut in find(
            CutsArgs(
                path=bytes(path),
                from_ms=at,
                to_ms=min(at + piece_s * 1000, LENGTH_S * 1000),
                duration_ms=LENGTH_S * 1000,
            )
        )
    ]


@pytest.mark.parametrize("name", ["a.mkv", "a.ts"])
def test_advertisements_are_found_whole_and_in_pieces(tmp_path: Path, name: str) -> None:
    fades, pauses = [(3.0, 3.8), (56.0, 57.0)], [(20.0, 20.5), (40.0, 42.0)]
    path = record(tmp_path / name, LENGTH_S, [*around(CUTS_S), *fades], [*around(CUTS_S), *pauses])
    whole = found(path)
    assert [one.at_ms for one in whole] == pytest.approx([at * 1000 for at in CUTS_S], abs=200)
    assert found(path, 25) == whole


def test_a_dark_and_quiet_scene_has_none(tmp_path: Path) -> None:
    pauses = [(at, at + 0.4) for at in range(12, 48, 12)]
    assert found(record(tmp_path / "a.mkv", LENGTH_S, [(10, 50)], pauses)) == []
    glimpses = [(at - 1, at + 3) for at, _ in pauses]
    assert found(record(tmp_path / "b.mkv", LENGTH_S, glimpses, [(10, 50)])) == []


def test_black_counts_where_it_ends_by_the_end_of_the_silence() -> None:
    silence = Cut(10_000, 10_400)

    def frames(*black: int) -> list[tuple[int, bool]]:
        return [(at, at in black) for at in range(8_500, 12_000, 40)]

    assert black_within(silence, []) is None
    assert black_within(silence, frames()) is None
    assert black_within(silence, frames(10_100)) is None, "one frame"
    assert black_within(silence, frames(10_100, 10_140, 10_180)) == Cut(10_100, 10_220)
    assert black_within(silence, frames(9_860, 9_900, 9_940)) == Cut(9_900, 9_980), "a bit before"
    assert black_within(silence, frames(*range(8_900, 9_500, 40))) is None
    assert black_within(silence, frames(*range(8_500, 10_300, 40))) is None, "since who knows when"
    assert black_within(silence, frames(*range(10_100, 12_000, 40))) is None


def test_silences_are_neither_clicks_nor_scenes() -> None:
    sound = np.full(60 * RATE, 0.1, dtype=np.float32)
    for begin, end in ((1.0, 1.04), (2.0, 2.2), (10.0, 21.0), (59.0, 60.0)):
        sound[int(begin * RATE) : int(end * RATE)] = 0.0005
    assert silences_of(sound) == [(2_000, 2_200), (59_000, 60_000)]
    assert silences_of(sound[:0]) == []


def test_what_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"no film")
    with pytest.raises((MediaError, NoFrameError)):
        find(CutsArgs(path=bytes(tmp_path / "a.mkv"), from_ms=0, to_ms=60_000, duration_ms=60_000))


def test_lists_are_read_and_links_and_what_is_no_file_are_none(tmp_path: Path) -> None:
    def said(name: str) -> CutList | None:
        return read_list(CutListArgs(path=bytes(tmp_path / name), duration_ms=600_000))

    (tmp_path / "a.edl").write_text("100 200 3\n")
    (tmp_path / "link.edl").symlink_to("a.edl")
    (tmp_path / "folder.edl").mkdir()
    (tmp_path / "empty.edl").touch()
    assert said("a.edl") == CutList(breaks=(Break(100_000, 200_000),))
    assert [said(f"{name}.edl") for name in ("link", "folder", "empty", "none")] == [None] * 4
