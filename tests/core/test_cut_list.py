"""Cut lists of other tools: what they say is followed, and what cannot be is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.commercials import Break
from vitascope.core.cut_list import MOST_BYTES, CutList, Refused, read

HOUR_MS = 3_600_000


def test_cuts_and_breaks_are_taken_and_others_passed_over() -> None:
    data = b"\xef\xbb\xbf600.5\t660.25\t3\r\n\r\n## a remark\n0.00 30.5 0\n100 110 1\n00:20:00 1200 2\n"
    assert read(data + b"00:30:00 0:31:00.5 3", HOUR_MS) == CutList(
        breaks=(Break(0, 30_500), Break(600_500, 660_250), Break(1_800_000, 1_860_500))
    )


def test_a_break_may_end_a_little_after_the_film() -> None:
    assert read(b"3500 3602.5 3", HOUR_MS).breaks == (Break(3_500_000, HOUR_MS),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1 2", "not a start, an end and an action"),
        ("1 2 3 4", "not a start, an end and an action"),
        ("#127 #300 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("-5 20 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("nan inf 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("1e3 1e4 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("\u0661 \u0662\u0660 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("1 99999999999999999999 3", "a time that is neither seconds nor hours:minutes:seconds"),
        ("10 20 7", "an unknown action"),
        ("20 10 3", "it ends before it begins, or at once"),
        ("10 10 3", "it ends before it begins, or at once"),
        ("4000 4010 3", "it lies after the end of the film"),
        ("0 3600 0", "it is the whole film"),
        ("root:x:0:0:root:/root:/bin/sh", "not a start, an end and an action"),
    ],
)
def test_hostile_lines_are_refused_and_the_others_followed(line: str, reason: str) -> None:
    said = read(f"100 200 3\n{line}\n300 400 3".encode(), HOUR_MS)
    assert said.breaks == (Break(100_000, 200_000), Break(300_000, 400_000))
    assert said.refused == (Refused(2, reason),)


def test_lines_do_not_overlap_and_do_not_grow_without_end() -> None:
    assert read(b"100 200 3\n150 250 3", HOUR_MS).refused == (Refused(2, "overlaps a line before it"),)
    many = read("\n".join(f"{n * 4} {n * 4 + 2} 3" for n in range(300)).encode(), HOUR_MS)
    assert len(many.breaks) == 200
    assert many.refused == (Refused(201, "more than 200 breaks"),)
    assert read(b"1 2 3\n" * MOST_BYTES, HOUR_MS).breaks == ()


_WORDS = st.sampled_from(["1", "20.5", "0:00:30", "900", "3600", "3", "0", "2", "#", "-1", "\x00", "x"])
_TEXT = st.lists(st.lists(_WORDS, max_size=4).map(" ".join)).map("\n".join).map(str.encode)


@given(st.one_of(st.binary(max_size=500), _TEXT), st.integers(1, HOUR_MS))
def test_whatever_lies_there_breaks_are_inside_the_film_and_apart(data: bytes, duration_ms: int) -> None:
    said = read(data, duration_ms)
    assert all(0 <= one.start_ms < one.end_ms <= duration_ms for one in said.breaks)
    assert all(one.end_ms <= next_.start_ms for one, next_ in zip(said.breaks, said.breaks[1:], strict=False))
