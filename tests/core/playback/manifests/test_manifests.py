"""Manifests say exactly what is there, and nothing that a file or a person named changes their structure."""

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from tests.support.streams import attributes, check_against_grid, check_media_playlist, check_multivariant

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.grid import Grid, fixed_grid
from vitascope.core.playback.manifests import (
    AudioTrack,
    Stretch,
    SubtitleTrack,
    Text,
    VideoTrack,
    codec_string,
    media_playlist,
    media_presentation,
    multivariant_playlist,
    segment,
)
from vitascope.core.playback.renditions import (
    BEGIN_US,
    AudioCodec,
    AudioRendition,
    SegmentFormat,
    SubtitleRendition,
    VideoCodec,
    VideoRendition,
)

GRID = Grid(starts_us=(0, 4_004_000, 8_008_000, 12_012_000, 16_516_500), end_us=18_000_001, on_key_frames=True)
HD = StreamInfo(
    type=StreamType.VIDEO,
    index=0,
    codec="h264",
    profile="high",
    level=40,
    width=1920,
    height=1080,
    frame_rate=23.976,
    bitrate_kbps=8_000,
)
STEREO = StreamInfo(type=StreamType.AUDIO, index=1, codec="aac", channels=2, language_tag="en", bitrate_kbps=128)
WORDS = StreamInfo(type=StreamType.SUBTITLE, index=2, codec="srt", language_tag="de", forced=True)


def video(info: StreamInfo = HD, codec: VideoCodec | None = None, **others: object) -> VideoTrack:
    rendition = VideoRendition(name="v0", index=0, format=SegmentFormat.FMP4, codec=codec, **others)  # type: ignore[arg-type]
    return VideoTrack(
        rendition=rendition,
        info=info,
        playlist_uri="v0/index.m3u8",
        header_uri="v0/header.mp4",
        media_uri="v0/$Number$.m4s",
    )


def audio(
    name: str = "English",
    info: StreamInfo = STEREO,
    codec: AudioCodec | None = None,
    form: SegmentFormat = SegmentFormat.FMP4,
    *,
    default: bool = False,
) -> AudioTrack:
    return AudioTrack(
        rendition=AudioRendition(name="a1", index=1, format=form, codec=codec, bitrate_kbps=192, channels=6),
        info=info,
        name=name,
        default=default,
        playlist_uri="a1/index.m3u8",
        header_uri="a1/header.mp4",
        media_uri="a1/$Number$.m4s",
    )


def words(name: str = "Deutsch", info: StreamInfo = WORDS, *, default: bool = False) -> SubtitleTrack:
    rendition = SubtitleRendition(name="s2", index=2)
    return SubtitleTrack(
        rendition=rendition, info=info, name=name, default=default, playlist_uri="s2/index.m3u8", whole_uri="s2.vtt"
    )


def test_what_is_copied_takes_what_its_file_says_or_what_the_files_size_tells() -> None:
    assert video(HD, bitrate_kbps=900).average_bps == 8_016_000
    unknown = replace(HD, bitrate_kbps=None)
    assert video(unknown, bitrate_kbps=900).average_bps == 916_000
    assert video(unknown).average_bps == 8_016_000, "nothing tells: rather too much, so that a player is careful"
    assert audio(info=replace(STEREO, bitrate_kbps=None)).average_bps == 208_000


# --- media playlists ---------------------------------------------------------------------------------------------


def test_a_media_playlist_to_the_letter() -> None:
    assert media_playlist(GRID, lambda number: f"{number:05d}.m4s", header_uri="header.mp4") == (
        "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI="header.mp4"\n'
        "#EXTINF:4.004000,\n00000.m4s\n#EXTINF:4.004000,\n00001.m4s\n#EXTINF:4.004000,\n00002.m4s\n"
        "#EXTINF:4.504500,\n00003.m4s\n#EXTINF:1.483501,\n00004.m4s\n#EXT-X-ENDLIST\n"
    )


@given(st.lists(st.integers(1, 30_000_000), min_size=1, max_size=40), st.booleans(), st.integers(0, 10_000_000))
def test_media_playlists_say_their_grid(lengths: list[int], mapped: bool, start_us: int) -> None:
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    grid = Grid(starts_us=tuple(starts[:-1]), end_us=starts[-1], on_key_frames=False)
    text = media_playlist(
        grid,
        lambda number: f"{number}.ts?a=b",
        header_uri="h" if mapped else None,
        independent=mapped,
        start_us=start_us,
    )
    found = check_media_playlist(text)
    check_against_grid(found, grid)
    assert (found.map_uri == "h") is mapped
    assert found.independent is mapped


# --- multivariant playlists --------------------------------------------------------------------------------------


def test_a_multivariant_playlist_to_the_letter() -> None:
    rungs = [
        video(),
        video(codec=VideoCodec.H264, width=1280, height=720, bitrate_kbps=4_000),
        video(codec=VideoCodec.H264, width=640, height=360, bitrate_kbps=1_000, frame_rate=Fraction(15)),
    ]
    described = StreamInfo(type=StreamType.AUDIO, codec="ac3", channels=6, bitrate_kbps=448, visual_impaired=True)
    text = multivariant_playlist(rungs, [audio(default=True), audio("Described", described)], [words()])
    lines = text.split("\n")
    assert lines[:3] == ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS"]
    assert lines[3] == (
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE="en",'
        'CHANNELS="2",URI="a1/index.m3u8"'
    )
    assert lines[4] == (
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Described",DEFAULT=NO,AUTOSELECT=YES,'
        'CHARACTERISTICS="public.accessibility.describes-video",CHANNELS="6",URI="a1/index.m3u8"'
    )
    assert lines[5] == (
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Deutsch",DEFAULT=NO,AUTOSELECT=YES,LANGUAGE="de",'
        'FORCED=YES,URI="s2/index.m3u8"'
    )
    assert lines[6] == (
        "#EXT-X-STREAM-INF:BANDWIDTH=12488000,AVERAGE-BANDWIDTH=8480000,"
        'CODECS="avc1.640028,mp4a.40.2,ac-3",RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO="audio",'
        'SUBTITLES="subtitles",CLOSED-CAPTIONS=NONE'
    )
    assert lines[7] == "v0/index.m3u8"
    found = check_multivariant(text)
    bandwidths = [int(variant["BANDWIDTH"]) for variant, _ in found.variants]
    assert all(above > below for above, below in pairwise(bandwidths))
    assert [variant["FRAME-RATE"] for variant, _ in found.variants] == ["23.976", "23.976", "15.000"]


def test_music_has_a_variant_for_each_track() -> None:
    found = check_multivariant(multivariant_playlist([], [audio(), audio(codec=AudioCodec.OPUS)]))
    assert [variant["CODECS"] for variant, _ in found.variants] == ["mp4a.40.2", "opus"]
    assert not found.media


def test_only_the_first_default_is_one_and_names_differ() -> None:
    tracks = [audio("Same", default=True), audio("same", default=True), audio(""), audio('"')]
    found = check_multivariant(multivariant_playlist([video()], tracks, [words("a", default=True), words("a")]))
    assert [one["DEFAULT"] for one in found.media] == ["YES", "NO", "NO", "NO", "YES", "NO"]
    assert found.media[0]["NAME"] == "Same"
    assert found.media[1]["NAME"] == "same (2)"


def test_open_groups_of_pictures_are_not_called_independent() -> None:
    assert not check_multivariant(multivariant_playlist([video()], [], independent=False)).independent
    with pytest.raises(ValueError, match="nothing"):
        multivariant_playlist([], [])


HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\",=\n\r\t<>&'#\\ \x00\x1b\u2028\ufeff$"), st.characters(codec=None), st.sampled_from("abc")
    ),
    max_size=40,
)
TITLES = st.one_of(
    HOSTILE,
    st.sampled_from(
        [
            'x",URI="http://example.org/a',
            "x\n#EXT-X-ENDLIST",
            "x\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://example.org/",
            "</Label><BaseURL>http://example.org/</BaseURL>",
            "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
            "\ud800",
        ]
    ),
)


@given(st.lists(TITLES, max_size=4), st.lists(TITLES, max_size=4), HOSTILE)
def test_names_stay_names_in_hls(audio_names: list[str], subtitle_names: list[str], language: str) -> None:
    spoken = StreamInfo(type=StreamType.AUDIO, codec="aac", language_tag=language)
    text = multivariant_playlist(
        [video()], [audio(name, spoken) for name in audio_names], [words(name) for name in subtitle_names]
    )
    text.encode()
    found = check_multivariant(text)
    assert [one["TYPE"] for one in found.media] == ["AUDIO"] * len(audio_names) + ["SUBTITLES"] * len(subtitle_names)
    assert {one["URI"] for one in found.media} <= {"a1/index.m3u8", "s2/index.m3u8"}
    assert [address for _, address in found.variants] == ["v0/index.m3u8"]
    assert all(one["NAME"] for one in found.media)


@given(HOSTILE)
def test_addresses_stay_addresses(name: str) -> None:
    text = media_playlist(GRID, lambda number: f"{number}{name}", header_uri=name)
    found = check_media_playlist(text)
    assert len(found.segments) == len(GRID)


# --- DASH --------------------------------------------------------------------------------------------------------

_NS = {"d": "urn:mpeg:dash:schema:mpd:2011"}


@given(st.lists(TITLES, max_size=3), st.lists(TITLES, max_size=3), HOSTILE)
def test_names_stay_names_in_dash(audio_names: list[str], subtitle_names: list[str], language: str) -> None:
    spoken = StreamInfo(type=StreamType.AUDIO, codec="aac", language_tag=language)
    text = media_presentation(
        GRID, [video()], [audio(name, spoken) for name in audio_names], [words(name) for name in subtitle_names]
    )
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    assert len(root.findall(".//d:AdaptationSet", _NS)) == 1 + len(audio_names) + len(subtitle_names)
    assert [one.text for one in root.findall(".//d:BaseURL", _NS)] == ["s2.vtt"] * len(subtitle_names)
    assert {one.get("initialization") for one in root.findall(".//d:SegmentTemplate", _NS)} <= {
        "v0/header.mp4",
        "a1/header.mp4",
    }


def test_a_dash_manifest_has_one_timeline() -> None:
    rungs = [video(), video(codec=VideoCodec.H264, width=640, height=360, bitrate_kbps=1_000)]
    root = etree.fromstring(
        media_presentation(GRID, rungs, [audio("English", default=True)], [words(default=True)]).encode()
    )
    assert root.get("mediaPresentationDuration") == "PT18.000001S"
    timelines = root.findall(".//d:SegmentTimeline", _NS)
    assert len(timelines) == 3
    for timeline in timelines:
        starts, at = [], None
        for entry in timeline:
            at = int(entry.get("t") or at or 0)
            for _ in range(int(entry.get("r", "0")) + 1):
                starts.append(at - BEGIN_US)
                at += int(entry.get("d") or 0)
        assert tuple(starts) == GRID.starts_us
        assert at == GRID.end_us + BEGIN_US
    templates = root.findall(".//d:SegmentTemplate", _NS)
    assert {one.get("presentationTimeOffset") for one in templates} == {str(BEGIN_US)}
    assert [one.get("codecs") for one in root.findall(".//d:Representation[@codecs]", _NS)] == [
        "avc1.640028",
        "avc1.64001E",
        "mp4a.40.2",
    ]
    assert [one.get("value") for one in root.findall(".//d:Role", _NS)] == [
        "main",
        "subtitle",
        "main",
        "forced-subtitle",
    ]
    assert root.findall(".//d:Representation[@codecs]", _NS)[0].get("frameRate") == "24000/1001"


# --- codecs ------------------------------------------------------------------------------------------------------


def of_video(**values: object) -> str | None:
    return codec_string(video(StreamInfo(type=StreamType.VIDEO, index=0, **values)))  # type: ignore[arg-type]


def of_audio(form: SegmentFormat = SegmentFormat.FMP4, **values: object) -> str | None:
    info = StreamInfo(type=StreamType.AUDIO, index=1, **values)  # type: ignore[arg-type]
    return codec_string(audio(info=info, form=form))


def test_codecs_of_what_is_copied() -> None:
    assert of_video(codec="h264", profile="main", level=31) == "avc1.4D401F"
    assert of_video(codec="h264", profile="constrained baseline", level=30) == "avc1.42401E"
    assert of_video(codec="h264", profile="high 10", level=51) == "avc1.6E0033"
    assert of_video(codec="h264", width=1920, height=1080, frame_rate=60.0) == "avc1.64002A"
    assert of_video(codec="hevc", profile="main", level=120) == "hvc1.1.6.L120.B0"
    assert of_video(codec="hevc", profile="main 10", level=150, bit_depth=10) == "hvc1.2.4.L150.B0"
    assert of_video(codec="av1", level=8, bit_depth=10) == "av01.0.08M.10"
    assert of_video(codec="av1", level=0) == "av01.0.00M.08"
    assert of_video(codec="vp9", width=1920, height=1080, frame_rate=30.0) == "vp09.00.40.08"
    assert of_video(codec="vc1") is None
    assert of_audio(codec="aac", profile="lc") == "mp4a.40.2"
    assert of_audio(codec="aac", profile="he-aac") == "mp4a.40.5"
    assert of_audio(codec="mp3") == "mp4a.6B"
    assert of_audio(SegmentFormat.MPEGTS, codec="mp3") == "mp4a.40.34"
    assert [of_audio(codec=codec) for codec in ("ac3", "eac3", "opus", "flac", "dca")] == [
        "ac-3",
        "ec-3",
        "opus",
        "fLaC",
        None,
    ]


def test_codecs_of_what_is_converted() -> None:
    def hd(codec: VideoCodec, *, ten_bit: bool = False) -> str | None:
        return codec_string(video(codec=codec, width=1280, height=720, ten_bit=ten_bit))

    assert hd(VideoCodec.H264) == "avc1.64001F"
    assert hd(VideoCodec.H264, ten_bit=True) == "avc1.6E001F"
    assert hd(VideoCodec.HEVC, ten_bit=True) == "hvc1.2.4.L93.B0"
    assert hd(VideoCodec.AV1) == "av01.0.05M.08"
    assert hd(VideoCodec.VP9) == "vp09.00.31.08"
    assert codec_string(audio(codec=AudioCodec.AAC)) == "mp4a.40.2"
    assert codec_string(audio(codec=AudioCodec.EAC3)) == "ec-3"


def test_a_codec_without_a_name_leaves_the_list_out() -> None:
    found = check_multivariant(
        multivariant_playlist([video(StreamInfo(type=StreamType.VIDEO, codec="vc1"))], [audio()])
    )
    assert "CODECS" not in found.variants[0][0]


def test_the_range_of_colours() -> None:
    hdr = StreamInfo(
        type=StreamType.VIDEO, codec="hevc", color_trc="smpte2084", bit_depth=10, rotation=90, width=4, height=2
    )
    hlg = StreamInfo(type=StreamType.VIDEO, codec="hevc", color_trc="arib-std-b67", bit_depth=10)
    assert [video(hdr).range, video(hlg).range, video().range] == ["PQ", "HLG", "SDR"]
    assert video(hdr, VideoCodec.HEVC, ten_bit=True).range == "PQ"
    assert video(hdr, VideoCodec.HEVC, ten_bit=True, tone_map=True).range == "SDR"
    assert video(hdr, VideoCodec.H264).range == "SDR"
    assert video(hdr).size == (2, 4)


# --- WebVTT ------------------------------------------------------------------------------------------------------

CUES = [
    Text(start_ms=500, end_ms=1_500, markup="One"),
    Text(start_ms=3_000, end_ms=9_000, markup="Long &amp; wide", settings="line:0"),
    Text(start_ms=8_008, end_ms=8_500, markup="At the border"),
    Text(start_ms=20_000, end_ms=21_000, markup="After the end"),
]


def shown(text: str) -> list[str]:
    return [block.split("\n")[1] for block in text.strip().split("\n\n")[1:]]


def test_cues_are_in_each_segment_in_which_they_are_shown() -> None:
    assert segment(CUES, GRID, 0) == (
        "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n"
        "00:00:00.500 --> 00:00:01.500\nOne\n\n00:00:03.000 --> 00:00:09.000 line:0\nLong &amp; wide\n"
    )
    assert [shown(segment(CUES, GRID, number)) for number in range(1, 5)] == [
        ["Long &amp; wide"],
        ["Long &amp; wide", "At the border"],
        [],
        ["After the end"],
    ]


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 9_000), HOSTILE), max_size=20), st.integers(500, 5_000)
)
def test_every_cue_is_shown_for_all_its_time(cues: list[tuple[int, int, str]], target_ms: int) -> None:
    texts = [Text(start_ms=start, end_ms=start + length, markup=text or "x") for start, length, text in sorted(cues)]
    grid = fixed_grid(20_000_000, target_us=target_ms * 1_000)
    times = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3}) --> ")
    for number in range(len(grid)):
        made = segment(texts, grid, number)
        start, end = grid.start_us(number), grid.start_us(number + 1)
        last = number == len(grid) - 1
        wanted = [c for c in texts if (c.start_ms * 1000 < end or last) and c.end_ms * 1000 > start]
        assert len(times.findall(made)) == len(wanted)
        assert made.count("-->") == len(wanted)


def test_attribute_lists_are_read_back() -> None:
    assert attributes('A=1,B="x"'.replace("B", "NAME")) == {"A": "1", "NAME": "x"}


def test_what_follows_in_another_file_is_behind_a_discontinuity() -> None:
    def named(place: str) -> Callable[[int], str]:
        return lambda number: f"{place}{number}.m4s"

    other = Stretch(grid=GRID, segment_uri=named("../p1/"), header_uri="../p1/header.mp4")
    text = media_playlist(GRID, named(""), header_uri="header.mp4", following=[other])
    found = check_media_playlist(text)
    assert [one.discontinuity for one in found.segments] == [place == len(GRID) for place in range(2 * len(GRID))]
    seam = text.index("#EXT-X-DISCONTINUITY")
    assert text.index('#EXT-X-MAP:URI="../p1/header.mp4"') > seam > text.index('#EXT-X-MAP:URI="header.mp4"')
