"""Command lines for devices, as they were thought: there is none on the machines that test this."""

import pytest

from vitascope.core.model import StreamInfo, StreamType
from vitascope.core.playback.commands import CommandError, Hardware, Input, Preset, VideoTools, video_run
from vitascope.core.playback.grid import fixed_grid
from vitascope.core.playback.renditions import SegmentFormat, VideoCodec, VideoRendition

GRID = fixed_grid(24_000_000, target_us=6_000_000)
INFO = StreamInfo(type=StreamType.VIDEO, index=0, frame_rate=24.0)
NODE = "/dev/dri/renderD128"
DEVICE = f"-init_hw_device vaapi=gpu:{NODE}"
QUICK = "-init_hw_device qsv=quick@gpu -filter_hw_device quick"
RATES = "-b:v 4000k -maxrate 5000k -bufsize 8000k"
SCALED = "settb=expr=1/90000,trim=start_pts=540000:end_pts=1080000,scale=w=1280:h=720,setsar=sar=1"
CASES = {
    (Hardware.NVENC, VideoCodec.H264): (
        "-copyts -seek_timestamp 1 -hwaccel cuda",
        f"{SCALED},format=pix_fmts=nv12",
        f"-c:v h264_nvenc -preset p3 -rc vbr -forced-idr 1 -no-scenecut 1 {RATES}",
    ),
    (Hardware.NVENC, VideoCodec.AV1): (
        "-copyts -seek_timestamp 1 -hwaccel cuda",
        f"{SCALED},format=pix_fmts=nv12",
        f"-c:v av1_nvenc -preset p3 -rc vbr -forced-idr 1 {RATES}",
    ),
    (Hardware.VAAPI, VideoCodec.HEVC): (
        f"{DEVICE} -filter_hw_device gpu -copyts -seek_timestamp 1 -hwaccel vaapi -hwaccel_device {NODE}",
        f"{SCALED},format=pix_fmts=nv12,hwupload",
        f"-c:v hevc_vaapi -rc_mode VBR {RATES}",
    ),
    (Hardware.QSV, VideoCodec.H264): (
        f"{DEVICE} {QUICK} -copyts -seek_timestamp 1 -hwaccel qsv -qsv_device {NODE}",
        f"{SCALED},format=pix_fmts=nv12,hwupload=extra_hw_frames=64",
        f"-c:v h264_qsv -preset veryfast -forced_idr 1 -look_ahead 0 {RATES}",
    ),
}


def _rendition(codec: VideoCodec, *, ten_bit: bool = False) -> VideoRendition:
    return VideoRendition(
        name="v",
        index=0,
        format=SegmentFormat.FMP4,
        codec=codec,
        width=1280,
        height=720,
        bitrate_kbps=4_000,
        ten_bit=ten_bit,
    )


@pytest.mark.parametrize(("hardware", "codec"), list(CASES))
def test_a_device_decodes_what_it_can_and_encodes_with_its_own_options(hardware: Hardware, codec: VideoCodec) -> None:
    tools = VideoTools(
        hardware=hardware,
        device="" if hardware is Hardware.NVENC else NODE,
        hardware_decoding=True,
        preset=Preset.VERYFAST,
    )
    run = video_run(Input(path=b"/f.mkv", container="mkv"), INFO, _rendition(codec), GRID, 1, 1, tools)
    before, graph, encoder = CASES[hardware, codec]
    line = " ".join(run.arguments)
    assert line.startswith(f"-hide_banner -nostdin -v error {before} -noaccurate_seek -ss 5.750000 ")
    assert f" -map 0:0 -filter:v {graph} {encoder} -g 1000000 -fps_mode passthrough -enc_time_base 1:90000 " in line
    assert " -force_key_frames 6.000000 " in line


def test_ten_bits_are_kept_where_the_device_can() -> None:
    tools = VideoTools(hardware=Hardware.VAAPI, device=NODE)
    source = Input(path=b"/f.mkv", container="mkv")
    run = video_run(source, INFO, _rendition(VideoCodec.HEVC, ten_bit=True), GRID, 0, 0, tools)
    assert "format=pix_fmts=p010le,hwupload" in " ".join(run.arguments)
    with pytest.raises(CommandError, match="ten bits"):
        video_run(source, INFO, _rendition(VideoCodec.H264, ten_bit=True), GRID, 0, 0, tools)
