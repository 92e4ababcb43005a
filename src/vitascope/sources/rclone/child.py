"""Becomes rclone: ``python -m vitascope.sources.rclone.child PARENT_PID PROGRAM ARGUMENT…``.

The kernel is asked to tell it when the server is gone, however that ended; rclone then unmounts and ends. The request
outlives ``exec``, and must come from the process itself. A server that is gone already is noticed by its number.
"""

import os
import signal
import sys

from vitascope.media.workers.parent import end_with_parent


def main(parent: int, line: list[str]) -> None:
    """Never returns."""
    end_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    os.execv(line[0], line)  # noqa: S606  # checked arguments, no shell


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
