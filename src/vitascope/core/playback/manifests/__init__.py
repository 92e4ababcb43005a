"""Manifests of streams as text: HLS playlists (RFC 8216), DASH (ISO/IEC 23009-1), WebVTT segments. Pure.

They are complete from the first request: the grid is known before a segment is made. Whatever a file or a person named
is put in so that it ends where its attribute ends.
"""

from vitascope.core.playback.manifests.codecs import codec_string
from vitascope.core.playback.manifests.dash import media_presentation
from vitascope.core.playback.manifests.hls import Stretch, media_playlist, multivariant_playlist
from vitascope.core.playback.manifests.tracks import AudioTrack, SubtitleTrack, VideoTrack
from vitascope.core.playback.manifests.webvtt import Text, segment

__all__ = [
    "AudioTrack",
    "Stretch",
    "SubtitleTrack",
    "Text",
    "VideoTrack",
    "codec_string",
    "media_playlist",
    "media_presentation",
    "multivariant_playlist",
    "segment",
]
