"""The interface of a manager, and how one is written as text."""

import re
from pathlib import Path
from typing import Protocol

from vitascope.ops.managers.compose import ComposeManager
from vitascope.ops.managers.errors import BadManager
from vitascope.ops.managers.nothing import NoManager
from vitascope.ops.managers.podman import PodmanManager
from vitascope.ops.managers.systemd import SystemdManager

FORMS = "systemd-user:UNIT, systemd:UNIT, podman:CONTAINER, compose:/path/compose.yaml#SERVICE or none"

_UNIT = re.compile(r"[A-Za-z0-9_.:\\@][A-Za-z0-9_.:\\@-]*")
_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Manager(Protocol):
    """Something that starts and stops one service. Every call may raise
    :class:`~vitascope.ops.managers.errors.ManagerError`."""

    def running(self) -> bool:
        """Whether the service runs, or is just starting or ending: whether its files may change."""
        ...

    def stop(self) -> None:
        """Stops the service and returns once it has ended. It is no error when it does not run."""
        ...

    def start(self) -> None:
        """Starts the service. It is no error when it runs already."""
        ...

    def renew(self) -> None:
        """Starts the service, which is stopped, with the image that its name stands for now. Raises
        :class:`~vitascope.ops.managers.errors.NotManageable` where a service keeps the container that it has."""
        ...

    def describe(self) -> str:
        """What it is, for a person: ``the unit plex.service of this user``."""
        ...


def manager_of(text: str) -> Manager:
    """The manager that a text names. Raises :class:`BadManager`.

    >>> manager_of("systemd-user:plex.service").describe()
    'the unit plex.service of this user'
    """
    kind, colon, name = text.strip().partition(":")
    match kind:
        case "none" if not colon:
            return NoManager()
        case "systemd" | "systemd-user" if _UNIT.fullmatch(name):
            unit = name if name.endswith(".service") else f"{name}.service"
            return SystemdManager(unit=unit, user=kind == "systemd-user")
        case "podman" if _CONTAINER.fullmatch(name):
            return PodmanManager(container=name)
        case "compose":
            file, hash_sign, service = name.rpartition("#")
            if hash_sign and Path(file).is_absolute() and _CONTAINER.fullmatch(service):
                return ComposeManager(file=Path(file), service=service)
    raise BadManager(f"{text!r} names no manager; write {FORMS}")
