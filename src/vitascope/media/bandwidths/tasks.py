"""The task that weighs a stretch of a file: how many bytes each of its seconds takes."""

from fractions import Fraction

from msgspec import Struct

from vitascope.media.workers.registry import task

_MARGIN_S = 10
"""Streams are woven into each other: so far beyond the stretch packets of it may lie."""


class WeighArgs(Struct, frozen=True, kw_only=True):
    path: bytes
    from_s: int
    to_s: int
    """Without this second."""


class Weighed(Struct, frozen=True, kw_only=True):
    sizes: list[int]
    """In bytes; a second beyond the end takes none."""


@task("weigh")
def weigh(args: WeighArgs) -> Weighed:
    import av.error

    from vitascope.media.probe.container import open_container
    from vitascope.media.probe.opening import MediaFile
    from vitascope.media.probe.sniff import sniff_file
    from vitascope.media.workers.failure import MediaError, Reason

    sizes = [0] * (args.to_s - args.from_s)
    with MediaFile(args.path) as file:
        container = open_container(file, sniff_file(file), full=True)
        try:
            begin_us = int(container.start_time or 0)
            if args.from_s:
                container.seek(begin_us + max(args.from_s - _MARGIN_S, 0) * 1_000_000)
            second = 0
            for packet in container.demux():
                stamp = packet.dts if packet.dts is not None else packet.pts
                if stamp is not None and packet.time_base is not None:
                    second = int(stamp * packet.time_base - Fraction(begin_us, 1_000_000))
                second = max(second, 0)
                if second >= args.to_s + _MARGIN_S:
                    break
                if args.from_s <= second < args.to_s:
                    sizes[second - args.from_s] += packet.size
        except av.error.FFmpegError as error:
            raise MediaError(Reason.DAMAGED, f"it cannot be read: {error.strerror}") from error
        finally:
            container.close()
    return Weighed(sizes=sizes)
