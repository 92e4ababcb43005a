import subprocess
import sys

import pytest

from vitascope.core.model import StreamInfo, StreamType
from vitascope.media.probe.describe import (
    aspect_ratio_class,
    display_title,
    dynamic_range_name,
    extended_display_title,
    frame_rate_class,
    resolution_name,
    video_resolution,
)
from vitascope.media.probe.languages import Language, language_name, parse_language

VIDEO, AUDIO, SUBTITLE, LYRICS = StreamType.VIDEO, StreamType.AUDIO, StreamType.SUBTITLE, StreamType.LYRICS


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (320, 240, "sd"),
        (640, 360, "sd"),
        (640, 480, "480"),
        (720, 404, "480"),
        (720, 480, "480"),
        (854, 480, "480"),
        (720, 576, "576"),
        (1024, 576, "576"),
        (960, 720, "720"),
        (1280, 534, "720"),
        (1280, 720, "720"),
        (1440, 1080, "1080"),
        (1920, 800, "1080"),
        (1920, 1080, "1080"),
        (1080, 1920, "1080"),
        (2048, 858, "2k"),
        (2560, 1440, "2k"),
        (3840, 1600, "4k"),
        (3840, 2160, "4k"),
        (4096, 1716, "4k"),
        (7680, 4320, "8k"),
    ],
)
def test_resolution_classes(width: int, height: int, expected: str) -> None:
    assert video_resolution(width, height) == expected


def test_resolution_names() -> None:
    assert resolution_name(3840, 2160) == "4K"
    assert resolution_name(720, 576, interlaced=True) == "576i"
    assert resolution_name(320, 240) == "SD"
    assert resolution_name(None, 240) is None
    assert video_resolution(0, 0) is None


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (23.976, "24p"),
        (24.0, "24p"),
        (25.0, "PAL"),
        (29.97, "NTSC"),
        (30.0, "NTSC"),
        (50.0, "50p"),
        (59.94, "60p"),
        (60.0, "60p"),
        (119.88, "120p"),
        (0.0, None),
        (None, None),
    ],
)
def test_frame_rate_classes(rate: float | None, expected: str | None) -> None:
    assert frame_rate_class(rate) == expected


@pytest.mark.parametrize(
    ("width", "height", "pixels", "expected"),
    [
        (1920, 1080, None, 1.78),
        (1920, 800, "1:1", 2.35),
        (720, 576, "64:45", 1.78),
        (720, 480, "8:9", 1.33),
        (1998, 1080, None, 1.85),
        (1080, 1920, None, 0.56),
        (720, 576, "0:0", 1.33),
        (None, 576, None, None),
    ],
)
def test_aspect_ratio_classes(width: int | None, height: int, pixels: str | None, expected: float | None) -> None:
    assert aspect_ratio_class(width, height, pixels) == expected


UHD = StreamInfo(
    type=VIDEO, codec="hevc", width=3840, height=2160, profile="main 10", color_trc="smpte2084", scan_type="progressive"
)


@pytest.mark.parametrize(
    ("stream", "title", "extended"),
    [
        (StreamInfo(type=VIDEO, codec="h264", width=1920, height=1080), "1080p (H.264)", "1080p (H.264)"),
        (
            StreamInfo(type=VIDEO, codec="mpeg2video", width=720, height=576, scan_type="interlaced"),
            "576i (MPEG-2)",
            "576i (MPEG-2)",
        ),
        (UHD, "4K HDR10 (HEVC Main 10)", "4K HDR10 (HEVC Main 10)"),
        (
            StreamInfo(type=VIDEO, codec="h264", width=1920, height=1080, title="Director's cut"),
            "1080p (H.264)",
            "Director's cut (1080p H.264)",
        ),
        (
            StreamInfo(type=AUDIO, codec="aac", language_tag="pt-BR", channels=2, title="Dub"),
            "Portuguese (Brazil) (AAC Stereo)",
            "Dub (Portuguese (Brazil) AAC Stereo)",
        ),
        (
            StreamInfo(type=AUDIO, codec="aac", language_tag="en", channels=2, audio_channel_layout="stereo"),
            "English (AAC Stereo)",
            "English (AAC Stereo)",
        ),
        (
            StreamInfo(type=AUDIO, codec="ac3", language_code="ger", channels=6, audio_channel_layout="5.1(side)"),
            "German (AC3 5.1)",
            "German (AC3 5.1)",
        ),
        (
            StreamInfo(type=AUDIO, codec="dca", profile="ma", language_tag="en", channels=8, title="Surround"),
            "English (DTS-HD MA 7.1)",
            "Surround (English DTS-HD MA 7.1)",
        ),
        (StreamInfo(type=AUDIO, codec="flac", channels=1), "Unknown (FLAC Mono)", "Unknown (FLAC Mono)"),
        (
            StreamInfo(type=SUBTITLE, index=3, codec="srt", language_tag="pt-BR", forced=True),
            "Portuguese (Brazil) Forced (SRT)",
            "Portuguese (Brazil) Forced (SRT)",
        ),
        (
            StreamInfo(type=SUBTITLE, codec="ass", language_tag="en", hearing_impaired=True, title="Full"),
            "English SDH (ASS External)",
            "Full (English SDH ASS External)",
        ),
        (StreamInfo(type=SUBTITLE, index=1, codec="pgs"), "Unknown (PGS)", "Unknown (PGS)"),
        (StreamInfo(type=LYRICS, codec="lrc", timed=True), "LRC (Timed)", "LRC (Timed)"),
        (StreamInfo(type=LYRICS, codec="txt"), "TXT (Plain)", "TXT (Plain)"),
    ],
)
def test_titles(stream: StreamInfo, title: str, extended: str) -> None:
    assert display_title(stream) == title
    assert extended_display_title(stream) == extended


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (StreamInfo(type=VIDEO), None),
        (StreamInfo(type=VIDEO, color_trc="arib-std-b67"), "HLG"),
        (StreamInfo(type=VIDEO, color_trc="smpte2084", hdr10_plus=True), "HDR10+"),
        (
            StreamInfo(type=VIDEO, color_trc="smpte2084", dovi_present=True, dovi_bl_compat_id=1),
            "DoVi/HDR10",
        ),
        (StreamInfo(type=VIDEO, dovi_present=True, dovi_profile=5), "DoVi"),
    ],
)
def test_dynamic_ranges(stream: StreamInfo, expected: str | None) -> None:
    assert dynamic_range_name(stream) == expected


@pytest.mark.parametrize(
    ("given", "code", "tag"),
    [
        ("eng", "eng", "en"),
        ("en", "eng", "en"),
        ("deu", "ger", "de"),
        ("ger", "ger", "de"),
        ("fra", "fre", "fr"),
        ("zho", "chi", "zh"),
        ("zh-hant-tw", "chi", "zh-Hant-TW"),
        ("pt_BR", "por", "pt-BR"),
        ("es-419", "spa", "es-419"),
        ("Japanese", "jpn", "ja"),
        ("yue", "yue", "yue"),
        ("fil", "fil", "fil"),
        ("xyz", "xyz", "xyz"),
    ],
)
def test_languages(given: str, code: str, tag: str) -> None:
    assert parse_language(given) == Language(code=code, tag=tag)


@pytest.mark.parametrize("given", [None, "", "und", "zxx", "qq", "x", "german language", "e1", "../.."])
def test_no_language(given: str | None) -> None:
    assert parse_language(given) is None
    assert language_name(given) is None


def test_language_names() -> None:
    assert language_name("ger") == "German"
    assert language_name("zh-Hant-TW") == "Chinese (Traditional, Taiwan)"
    assert language_name("nob") == "Norwegian Bokmål"
    assert language_name("xyz") is None


def test_describing_does_not_load_libav() -> None:
    script = (
        "import sys, vitascope.media.probe.describe, vitascope.media.probe.tasks, vitascope.media.subtitles.tasks;"
        "print(sorted({'av', 'mutagen', 'pyvips'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
