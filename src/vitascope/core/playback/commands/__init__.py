"""Command lines of ffmpeg, built from checked values and from nothing else.

See ``values`` for why. :func:`video_run` and :func:`audio_run` are conversions in segments, the proofs small
ones that show whether a machine can, :func:`stream_command` a stream in one piece.
"""

from vitascope.core.playback.commands.inputs import Input
from vitascope.core.playback.commands.proofs import audio_proof, video_proof
from vitascope.core.playback.commands.segments import Run, audio_run, video_run
from vitascope.core.playback.commands.streams import StreamFormat, Wanted, stream_command
from vitascope.core.playback.commands.tools import Hardware, Preset, Quality, ToneMapping, VideoTools
from vitascope.core.playback.commands.values import CommandError
from vitascope.core.playback.commands.video import TextSubtitle

__all__ = [
    "CommandError",
    "Hardware",
    "Input",
    "Preset",
    "Quality",
    "Run",
    "StreamFormat",
    "TextSubtitle",
    "ToneMapping",
    "VideoTools",
    "Wanted",
    "audio_proof",
    "audio_run",
    "stream_command",
    "video_proof",
    "video_run",
]
