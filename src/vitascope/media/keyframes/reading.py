"""Key frames by reading a file from one end to the other, for those without an index. Runs inside a worker process.

One call reads for :data:`SLICE_S` seconds and says how far it came; the next goes on there. Packets are looked at, not
decoded.
"""

import time

import av.error
from av.packet import Packet
from av.video.stream import VideoStream

from vitascope.media.keyframes.indexes import BEGINS_WITHIN, find_video, thinned
from vitascope.media.keyframes.tasks import KeyFrames, pack
from vitascope.media.keyframes.timeline import timeline
from vitascope.media.probe.container import open_container
from vitascope.media.probe.opening import MediaFile
from vitascope.media.probe.sniff import sniff_file
from vitascope.media.workers.failure import MediaError, Reason

SLICE_S = 10.0
_ASK_EVERY = 256
_BACK_US = 500_000


def by_reading(path: str | bytes, stream_index: int, from_us: int = 0, *, slice_s: float = SLICE_S) -> KeyFrames:
    """The key frames after ``from_us`` (0: from the first on), as far as a slice reaches."""
    deadline = time.monotonic() + slice_s
    times: list[int] = []
    reached_us, complete, led, newest = from_us, True, False, None
    with MediaFile(path) as file:
        container = open_container(file, sniff_file(file), full=True)
        try:
            stream = find_video(container, stream_index)
            clock = timeline(container, stream)
            if from_us:
                container.seek(clock.stamp(max(0, from_us - _BACK_US)), stream=stream)
            packet: Packet[VideoStream]
            for number, packet in enumerate(container.demux(stream)):
                if not packet.size:
                    continue
                if packet.pts is None:
                    return KeyFrames(why_not="its pictures carry no times")
                if packet.is_discard:
                    return KeyFrames(why_not=BEGINS_WITHIN)
                if newest is not None and packet.pts < newest:
                    led = True
                if packet.is_keyframe and not packet.is_corrupt:
                    newest = packet.pts
                    time_us = clock.us(packet.pts)
                    if time_us > from_us or not from_us:
                        times.append(time_us)
                        reached_us = max(reached_us, time_us)
                if number % _ASK_EVERY == 0 and reached_us > from_us and time.monotonic() > deadline:
                    complete = False
                    break
        except av.error.FFmpegError as error:
            raise MediaError(Reason.DAMAGED, f"it cannot be read on: {error.strerror}") from error
        finally:
            container.close()
    if not times and not from_us:
        return KeyFrames(why_not="it has no key frames")
    return KeyFrames(times=pack(thinned(sorted(times))), independent=not led, reached_us=reached_us, complete=complete)
