"""HLS playlists (RFC 8216, and ``VIDEO-RANGE`` of its second edition).

A multivariant playlist lists each quality of the video with the sound and the subtitles that go with it; each rendition
has a media playlist, complete from the first request on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitascope.core.playback.grid import Grid
from vitascope.core.playback.manifests.codecs import codec_string
from vitascope.core.playback.manifests.escaping import quoted, uri
from vitascope.core.playback.manifests.tracks import AudioTrack, SubtitleTrack, VideoTrack

MEDIA_TYPE = "application/vnd.apple.mpegurl"
_AUDIO, _SUBTITLES = "audio", "subtitles"
_VERSION = 6
"""``EXT-X-MAP`` for whole segments needs it."""
_DESCRIBES = "public.accessibility.describes-video"
_TRANSCRIBES = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"


def multivariant_playlist(
    video: Sequence[VideoTrack],
    audio: Sequence[AudioTrack],
    subtitles: Sequence[SubtitleTrack] = (),
    *,
    independent: bool = True,
) -> str:
    """The playlist of a session: ``video`` the best first; without any, each sound track is a variant.

    ``independent``: every segment can be decoded without those before it (no open groups of pictures are copied).
    """
    if not video and not audio:
        raise ValueError("a playlist of nothing")
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}"]
    if independent:
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    if video:
        lines += _media(_AUDIO, [_audio(track) for track in audio], _defaults(audio))
    lines += _media(_SUBTITLES, [_subtitle(track) for track in subtitles], _defaults(subtitles))
    for track in video:
        lines += _variant(track, audio, subtitles)
    if not video:
        for sound in audio:
            lines += _sound_variant(sound, subtitles)
    return "\n".join((*lines, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Segments of one file: in them the times go on from each to the next."""

    grid: Grid
    segment_uri: Callable[[int], str]
    header_uri: str | None = None


def media_playlist(
    grid: Grid,
    segment_uri: Callable[[int], str],
    *,
    header_uri: str | None = None,
    following: Sequence[Stretch] = (),
    independent: bool = True,
    start_us: int = 0,
) -> str:
    """The playlist of one rendition. ``start_us`` is where a player begins that was not told otherwise.

    Between it and each that follows there is a discontinuity (4.3.2.3): they have times, and headers, of their own.
    """
    stretches = (Stretch(grid=grid, segment_uri=segment_uri, header_uri=header_uri), *following)
    # Rounded up: no duration, rounded to the nearest second, is longer.
    target = -(-max(one.grid.longest_us for one in stretches) // 1_000_000)
    end_us = sum(one.grid.end_us for one in stretches)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{target}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]
    if independent:
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    if start_us > 0:
        lines.append(f"#EXT-X-START:TIME-OFFSET={_seconds(min(start_us, end_us))},PRECISE=YES")
    for place, one in enumerate(stretches):
        if place:
            lines.append("#EXT-X-DISCONTINUITY")
        if one.header_uri is not None:
            lines.append(f'#EXT-X-MAP:URI="{uri(one.header_uri)}"')
        for number in range(len(one.grid)):
            lines += (f"#EXTINF:{_seconds(one.grid.duration_us(number))},", uri(one.segment_uri(number)))
    return "\n".join((*lines, "#EXT-X-ENDLIST", ""))


def _seconds(time_us: int) -> str:
    return f"{time_us // 1_000_000}.{time_us % 1_000_000:06d}"


# --- renditions that are chosen ----------------------------------------------------------------------------------


def _defaults(tracks: Sequence[AudioTrack | SubtitleTrack]) -> int | None:
    """The place of the one that plays by itself; a group has one at most."""
    return next((place for place, track in enumerate(tracks) if track.default), None)


def _media(group: str, entries: Sequence[tuple[str, dict[str, str]]], default: int | None) -> list[str]:
    """``EXT-X-MEDIA`` lines; names of one group differ (4.3.4.1.1)."""
    lines: list[str] = []
    names: set[str] = set()
    for place, (wanted, others) in enumerate(entries):
        name, number = quoted(wanted or f"{group} {place + 1}"), 1
        while name.lower() in names:
            number += 1
            name = quoted(f"{wanted} ({number})" if wanted else f"{group} {place + number}")
        names.add(name.lower())
        chosen = place == default
        attributes = {
            "TYPE": group.upper(),
            "GROUP-ID": f'"{group}"',
            "NAME": name,
            "DEFAULT": "YES" if chosen else "NO",
            "AUTOSELECT": "YES",
            **others,
        }
        lines.append("#EXT-X-MEDIA:" + ",".join(f"{key}={value}" for key, value in attributes.items()))
    return lines


def _audio(track: AudioTrack) -> tuple[str, dict[str, str]]:
    others = _language(track.info.language_tag or track.info.language_code)
    if track.info.visual_impaired:
        others["CHARACTERISTICS"] = f'"{_DESCRIBES}"'
    others["CHANNELS"] = f'"{track.channels}"'
    others["URI"] = f'"{uri(track.playlist_uri)}"'
    return quoted(track.name).strip('"'), others


def _subtitle(track: SubtitleTrack) -> tuple[str, dict[str, str]]:
    others = _language(track.info.language_tag or track.info.language_code)
    others["FORCED"] = "YES" if track.info.forced else "NO"
    if track.info.hearing_impaired:
        others["CHARACTERISTICS"] = f'"{_TRANSCRIBES}"'
    others["URI"] = f'"{uri(track.playlist_uri)}"'
    return quoted(track.name).strip('"'), others


def _language(tag: str | None) -> dict[str, str]:
    return {"LANGUAGE": quoted(tag)} if tag else {}


# --- variants ----------------------------------------------------------------------------------------------------


def _variant(track: VideoTrack, audio: Sequence[AudioTrack], subtitles: Sequence[SubtitleTrack]) -> list[str]:
    loudest = max((sound.average_bps for sound in audio), default=0)
    codecs = [codec_string(track), *(codec_string(sound) for sound in audio)]
    attributes = {
        "BANDWIDTH": str(track.peak_bps + loudest),
        "AVERAGE-BANDWIDTH": str(track.average_bps + loudest),
        **_codecs(codecs),
    }
    width, height = track.size
    if width and height:
        attributes["RESOLUTION"] = f"{width}x{height}"
    if track.frame_rate:
        attributes["FRAME-RATE"] = f"{float(track.frame_rate):.3f}"
    attributes["VIDEO-RANGE"] = track.range
    if audio:
        attributes["AUDIO"] = f'"{_AUDIO}"'
    return _stream(attributes, subtitles, track.playlist_uri)


def _sound_variant(track: AudioTrack, subtitles: Sequence[SubtitleTrack]) -> list[str]:
    bandwidth = str(track.average_bps)
    attributes = {"BANDWIDTH": bandwidth, "AVERAGE-BANDWIDTH": bandwidth, **_codecs([codec_string(track)])}
    return _stream(attributes, subtitles, track.playlist_uri)


def _codecs(found: Sequence[str | None]) -> dict[str, str]:
    """All codecs or none: a list that leaves one out would have players choose what they cannot play."""
    if None in found:
        return {}
    return {"CODECS": quoted(",".join(dict.fromkeys(one for one in found if one)))}


def _stream(attributes: dict[str, str], subtitles: Sequence[SubtitleTrack], address: str) -> list[str]:
    if subtitles:
        attributes["SUBTITLES"] = f'"{_SUBTITLES}"'
    attributes["CLOSED-CAPTIONS"] = "NONE"
    return ["#EXT-X-STREAM-INF:" + ",".join(f"{key}={value}" for key, value in attributes.items()), uri(address)]
