"""The process: takes its order, makes itself gentle, scans, says that it is done.

It dies with the server: the kernel is asked to see to that, and a closed pipe means the same. Whatever prints to
standard output by accident prints to standard error instead, since frames leave through the original one.
"""

import ctypes
import os
import sys
from contextlib import suppress

from vitascope.library.scan.commit import Link, ServerGone
from vitascope.library.scan.pipeline import Scan
from vitascope.library.scan.protocol import Order
from vitascope.media import reach
from vitascope.media.workers import WorkerPool
from vitascope.media.workers.parent import end_with_parent
from vitascope.sources.folders import expect_mounts
from vitascope.store.engine import Database

_IOPRIO_WHO_PROCESS = 1
_IOPRIO_IDLE = 3 << 13
_SYS_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_EXIT_SERVER_GONE = 3


def main() -> None:
    end_with_parent()
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb")
    link = Link(source, target, on_gone=lambda: os._exit(_EXIT_SERVER_GONE))
    try:
        order = link.start()
        _be_gentle(order)
        expect_mounts(dict(order.mounts))
        reach.put(order.points)
        database = Database(order.database, readers=1, writable=False)
        database.open()
        pool = WorkerPool(order.workers, niceness=order.niceness, timeout_s=order.file_limit_s)
        try:
            link.send(Scan(order, database, link, pool).run())
        finally:
            pool.close()
    except ServerGone:
        os._exit(_EXIT_SERVER_GONE)
    sys.stderr.flush()
    # A thread may still hang in a dead mount; nothing is left to be done for anybody.
    os._exit(0)


def _be_gentle(order: Order) -> None:
    """Lower priority for processor and disk, and no more cores than allowed; best effort."""
    if order.niceness:
        with suppress(OSError):
            os.nice(order.niceness)
        number = _SYS_IOPRIO_SET.get(os.uname().machine)
        if number is not None:
            ctypes.CDLL(None).syscall(number, _IOPRIO_WHO_PROCESS, 0, _IOPRIO_IDLE)
    if order.cores is not None:
        with suppress(OSError):
            usable = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(0, usable[: max(1, order.cores)])
