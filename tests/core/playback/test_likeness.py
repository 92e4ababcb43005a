"""A stream that was chosen is known again by what it is, and another is not taken for it."""

import pytest
from msgspec import structs

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.likeness import describe, find


def stream(language: str | None = None, title: str | None = None, codec: str = "srt", **more: object) -> StreamInfo:
    return StreamInfo(
        type=StreamType.SUBTITLE, codec=codec, language_code=language, title=title,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def found(wanted: StreamInfo, place: int, *streams: StreamInfo) -> int | None:
    return find(describe(wanted, place), list(enumerate(streams, 1)))


def test_the_language_and_the_purpose_decide() -> None:
    german, forced = stream("ger"), stream("ger", forced=True)
    assert found(german, 0, stream("eng"), forced, german) == 3
    assert found(forced, 5, stream("eng"), german, forced) == 3
    assert found(german, 0, stream("eng"), forced) is None
    assert found(german, 0) is None
    for field in ("hearing_impaired", "visual_impaired", "commentary"):
        other = structs.replace(german, **{field: True})
        assert found(german, 0, other) is None


@pytest.mark.parametrize(("one", "other"), [("ger", "deu"), ("ger", "de"), ("por", "pt-BR"), ("xyz", "XYZ")])
def test_one_language_has_several_spellings(one: str, other: str) -> None:
    assert found(stream(one), 0, stream("eng"), stream(other)) == 2


def test_among_several_title_codec_channels_and_place_decide() -> None:
    wanted = stream("eng", "Director", "ac3", channels=6)
    assert found(wanted, 0, stream("eng", codec="ac3", channels=6), stream("eng", "director", "aac", channels=2)) == 2
    assert found(wanted, 0, stream("eng", codec="aac", channels=6), stream("eng", codec="ac3", channels=2)) == 2
    assert found(wanted, 0, stream("eng", channels=2), stream("eng", channels=6)) == 2
    assert found(stream("eng"), 1, stream("eng"), stream("eng"), stream("eng")) == 2
    assert found(stream("eng"), 7, stream("eng"), stream("eng")) == 1


def test_what_names_no_language_is_known_by_the_rest() -> None:
    assert found(stream(title="Songs"), 0, stream("eng", "Songs"), stream(), stream(title="Songs")) == 3


def test_what_was_handed_in_is_only_like_itself() -> None:
    mine = stream("eng", upload="abc.srt")
    assert found(mine, 0, stream("eng"), stream("eng", upload="other.srt")) is None
    assert found(stream("eng"), 0, mine) is None
    assert found(mine, 0, stream("eng"), mine) == 2
