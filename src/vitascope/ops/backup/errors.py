"""What can go wrong with a backup.

::

    BackupError
    ├── BadKey            a recipient or an identity cannot be read, or none was given
    ├── WrongKey          the archive is not encrypted to this identity
    ├── BadArchive        the archive is damaged, or nothing that this program made
    ├── TooNew            the archive was made by a newer version
    ├── StillRunning      a server works on the files that shall be replaced
    ├── NotHere           there is no such backup, journal or old state
    └── CannotWrite       no space, or no right to write; what was begun is gone
"""


class BackupError(Exception):
    """A backup could not be made, read or restored; the message is for a person."""


class BadKey(BackupError):
    """A key cannot be used."""


class WrongKey(BackupError):
    """The archive is not for this key."""


class BadArchive(BackupError):
    """The archive is not what it should be."""


class TooNew(BackupError):
    """The archive needs a newer version of this program."""


class StillRunning(BackupError):
    """A server is at work."""


class NotHere(BackupError):
    """There is no such thing."""


class CannotWrite(BackupError):
    """The disk is full, or the folder cannot be written."""
