"""Limitations held against streams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.facts import PartFacts
from vitascope.core.playback.profiles import Bound, Limitation, Scope, Subject, broken
from vitascope.core.playback.profiles.limits import LIMIT_NAMES, expression, holds, regex_problem

INFO = StreamInfo(
    type=StreamType.VIDEO,
    index=0,
    codec="h264",
    width=1920,
    height=1080,
    bit_depth=8,
    level=41,
    frame_rate=23.976,
    bitrate_kbps=8_000,
    profile="high",
    ref_frames=4,
    anamorphic=True,
    chroma_subsampling="4:2:0",
    scan_type="progressive",
)


def _limit(bound: Bound, name: str, value: str = "", **more: str | bool) -> Limitation:
    return Limitation(
        scope=Scope.VIDEO_CODEC,
        scope_name="h264",
        bound=bound,
        name=name,
        values=tuple(value.split("|")) if value else (),
        **more,  # type: ignore[arg-type]  # texts and flags by name
    )


@pytest.mark.parametrize(
    ("bound", "name", "value", "ok"),
    [
        (Bound.UPPER, "video.width", "1920", True),
        (Bound.UPPER, "video.width", "1919", False),
        (Bound.LOWER, "video.width", "1920", True),
        (Bound.LOWER, "video.width", "1921", False),
        (Bound.UPPER, "video.height", "1080", True),
        (Bound.UPPER, "video.bitDepth", "8", True),
        (Bound.UPPER, "video.level", "40", False),
        (Bound.UPPER, "video.frameRate", "24", True),
        (Bound.UPPER, "video.frameRate", "23.9", False),
        (Bound.UPPER, "video.bitrate", "7999", False),
        (Bound.UPPER, "video.refFrames", "4", True),
        (Bound.MATCH, "video.profile", "high", True),
        (Bound.MATCH, "video.profile", "High", True),
        (Bound.MATCH, "video.profile", "main|high", True),
        (Bound.MATCH, "video.profile", "main", False),
        (Bound.NOT_MATCH, "video.profile", "high 10", True),
        (Bound.NOT_MATCH, "video.profile", "high", False),
        (Bound.MATCH, "video.anamorphic", "true", True),
        (Bound.MATCH, "video.anamorphic", "1", True),
        (Bound.NOT_MATCH, "video.anamorphic", "true", False),
        (Bound.MATCH, "video.interlaced", "false", True),
        (Bound.MATCH, "video.width", "1920.0", True),
        (Bound.MATCH, "video.dynamicRange", "sdr", True),
    ],
)
def test_a_limitation_holds_or_not(bound: Bound, name: str, value: str, ok: bool) -> None:
    assert (broken([_limit(bound, name, value)], Subject(played=[INFO])) is None) is ok


def test_a_part_of_a_text_and_an_expression_match() -> None:
    assert broken([_limit(Bound.MATCH, "video.profile", substring="ig")], Subject(played=[INFO])) is None
    assert broken([_limit(Bound.NOT_MATCH, "video.profile", substring="ig")], Subject(played=[INFO])) is not None
    assert broken([_limit(Bound.MATCH, "video.profile", regex="^(main|high)$")], Subject(played=[INFO])) is None


def test_what_nobody_knows_breaks_only_what_is_required() -> None:
    unknown = StreamInfo(type=StreamType.VIDEO, index=0)
    assert broken([_limit(Bound.UPPER, "video.level", "41")], Subject(played=[unknown])) is None
    found = broken([_limit(Bound.UPPER, "video.level", "41", required=True)], Subject(played=[unknown]))
    assert str(found) == "video.level is unknown, and may be at most 41"


def test_one_for_all_streams_looks_at_those_that_are_not_played() -> None:
    stereo, surround = (StreamInfo(type=StreamType.AUDIO, index=n, channels=n * 4 + 2) for n in (0, 1))
    subject = Subject(played=[stereo], all=[stereo, surround])
    assert broken([_limit(Bound.UPPER, "audio.channels", "2")], subject) is None
    assert broken([_limit(Bound.UPPER, "audio.channels", "2", all_streams=True)], subject) is not None


def test_a_container_has_limits_of_its_own() -> None:
    part = PartFacts(id=1, size_bytes=5_000_000_000, duration_ms=1_000)
    limit = _limit(Bound.UPPER, "container.size", "4294967295")
    assert broken([limit], Subject(part=part)) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        r"(a)\1",
        "(?=a)",
        "a*a*a*b",
        "a?" * 7,
        "(",
        "x" * 81,
        "(" * 40 + ")" * 40 + "+",
        "a{1,9}" * 3,
    ],
)
def test_an_expression_that_could_take_long_is_refused(pattern: str) -> None:
    assert regex_problem(pattern) is not None


def test_what_python_may_read_otherwise_one_day_is_taken_as_it_is_today() -> None:
    assert regex_problem("[[a]") is None
    assert expression("[[a]").search("x[") is not None


@pytest.mark.property
@given(st.text(alphabet=r"ab.*+?()[]{}|^$\d0,1", max_size=80), st.text(alphabet="ab01", max_size=64))
def test_an_expression_that_is_taken_costs_little(pattern: str, text: str) -> None:
    if regex_problem(pattern) is not None:
        return
    expression(pattern).search(text)  # one that is exponential takes years, and the test's time ends it


@pytest.mark.property
@given(
    st.sampled_from(Bound),
    st.sampled_from(sorted(LIMIT_NAMES)),
    st.lists(st.text(max_size=8), max_size=3),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
)
def test_every_comparison_has_an_answer(
    bound: Bound, name: str, values: list[str], value: str | float | bool | None
) -> None:
    made = Limitation(scope=Scope.VIDEO_CODEC, scope_name="*", bound=bound, name=name, values=tuple(values))
    assert holds(made, value) in (True, False)
