"""What a rendition is coded in, as ``codecs`` parameters say it (RFC 6381, and the registrations of each codec).

Of what is copied this follows from the probe; of what is converted from what the encoder is told. Where a file does not
say its level, the lowest one that holds its pictures is said, by the tables of the standards.
"""

from vitascope.core.playback.manifests.tracks import AudioTrack, VideoTrack
from vitascope.core.playback.renditions import SegmentFormat

_H264_PROFILES = {
    "baseline": "4200",
    "constrained baseline": "4240",
    "main": "4D40",
    "extended": "5800",
    "high": "6400",
    "high 10": "6E00",
    "high 10 intra": "6E10",
    "high 4:2:2": "7A00",
    "high 4:2:2 intra": "7A10",
    "high 4:4:4": "F400",
    "high 4:4:4 predictive": "F400",
}
# Level, macroblocks per second, macroblocks per picture (ISO/IEC 14496-10, table A-1).
_H264_LEVELS = (
    (10, 1_485, 99),
    (11, 3_000, 396),
    (12, 6_000, 396),
    (13, 11_880, 396),
    (21, 19_800, 792),
    (22, 20_250, 1_620),
    (30, 40_500, 1_620),
    (31, 108_000, 3_600),
    (32, 216_000, 5_120),
    (40, 245_760, 8_192),
    (42, 522_240, 8_704),
    (50, 589_824, 22_080),
    (51, 983_040, 36_864),
    (52, 2_073_600, 36_864),
    (60, 4_177_920, 139_264),
    (62, 16_711_680, 139_264),
)
# Thirty times the level, samples per second, samples per picture (ISO/IEC 23008-2, table A.8).
_HEVC_LEVELS = (
    (60, 3_686_400, 122_880),
    (63, 7_372_800, 245_760),
    (90, 16_588_800, 552_960),
    (93, 33_177_600, 983_040),
    (120, 66_846_720, 2_228_224),
    (123, 133_693_440, 2_228_224),
    (150, 267_386_880, 8_912_896),
    (153, 534_773_760, 8_912_896),
    (156, 1_069_547_520, 8_912_896),
    (183, 2_139_095_040, 35_651_584),
    (186, 4_278_190_080, 35_651_584),
)
# seq_level_idx, samples per second, samples per picture (AV1, A.3).
_AV1_LEVELS = (
    (0, 4_423_680, 147_456),
    (1, 8_363_520, 278_784),
    (4, 19_975_680, 665_856),
    (5, 31_950_720, 1_065_024),
    (8, 70_778_880, 2_359_296),
    (9, 141_557_760, 2_359_296),
    (12, 267_386_880, 8_912_896),
    (13, 534_773_760, 8_912_896),
    (14, 1_069_547_520, 8_912_896),
    (16, 1_069_547_520, 35_651_584),
    (17, 2_139_095_040, 35_651_584),
)
# Ten times the level, samples per second, samples per picture (VP9 levels).
_VP9_LEVELS = (
    (10, 829_440, 36_864),
    (11, 2_764_800, 73_728),
    (20, 4_608_000, 122_880),
    (21, 9_216_000, 245_760),
    (30, 20_736_000, 552_960),
    (31, 36_864_000, 983_040),
    (40, 83_558_400, 2_228_224),
    (41, 160_432_128, 2_228_224),
    (50, 311_951_360, 8_912_896),
    (51, 588_251_136, 8_912_896),
    (52, 1_176_502_272, 8_912_896),
    (60, 1_176_502_272, 35_651_584),
)
_AAC_OBJECTS = {"he-aac": "5", "he-aacv2": "29"}
_SOUND = {"ac3": "ac-3", "eac3": "ec-3", "opus": "opus", "flac": "fLaC", "alac": "alac"}
_USUAL_RATE = 30


def codec_string(track: VideoTrack | AudioTrack) -> str | None:
    """The ``codecs`` parameter; ``None`` for what has none that players know."""
    return _video(track) if isinstance(track, VideoTrack) else _audio(track)


def _audio(track: AudioTrack) -> str | None:
    codec = track.info.codec if track.rendition.codec is None else track.rendition.codec.value
    if codec == "aac":
        profile = (track.info.profile or "") if track.rendition.codec is None else ""
        return f"mp4a.40.{_AAC_OBJECTS.get(profile, '2')}"
    if codec == "mp3":
        return "mp4a.6B" if track.rendition.format is SegmentFormat.FMP4 else "mp4a.40.34"
    return _SOUND.get(codec)


def _video(track: VideoTrack) -> str | None:
    codec = track.info.codec if track.rendition.codec is None else track.rendition.codec.value
    deep = (track.info.bit_depth or 8) > 8 if track.copied else track.rendition.ten_bit
    level = track.info.level if track.copied else None
    match codec:
        case "h264":
            profile = _H264_PROFILES.get(track.info.profile or "", "6400") if track.copied else "6400"
            if not track.copied and deep:
                profile = "6E00"
            return f"avc1.{profile}{level or h264_level(track):02X}"
        case "hevc":
            kind = "2.4" if deep else "1.6"
            if track.copied and track.info.profile == "rext":
                kind = "4.10"
            return f"hvc1.{kind}.L{level or _level(track, _HEVC_LEVELS, 1)}.B0"
        case "av1":
            level = level if level is not None else _level(track, _AV1_LEVELS, 1)
            return f"av01.0.{level:02d}M.{10 if deep else 8:02d}"
        case "vp9":
            return f"vp09.{2 if deep else 0:02d}.{_level(track, _VP9_LEVELS, 1)}.{10 if deep else 8:02d}"
    return None


def h264_level(track: VideoTrack) -> int:
    """Ten times the lowest level of H.264 that holds the pictures of a rendition."""
    return _level(track, _H264_LEVELS, 16)


def _level(track: VideoTrack, levels: tuple[tuple[int, int, int], ...], block: int) -> int:
    width, height = track.size
    picture = -(-max(width, 16) // block) * -(-max(height, 16) // block)
    rate = picture * (track.frame_rate or _USUAL_RATE)
    fitting = (level for level, most_rate, most_picture in levels if rate <= most_rate and picture <= most_picture)
    return next(fitting, levels[-1][0])
