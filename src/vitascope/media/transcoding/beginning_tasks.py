"""The task that says what a file's clock shows where it begins, and when each of its sound tracks does."""

from msgspec import Struct

from vitascope.media.workers.registry import task

_LOOKED_AT = 400
"""Packets; sound that begins later has its place by its own time alone."""


class BeginningArgs(Struct, frozen=True, kw_only=True):
    path: bytes


class Beginning(Struct, frozen=True, kw_only=True):
    """Where a file begins. Microseconds."""

    start_us: int = 0
    """What its clock shows there: libav's ``start_time``."""
    sound_us: dict[int, int] = {}
    """After the begin: when the first frame of each sound track does, by the stream's index."""


@task("beginning")
def beginning(args: BeginningArgs) -> Beginning:
    from av.audio.stream import AudioStream

    from vitascope.media.probe.container import open_container
    from vitascope.media.probe.opening import MediaFile
    from vitascope.media.probe.sniff import sniff_file

    with MediaFile(args.path) as file:
        container = open_container(file, sniff_file(file), full=True)
        try:
            start_us = int(container.start_time or 0)
            waited = {stream.index for stream in container.streams if isinstance(stream, AudioStream)}
            found: dict[int, int] = {}
            for number, packet in enumerate(container.demux()):
                base = packet.time_base
                if packet.stream_index in waited and packet.pts is not None and base is not None:
                    found[packet.stream_index] = round(packet.pts * base * 1_000_000) - start_us
                    waited.discard(packet.stream_index)
                if not waited or number > _LOOKED_AT:
                    break
        finally:
            container.close()
    return Beginning(start_us=start_us, sound_us=found)
