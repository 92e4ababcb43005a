"""One copied segment, or the header of all, as bytes. Runs inside a worker process, which keeps the last files open."""

from collections import OrderedDict

from vitascope.core.playback.renditions import COPIED, SegmentFormat
from vitascope.media import reach
from vitascope.media.transcoding import fragments, transport
from vitascope.media.transcoding.copy_tasks import CutArgs
from vitascope.media.transcoding.samples import Reel
from vitascope.media.workers.failure import MediaError, Reason

KEPT_OPEN = 4
Key = tuple[bytes, int, int, int, int]
_reels: OrderedDict[Key, Reel] = OrderedDict()


def made(args: CutArgs) -> bytes:
    """The bytes. Raises :class:`MediaError`."""
    reel = _reel(args.path, args.stream_index)
    try:
        return _made(reel, args)
    except BaseException:
        # Where its reading stands is not known any more.
        _forget(reel)
        raise


def _made(reel: Reel, args: CutArgs) -> bytes:
    if reel.codec not in COPIED[args.format]:
        raise MediaError(Reason.REFUSED, f"{reel.codec} is not copied into {args.format}")
    if args.number is None:
        return fragments.header(reel)
    found = reel.cut(args.start_us, args.end_us, first=args.number == 0, last=args.last)
    if args.format is SegmentFormat.MPEGTS:
        return transport.segment(reel, found)
    return fragments.segment(reel, found, args.number)


def _reel(path: bytes, stream_index: int) -> Reel:
    """An open one, unless the file is another by now."""
    status = reach.stat(path)
    key = (path, stream_index, status.st_mtime_ns, status.st_size, status.st_ino)
    reel = _reels.get(key)
    if reel is None:
        reel = _reels[key] = Reel(path, stream_index)
        while len(_reels) > KEPT_OPEN:
            _reels.popitem(last=False)[1].close()
    _reels.move_to_end(key)
    return reel


def _forget(reel: Reel) -> None:
    for key, known in list(_reels.items()):
        if known is reel:
            del _reels[key]
            reel.close()
