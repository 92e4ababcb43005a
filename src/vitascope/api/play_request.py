"""What a player asks of ``decision`` and ``start``: the parameters of its request, as checked values.

Both take the same ones, so that a player sends one query twice. What a client says and nothing here needs is accepted
and left; what contradicts itself, or is none of what it may be, is refused with the name of the parameter.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from vitascope.api.call import Call
from vitascope.api.describe import decimal, flag, integer, text
from vitascope.api.errors import BadRequestError
from vitascope.api.player import session_identifier
from vitascope.core.playback.decision import (
    AdvancedSubtitles,
    Network,
    PlayRequest,
    Protocol,
    SubtitleMode,
)
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.levelling import Levelling
from vitascope.playback.profiles import Client

_LONGEST = 200
_RESOLUTION = re.compile(r"(\d{1,5})[x:](\d{1,5})", re.ASCII)
_PATH = re.compile(r"/library/metadata/(\d{1,18})", re.ASCII)
_E = TypeVar("_E", bound=StrEnum)

TAKES = (
    text("path", "What to play, as the key of an item.", required=True, example="/library/metadata/1"),
    integer("mediaIndex", "Which of its versions, counted from 0; -1 or nothing: the server chooses."),
    integer("partIndex", "Which part of that; -1 or nothing: all of them, one after the other."),
    text(
        "protocol", "How a stream that is made is to come: `http`, `hls`, `dash`; `*` or nothing: any.", example="hls"
    ),
    flag("directPlay", "The client would play the file as it is; 0 when left out."),
    flag("directStream", "Video may be copied; 1 when left out."),
    flag("directStreamAudio", "Sound may be copied; as `directStream` when left out."),
    flag("hasMDE", "With `directPlay=1` and both indexes: the client decided by itself, its profile is passed over."),
    decimal("offset", "Where to begin, in seconds.", example=90.5),
    integer("videoBitrate", "The most that everything together may take, in kbit/s.", example=8000),
    integer("maxVideoBitrate", "The same, by its older name.", example=8000),
    integer("peakBitrate", "The most that the best quality of an adaptive session may take, in kbit/s."),
    integer("musicBitrate", "The most that music may take, in kbit/s.", example=192),
    text("videoResolution", "The largest picture that is wanted, as `WxH`.", example="1280x720"),
    text("photoResolution", "The largest photograph that is wanted, as `WxH`.", example="1080x1080"),
    flag("disableResolutionRotation", "A resolution is not turned with a picture that stands upright."),
    integer("audioChannelCount", "How many channels of sound at most, 1 to 8.", example=6),
    integer("audioBoost", "How loud converted sound is, in percent of the original; 100 when left out.", example=100),
    text(
        "loudness",
        "What of converted sound is brought to one loudness: `none`, `track` or `album`; "
        "as `TranscoderMusicLoudness` has it for music, and `none` for video, when left out.",
        example="album",
    ),
    flag("autoAdjustQuality", "One session with every quality, between which the player changes."),
    text("location", "Where the client is: `lan`, `wan` or `cellular`.", example="wan"),
    flag("copyts", "A stream in one piece keeps the times of the file; without, it begins at 0."),
    integer("secondsPerSegment", "How long segments are to be, 1 to 60 seconds."),
    text(
        "subtitles",
        "What becomes of the selected subtitle: `auto`, `burn`, `none`, `sidecar`, `embedded` or `segmented`.",
        example="auto",
    ),
    text("advancedSubtitles", "Styled subtitles that the client does not draw: `burn`, or `text` without the styles."),
    flag("autoAdjustSubtitle", "A subtitle file that is early or late is shown where somebody speaks."),
    integer("subtitleSize", "How large burned subtitles are, in percent; 100 when left out."),
    text("session", "The client's name for the stream that is made for it."),
    text("transcodeSessionId", "The same, by its newer name."),
    text("X-Plex-Session-Identifier", "The client's name for this playback; also a header."),
    text("X-Plex-Client-Profile-Name", "The profile to begin with; also a header.", example="Generic"),
    text("X-Plex-Client-Profile-Extra", "What the client adds to its profile; also a header."),
    text("X-Plex-Platform", "What the client runs on, by which its profile is found; also a header.", example="Chrome"),
    text("X-Plex-Product", "Which client it is; also a header.", example="Plex Web"),
    text("X-Plex-Device", "The device; also a header."),
    text("X-Plex-Model", "The model of the device; also a header."),
)
"""What ``decision`` and ``start`` take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to play something."""

    item_id: int
    request: PlayRequest
    """Its ``kind`` is not known before the item is."""
    client: Client
    extra: str
    """``X-Plex-Client-Profile-Extra``"""
    session: str
    """The client's handle of the stream that is made; empty when it gives none."""
    playback_session: str
    fits_subtitles: bool = False
    """Subtitles are to be shown where somebody speaks."""


def asked(call: Call) -> Asked:
    """The request of a call. Raises :class:`BadRequestError` with what is wrong, and where."""
    direct_stream = _flag(call, "directStream", default=True)
    request = PlayRequest(
        media_index=_index(call, "mediaIndex"),
        part_index=_index(call, "partIndex"),
        protocol=_choice(call, "protocol", Protocol, None, ("*",)),
        direct_play=_flag(call, "directPlay"),
        direct_stream=direct_stream,
        direct_stream_audio=_flag(call, "directStreamAudio", default=direct_stream),
        has_mde=_flag(call, "hasMDE"),
        offset_ms=_offset_ms(call),
        bitrate_kbps=_least(_kbps(call, "videoBitrate"), _kbps(call, "maxVideoBitrate")),
        peak_kbps=_kbps(call, "peakBitrate"),
        music_kbps=_kbps(call, "musicBitrate"),
        resolution=_resolution(call, "videoResolution"),
        turn_resolution=not _flag(call, "disableResolutionRotation"),
        photo_resolution=_resolution(call, "photoResolution"),
        channels=_between(call, "audioChannelCount", 1, 8, None),
        boost_percent=_between(call, "audioBoost", 1, 1_000, 100) or 100,
        levelling=_choice(call, "loudness", Levelling, None),
        adaptive=_flag(call, "autoAdjustQuality"),
        network=_choice(call, "location", Network, None),
        segment_seconds=_between(call, "secondsPerSegment", 1, 60, None),
        # "unknown" is what the published description has for "no opinion", "stream" is sent by some clients.
        subtitles=_choice(call, "subtitles", SubtitleMode, SubtitleMode.AUTO, ("unknown", "stream"))
        or SubtitleMode.AUTO,
        advanced_subtitles=_choice(call, "advancedSubtitles", AdvancedSubtitles, AdvancedSubtitles.TEXT, ("unknown",))
        or AdvancedSubtitles.TEXT,
        subtitle_size_percent=_between(call, "subtitleSize", 1, 1_000, 100) or 100,
    )
    if request.problem is not None:
        raise BadRequestError(request.problem)
    return Asked(
        item_id=_item_id(call),
        request=request,
        client=Client(
            profile=_said(call, "Client-Profile-Name"),
            platform=_said(call, "Platform"),
            product=_said(call, "Product"),
            device=_said(call, "Device"),
            model=_said(call, "Model"),
        ),
        extra=call.plex("Client-Profile-Extra") or "",
        session=(call.text("session") or call.text("transcodeSessionId") or "")[:_LONGEST],
        playback_session=session_identifier(call),
        fits_subtitles=_flag(call, "autoAdjustSubtitle"),
    )


def _said(call: Call, name: str) -> str:
    return (call.plex(name) or "")[:_LONGEST]


def _item_id(call: Call) -> int:
    path = call.required("path")
    try:
        found = _PATH.fullmatch(urlsplit(path).path.rstrip("/"))
    except ValueError:
        found = None
    if found is None:
        raise BadRequestError("path is not the key of an item, such as /library/metadata/1")
    return int(found[1])


def _flag(call: Call, name: str, *, default: bool = False) -> bool:
    value = call.text(name)
    if value is None:
        return default
    if value.lower() not in ("0", "1", "true", "false"):
        raise BadRequestError(f"{name} is 0 or 1")
    return value.lower() in ("1", "true")


def _choice(call: Call, name: str, kind: type[_E], default: _E | None, ignored: tuple[str, ...] = ()) -> _E | None:
    value = (call.text(name) or "").lower()
    if not value or value in ignored:
        return default
    try:
        return kind(value)
    except ValueError:
        raise BadRequestError(f"{name} is one of {', '.join(kind)}") from None


def _index(call: Call, name: str) -> int | None:
    value = call.integer(name)
    if value is not None and value < -1:
        raise BadRequestError(f"{name} counts from 0; -1 leaves it to the server")
    return None if value == -1 else value


def _kbps(call: Call, name: str) -> int | None:
    """A bit rate; 0 is none."""
    value = call.integer(name)
    if value is not None and value < 0:
        raise BadRequestError(f"{name} is not below 0")
    return value or None


def _least(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _between(call: Call, name: str, least: int, most: int, default: int | None) -> int | None:
    value = call.integer(name, default)
    if value is not None and not least <= value <= most:
        raise BadRequestError(f"{name} lies between {least} and {most}")
    return value


def _resolution(call: Call, name: str) -> Size | None:
    value = call.text(name)
    if value is None:
        return None
    found = _RESOLUTION.fullmatch(value)
    if found is None:
        raise BadRequestError(f"{name} is written as WIDTHxHEIGHT")
    size = Size(width=int(found[1]), height=int(found[2]))
    return size if size.width and size.height else None


def _offset_ms(call: Call) -> int:
    value = call.text("offset")
    if value is None:
        return 0
    try:
        seconds = float(value)
    except ValueError:
        raise BadRequestError("offset is not a number of seconds") from None
    if not 0 <= seconds <= 10_000_000:
        raise BadRequestError("offset is not a number of seconds from 0 on")
    return round(seconds * 1_000)
