"""What versions are made for: the targets that clients offer, and the players that the owner may name instead.

A target is a device profile with limits of quality. The numbers and names are those of the original: clients find the
targets as tags of type 42, and send either the id of one or a profile and a quality of their own.
"""

from dataclasses import dataclass
from functools import cache

from vitascope.core.playback.ladder import Size
from vitascope.core.playback.profiles import ClientProfile, extended


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """The most that a version may be; ``None``: as the original is."""

    quality: int | None = None
    """In percent, as the client says it; the bit rate is what counts."""
    kbps: int | None = None
    """Of everything together."""
    resolution: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One that clients offer by its name."""

    tag: int
    title: str
    profile: str
    settings: MediaSettings


TARGETS = (
    Target(
        tag=1,
        title="Optimized for Mobile",
        profile="Universal Mobile",
        settings=MediaSettings(quality=100, kbps=4_000, resolution=Size(width=1280, height=720)),
    ),
    Target(
        tag=2,
        title="Optimized for TV",
        profile="Universal TV",
        settings=MediaSettings(quality=99, kbps=8_000, resolution=Size(width=1920, height=1080)),
    ),
    Target(tag=3, title="Original Quality", profile="Universal TV", settings=MediaSettings()),
)

_HAND, _ROOM = 2, 6
"""How many channels of sound: what is held in a hand, and what stands in a room."""
_CHANNELS = {
    "Android": _HAND,
    "iOS": _HAND,
    "Universal Mobile": _HAND,
    "Universal TV": _ROOM,
    "Windows": _ROOM,
    "Windows Phone": _HAND,
    "Xbox One": _ROOM,
}
PROFILES = tuple(_CHANNELS)
"""The players that a version can be made for."""


def of_tag(tag: int) -> Target | None:
    """The target with this id."""
    return next((one for one in TARGETS if one.tag == tag), None)


@cache
def profile(name: str) -> ClientProfile:
    """What one of :data:`PROFILES` plays as it is, and so what is made for it: MP4, which all of them open, with H.264
    of eight bits and AAC."""
    channels, inside = _CHANNELS[name], "container=mp4&videoCodec=h264&audioCodec=aac"
    text = "+".join(
        (
            f"add-direct-play-profile(type=videoProfile&{inside})",
            f"add-transcode-target(type=videoProfile&context=static&protocol=http&{inside})",
            "add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.bitDepth&value=8)",
            f"add-limitation(scope=videoAudioCodec&scopeName=aac&type=upperBound&name=audio.channels&value={channels})",
        )
    )
    return extended(ClientProfile(name=name), text).profile
