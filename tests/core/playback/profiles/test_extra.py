"""``X-Plex-Client-Profile-Extra``: every verb, and whatever else a client may send."""

from urllib.parse import parse_qs, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitascope.core.playback.profiles import (
    ANY,
    Bound,
    ClientProfile,
    Context,
    DirectPlayProfile,
    Kind,
    Limitation,
    Scope,
    TranscodeTarget,
    extended,
)
from vitascope.core.playback.profiles.extra import MOST_DIRECTIVES, MOST_LETTERS

_HLS = TranscodeTarget(
    kind=Kind.VIDEO, protocol="hls", container="mpegts", video_codecs=("h264",), audio_codecs=("aac",)
)
BASE = ClientProfile(
    name="base",
    direct_play=(
        DirectPlayProfile(
            kind=Kind.VIDEO,
            containers=("mp4",),
            video_codecs=("h264", "hevc"),
            audio_codecs=("aac",),
            subtitle_codecs=("mov_text",),
        ),
    ),
    targets=(_HLS,),
)


def _one(extra: str, base: ClientProfile = BASE) -> ClientProfile:
    found = extended(base, extra)
    assert found.ignored == ()
    return found.profile


def _ignored(extra: str, base: ClientProfile = BASE) -> str:
    found = extended(base, extra)
    assert found.profile == base
    (one,) = found.ignored
    return one.reason


def test_a_direct_play_profile_is_added_and_a_star_stands_for_what_is_there() -> None:
    made = _one(
        "add-direct-play-profile(type=videoProfile&container=mp4,mov&videoCodec=*&audioCodec=ac3&subtitleCodec=*)"
    )
    assert made.direct_play == (
        *BASE.direct_play,
        DirectPlayProfile(
            kind=Kind.VIDEO,
            containers=("mp4", "mov"),
            video_codecs=("h264", "hevc"),
            audio_codecs=("ac3",),
            subtitle_codecs=("mov_text",),
        ),
    )


def test_a_star_stands_for_everything_where_nothing_is_there() -> None:
    extra = "add-direct-play-profile(type=videoProfile&container=mkv&videoCodec=h264&audioCodec=*&subtitleCodec=*)"
    (made,) = _one(extra, ClientProfile(name="empty")).direct_play
    assert (made.audio_codecs, made.subtitle_codecs) == (ANY, ())


def test_other_spellings_of_a_codec_mean_the_same() -> None:
    extra = (
        "add-direct-play-profile(type=videoProfile&container=matroska&videoCodec=H265&audioCodec=dts"
        "&subtitleCodec=webvtt)"
    )
    made = _one(extra, ClientProfile(name="empty")).direct_play[0]
    assert made.containers == ("mkv",)
    assert (made.video_codecs, made.audio_codecs, made.subtitle_codecs) == (("hevc",), ("dca",), ("vtt",))


def test_a_target_is_added_behind_those_that_are_there() -> None:
    extra = (
        "add-transcode-target(type=videoProfile&context=streaming&protocol=http&container=mkv&videoCodec=h264"
        "&audioCodec=aac,ac3&subtitleCodec=srt)"
    )
    assert _one(extra).targets[-1] == TranscodeTarget(
        kind=Kind.VIDEO,
        protocol="http",
        container="mkv",
        video_codecs=("h264",),
        audio_codecs=("aac", "ac3"),
        subtitle_codecs=("srt",),
    )


def test_a_target_that_is_there_already_stays_unless_it_is_replaced() -> None:
    target = "type=videoProfile&context=streaming&protocol=hls&container=mp4&videoCodec=hevc&audioCodec=aac"
    assert "already" in _ignored(f"add-transcode-target({target})")
    (only,) = _one(f"add-transcode-target({target}&replace=true)").targets
    assert only.container == "mp4"


def test_a_target_with_a_name_comes_first() -> None:
    target = "type=videoProfile&context=streaming&protocol=hls&container=mp4&videoCodec=hevc&audioCodec=aac&id=best"
    assert [one.id for one in _one(f"add-transcode-target({target})").targets] == ["best", ""]


@pytest.mark.parametrize(
    ("verb", "codecs"),
    [
        ("add-transcode-target-codec", ("ac3", "aac")),
        ("append-transcode-target-codec", ("aac", "ac3")),
        ("append-transcode-target-audio-codec", ("aac", "ac3")),
        ("add-transcode-target-audio-codec", ("ac3", "aac")),
    ],
)
def test_codecs_join_a_target_in_front_or_behind(verb: str, codecs: tuple[str, ...]) -> None:
    made = _one(f"{verb}(type=videoProfile&context=streaming&protocol=hls&audioCodec=ac3)")
    assert made.targets[0].audio_codecs == codecs


def test_codecs_join_a_target_by_its_name() -> None:
    base = ClientProfile(
        name="named", targets=(_HLS, TranscodeTarget(kind=Kind.VIDEO, protocol="hls", container="mp4", id="b"))
    )
    made = _one("append-transcode-target-codec(type=videoProfile&id=b&videoCodec=hevc&subtitleCodec=vtt)", base)
    assert made.targets[0] == _HLS
    assert (made.targets[1].video_codecs, made.targets[1].subtitle_codecs) == (("hevc",), ("vtt",))


def test_a_limitation_is_added() -> None:
    extra = "add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.level&value=40&isRequired=true)"
    assert _one(extra).limitations == (
        Limitation(
            scope=Scope.VIDEO_CODEC,
            scope_name="h264",
            bound=Bound.UPPER,
            name="video.level",
            values=("40",),
            required=True,
        ),
    )


def test_a_limitation_replaces_the_like_of_it_and_nothing_else() -> None:
    first = "add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.frameRate&value=30)"
    other = "add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.width&value=1920)"
    again = "add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.frameRate&value=60&replace=true)"
    made = _one(f"{first}+{other}+{again}")
    assert [(one.name, one.values) for one in made.limitations] == [
        ("video.width", ("1920",)),
        ("video.frameRate", ("60",)),
    ]


def test_settings_are_overridden() -> None:
    made = _one("add-settings(DirectPlayStreamSelection=false&RandomAccessDataModel=limited)")
    assert made.setting("DirectPlayStreamSelection") == "false"
    assert made.settings["RandomAccessDataModel"] == "limited"


def test_the_example_of_the_published_description_is_understood() -> None:
    extra = (
        "add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.frameRate&value=60&replace=true)"
        "+append-transcode-target-codec(type=videoProfile&context=streaming&videoCodec=h264%2Chevc&audioCodec=aac"
        "&protocol=hls)"
    )
    made = _one(extra)
    assert made.targets[0].video_codecs == ("h264", "hevc")
    assert len(made.limitations) == 1


def test_a_plus_that_was_not_encoded_arrives_as_a_space() -> None:
    extra = "add-settings(A=1)+add-settings(B=2)"
    arrived = parse_qs(f"extra={quote(extra, safe='+()=&').replace('&', '%26')}")["extra"][0]
    assert arrived == "add-settings(A=1) add-settings(B=2)"
    assert dict(_one(arrived).settings) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ("make-coffee(strong=1)", "no such directive"),
        ("add-settings", "brackets are missing"),
        ("add-settings(A=1", "brackets are missing"),
        ("add-settings()", "no setting"),
        ("add-settings(A)", "no value"),
        ("add-settings(A=%00)", "no text"),
        ("add-direct-play-profile(container=mp4&videoCodec=h264)", "type is missing"),
        ("add-direct-play-profile(type=filmProfile&container=mp4&videoCodec=h264)", "type is none of"),
        ("add-direct-play-profile(type=videoProfile&videoCodec=h264)", "container is missing"),
        (
            "add-direct-play-profile(type=videoProfile&container=*&videoCodec=*&audioCodec=*&subtitleCodec=*)",
            "must name",
        ),
        ("add-transcode-target(type=videoProfile&context=weekly&protocol=hls&container=mp4)", "context is none of"),
        (
            "add-transcode-target(type=videoProfile&context=streaming&protocol=dash&container=mp4)",
            "videoCodec is missing",
        ),
        (
            "add-transcode-target-codec(type=videoProfile&context=streaming&protocol=dash&videoCodec=av1)",
            "no such target",
        ),
        ("add-transcode-target-codec(type=videoProfile&context=streaming&protocol=hls)", "is missing"),
        ("add-limitation(scope=sky&scopeName=*&type=match&name=video.width&value=1)", "sky"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=near&name=video.width&value=1)", "near"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.taste&value=1)", "video.taste"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.width)", "exactly one"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.width&value=1&regex=2)", "exactly one"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.width&value=wide)", "number"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.width&value=nan)", "number"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=upperBound&name=video.width&value=1e999)", "number"),
        (
            "add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.width&value=1&isRequired=maybe)",
            "true or",
        ),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.profile&regex=%28a%2B%29%2B)", "no group"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.profile&regex=a*b*c*d*)", "too much"),
        ("add-limitation(scope=videoCodec&scopeName=*&type=match&name=video.profile&regex=%5B)", "no regular"),
    ],
)
def test_what_means_nothing_is_left_out_with_its_reason(extra: str, why: str) -> None:
    assert why in _ignored(extra)


def test_one_directive_that_means_nothing_does_not_spoil_the_others() -> None:
    found = extended(BASE, "nonsense(a=1)+add-settings(A=1)+more nonsense")
    assert found.profile.settings["A"] == "1"
    assert [one.directive for one in found.ignored] == ["nonsense(a=1)", "more nonsense"]


def test_too_much_is_left_out() -> None:
    assert "letters" in _ignored("x" * (MOST_LETTERS + 1))
    found = extended(BASE, "+".join(f"add-settings(A={n})" for n in range(MOST_DIRECTIVES + 5)))
    assert found.profile.settings["A"] == str(MOST_DIRECTIVES - 1)
    assert len(found.ignored) == 1


def test_a_target_for_keeping_is_one_of_its_own() -> None:
    extra = (
        "add-transcode-target(type=videoProfile&context=static&protocol=hls&container=mp4&videoCodec=h264"
        "&audioCodec=aac)"
    )
    assert [one.context for one in _one(extra).targets] == [Context.STREAMING, Context.STATIC]


_words = st.sampled_from(
    (
        *(
            "add-limitation",
            "add-settings",
            "add-direct-play-profile",
            "add-transcode-target",
            "(",
            ")",
            "+",
            "&",
            "=",
            ",",
        ),
        *("type", "scope", "scopeName", "name", "value", "regex", "videoProfile", "videoCodec", "match", "upperBound"),
        *("video.width", "*", "%", "%28", "h264", "true", "id", "replace", "\x00", "é", " "),
    )
)


@pytest.mark.property
@given(st.text(max_size=300) | st.lists(_words, max_size=60).map("".join))
def test_whatever_is_sent_leads_to_a_profile(extra: str) -> None:
    found = extended(BASE, extra)
    assert found.profile.name == "base"
    for one in found.ignored:
        assert one.reason
        assert len(one.directive) <= 200
