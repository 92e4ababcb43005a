"""The picture: from a stream's frames to those that are encoded, and the encoder's own options.

The order of the filters is the order of their cost: interlacing first, since it needs whole fields; then the rate and
the first picture that is wanted, so that nothing is done to pictures that are dropped; then size and colours together;
subtitles last, so that they are as sharp as the result. Key frames lie where segments begin and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vitascope.core.model import StreamInfo
from vitascope.core.playback.commands.filters import Filter, chain, made
from vitascope.core.playback.commands.tools import Hardware, Quality, VideoTools
from vitascope.core.playback.commands.values import CommandError, decimal, device, number, rate, seconds, whole
from vitascope.core.playback.renditions import SegmentFormat, VideoCodec, VideoRendition
from vitascope.core.playback.timing import TICKS, tick_us

_HDR = {"smpte2084": "smpte2084", "arib-std-b67": "arib-std-b67"}
_NEVER = 1_000_000
"""A distance of key frames that no segment reaches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSubtitle:
    """A script that is drawn into the picture, and the folder of its fonts."""

    path: str
    fonts: str | None = None


def graph(
    info: StreamInfo,
    rendition: VideoRendition,
    tools: VideoTools,
    *,
    first_tick: int | None,
    end_tick: int | None,
    text: TextSubtitle | None = None,
) -> list[str]:
    """The options that select and filter the pictures."""
    before = [*_chosen(info, rendition, tools, first_tick, end_tick), *_sized(info, rendition, tools)]
    after = [made("format", pix_fmts=pixel_format(rendition, tools))]
    if tools.hardware in (Hardware.VAAPI, Hardware.QSV):
        upload = made("hwupload", extra_hw_frames=64) if tools.hardware is Hardware.QSV else made("hwupload")
        after.append(upload)
    burned = rendition.burned
    stream = f"0:{whole('a stream', rendition.index, 0, 999)}"
    if burned is None or not burned.image:
        drawn = [_drawn(text)] if burned is not None and text is not None else []
        return ["-map", stream, "-filter:v", chain([*before, *drawn, *after])]
    if burned.index is None:
        raise CommandError("pictures of subtitles are taken from the film itself")
    # As wide as the picture and never cropped: films without their black bars have less height than their subtitles.
    size = (("w", rendition.width), ("h", rendition.height), ("force_original_aspect_ratio", "decrease"))
    placed = made("overlay", x="(main_w-overlay_w)/2", y="main_h-overlay_h", eof_action="pass", repeatlast=0)
    subtitle = f"[0:{whole('a stream', burned.index, 0, 999)}]"
    parts = [
        f"[{stream}]{chain(before)}[picture]",
        f"{subtitle}{chain([*_later(burned.offset_ms), Filter('scale', size)])}[subtitle]",
        f"[picture][subtitle]{chain([placed, *after])}[out]",
    ]
    return ["-filter_complex", ";".join(parts), "-map", "[out]"]


def _later(offset_ms: int) -> list[Filter]:
    if not whole("an offset", offset_ms, -86_400_000, 86_400_000):
        return []
    return [made("setpts", expr=f"PTS+({offset_ms}/1000)/TB")]


def _chosen(
    info: StreamInfo, rendition: VideoRendition, tools: VideoTools, first_tick: int | None, end_tick: int | None
) -> list[Filter]:
    """Which pictures there are, each at its tick."""
    filters = []
    if rendition.deinterlace:
        filters.append(made("bwdif" if tools.bwdif else "yadif", mode="send_frame", deint="interlaced"))
    if rendition.frame_rate is not None and not (info.frame_rate and info.frame_rate <= rendition.frame_rate * 1.001):
        filters.append(made("fps", fps=rate("a frame rate", rendition.frame_rate, 1, 240)))
    filters.append(made("settb", expr=f"1/{TICKS}"))
    limits: dict[str, int] = {}
    if first_tick is not None:
        limits["start_pts"] = first_tick
    if end_tick is not None:
        limits["end_pts"] = end_tick
    if limits:
        filters.append(made("trim", **limits))
    return filters


def _sized(info: StreamInfo, rendition: VideoRendition, tools: VideoTools) -> list[Filter]:
    width = whole("a width", rendition.width, 2, 8192)
    height = whole("a height", rendition.height, 2, 8192)
    if width % 2 or height % 2:
        raise CommandError(f"an even size, not {width}x{height}")
    if not rendition.tone_map:
        return [made("scale", w=width, h=height), made("setsar", sar="1")]
    transfer = _HDR.get(info.color_trc or "", "smpte2084")
    return [
        # What the file says, once more: decoders of damaged headers leave it out, and zscale refuses to guess.
        made("setparams", color_primaries="bt2020", color_trc=transfer, colorspace="bt2020nc"),
        made("zscale", w=width, h=height, t="linear", npl=100),
        made("format", pix_fmts="gbrpf32le"),
        made("zscale", p="bt709"),
        made("tonemap", tonemap=tools.tone_mapping.value, desat=0),
        made("zscale", t="bt709", m="bt709", r="tv"),
        made("setsar", sar="1"),
    ]


def _drawn(text: TextSubtitle) -> Filter:
    options: dict[str, str] = {"filename": text.path}
    if text.fonts is not None:
        options["fontsdir"] = text.fonts
    return made("subtitles", **options)


def pixel_format(rendition: VideoRendition, tools: VideoTools) -> str:
    """In which form the encoder takes its pictures."""
    if tools.hardware:
        return "p010le" if rendition.ten_bit else "nv12"
    return "yuv420p10le" if rendition.ten_bit else "yuv420p"


def encoding(
    rendition: VideoRendition, tools: VideoTools, key_ticks: Sequence[int], *, every_s: int | None = None
) -> list[str]:
    """The encoder and its options; key frames at ``key_ticks`` and at no other place, or ``every_s`` seconds."""
    codec = rendition.codec
    if codec is None:
        raise CommandError("nothing is encoded of what is copied")
    if rendition.format is SegmentFormat.MPEGTS and codec in (VideoCodec.AV1, VideoCodec.VP9):
        raise CommandError(f"MPEG-TS carries no {codec.value}")
    if rendition.ten_bit and codec is VideoCodec.H264 and tools.hardware:
        raise CommandError("H.264 of ten bits is not made by hardware")
    options = ["-c:v", tools.encoder(codec), *_OPTIONS[codec, bool(tools.hardware)](rendition, tools)]
    options += ["-g", str(_NEVER), "-fps_mode", "passthrough", "-enc_time_base", f"1:{TICKS}"]
    if every_s is not None:
        options += ["-force_key_frames", f"expr:gte(t,n_forced*{whole('a distance', every_s, 1, 60)})"]
    elif key_ticks:
        options += ["-force_key_frames", ",".join(seconds(tick_us(tick)) for tick in key_ticks)]
    if codec is VideoCodec.HEVC and rendition.format is SegmentFormat.FMP4:
        options += ["-tag:v", "hvc1"]
    if tools.in_band_headers and codec in (VideoCodec.H264, VideoCodec.HEVC):
        options += ["-bsf:v", "dump_extra=freq=keyframe"]
    return options


def _limited(rendition: VideoRendition) -> list[str]:
    """A quality, under a rate that holds over two seconds: no segment is half as much again."""
    kbps = whole("a bit rate", rendition.bitrate_kbps, 0, 400_000)
    return ["-maxrate", f"{kbps}k", "-bufsize", f"{2 * kbps}k"] if kbps else []


def _crf(base: float, tools: VideoTools) -> str:
    lower = {Quality.PICTURE: 2, Quality.HURT_MY_CPU: 4}.get(tools.quality, 0)
    return decimal(max(base - lower, number("a minimum CRF", tools.minimum_crf, 0, 51)))


def _x264(rendition: VideoRendition, tools: VideoTools) -> list[str]:
    return [
        *("-preset", tools.effective_preset.value, "-profile:v", "high10" if rendition.ten_bit else "high"),
        *("-crf", _crf(22, tools), *_limited(rendition)),
        *("-sc_threshold", "0", "-forced-idr", "1"),
    ]


def _x265(rendition: VideoRendition, tools: VideoTools) -> list[str]:
    fast = tools.effective_preset.effort <= 2
    own = "scenecut=0:open-gop=0:keyint=-1:min-keyint=1:info=0:log-level=none"
    return [
        *("-preset", "ultrafast" if fast else tools.effective_preset.value),
        *("-crf", _crf(25, tools), *_limited(rendition), "-forced-idr", "1", "-x265-params", own),
    ]


def _svt_av1(rendition: VideoRendition, tools: VideoTools) -> list[str]:
    preset = max(4, 12 - tools.effective_preset.effort)
    own = "scd=0:enable-force-key-frames=1"
    kbps = whole("a bit rate", rendition.bitrate_kbps, 0, 100_000)
    return ["-preset", str(preset), "-crf", "35", *(["-maxrate", f"{kbps}k"] if kbps else []), "-svtav1-params", own]


def _vp9(rendition: VideoRendition, tools: VideoTools) -> list[str]:
    kbps = whole("a bit rate", rendition.bitrate_kbps, 0, 400_000)
    speed = max(2, 8 - tools.effective_preset.effort)
    return [
        *("-deadline", "realtime", "-cpu-used", str(speed), "-row-mt", "1", "-lag-in-frames", "0"),
        *("-crf", "33", "-b:v", f"{kbps}k", *_limited(rendition)),
    ]


def _device(rendition: VideoRendition, tools: VideoTools) -> list[str]:
    """NVENC, VAAPI and Quick Sync: one rate, which is kept, and key frames that decoders can begin at."""
    kbps = whole("a bit rate", rendition.bitrate_kbps or 20_000, 1, 400_000)
    rates = ["-b:v", f"{kbps}k", "-maxrate", f"{kbps + kbps // 4}k", "-bufsize", f"{2 * kbps}k"]
    match tools.hardware:
        case Hardware.NVENC:
            steps = min(max(tools.effective_preset.effort, 0), 6) + 1
            own = ["-preset", f"p{steps}", "-rc", "vbr", "-forced-idr", "1", "-no-scenecut", "1"]
            if rendition.codec is VideoCodec.AV1:
                own = [*own[:4], "-forced-idr", "1"]
            return [*own, *rates]
        case Hardware.VAAPI:
            return ["-rc_mode", "VBR", *rates]
        case Hardware.QSV:
            return ["-preset", _qsv_preset(tools), "-forced_idr", "1", "-look_ahead", "0", *rates]
    raise CommandError("no such hardware")


def _qsv_preset(tools: VideoTools) -> str:
    effort = tools.effective_preset.effort
    return "veryfast" if effort <= 2 else "faster" if effort == 3 else tools.effective_preset.value


def hardware_device(tools: VideoTools) -> list[str]:
    """What is said before the inputs: the device that filters and encoders use."""
    match tools.hardware:
        case Hardware.VAAPI:
            return ["-init_hw_device", f"vaapi=gpu:{device(tools.device)}", "-filter_hw_device", "gpu"]
        case Hardware.QSV:
            return [
                *("-init_hw_device", f"vaapi=gpu:{device(tools.device)}", "-init_hw_device", "qsv=quick@gpu"),
                *("-filter_hw_device", "quick"),
            ]
    return []


_OPTIONS = {
    (VideoCodec.H264, False): _x264,
    (VideoCodec.HEVC, False): _x265,
    (VideoCodec.AV1, False): _svt_av1,
    (VideoCodec.VP9, False): _vp9,
    **{(codec, True): _device for codec in VideoCodec},
}
