"""Runs a manager's program: a list of arguments, never a shell, and never without a time limit."""

import subprocess
from collections.abc import Sequence

from vitascope.ops.managers.errors import ManagerCommandFailed, ManagerCommandMissing, ManagerCommandSlow

LOOK_SECONDS = 60.0
"""For questions."""
CHANGE_SECONDS = 600.0
"""For stopping and starting: a server may finish writing, and an image may have to be unpacked."""
_MOST_SAID = 2000


def run(command: Sequence[str], seconds: float) -> str:
    """What the command wrote to stdout. It runs in a session of its own, so that a Ctrl-C on the terminal does not
    reach it half way through a stop.

    Raises:
        ManagerCommandMissing, ManagerCommandSlow, ManagerCommandFailed
    """
    try:
        done = subprocess.run(  # noqa: S603  # the arguments are checked names
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ManagerCommandMissing(command) from error
    except PermissionError as error:
        raise ManagerCommandFailed(command, 126, str(error)) from error
    except subprocess.TimeoutExpired as error:
        raise ManagerCommandSlow(command, seconds) from error
    if done.returncode:
        said = " ".join((done.stderr.strip() or done.stdout.strip()).split())
        raise ManagerCommandFailed(command, done.returncode, said[-_MOST_SAID:])
    return done.stdout
