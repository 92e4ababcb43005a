import os
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from tests.support.samples import copy_of, dolby_record, rewrite_boxes, sample

from vitascope.core.model import ChapterInfo, FileClass, ProbedFile, StreamInfo, StreamType
from vitascope.media.probe import probe_file
from vitascope.media.probe.bitstream import av1_sequence, h264_sequence
from vitascope.media.probe.container import ShortTables, open_container
from vitascope.media.probe.dovi import parse_configuration
from vitascope.media.probe.mp4 import read_layout
from vitascope.media.probe.opening import MediaFile, Window
from vitascope.media.probe.sniff import Format
from vitascope.media.probe.tasks import FileArgs, InspectArgs, Inspected, inspect, probe
from vitascope.media.tags import AudioTags, extract_picture
from vitascope.media.workers import WorkerPool


def streams(probed: ProbedFile, kind: StreamType) -> list[StreamInfo]:
    return [stream for stream in probed.streams if stream.type is kind]


def video(probed: ProbedFile) -> StreamInfo:
    return streams(probed, StreamType.VIDEO)[0]


def audio(probed: ProbedFile) -> StreamInfo:
    return streams(probed, StreamType.AUDIO)[0]


H264 = {
    "codec": "h264",
    "profile": "high",
    "level": 31,
    "width": 1280,
    "height": 720,
    "bit_depth": 8,
    "chroma_subsampling": "4:2:0",
    "chroma_location": "left",
    "frame_rate": 23.976,
    "scan_type": "progressive",
    "has_scaling_matrix": False,
}
HDR10 = {
    "codec": "hevc",
    "profile": "main 10",
    "bit_depth": 10,
    "color_primaries": "bt2020",
    "color_trc": "smpte2084",
    "color_space": "bt2020nc",
    "color_range": "tv",
}


@pytest.mark.parametrize(
    ("name", "container", "expected"),
    [
        ("h264.mp4", "mp4", H264),
        ("late-index.mp4", "mp4", H264),
        ("fragmented.mp4", "mp4", H264),
        ("h264.mov", "mov", H264),
        ("h264.mkv", "mkv", H264),
        ("h264.ts", "mpegts", H264),
        ("h264.flv", "flv", H264),
        ("rotated.mp4", "mp4", {**H264, "rotation": 90}),
        ("everything.mkv", "mkv", {**HDR10, "frame_rate": 24.0, "width": 640, "height": 360}),
        ("hdr10.mp4", "mp4", {**HDR10, "frame_rate": 25.0}),
        (
            "av1-hdr.mkv",
            "mkv",
            {"codec": "av1", "profile": "main", "bit_depth": 10, "color_trc": "smpte2084", "color_primaries": "bt2020"},
        ),
        ("av1.mp4", "mp4", {"codec": "av1", "bit_depth": 8, "chroma_subsampling": "4:2:0"}),
        ("vp9.webm", "webm", {"codec": "vp9", "profile": "0", "frame_rate": 30.0, "bit_depth": 8}),
        ("mpeg4.avi", "avi", {"codec": "mpeg4", "profile": "simple", "frame_rate": 25.0}),
        (
            "pal.ts",
            "mpegts",
            {
                "codec": "mpeg2video",
                "frame_rate": 25.0,
                "scan_type": "interlaced",
                "anamorphic": True,
                "pixel_aspect_ratio": "64:45",
            },
        ),
        ("mpeg.mpg", "mpeg", {"codec": "mpeg1video", "frame_rate": 25.0}),
        ("dvd.vob", "mpeg", {"codec": "mpeg2video", "frame_rate": 25.0, "height": 576}),
        ("disc.m2ts", "mpegts", {"codec": "h264", "frame_rate": 25.0}),
        ("windows.wmv", "asf", {"codec": "wmv2", "frame_rate": 25.0}),
        ("camera.dv", "dv", {"codec": "dvvideo", "frame_rate": 25.0, "pixel_aspect_ratio": "16:15"}),
        ("interlaced.mkv", "mkv", {"codec": "h264", "frame_rate": 29.97, "scan_type": "interlaced"}),
        ("60p.mkv", "mkv", {"codec": "h264", "frame_rate": 59.94, "scan_type": "progressive"}),
        ("deep.mkv", "mkv", {"profile": "high 4:2:2", "bit_depth": 10, "chroma_subsampling": "4:2:2"}),
    ],
)
def test_video(name: str, container: str, expected: dict[str, Any]) -> None:
    probed = probe_file(str(sample(name)))
    found = video(probed)
    assert {field: getattr(found, field) for field in expected} == expected
    assert probed.container == container
    assert probed.duration_ms == pytest.approx(2000, abs=150)
    assert probed.bitrate_kbps == pytest.approx(probed.size_bytes * 8 / (probed.duration_ms or 1), rel=0.03)
    assert len(probed.fingerprint) == 16
    assert probed.problem is None
    assert all((stream.bitrate_kbps or 0) <= (probed.bitrate_kbps or 0) for stream in probed.streams)


@pytest.mark.parametrize(
    "name", ["h264.mp4", "everything.mkv", "h264.ts", "av1-hdr.mkv", "vp9.webm", "mpeg4.avi", "anamorphic.mkv"]
)
def test_the_quick_way_finds_what_the_full_way_finds(name: str) -> None:
    """But for what only decoding tells, and what a decoder only assumes."""
    quick, full = probe_file(str(sample(name))), probe_file(str(sample(name)), full=True)
    assert quick.streams[0].color_trc == full.streams[0].color_trc
    for ours, theirs in zip(quick.streams, full.streams, strict=True):
        for field in ("codec", "profile", "level", "width", "height", "bit_depth", "frame_rate", "chroma_subsampling"):
            assert getattr(ours, field) == getattr(theirs, field), field
        # Square pixels are often left unsaid.
        assert (ours.pixel_aspect_ratio or "1:1") == (theirs.pixel_aspect_ratio or "1:1")
        for field in ("channels", "audio_channel_layout", "sampling_rate", "language_code", "scan_type"):
            assert getattr(ours, field) == getattr(theirs, field), field


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "h264.mp4",
            {"codec": "aac", "profile": "lc", "channels": 2, "audio_channel_layout": "stereo", "bitrate_kbps": 96},
        ),
        ("h264.ts", {"codec": "aac", "profile": "lc", "audio_channel_layout": "stereo", "sampling_rate": 48000}),
        ("everything.mkv", {"codec": "ac3", "audio_channel_layout": "5.1(side)", "bitrate_kbps": 448, "channels": 6}),
        ("dts.mkv", {"codec": "dca", "profile": "dts", "audio_channel_layout": "5.1(side)", "bitrate_kbps": 1411}),
        ("truehd.mkv", {"codec": "truehd", "bit_depth": 24, "audio_channel_layout": "stereo"}),
        ("eac3.mkv", {"codec": "eac3", "channels": 6}),
        ("flac-24.mkv", {"codec": "flac", "bit_depth": 24}),
        ("pal.ts", {"codec": "mp2", "language_code": "fre", "language_tag": "fr"}),
        ("vp9.webm", {"codec": "opus", "sampling_rate": 48000}),
        ("mpeg4.avi", {"codec": "mp3", "bitrate_kbps": 64}),
    ],
)
def test_sound_of_films(name: str, expected: dict[str, Any]) -> None:
    found = audio(probe_file(str(sample(name))))
    assert {field: getattr(found, field) for field in expected} == expected


def test_languages_marks_chapters_and_attachments() -> None:
    probed = probe_file(str(sample("everything.mkv")))
    assert [(each.index, each.codec, each.language_code, each.language_tag) for each in probed.streams] == [
        (0, "hevc", None, None),
        (1, "ac3", "eng", "en"),
        (2, "aac", "ger", "de"),
        (3, "opus", "eng", "en"),
        (4, "srt", "ger", "de"),
        (5, "srt", "eng", "en"),
        (6, "ass", "por", "pt"),
    ]
    marked = {
        mark: [stream.index for stream in probed.streams if getattr(stream, mark)]
        for mark in ("default", "original", "dub", "commentary", "forced", "hearing_impaired")
    }
    assert marked == {
        "default": [1],
        "original": [1],
        "dub": [2],
        "commentary": [3],
        "forced": [4],
        "hearing_impaired": [5],
    }
    assert [stream.title for stream in probed.streams if stream.title] == ["Commentary", "Signs"]
    assert probed.chapters == (
        ChapterInfo(start_ms=0, end_ms=800, title="Opening"),
        ChapterInfo(start_ms=800, end_ms=2000, title="Ende"),
    )
    assert probed.attachments == ("font.ttf",)


def test_subtitles_in_mp4_and_as_pictures() -> None:
    timed_text = streams(probe_file(str(sample("timed-text.mp4"))), StreamType.SUBTITLE)[0]
    assert (timed_text.codec, timed_text.format, timed_text.language_code) == ("mov_text", "srt", "ger")
    pictures = streams(probe_file(str(sample("pgs.mkv"))), StreamType.SUBTITLE)[0]
    assert (pictures.codec, pictures.format) == ("pgs", None)


@pytest.mark.parametrize("name", ["dolby.mp4", "dolby.mkv"])
def test_dolby_vision(name: str) -> None:
    found = video(probe_file(str(sample(name))))
    assert found.dovi_present
    assert (found.dovi_profile, found.dovi_level, found.dovi_version, found.dovi_bl_compat_id) == (8, 6, "1.0", 1)
    assert (found.dovi_bl_present, found.dovi_el_present, found.dovi_rpu_present) == (True, False, True)


def test_dolby_vision_record_with_an_enhancement_layer() -> None:
    found = parse_configuration(dolby_record(7, 9, rpu=True, el=True, bl=True, compat=6))
    assert found is not None
    assert (found.profile, found.level, found.el_present, found.bl_compat_id) == (7, 9, True, 6)
    assert parse_configuration(b"\x01\x00\x10") is None


def test_hdr10_plus_is_seen_in_the_first_packet(tmp_path: Path) -> None:
    data = sample("hdr10.mp4").read_bytes()
    assert not video(probe_file(str(sample("hdr10.mp4")))).hdr10_plus
    place = data.index(b"mdat") + 4
    marked = data[: place + 64] + bytes.fromhex("b5003c000104") + data[place + 70 :]
    path = tmp_path / "plus.mp4"
    path.write_bytes(marked)
    assert video(probe_file(str(path))).hdr10_plus


@pytest.mark.parametrize(
    ("name", "optimized", "wide"),
    [
        ("h264.mp4", True, False),
        ("late-index.mp4", False, False),
        ("fragmented.mp4", True, False),
        ("wide-offsets.mp4", False, True),
        ("tone.m4a", False, False),
    ],
)
def test_layout_of_mp4(name: str, optimized: bool, wide: bool) -> None:
    probed = probe_file(str(sample(name)))
    assert (probed.optimized_for_streaming, probed.has_64bit_offsets) == (optimized, wide)


def test_long_sample_tables_are_passed_over() -> None:
    path = str(sample("long.mp4"))
    with MediaFile(path) as file:
        tables = read_layout(Window(file)).long_tables
        assert len(tables) >= 2
        with open_container(file, Format.MP4, full=False, long_tables=tables) as container:
            assert len(container.streams.video[0].index_entries) == 64
        with open_container(file, Format.MP4, full=False) as container:
            assert len(container.streams.video[0].index_entries) > 8192
    quick, full = probe_file(path), probe_file(path, full=True)
    assert quick.duration_ms == pytest.approx(full.duration_ms, abs=50)
    assert quick.bitrate_kbps == pytest.approx(full.bitrate_kbps, abs=1)
    for ours, theirs in zip(quick.streams, full.streams, strict=True):
        assert ours.bitrate_kbps == pytest.approx(theirs.bitrate_kbps, rel=0.25, abs=20)
        assert (ours.frame_rate, ours.codec, ours.profile) == (theirs.frame_rate, theirs.codec, theirs.profile)


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 64])
def test_the_view_with_short_tables_changes_nothing_else(tmp_path: Path, step: int) -> None:
    data = bytes(range(1, 65))
    path = tmp_path / "bytes"
    path.write_bytes(data)
    with MediaFile(str(path)) as file:
        view = ShortTables(file, [5, 30])
        seen = b""
        while piece := view.read(step):
            seen += piece
        assert seen == data[:5] + b"\0\0\0\x40" + data[9:30] + b"\0\0\0\x40" + data[34:]
        assert view.seek(-3, os.SEEK_END) == 61
        assert view.seek(1, os.SEEK_CUR) == view.tell() == 62
        assert view.read(10) == data[62:]


def test_extended_language_tags_of_mp4(tmp_path: Path) -> None:
    box = b"\0\0\0\x12elng\0\0\0\0pt-BR\0"
    data = rewrite_boxes(
        sample("late-index.mp4").read_bytes(), lambda kind, content: content + box if kind == b"mdia" else content
    )
    path = tmp_path / "brazil.mp4"
    path.write_bytes(data)
    assert (audio(probe_file(str(path))).language_code, audio(probe_file(str(path))).language_tag) == ("por", "pt-BR")


def test_the_fingerprint_belongs_to_the_content(tmp_path: Path) -> None:
    first = probe_file(str(sample("h264.mkv"))).fingerprint
    renamed = copy_of("h264.mkv", tmp_path, "Другое имя.mkv")
    assert probe_file(str(renamed)).fingerprint == first
    data = bytearray(renamed.read_bytes())
    data[-1] ^= 1
    renamed.write_bytes(data)
    assert probe_file(str(renamed)).fingerprint != first


@pytest.mark.parametrize(
    ("name", "container", "size"),
    [
        ("cover.jpg", "jpeg", (64, 48)),
        ("cover.png", "png", (65, 49)),
        ("cover.webp", "webp", (66, 50)),
        ("cover.gif", "gif", (67, 51)),
        ("cover.bmp", "bmp", (68, 52)),
        ("cover.tiff", "tiff", (69, 53)),
    ],
)
def test_pictures(name: str, container: str, size: tuple[int, int]) -> None:
    probed = probe_file(str(sample(name)))
    assert probed.container == container
    assert (probed.streams[0].width, probed.streams[0].height) == pytest.approx(size, abs=1)


@pytest.mark.parametrize(
    ("name", "container", "expected"),
    [
        ("tone.mp3", "mp3", {"codec": "mp3", "bitrate_kbps": 128}),
        ("tone.flac", "flac", {"codec": "flac", "bit_depth": 16}),
        ("tone.ogg", "ogg", {"codec": "vorbis"}),
        ("tone.opus", "ogg", {"codec": "opus"}),
        ("tone.m4a", "m4a", {"codec": "aac", "profile": "lc"}),
        ("alac.m4a", "m4a", {"codec": "alac", "bit_depth": 16}),
        ("tone.wma", "asf", {"codec": "wmav2"}),
        ("tone.wav", "wav", {"codec": "pcm", "bit_depth": 16, "bitrate_kbps": 1536}),
        ("tone.aiff", "aiff", {"codec": "pcm", "bit_depth": 24}),
        ("tone.aac", "aac", {"codec": "aac", "profile": "lc"}),
        ("tone.wv", "wavpack", {"codec": "wavpack"}),
    ],
)
def test_music_by_the_fast_way_equals_the_slow_way(name: str, container: str, expected: dict[str, Any]) -> None:
    fast = inspect(InspectArgs.of(str(sample(name)), FileClass.AUDIO)).probed
    slow = probe_file(str(sample(name)))
    for probed in (fast, slow):
        found = audio(probed)
        got = {field: getattr(found, field) for field in expected if not (field == "bitrate_kbps" and probed is slow)}
        assert got == {field: value for field, value in expected.items() if field in got}
        assert probed.container == container
        assert (found.channels, found.audio_channel_layout, found.sampling_rate) == (2, "stereo", 48000)
        assert probed.duration_ms == pytest.approx(2000, abs=60 if probed is fast else 200)
    assert fast.fingerprint == slow.fingerprint


def test_audiobooks_have_chapters() -> None:
    inspected = inspect(InspectArgs.of(str(sample("book.m4b")), FileClass.AUDIO))
    assert inspected.probed.container == "m4b"
    assert [chapter.title for chapter in inspected.probed.chapters] == ["Opening", "Ende"]
    assert inspected.tags is not None
    assert inspected.tags.title == "The Film"


def test_inspecting_through_a_pool_gives_probe_and_tags() -> None:
    names = ["h264.mp4", "everything.mkv", "tone.wav", "cover.jpg"]
    by_path = {str(sample(name)).encode(): name for name in names}
    found: dict[str, Inspected] = {}
    with WorkerPool(2) as pool:
        for args, outcome in pool.map_unordered(inspect, (InspectArgs.of(path, FileClass.VIDEO) for path in by_path)):
            assert isinstance(outcome, Inspected)
            found[by_path[args.path]] = outcome
        assert pool.submit(probe, FileArgs.of(str(sample("h264.ts")))).result().container == "mpegts"
    assert found["h264.mp4"].tags == AudioTags(title="Shown", show="Series", season=2, episode=5)
    assert found["everything.mkv"].tags == AudioTags(title="The Film", date="1999-03-04", year=1999)
    assert found["tone.wav"].tags == AudioTags(title="Chunk")
    assert found["cover.jpg"].tags is None


@pytest.mark.parametrize("name", ["cover.mkv", "cover.mp4"])
def test_covers_of_films_are_pictures_and_no_streams(name: str) -> None:
    probed = probe_file(str(sample(name)))
    assert [stream.codec for stream in probed.streams] == ["h264"]
    assert probed.has_embedded_picture
    assert extract_picture(str(sample(name))) == ("image/jpeg", sample("cover.jpg").read_bytes())


def test_avif(tmp_path: Path) -> None:
    path = tmp_path / "photo.avif"
    PIL.Image.new("RGB", (70, 54)).save(path)
    probed = probe_file(str(path))
    assert (probed.container, probed.streams[0].width, probed.streams[0].height) == ("avif", 70, 54)


def test_av1_sequence_header_without_its_container() -> None:
    data = sample("av1-hdr.mkv").read_bytes()
    place = data.index(b"\x63\xa2") + 3
    found = av1_sequence(data[place : place + 32])
    assert found is not None
    assert (found.bit_depth, found.chroma_subsampling) == (10, "4:2:0")
    assert (found.color_primaries, found.color_transfer, found.color_space, found.color_range) == (9, 16, 9, 1)


def test_sequence_headers_that_are_cut_short() -> None:
    data = sample("h264.mp4").read_bytes()
    place = data.index(b"avcC") + 4
    whole = data[place : place + 48]
    assert h264_sequence(whole) is not None
    for length in range(20):
        assert h264_sequence(whole[:length]) is None
    assert av1_sequence(b"\x81\x00\x4c") is None
    assert av1_sequence(b"\x81\x00\x4c\x00") is not None
