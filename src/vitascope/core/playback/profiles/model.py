"""A client profile: what a client plays as it is, what may be made for it, and how far each of that goes.

The contract is the profile language of the Plex Media Server (``X-Plex-Client-Profile-Extra`` and its XML files).
Codecs and containers are in the API's spelling, in lists in which ``*`` stands for all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

Names = tuple[str, ...]
ANY: Names = ("*",)


class Kind(StrEnum):
    """What a direct-play profile or a target is for."""

    VIDEO = "videoProfile"
    MUSIC = "musicProfile"
    PHOTO = "photoProfile"
    SUBTITLE = "subtitleProfile"


class Context(StrEnum):
    """What a target is made for: to be watched at once, or to be kept."""

    STREAMING = "streaming"
    STATIC = "static"
    ALL = "all"


class Scope(StrEnum):
    """What a limitation speaks of."""

    VIDEO_CONTAINER = "videoContainer"
    MUSIC_CONTAINER = "musicContainer"
    PHOTO_CONTAINER = "photoContainer"
    VIDEO_CODEC = "videoCodec"
    VIDEO_AUDIO_CODEC = "videoAudioCodec"
    MUSIC_CODEC = "musicCodec"
    SUBTITLE_CODEC = "subtitleCodec"
    TRANSCODE_TARGET = "transcodeTarget"


class Bound(StrEnum):
    """How a limitation compares."""

    MATCH = "match"
    NOT_MATCH = "notMatch"
    UPPER = "upperBound"
    LOWER = "lowerBound"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectPlayProfile:
    """A combination that the client plays as it is."""

    kind: Kind
    containers: Names = ANY
    video_codecs: Names = ANY
    audio_codecs: Names = ANY
    subtitle_codecs: Names = ()
    """Those that it reads from inside the container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscodeTarget:
    """What may be made for the client. Codecs are in the order in which the client wants them."""

    kind: Kind
    protocol: str
    """``http``, ``hls`` or ``dash``; of a subtitle also ``*``."""
    container: str
    context: Context = Context.STREAMING
    video_codecs: Names = ()
    audio_codecs: Names = ()
    subtitle_codecs: Names = ()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """What a container, codec or target must be like: one of ``values``, ``substring`` and ``regex`` says it."""

    scope: Scope
    scope_name: str
    """Of a codec, container or target; ``*``: of each."""
    bound: Bound
    name: str
    """``video.height``, ``audio.channels``, …"""
    values: Names = ()
    """A match is one of them; a bound is the first."""
    substring: str = ""
    regex: str = ""
    required: bool = False
    """What nobody knows breaks it too."""
    all_streams: bool = False
    """It holds for each stream of its type, and not only for those that are played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """What a client can play."""

    name: str
    settings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    direct_play: tuple[DirectPlayProfile, ...] = ()
    targets: tuple[TranscodeTarget, ...] = ()
    limitations: tuple[Limitation, ...] = ()

    def setting(self, name: str, default: str = "") -> str:
        """A setting in lower case."""
        return self.settings.get(name, default).strip().lower()

    def of(self, scope: Scope, name: str) -> tuple[Limitation, ...]:
        """The limitations on a codec, container or target."""
        return tuple(one for one in self.limitations if one.scope is scope and one.scope_name in ("*", name))
