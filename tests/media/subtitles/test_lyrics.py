from hypothesis import given
from hypothesis import strategies as st

from vitascope.media.subtitles import LyricLine, parse_lyrics


def test_timed_lines_metadata_and_repeats() -> None:
    lyrics = parse_lyrics("[ar: Someone]\n[ti:Song]\n\n[00:10.50][01:10.5]Chorus\n[00:05]First\n[00:07.123]\n")
    assert lyrics.timed
    assert lyrics.metadata == (("ar", "Someone"), ("ti", "Song"))
    assert lyrics.lines == (
        LyricLine(text="First", start_ms=5000),
        LyricLine(text="", start_ms=7123),
        LyricLine(text="Chorus", start_ms=10_500),
        LyricLine(text="Chorus", start_ms=70_500),
    )


def test_offset_shows_lines_earlier() -> None:
    lyrics = parse_lyrics("[offset:+500]\n[00:01.00]a\n[00:00.10]b")
    assert [line.start_ms for line in lyrics.lines] == [0, 500]


def test_word_stamps_are_left_out() -> None:
    lyrics = parse_lyrics("[00:01.00]<00:01.00>So <00:01.50>it <00:02.00>goes\n[00:03.00]One [00:03.50]two")
    assert [line.text for line in lyrics.lines] == ["So it goes", "One two"]


def test_plain_text() -> None:
    lyrics = parse_lyrics("\nFirst verse\n\n[Chorus]\nLa la\n\n")
    assert not lyrics.timed
    assert [line.text for line in lyrics.lines] == ["First verse", "", "[Chorus]", "La la"]
    assert {line.start_ms for line in lyrics.lines} == {None}


def test_nothing_at_all() -> None:
    assert parse_lyrics("").lines == ()


@given(st.text(alphabet=st.sampled_from("[]<>:.0123456789 offsetar\n+-x"), max_size=300))
def test_nothing_makes_it_raise(text: str) -> None:
    lyrics = parse_lyrics(text)
    starts = [line.start_ms for line in lyrics.lines if line.start_ms is not None]
    assert starts == sorted(starts)
