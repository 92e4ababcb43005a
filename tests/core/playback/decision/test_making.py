"""What a session is told to make: the renditions of a decision, value by value."""

from dataclasses import replace

from msgspec import structs
from tests.support.playing import USUAL, versions

from vitascope.core.playback.decision import Decision, Limits, PlayRequest, Protocol, SubtitleMode, decide
from vitascope.core.playback.decision.reasons import Why
from vitascope.core.playback.facts import VersionFacts
from vitascope.core.playback.levelling import Levelling
from vitascope.core.playback.renditions import (
    AudioCodec,
    AudioRendition,
    Burned,
    SegmentFormat,
    SubtitleRendition,
    VideoCodec,
    VideoRendition,
)
from vitascope.playback.profiles.shelf import shipped


def _made(file: str, client: str = "Roku", offset_ms: int = 0, **asked: object) -> Decision:
    found = tuple(_later(version, offset_ms) for version in versions(file))
    request = replace(PlayRequest(protocol=Protocol.HLS), **asked)  # type: ignore[arg-type]  # fields by name
    return decide(found, shipped()[client.lower()].profile, request, limits=Limits(), abilities=USUAL)


def _later(version: VersionFacts, offset_ms: int) -> VersionFacts:
    """The same with subtitles that are shown later."""
    parts = tuple(
        replace(part, streams=tuple(replace(stream, offset_ms=offset_ms) for stream in part.streams))
        for part in version.parts
    )
    return replace(version, parts=parts)


def _tagged(version: VersionFacts, *, gain: float, album_gain: float) -> VersionFacts:
    """The same with ReplayGain in its tags."""
    parts = tuple(
        replace(
            part,
            streams=tuple(
                replace(stream, info=structs.replace(stream.info, gain=gain, album_gain=album_gain))
                for stream in part.streams
            ),
        )
        for part in version.parts
    )
    return replace(version, parts=parts)


def test_a_remux_copies_both() -> None:
    (part,) = _made("mkv h264:1080:8000 aac:2:192").parts
    assert part.video == (
        VideoRendition(
            name="original", index=0, format=SegmentFormat.MPEGTS, width=1_920, height=1_080, bitrate_kbps=8_000
        ),
    )
    assert part.audio == (AudioRendition(name="a1", index=1, format=SegmentFormat.MPEGTS, bitrate_kbps=192),)
    assert part.subtitles == ()


def test_a_conversion_says_everything_about_its_picture_and_its_sound() -> None:
    (part,) = _made("mkv hevc:2160:hdr10 dca:6", "PlayStation", boost_percent=150).parts
    assert part.video == (
        VideoRendition(
            name="v1080-20000",
            index=0,
            format=SegmentFormat.MPEGTS,
            codec=VideoCodec.H264,
            width=1_920,
            height=1_080,
            bitrate_kbps=20_000,
            tone_map=True,
        ),
    )
    assert part.audio == (
        AudioRendition(
            name="a1",
            index=1,
            format=SegmentFormat.MPEGTS,
            codec=AudioCodec.AAC,
            channels=6,
            bitrate_kbps=384,
            boost_percent=150,
        ),
    )


def test_a_burned_subtitle_keeps_its_offset_size_and_place() -> None:
    (part,) = _made("mkv h264:1080 aac:2 pgs*", offset_ms=250, subtitle_size_percent=120).parts
    assert part.video[0].burned == Burned(index=2, image=True, offset_ms=250, size_percent=120)
    (part,) = _made("mkv h264:1080 aac:2 +srt*", subtitles=SubtitleMode.BURN).parts
    burned = part.video[0].burned
    assert burned is not None
    assert (burned.index, burned.image) == (None, False)
    assert burned.path is not None
    assert burned.path.endswith(b".srt")


def test_a_segmented_subtitle_keeps_its_offset() -> None:
    (part,) = _made("mkv h264:1080 aac:2 srt*", offset_ms=-500).parts
    number = part.streams[2].stream_id
    assert part.subtitles == (SubtitleRendition(name=f"s{number}", index=2, offset_ms=-500),)


def test_every_rung_of_an_adaptive_session_is_smaller_than_the_one_before() -> None:
    (part,) = _made("mkv h264:1080:12000 aac:2 aac:6 srt", "Chrome", adaptive=True).parts
    assert [(one.codec, one.height, one.format) for one in part.video] == [
        (None, 1_080, SegmentFormat.FMP4),
        (VideoCodec.H264, 1_080, SegmentFormat.FMP4),
        (VideoCodec.H264, 720, SegmentFormat.FMP4),
        (VideoCodec.H264, 480, SegmentFormat.FMP4),
        (VideoCodec.H264, 320, SegmentFormat.FMP4),
        (VideoCodec.H264, 240, SegmentFormat.FMP4),
    ]
    rates = [one.bitrate_kbps for one in part.video]
    assert rates == sorted(rates, reverse=True)
    assert [one.name for one in part.audio] == ["a1", "a2"]
    assert len(part.subtitles) == 1


def test_the_tracks_of_one_stream_have_the_codec_of_the_one_that_plays() -> None:
    """Copied where they have it already; players that take both would else have to set up two decoders."""
    (part,) = _made("mkv h264:1080:12000 ac3:6 aac:2 ac3:2", "tvOS", adaptive=True).parts
    assert [(one.codec, one.channels) for one in part.audio] == [(None, 6), (AudioCodec.AC3, 2), (None, 2)]
    (part,) = _made("mkv h264:1080:12000 aac:2 ac3:6", "tvOS", adaptive=True).parts
    assert [(one.codec, one.channels) for one in part.audio] == [(None, 2), (AudioCodec.AAC, 6)]
    reasons = [reason.why for stream in part.streams for reason in stream.reasons]
    assert Why.AUDIO_MIXED in reasons


def test_where_nothing_makes_that_codec_a_track_is_what_it_would_be_alone() -> None:
    without = replace(USUAL, audio_encoders=USUAL.audio_encoders - {AudioCodec.AC3})
    request = PlayRequest(protocol=Protocol.HLS, adaptive=True)
    found = tuple(_later(version, 0) for version in versions("mkv h264:1080:12000 ac3:6 aac:2"))
    (part,) = decide(found, shipped()["tvos"].profile, request, limits=Limits(), abilities=without).parts
    assert [one.codec for one in part.audio] == [None, None]


def test_a_track_beside_one_without_loss_is_without_loss_too() -> None:
    (part,) = _made("mkv h264:1080:12000 flac:2 opus:2", "Chrome", adaptive=True).parts
    assert [(one.codec, one.channels) for one in part.audio] == [(None, 2), (AudioCodec.FLAC, 2)]


def test_sound_is_levelled_where_it_is_converted_and_only_there() -> None:
    def gains(file: str, levelling: Levelling | None) -> list[tuple[AudioCodec | None, float]]:
        found = tuple(_tagged(version, gain=-6.5, album_gain=-3.0) for version in versions(file))
        request = PlayRequest(protocol=Protocol.HLS, levelling=levelling)
        decision = decide(found, shipped()["playstation"].profile, request, limits=Limits(), abilities=USUAL)
        (part,) = decision.parts
        said = any(reason.why is Why.AUDIO_LEVELLED for stream in part.streams for reason in stream.reasons)
        assert said is any(one.gain_db for one in part.audio)
        return [(one.codec, one.gain_db) for one in part.audio]

    assert gains("mkv h264:1080 dca:6", Levelling.TRACK) == [(AudioCodec.AAC, -6.5)]
    assert gains("mkv h264:1080 dca:6", Levelling.ALBUM) == [(AudioCodec.AAC, -3.0)]
    assert gains("mkv h264:1080 dca:6", Levelling.NONE) == [(AudioCodec.AAC, 0)]
    assert gains("mkv h264:1080 dca:6", None) == [(AudioCodec.AAC, 0)]
    assert gains("mkv h264:1080 aac:2", Levelling.TRACK) == [(None, 0)]
