"""What can go wrong in the store.

::

    StoreError
    ├── StoreLocked       another process writes to this database
    ├── StoreClosed       the database was closed before the write ran
    ├── StoreFull         no space left; the same write works once there is space again
    ├── StoreBroken       the disk or the database server failed
    ├── StoreTooNew       made by a newer version of this program
    ├── MigrationFailed   the upgrade failed; ``copy`` is the untouched database from before
    └── NotFound          no such row
"""

from pathlib import Path


class StoreError(Exception):
    """Any failure of the store."""


class StoreLocked(StoreError):
    """Another process holds the writer's lock."""


class StoreClosed(StoreError):
    """The database is not open."""


class StoreFull(StoreError):
    """There is no space left where the database lies."""


class StoreBroken(StoreError):
    """The disk or the database server failed."""


class StoreTooNew(StoreError):
    """The database was made by a newer version of this program."""


class MigrationFailed(StoreError):
    """An upgrade failed. ``copy`` is the database as it was before, or ``None`` where nothing was copied."""

    def __init__(self, message: str, copy: Path | None) -> None:
        super().__init__(message)
        self.copy = copy


class NotFound(StoreError):
    """There is no row with this id."""
