"""Chapters that a person writes: in order, with an end each, and with ids that stay."""

import pytest

from vitascope.core.chapters import MOST, Chapter, ChapterError, of_file, put, shown
from vitascope.core.model import ChapterInfo


def info(start: int, end: int, title: str | None = None) -> ChapterInfo:
    return ChapterInfo(start_ms=start, end_ms=end, title=title)


def test_those_of_a_file_end_where_the_next_begins() -> None:
    found = of_file([info(0, 300, "One"), info(300, 500), info(600, 900)])
    assert [(one.id, one.start_ms, one.end_ms, one.title) for one in found] == [
        (1, 0, None, "One"), (2, 300, 500, None), (3, 600, 900, None),
    ]  # fmt: skip
    assert [(one.start_ms, one.end_ms) for one in shown(found, None)] == [(0, 300), (300, 500), (600, 900)]
    assert of_file([]) == shown([], 10) == []


def test_one_more_shortens_the_one_before() -> None:
    found = put(of_file([info(0, 300), info(300, 900)]), Chapter(id=3, start_ms=100))
    assert [(one.id, one.start_ms, one.end_ms) for one in shown(found, 900)] == [
        (1, 0, 100), (3, 100, 300), (2, 300, 900),
    ]  # fmt: skip


def test_what_is_moved_keeps_its_id_and_stands_in_order() -> None:
    found = put([Chapter(id=4, start_ms=0), Chapter(id=7, start_ms=50)], Chapter(id=4, start_ms=80, title="Late"))
    assert [(one.id, one.start_ms, one.end_ms) for one in shown(found, 100)] == [(7, 50, 80), (4, 80, 100)]


def test_a_shorter_file_has_only_those_that_it_reaches() -> None:
    found = [Chapter(id=1, start_ms=0, end_ms=40), Chapter(id=2, start_ms=50, end_ms=90), Chapter(id=3, start_ms=90)]
    assert [(one.id, one.start_ms, one.end_ms) for one in shown(found, 60)] == [(1, 0, 40), (2, 50, 60)]


def test_two_do_not_begin_at_once_and_there_is_an_end_to_them() -> None:
    with pytest.raises(ChapterError, match="begins at 5 ms"):
        put([Chapter(id=1, start_ms=5)], Chapter(id=2, start_ms=5))
    many = [Chapter(id=at, start_ms=at) for at in range(MOST)]
    with pytest.raises(ChapterError, match="more than"):
        put(many, Chapter(id=MOST, start_ms=MOST))
    assert len(put(many, Chapter(id=3, start_ms=MOST))) == MOST
