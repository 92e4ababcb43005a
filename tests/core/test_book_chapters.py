"""Chapters of a service, laid over the files of a book."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.book_chapters import BookChapters, ToldChapters, laid_over, still_fits
from vitascope.core.model import ChapterInfo

HOUR = 3_600_000
TITLES = ("Opening Credits", "One", "Two", "End Credits")


def book(*starts: int, runtime: int = HOUR, intro: int = 0, outro: int = 0) -> BookChapters:
    ends = (*starts[1:], runtime)
    return BookChapters(
        runtime_ms=runtime,
        intro_ms=intro,
        outro_ms=outro,
        chapters=tuple(
            ChapterInfo(start_ms=start, end_ms=end, title=title)
            for start, end, title in zip(starts, ends, TITLES, strict=False)
        ),
    )


def drawn(files: list[tuple[ChapterInfo, ...]] | None) -> list[list[tuple[int, int, str | None]]]:
    assert files is not None
    return [[(one.start_ms, one.end_ms, one.title) for one in chapters] for chapters in files]


SOLD = book(0, 20_000, 1_800_000, 3_590_000, intro=3_000, outro=6_000)


def test_a_file_as_it_is_sold() -> None:
    assert drawn(laid_over(SOLD, [HOUR])) == [
        [
            (0, 20_000, "Opening Credits"),
            (20_000, 1_800_000, "One"),
            (1_800_000, 3_590_000, "Two"),
            (3_590_000, HOUR, "End Credits"),
        ]
    ]


def test_without_the_words_of_the_shop() -> None:
    length = HOUR - 9_000
    (chapters,) = drawn(laid_over(SOLD, [length]))
    assert [start for start, _, _ in chapters] == [0, 17_000, 1_797_000, 3_587_000]
    assert chapters[-1][1] == length


@pytest.mark.parametrize("length", [HOUR + 60_000, HOUR - 60_000, HOUR // 2, 2 * HOUR, 0, 1])
def test_another_edition_is_refused(length: int) -> None:
    assert laid_over(SOLD, [length]) is None


def test_in_files_cut_anywhere() -> None:
    assert drawn(laid_over(book(0, 1_000_000, 2_500_000), [HOUR // 2, HOUR // 2])) == [
        [(0, 1_000_000, "Opening Credits"), (1_000_000, 1_800_000, "One")],
        [(0, 700_000, "One"), (700_000, 1_800_000, "Two")],
    ]


def test_a_file_for_each_chapter() -> None:
    """Each a little longer than it should be, as encoders leave them."""
    files = drawn(laid_over(book(0, 1_000_000, 2_500_000), [1_000_050, 1_500_050, 1_100_050]))
    assert files == [[(0, 1_000_050, "Opening Credits")], [(0, 1_500_050, "One")], [(0, 1_100_050, "Two")]]


def test_a_file_of_no_length_is_none_of_the_book() -> None:
    assert laid_over(book(0), [HOUR, 0]) is None
    assert laid_over(book(0), []) is None


def test_whether_it_fits_yet() -> None:
    told = ToldChapters(of_ms=HOUR, chapters=())
    assert still_fits(told, HOUR + 4_000)
    assert not still_fits(told, HOUR + 60_000)
    assert not still_fits(told, None)


@given(
    lengths=st.lists(st.integers(1, HOUR), min_size=1, max_size=8),
    starts=st.lists(st.integers(0, 9 * HOUR), max_size=12),
    intro=st.integers(0, 10_000),
    off=st.integers(-5_000, 5_000),
)
def test_every_file_is_covered_once(lengths: list[int], starts: list[int], intro: int, off: int) -> None:
    runtime = max(sum(lengths) + intro + off, 1)
    said = BookChapters(
        runtime_ms=runtime, intro_ms=intro, chapters=tuple(ChapterInfo(start_ms=at, end_ms=at) for at in starts)
    )
    files = laid_over(said, lengths)
    for length, chapters in zip(lengths, files or (), strict=False):
        assert all(one.start_ms < one.end_ms for one in chapters)
        assert all(one.end_ms == two.start_ms for one, two in pairwise(chapters))
        assert not chapters or (chapters[0].start_ms >= 0 and chapters[-1].end_ms == length)
