"""What can go wrong with an update.

::

    UpdateError
    ├── BadGroup      a group or one of its members is not described as it should be
    ├── GroupBusy     another run works on the group
    ├── NotAsked      a server does not say whether anybody watches
    ├── CannotKeep    the updater's own state cannot be read or written
    └── Ended         somebody asked the run to end

Errors of what is used pass through as they are: :class:`~vitascope.ops.managers.ManagerError` of programs that are
run, :class:`~vitascope.ops.backup.errors.BackupError` of copies and the way back.
"""


class UpdateError(Exception):
    """An update could not be made; the message is for a person."""


class BadGroup(UpdateError):
    """The description cannot be used."""


class GroupBusy(UpdateError):
    """Another run holds the group's lock."""


class NotAsked(UpdateError):
    """Whether anybody watches is not known."""


class Ended(UpdateError):
    """The run was asked to end: what is begun is left in order, and the next run goes on."""


class CannotKeep(UpdateError):
    """The updater's state cannot be read or written."""
