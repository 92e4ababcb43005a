"""How this room says no.

::

    SourceError
    ├── InvalidSource     what is asked for cannot be: the text names what and why
    ├── SourceExists      there is one of that name, or at that mount point
    ├── UnknownSource     there is none of that name
    ├── RcloneMissing     the program that reaches remotes is not there
    └── RemoteRefused     the remote was asked and did not answer as it should

Every text is for the owner, and none holds a secret.
"""


class SourceError(Exception):
    """Something about a source is wrong; the text is for the owner."""


class InvalidSource(SourceError):
    """A source that cannot be as it is asked for."""


class SourceExists(SourceError):
    """The name or the mount point is taken."""


class UnknownSource(SourceError):
    """There is no source of that name."""


class RcloneMissing(SourceError):
    """rclone is not there, or does not run."""


class RemoteRefused(SourceError):
    """The remote does not answer as it should."""
