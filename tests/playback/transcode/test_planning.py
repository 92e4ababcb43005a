"""Which renditions of several files go on with each other."""

from dataclasses import replace

import pytest

from vitascope.core.playback.decision import PartDecision
from vitascope.core.playback.renditions import (
    AudioRendition,
    SegmentFormat,
    SubtitleRendition,
    VideoRendition,
)
from vitascope.playback.transcode.planning import in_line

TOP = VideoRendition(name="original", index=0, format=SegmentFormat.FMP4)
RUNG = VideoRendition(name="v480-2000", index=0, format=SegmentFormat.FMP4)
SOUND = AudioRendition(name="a1", index=1, format=SegmentFormat.FMP4)
TEXTS = (SubtitleRendition(name="s1", index=2), SubtitleRendition(name="s2", index=3))
FIRST = PartDecision(part_index=0, part_id=1, direct=False, video=(TOP, RUNG), audio=(SOUND,), subtitles=TEXTS)


def test_one_file_is_a_line_of_itself() -> None:
    assert in_line([FIRST]) == [({one.name: one for one in (TOP, RUNG, SOUND, *TEXTS)}, {})]


def test_the_last_quality_goes_on_and_a_subtitle_that_is_not_in_all_is_left_out() -> None:
    later = replace(FIRST, video=(TOP,), subtitles=(SubtitleRendition(name="s7", index=2),))
    (mine, nothing), (theirs, follows) = in_line([FIRST, later])
    assert set(mine) == {"original", "v480-2000", "a1", "s1"}
    assert nothing == {}
    assert follows == {"original": "p1-original", "v480-2000": "p1-original", "a1": "p1-a1", "s1": "p1-s7"}
    assert {name: one.name for name, one in theirs.items()} == {name: name for name in follows.values()}


def test_a_film_does_not_go_on_without_a_picture() -> None:
    with pytest.raises(ValueError, match="part 1"):
        in_line([FIRST, replace(FIRST, video=())])
