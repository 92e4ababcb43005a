"""The ``TranscodeSession`` element: how a stream that is made is shown to those who list sessions."""

from vitascope.api.render import Node
from vitascope.playback.transcode.described import Progress


def transcode_session(progress: Progress, *, of_item: bool = False) -> Node:
    """The element of one session; times in milliseconds, ``progress`` in percent, ``size`` in bytes. ``of_item``: it
    stands inside the item that is played."""
    made = progress.conversion
    left_s = (made.duration_ms - progress.made_ms) / 1000
    remaining = int(left_s / progress.speed) if progress.speed > 0 and not progress.complete else None
    return Node(
        "TranscodeSession",
        {
            "key": f"/transcode/sessions/{progress.key}",
            "throttled": progress.held,
            "complete": progress.complete,
            "progress": round(progress.percent, 1),
            "size": progress.size_bytes,
            "speed": round(progress.speed, 2),
            "error": progress.problem is not None,
            "duration": made.duration_ms,
            "remaining": remaining,
            "context": made.context,
            "sourceVideoCodec": made.source_video_codec,
            "sourceAudioCodec": made.source_audio_codec,
            "videoDecision": made.video,
            "audioDecision": made.audio,
            "subtitleDecision": made.subtitle,
            "protocol": made.protocol,
            "container": made.container,
            "videoCodec": made.video_codec,
            "audioCodec": made.audio_codec,
            "audioChannels": made.audio_channels,
            "width": made.width,
            "height": made.height,
            "transcodeHwRequested": bool(progress.hardware),
            "transcodeHwEncoding": progress.hardware or None,
            "transcodeHwFullPipeline": False,
            "timeStamp": round(progress.started_at, 3),
            "maxOffsetAvailable": progress.made_ms / 1000,
            "minOffsetAvailable": 0,
        },
        single=of_item,
    )
