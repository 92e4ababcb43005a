"""What can go wrong with a manager.

::

    ManagerError
    ├── BadManager               the text names no manager
    ├── NotManageable            the manager does not know the service, or would lose it by stopping it
    ├── ManagerCommandMissing    the program is not on this machine
    ├── ManagerCommandSlow       it did not end in time
    └── ManagerCommandFailed     it ended with an error

The last three carry the command that was run, and what it said.
"""

import shlex
from collections.abc import Sequence


class ManagerError(Exception):
    """A service could not be looked at, stopped or started; the message is for a person."""


class BadManager(ManagerError, ValueError):
    """The text names no manager."""


class NotManageable(ManagerError):
    """The manager does not know the service, or cannot stop and start it."""


class ManagerCommandMissing(ManagerError):
    """The program is not on this machine."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(f"{command[0]} is not on this machine; wanted to run: {shlex.join(command)}")
        self.command = tuple(command)


class ManagerCommandSlow(ManagerError):
    """The command did not end in time, and was ended."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        super().__init__(f"did not end in {seconds:g} seconds: {shlex.join(command)}")
        self.command = tuple(command)


class ManagerCommandFailed(ManagerError):
    """The command ended with an error. ``said`` is what it wrote to stderr, or else to stdout."""

    def __init__(self, command: Sequence[str], code: int, said: str) -> None:
        super().__init__(f"{shlex.join(command)} ended with code {code}: {said or 'it said nothing'}")
        self.command = tuple(command)
        self.code = code
        self.said = said
