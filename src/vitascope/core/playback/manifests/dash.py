"""DASH manifests (MPD, ISO/IEC 23009-1), of the profile for segments that are addressed one by one (8.4).

One period; the qualities of the video are one adaptation set, each sound track and each subtitle is one of its own.
All have the same timeline, which ``presentationTimeOffset`` puts to where segments have it (:data:`BEGIN_US`).
Subtitles are one WebVTT file each: segments of bare WebVTT are not of the standard.
"""

from collections.abc import Sequence
from fractions import Fraction
from xml.sax.saxutils import escape

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.manifests.codecs import codec_string
from vitascope.core.playback.manifests.escaping import attribute, plain, uri
from vitascope.core.playback.manifests.tracks import AudioTrack, SubtitleTrack, VideoTrack
from vitascope.core.playback.renditions import BEGIN_US

MEDIA_TYPE = "application/dash+xml"
_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_PROFILE = "urn:mpeg:dash:profile:isoff-live:2011"
_ROLE = "urn:mpeg:dash:role:2011"
_CHANNELS = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011"
_TIMESCALE = 1_000_000


def media_presentation(
    grid: Grid,
    video: Sequence[VideoTrack],
    audio: Sequence[AudioTrack],
    subtitles: Sequence[SubtitleTrack] = (),
    *,
    independent: bool = True,
) -> str:
    """The manifest of a session. ``independent``: as in HLS; pictures that lead to an open key frame are SAP type 3."""
    timeline = _timeline(grid)
    sets: list[str] = []
    if video:
        sets += _set(
            "video",
            len(sets),
            attribute("segmentAlignment", "true") + attribute("startWithSAP", 1 if independent else 3),
        )
        sets += [_video(track, timeline) for track in video] + ["</AdaptationSet>"]
    for track in audio:
        language = _language(track.info.language_tag or track.info.language_code)
        sets += _set("audio", len(sets), attribute("segmentAlignment", "true") + language)
        sets += [_described(track, _roles(track)), _audio(track, timeline), "</AdaptationSet>"]
    for number, text in enumerate(text for text in subtitles if text.whole_uri):
        language = _language(text.info.language_tag or text.info.language_code)
        sets += _set("text", len(sets), attribute("mimeType", "text/vtt") + language)
        sets += [_described(text, _text_roles(text)), _text(text, number), "</AdaptationSet>"]
    said = attribute("xmlns", _NAMESPACE) + attribute("profiles", _PROFILE) + attribute("type", "static")
    said += attribute("mediaPresentationDuration", f"PT{grid.end_us / 1_000_000:.6f}S")
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f"<MPD{said}{attribute('minBufferTime', 'PT2S')}>",
            '<Period id="0" start="PT0S">',
            *sets,
            "</Period>",
            "</MPD>",
            "",
        )
    )


def _set(kind: str, number: int, others: str) -> list[str]:
    return [f"<AdaptationSet{attribute('id', number)}{attribute('contentType', kind)}{others}>"]


def _timeline(grid: Grid) -> str:
    """``S`` elements; neighbours of one length are said once."""
    runs: list[list[int]] = []
    for number in range(len(grid)):
        duration = grid.duration_us(number)
        if runs and runs[-1][0] == duration:
            runs[-1][1] += 1
        else:
            runs.append([duration, 0])
    entries = [
        f"<S{attribute('t', BEGIN_US) if not place else ''}{attribute('d', duration)}"
        f"{attribute('r', again) if again else ''}/>"
        for place, (duration, again) in enumerate(runs)
    ]
    return f"<SegmentTimeline>{''.join(entries)}</SegmentTimeline>"


def _template(header_uri: str, media_uri: str, timeline: str) -> str:
    return (
        f"<SegmentTemplate{attribute('timescale', _TIMESCALE)}{attribute('presentationTimeOffset', BEGIN_US)}"
        f"{attribute('startNumber', 0)}{attribute('initialization', uri(header_uri))}"
        f"{attribute('media', uri(media_uri))}>{timeline}</SegmentTemplate>"
    )


def _representation(name: str, mime: str, bandwidth: int, codecs: str | None, others: str, content: str) -> str:
    said = attribute("codecs", codecs) if codecs else ""
    return (
        f"<Representation{attribute('id', name)}{attribute('mimeType', mime)}{attribute('bandwidth', bandwidth)}"
        f"{said}{others}>{content}</Representation>"
    )


def _video(track: VideoTrack, timeline: str) -> str:
    width, height = track.size
    others = attribute("width", width) + attribute("height", height) if width and height else ""
    if track.frame_rate:
        others += attribute("frameRate", _rate(track.frame_rate))
    content = _template(track.header_uri, track.media_uri, timeline)
    return _representation(track.rendition.name, "video/mp4", track.peak_bps, codec_string(track), others, content)


def _rate(rate: Fraction) -> str:
    return str(rate.numerator) if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"


def _audio(track: AudioTrack, timeline: str) -> str:
    rate = track.info.sampling_rate if track.rendition.codec is None else track.rendition.sampling_rate
    others = attribute("audioSamplingRate", rate) if rate else ""
    channels = f"<AudioChannelConfiguration{attribute('schemeIdUri', _CHANNELS)}{attribute('value', track.channels)}/>"
    content = channels + _template(track.header_uri, track.media_uri, timeline)
    return _representation(track.rendition.name, "audio/mp4", track.average_bps, codec_string(track), others, content)


def _text(track: SubtitleTrack, number: int) -> str:
    name = f"{track.rendition.name}-{number}"
    address = f"<BaseURL>{escape(uri(track.whole_uri))}</BaseURL>"
    return f"<Representation{attribute('id', name)}{attribute('bandwidth', 1_000)}>{address}</Representation>"


def _described(track: AudioTrack | SubtitleTrack, roles: Sequence[str]) -> str:
    """``Label`` comes after ``Role`` in the schema's order (5.3.7.2)."""
    made = "".join(f"<Role{attribute('schemeIdUri', _ROLE)}{attribute('value', role)}/>" for role in roles)
    label = escape(plain(track.name))
    return f"{made}<Label>{label}</Label>" if label else made


def _roles(track: AudioTrack) -> list[str]:
    roles = ["main" if track.default else "alternate"]
    if track.info.commentary:
        roles.append("commentary")
    if track.info.dub:
        roles.append("dub")
    if track.info.visual_impaired:
        roles.append("description")
    return roles


def _text_roles(track: SubtitleTrack) -> list[str]:
    roles = ["caption" if track.info.hearing_impaired else "subtitle"]
    if track.default:
        roles.append("main")
    if track.info.forced:
        roles.append("forced-subtitle")
    return roles


def _language(tag: str | None) -> str:
    return attribute("lang", tag) if tag else ""
