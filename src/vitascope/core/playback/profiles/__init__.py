"""What a client can play, in the language of profiles: direct-play profiles, transcode targets, limitations."""

from vitascope.core.playback.profiles.extra import Extended, Ignored, extended
from vitascope.core.playback.profiles.limits import Broken, Subject, broken
from vitascope.core.playback.profiles.model import (
    ANY,
    Bound,
    ClientProfile,
    Context,
    DirectPlayProfile,
    Kind,
    Limitation,
    Scope,
    TranscodeTarget,
)
from vitascope.core.playback.profiles.names import codec_named, container_named, named_in

__all__ = [
    "ANY",
    "Bound",
    "Broken",
    "ClientProfile",
    "Context",
    "DirectPlayProfile",
    "Extended",
    "Ignored",
    "Kind",
    "Limitation",
    "Scope",
    "Subject",
    "TranscodeTarget",
    "broken",
    "codec_named",
    "container_named",
    "extended",
    "named_in",
]
