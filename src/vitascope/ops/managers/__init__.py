"""What starts and stops a server that this program does not run itself: systemd, podman or compose.

A consistent copy of the original server's files can only be taken while it is stopped, and some changes are lost
unless it is. Whoever needs that takes a :class:`Manager` and knows nothing of the program behind it. Managers are
written as text (in options, variables and timers), which :func:`manager_of` reads.
"""

from vitascope.ops.managers.compose import ComposeManager
from vitascope.ops.managers.errors import (
    BadManager,
    ManagerCommandFailed,
    ManagerCommandMissing,
    ManagerCommandSlow,
    ManagerError,
    NotManageable,
)
from vitascope.ops.managers.manager import Manager, manager_of
from vitascope.ops.managers.nothing import NoManager
from vitascope.ops.managers.podman import PodmanManager
from vitascope.ops.managers.systemd import SystemdManager

__all__ = [
    "BadManager",
    "ComposeManager",
    "Manager",
    "ManagerCommandFailed",
    "ManagerCommandMissing",
    "ManagerCommandSlow",
    "ManagerError",
    "NoManager",
    "NotManageable",
    "PodmanManager",
    "SystemdManager",
    "manager_of",
]
