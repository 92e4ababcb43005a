"""What holds of every decision, whatever the file, the client, the request, the limits and the abilities are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.playing import EVERYTHING, USUAL

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.decision import (
    NO_ABILITIES,
    AdvancedSubtitles,
    Decision,
    HevcEncoding,
    Limits,
    Means,
    Network,
    PlayRequest,
    Protocol,
    StreamAction,
    SubtitleMode,
    decide,
)
from vitascope.core.playback.decision.source import Source, sound_kbps
from vitascope.core.playback.facts import PartFacts, StreamFacts, VersionFacts
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.profiles import (
    ClientProfile,
    Context,
    DirectPlayProfile,
    Kind,
    TranscodeTarget,
    codec_named,
    container_named,
    named_in,
)
from vitascope.playback.profiles.shelf import shipped

pytestmark = pytest.mark.property

_CONTAINERS = ("mp4", "mkv", "mpegts", "webm", "avi", "mp3", "flac", "jpeg", "", "matroska")
_VIDEO = ("h264", "hevc", "av1", "vp9", "mpeg2video", "vc1", "vvc", "jpeg", "")
_AUDIO = ("aac", "ac3", "eac3", "dca", "truehd", "flac", "opus", "mp3", "pcm", "")
_SUBTITLES = ("srt", "ass", "vtt", "pgs", "vobsub", "mov_text", "dvb_subtitle", "")
_numbers = st.none() | st.integers(-5, 50_000)


@st.composite
def _infos(draw: st.DrawFn, kind: StreamType, index: int) -> StreamInfo:
    names = {StreamType.VIDEO: _VIDEO, StreamType.AUDIO: _AUDIO}.get(kind, _SUBTITLES)
    external = kind is StreamType.SUBTITLE and draw(st.booleans())
    return StreamInfo(
        type=kind,
        index=None if external else index,
        codec=draw(st.sampled_from(names)),
        bitrate_kbps=draw(st.none() | st.integers(1, 60_000)),
        width=draw(st.none() | st.sampled_from((0, 1, 320, 720, 1280, 1920, 3840, 7680))),
        height=draw(st.none() | st.sampled_from((0, 1, 240, 576, 720, 1080, 2160, 4320))),
        bit_depth=draw(st.sampled_from((None, 8, 10, 12))),
        level=draw(st.sampled_from((None, 31, 41, 52, 153))),
        frame_rate=draw(st.sampled_from((None, 0.0, 23.976, 50.0, 119.88))),
        profile=draw(st.sampled_from((None, "high", "main 10"))),
        rotation=draw(st.sampled_from((None, 0, 90, 180, 270))),
        pixel_aspect_ratio=draw(st.sampled_from((None, "1:1", "64:45", "0:0", "x"))),
        scan_type=draw(st.sampled_from((None, "progressive", "interlaced"))),
        color_trc=draw(st.sampled_from((None, "bt709", "smpte2084", "arib-std-b67"))),
        dovi_present=draw(st.booleans()) and kind is StreamType.VIDEO,
        dovi_profile=draw(st.sampled_from((None, 5, 7, 8))),
        dovi_bl_compat_id=draw(st.sampled_from((None, 0, 1, 4, 6))),
        channels=draw(st.sampled_from((None, 0, 1, 2, 6, 8, 24))),
        sampling_rate=draw(st.sampled_from((None, 8_000, 44_100, 48_000, 192_000))),
    )


@st.composite
def _versions(draw: st.DrawFn, most: int = 2) -> tuple[VersionFacts, ...]:
    found = []
    for number in range(draw(st.integers(0 if most > 1 else 1, most))):
        parts = []
        for place in range(draw(st.integers(0 if most > 1 else 1, 2))):
            kinds = draw(
                st.lists(st.sampled_from((StreamType.VIDEO, StreamType.AUDIO, StreamType.SUBTITLE)), max_size=5)
            )
            streams = tuple(
                StreamFacts(id=place * 100 + at, info=draw(_infos(kind, at)), selected=draw(st.booleans()), path=b"/x")
                for at, kind in enumerate(kinds)
            )
            parts.append(
                PartFacts(
                    id=place,
                    container=draw(st.sampled_from(_CONTAINERS)),
                    size_bytes=draw(st.sampled_from((0, 1, 10**6, 4 * 10**9))),
                    duration_ms=draw(st.sampled_from((0, 1, 60_000, 7_200_000))),
                    indexed=draw(st.booleans()),
                    streams=streams,
                )
            )
        kbps = draw(st.sampled_from((0, 1, 500, 8_000, 80_000)))
        found.append(VersionFacts(id=number, container="mkv", bitrate_kbps=kbps, parts=tuple(parts)))
    return tuple(found)


def _named(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from((*names, "*")), max_size=4).map(tuple)


_containers = st.sampled_from(("mp4", "mkv", "mpegts", "webm", "mp3", "flac", "jpeg"))
_profiles = st.sampled_from([written.profile for written in shipped().values()]) | st.builds(
    ClientProfile,
    name=st.just("drawn"),
    settings=st.dictionaries(
        st.sampled_from(("HDR", "DolbyVision", "DirectPlayStreamSelection")), st.sampled_from(("none", "5,8", "false"))
    ),
    direct_play=st.lists(
        st.builds(
            DirectPlayProfile,
            kind=st.sampled_from(Kind),
            containers=_named(_CONTAINERS),
            video_codecs=_named(_VIDEO),
            audio_codecs=_named(_AUDIO),
            subtitle_codecs=_named(_SUBTITLES),
        ),
        max_size=4,
    ).map(tuple),
    targets=st.lists(
        st.builds(
            TranscodeTarget,
            kind=st.sampled_from(Kind),
            protocol=st.sampled_from(("hls", "dash", "http", "gopher")),
            container=_containers,
            context=st.sampled_from(Context),
            video_codecs=_named(_VIDEO),
            audio_codecs=_named(_AUDIO),
            subtitle_codecs=_named(_SUBTITLES),
        ),
        max_size=4,
    ).map(tuple),
)
_requests = st.builds(
    PlayRequest,
    kind=st.sampled_from((Kind.VIDEO, Kind.VIDEO, Kind.MUSIC, Kind.PHOTO)),
    media_index=st.none() | st.integers(0, 2),
    part_index=st.none() | st.integers(0, 2),
    protocol=st.none() | st.sampled_from(Protocol),
    direct_play=st.booleans(),
    direct_stream=st.booleans(),
    direct_stream_audio=st.booleans(),
    has_mde=st.booleans(),
    bitrate_kbps=_numbers,
    peak_kbps=_numbers,
    music_kbps=_numbers,
    resolution=st.none() | st.builds(Size, width=st.integers(0, 8_000), height=st.integers(0, 8_000)),
    channels=st.none() | st.integers(-1, 9),
    boost_percent=st.sampled_from((100, 50, 300)),
    adaptive=st.booleans(),
    network=st.none() | st.sampled_from(Network),
    subtitles=st.sampled_from(SubtitleMode),
    advanced_subtitles=st.sampled_from(AdvancedSubtitles),
)
_limits = st.builds(
    Limits,
    stream_kbps=_numbers,
    server_kbps=_numbers,
    streams_left=st.none() | st.integers(-1, 2),
    conversions_left=st.none() | st.integers(0, 2),
    remux_only=st.booleans(),
    resolution=st.none() | st.builds(Size, width=st.integers(1, 4_000), height=st.integers(1, 4_000)),
    tone_mapping=st.booleans(),
    hevc=st.sampled_from(HevcEncoding),
)
_abilities = st.sampled_from((EVERYTHING, USUAL, NO_ABILITIES))


@given(_versions(), _profiles, _requests, _limits, _abilities)
def test_a_decision_is_total_and_agrees_with_itself(versions, profile, request, limits, abilities) -> None:  # type: ignore[no-untyped-def]  # drawn
    made = decide(versions, profile, request, limits=limits, abilities=abilities)
    assert made.reasons
    assert made.general.fine == (made.means is not None)
    assert bool(made.parts) == (made.means is not None)
    assert (made.delivery is not None) == (made.means not in (None, Means.DIRECT_PLAY))
    if made.general.fine:
        verdict = made.direct_play if made.means is Means.DIRECT_PLAY else made.transcode
        assert verdict == made.general
    for part in made.parts:
        facts = versions[made.version_index].parts[part.part_index]
        assert [stream.stream_id for stream in part.streams] == [stream.id for stream in facts.streams]
        for video in part.video:
            assert video.codec is None or (
                video.width % 2 == 0 and video.height % 2 == 0 and video.width and video.height
            )
            assert video.codec is None or video.codec in abilities.video_encoders
        for audio in part.audio:
            assert audio.codec is None or audio.codec in abilities.audio_encoders
        names = [*(one.name for one in part.video), *(one.name for one in part.audio)]
        names += [one.name for one in part.subtitles]
        assert len(names) == len(set(names))


@given(_versions(), _profiles, _requests, _limits)
def test_direct_play_names_no_codec_outside_the_profile(versions, profile, request, limits) -> None:  # type: ignore[no-untyped-def]  # drawn
    made = decide(versions, profile, replace(request, direct_play=True, has_mde=False), limits=limits, abilities=USUAL)
    if made.means is not Means.DIRECT_PLAY:
        return
    version = versions[made.version_index]
    for part in made.parts:
        source = Source(version=version, part=version.parts[part.part_index], part_index=part.part_index)
        assert any(
            one.kind is request.kind
            and named_in(container_named(source.container), one.containers)
            and (
                request.kind is not Kind.VIDEO
                or source.video is None
                or named_in(codec_named(source.video.info.codec), one.video_codecs)
            )
            and (
                request.kind is Kind.PHOTO
                or source.audio is None
                or named_in(codec_named(source.audio.info.codec), one.audio_codecs)
            )
            for one in profile.direct_play
        )


def _quality(made: Decision) -> tuple[int, int, int]:
    """How good the picture is: nothing, what is made, the original; lines; bit rate."""
    if made.means is None:
        return (0, 0, 0)
    if made.means is not Means.VIDEO:
        return (2, 0, 0)
    size = made.delivery.size if made.delivery else None
    video = made.parts[0].video[0] if made.parts[0].video else None
    return (1, size.width * size.height if size else 0, video.bitrate_kbps if video else 0)


@given(_versions(most=1), _profiles, _requests, _limits, st.integers(0, 50_000), st.integers(0, 50_000))
def test_more_bandwidth_never_lowers_the_quality(versions, profile, request, limits, one, other) -> None:  # type: ignore[no-untyped-def]  # drawn
    request = replace(request, peak_kbps=None, music_kbps=None, network=None)
    found = [
        _quality(decide(versions, profile, replace(request, bitrate_kbps=kbps), limits=limits, abilities=USUAL))
        for kbps in (*sorted((one, other)), None)
    ]
    assert found == sorted(found)


@given(_versions(), _profiles, _requests, _limits, _abilities)
def test_a_copy_is_never_larger_than_its_limit(versions, profile, request, limits, abilities) -> None:  # type: ignore[no-untyped-def]  # drawn
    made = decide(versions, profile, request, limits=limits, abilities=abilities)
    if made.available_kbps is None or made.means is None:
        return
    if made.means is Means.DIRECT_PLAY:
        assert made.required_kbps is not None
        assert made.required_kbps <= made.available_kbps
        return
    for part in made.parts:
        facts = {stream.id: stream.info for stream in versions[made.version_index].parts[part.part_index].streams}
        copied = sum(
            facts[stream.stream_id].bitrate_kbps or 1
            if facts[stream.stream_id].type is StreamType.VIDEO
            else sound_kbps(facts[stream.stream_id])
            for stream in part.streams
            if stream.action is StreamAction.COPY and facts[stream.stream_id].type is not StreamType.SUBTITLE
        )
        heard = {audio.name for audio in part.audio[1:]}  # the others are alternatives, and not played at once
        if not heard:
            assert copied <= made.available_kbps


@given(_versions(most=1), _profiles, _requests)
def test_nothing_is_converted_that_need_not_be(versions, profile, request) -> None:  # type: ignore[no-untyped-def]  # drawn
    """Who can take back what it allowed, gets no more than before: an ability never makes a decision worse."""
    less = decide(versions, profile, request, limits=Limits(), abilities=NO_ABILITIES)
    more = decide(versions, profile, request, limits=Limits(), abilities=EVERYTHING)
    if less.means is not None:
        assert more.means == less.means
