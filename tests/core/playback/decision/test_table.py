"""The decision, case by case (``table.txt``).

Each line is ``file ; client ; asked ; expected``. The clients are the small profiles below. What is asked and allowed
are words of :class:`PlayRequest`, of :class:`Limits` (behind ``!``) and of :class:`Abilities` (behind ``-``: taken
away, ``+``: there). Expected are words that must all be among those that :func:`said` makes of the decision; one with
``~`` before it must not be.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.playing import USUAL, versions

from vitascope.core.playback.decision import (
    Abilities,
    AdvancedSubtitles,
    Decision,
    HevcEncoding,
    Limits,
    Network,
    PlayRequest,
    Protocol,
    SubtitleMode,
    decide,
)
from vitascope.core.playback.ladder import Size
from vitascope.core.playback.profiles import ClientProfile, Kind, extended

_PLAY = "add-direct-play-profile"
_MAKE = "add-transcode-target"
CLIENTS = {
    "nothing": "",
    # H.264 with AAC in MP4; HLS in MPEG-TS, with WebVTT
    "plain": f"{_PLAY}(type=videoProfile&container=mp4&videoCodec=h264&audioCodec=aac&subtitleCodec=)"
    f"+{_MAKE}(type=videoProfile&context=streaming&protocol=hls&container=mpegts&videoCodec=h264&audioCodec=aac,ac3"
    "&subtitleCodec=webvtt)"
    f"+{_PLAY}(type=musicProfile&container=mp3&videoCodec=*&audioCodec=mp3&subtitleCodec=*)"
    f"+{_MAKE}(type=musicProfile&context=streaming&protocol=http&container=mp3&audioCodec=mp3)"
    f"+{_PLAY}(type=photoProfile&container=jpeg&videoCodec=*&audioCodec=*&subtitleCodec=*)"
    f"+{_MAKE}(type=photoProfile&context=streaming&protocol=http&container=jpeg)"
    "+add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.height&value=1080)"
    "+add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.bitDepth&value=8)"
    "+add-limitation(scope=videoAudioCodec&scopeName=aac&type=upperBound&name=audio.channels&value=6)",
    # everything in Matroska, also pictures of subtitles; progressive Matroska is made for it
    "rich": f"{_PLAY}(type=videoProfile&container=mkv,mp4&videoCodec=h264,hevc,av1&audioCodec=aac,ac3,eac3,dca"
    "&subtitleCodec=srt,ass,pgs)"
    f"+{_MAKE}(type=videoProfile&context=streaming&protocol=http&container=mkv&videoCodec=h264,hevc"
    "&audioCodec=ac3,aac&subtitleCodec=srt,ass,pgs)"
    f"+{_PLAY}(type=subtitleProfile&container=srt&videoCodec=*&audioCodec=*&subtitleCodec=srt,ass)",
    # an old television: no subtitles at all, stereo
    "poor": f"{_PLAY}(type=videoProfile&container=mp4&videoCodec=h264&audioCodec=aac&subtitleCodec=)"
    f"+{_MAKE}(type=videoProfile&context=streaming&protocol=hls&container=mpegts&videoCodec=h264&audioCodec=aac)"
    "+add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.height&value=720)"
    "+add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.frameRate&value=30)"
    "+add-limitation(scope=videoAudioCodec&scopeName=aac&type=upperBound&name=audio.channels&value=2)"
    "+add-settings(HDR=none&DirectPlayStreamSelection=false)",
}
_TABLE = Path(__file__).with_name("table.txt").read_text("utf-8")
CASES = [tuple(cell.strip() for cell in line.split(";")) for line in _TABLE.splitlines() if line and line[0] != "#"]


def _size(text: str) -> Size:
    width, height = text.split("x")
    return Size(width=int(width), height=int(height))


_REQUEST: dict[str, Callable[[PlayRequest, str], PlayRequest]] = {
    "direct_play": lambda one, _: replace(one, direct_play=True),
    "has_mde": lambda one, _: replace(one, has_mde=True),
    "adaptive": lambda one, _: replace(one, adaptive=True),
    "music": lambda one, _: replace(one, kind=Kind.MUSIC),
    "photo": lambda one, _: replace(one, kind=Kind.PHOTO),
    "media": lambda one, value: replace(one, media_index=int(value)),
    "part": lambda one, value: replace(one, part_index=int(value)),
    "kbps": lambda one, value: replace(one, bitrate_kbps=int(value)),
    "peak": lambda one, value: replace(one, peak_kbps=int(value)),
    "music_kbps": lambda one, value: replace(one, music_kbps=int(value)),
    "channels": lambda one, value: replace(one, channels=int(value)),
    "boost": lambda one, value: replace(one, boost_percent=int(value)),
    "copy": lambda one, _: replace(one, direct_stream=False),
    "audio_copy": lambda one, _: replace(one, direct_stream_audio=False),
    "turn": lambda one, _: replace(one, turn_resolution=False),
    "box": lambda one, value: replace(one, resolution=_size(value)),
    "photo_box": lambda one, value: replace(one, photo_resolution=_size(value)),
    "network": lambda one, value: replace(one, network=Network(value)),
    "protocol": lambda one, value: replace(one, protocol=Protocol(value)),
    "subtitles": lambda one, value: replace(one, subtitles=SubtitleMode(value)),
    "advanced": lambda one, value: replace(one, advanced_subtitles=AdvancedSubtitles(value)),
}
_LIMITS: dict[str, Callable[[Limits, str], Limits]] = {
    "!hevc": lambda one, value: replace(one, hevc=HevcEncoding(value)),
    "!resolution": lambda one, value: replace(one, resolution=_size(value)),
    "!remux_only": lambda one, _: replace(one, remux_only=True),
    "!tone_mapping": lambda one, _: replace(one, tone_mapping=False),
    "!stream_kbps": lambda one, value: replace(one, stream_kbps=int(value)),
    "!server_kbps": lambda one, value: replace(one, server_kbps=int(value)),
    "!streams_left": lambda one, value: replace(one, streams_left=int(value)),
    "!conversions_left": lambda one, value: replace(one, conversions_left=int(value)),
}
_ABILITIES: dict[str, Callable[[Abilities], Abilities]] = {
    "-outputs": lambda one: replace(one, outputs=frozenset()),
    "-video": lambda one: replace(one, video_encoders=frozenset()),
    "-audio": lambda one: replace(one, audio_encoders=frozenset()),
    "-tone_map": lambda one: replace(one, tone_map=False),
    "+dovi": lambda one: replace(one, dovi_reshape=True),
    "-burn_text": lambda one: replace(one, burn_text=False),
    "-burn_images": lambda one: replace(one, burn_images=False),
    "-text_segments": lambda one: replace(one, text_segments=False),
    "-subtitles_inside": lambda one: replace(one, subtitles_inside=False),
    "-text_files": lambda one: replace(one, text_files=False),
}


def _asked(words: str) -> tuple[PlayRequest, Limits, Abilities]:
    request, limits, abilities = PlayRequest(), Limits(), USUAL
    for word in words.split():
        name, _, value = word.partition("=")
        if name in _REQUEST:
            request = _REQUEST[name](request, value)
        elif name in _LIMITS:
            limits = _LIMITS[name](limits, value)
        else:
            abilities = _ABILITIES[name](abilities)
    return request, limits, abilities


def said(made: Decision) -> set[str]:
    """A decision as words."""
    words = {f"g{made.general.code}", "none" if made.means is None else made.means.name.lower().replace("_play", "")}
    for letter, verdict in (("d", made.direct_play), ("t", made.transcode), ("m", made.mde)):
        if verdict is not None:
            words.add(f"{letter}{verdict.code}")
    words |= {f"why:{reason.why}" for reason in made.reasons}
    words |= {f"version={made.version_index}", f"parts={len(made.parts)}", f"avail={made.available_kbps}"}
    if made.delivery is not None:
        words.add(f"{made.delivery.protocol}/{made.delivery.container}")
        words |= {"abr"} if made.delivery.adaptive else set()
    for part in made.parts[:1]:
        words |= {f"rungs={len(part.video)}", f"sounds={len(part.audio)}", f"subtitles={len(part.subtitles)}"}
        for video in part.video[:1]:
            words.add(f"first={video.codec or 'copy'}")
            words |= {"mapped"} if video.tone_map else set()
            words |= {"deep"} if video.ten_bit else set()
            words |= {"deinterlace"} if video.deinterlace else set()
            words |= {f"fps={video.frame_rate}"} if video.frame_rate else set()
    return words | _streams(made)


def _streams(made: Decision) -> set[str]:
    words: set[str] = set()
    for stream in made.parts[0].streams if made.parts else ():
        place = f"@{stream.place}" if stream.place else ""
        if stream.size is not None:
            words.add(f"v={stream.codec}:{stream.size.height}")
        elif stream.channels is not None:
            words |= {f"a={stream.codec}:{stream.channels}", f"a={stream.codec}:{stream.channels}:{stream.kbps}"}
        elif stream.place is not None and stream.place.startswith("segments-video"):
            words.add("v=copy")
        elif stream.place is not None and stream.place.startswith("segments-audio"):
            words.add("a=copy")
        else:
            words |= {f"s={stream.codec or stream.action}{place}", f"s={stream.action}"}
    return words


@pytest.mark.parametrize(("file", "client", "asked", "expected"), CASES)
def test_a_case_of_the_table(file: str, client: str, asked: str, expected: str) -> None:
    profile = extended(ClientProfile(name=client), CLIENTS[client])
    assert profile.ignored == ()
    request, limits, abilities = _asked(asked)
    made = decide(versions(file), profile.profile, request, limits=limits, abilities=abilities)
    words = said(made)
    wanted = {word for word in expected.split() if word[0] != "~"}
    assert wanted <= words, (sorted(wanted - words), sorted(words))
    assert not {word[1:] for word in expected.split() if word[0] == "~"} & words, sorted(words)
