"""A child process that nobody needs once its parent is gone: the kernel is asked to end it then (``prctl(2)``)."""

import ctypes
import signal

_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals = signal.SIGKILL) -> bool:
    """Has the kernel send this process ``number`` when its parent ends; whether the kernel will.

    A parent that ended before this call is not noticed: whoever cares compares ``os.getppid()`` afterwards.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return int(prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(number), 0, 0, 0)) == 0
