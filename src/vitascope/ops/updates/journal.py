"""Where an update is, on the disk before each step: a run that is killed is gone on with, or taken back, by the next.

One folder for each group, which only the updater can read: its lock, a file for each member, and the copies that lead
back. It lies outside of what the containers see.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import msgspec

from vitascope.ops.atomic import write_atomically
from vitascope.ops.updates.errors import CannotKeep, GroupBusy


class Step(StrEnum):
    """What is being done. From STOPPING on the service is touched."""

    IDLE = "idle"
    CHECKING = "checking"
    BACKING_UP = "backing up"
    WAITING = "waiting for nobody to watch"
    STOPPING = "stopping"
    """The old version is stopped, or about to be."""
    SETTING_ASIDE = "setting aside"
    """It is stopped, and its files are copied for the way back."""
    STARTING = "starting"
    """The new version may have been started, and may have changed the files."""
    VERIFYING = "verifying"
    RETURNING = "rolling back"


TOUCHED = frozenset((Step.STOPPING, Step.SETTING_ASIDE, Step.STARTING, Step.VERIFYING, Step.RETURNING))
"""What must be gone on with when a run ended in it."""


class Outcome(StrEnum):
    """How a run ended."""

    CURRENT = "up to date"
    AVAILABLE = "available"
    """A newer version is there, and nobody asked for it."""
    SKIPPED = "skipped"
    POSTPONED = "postponed"
    UPDATED = "updated"
    ROLLED_BACK = "rolled back"
    FAILED = "failed"
    """The old version runs, untouched."""
    STUCK = "stuck"
    """The old version was put back and is not healthy either."""


FAILURES = frozenset((Outcome.ROLLED_BACK, Outcome.FAILED, Outcome.STUCK))


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a member. Images are identifiers."""

    step: Step = Step.IDLE
    outcome: Outcome | None = None
    message: str = ""
    at: int = 0
    checked_at: int = 0
    former: str = ""
    """What runs, or ran before the update."""
    former_version: str = ""
    next: str = ""
    """What it is updated to; empty when there is nothing newer."""
    next_version: str = ""
    machine: str = ""
    """The machine identifier that the new version must show too."""
    aside: str = ""
    """The name of the copy that leads back."""
    updated_from: str = ""
    """What the last update that was made replaced, and by what: until the next one it can be taken back."""
    updated_from_version: str = ""
    updated_to: str = ""
    pending: str = ""
    """An image that was built here and not installed, though its name was given back to the former one."""
    rejected: tuple[str, ...] = ()
    """Images that were rolled back: none of them is tried again by itself."""
    skipped: str = ""
    """An image that its owner passes over."""
    wished: str = ""
    """An image that its owner asked for, until it is installed."""


class Journal:
    """The folder of a group."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The group's lock. Raises :class:`GroupBusy` or :class:`CannotKeep`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CannotKeep(f"{error.filename}: {error.strerror}") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise GroupBusy(f"the group {self.folder.name} is being updated already") from error
            yield
        finally:
            os.close(descriptor)

    def aside(self, member: str) -> Path:
        """The folder of a member's copies."""
        return self.folder / member

    def read(self, member: str) -> Record:
        """Raises :class:`CannotKeep`: where an update is must never be guessed."""
        file = self._file(member)
        try:
            return msgspec.json.decode(file.read_bytes(), type=Record)
        except FileNotFoundError:
            return Record()
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise CannotKeep(f"{file} cannot be read: {error}") from error

    def write(self, member: str, record: Record) -> None:
        """Raises :class:`CannotKeep`."""
        file = self._file(member)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_atomically(file, msgspec.json.format(msgspec.json.encode(record), indent=1))
        except OSError as error:
            raise CannotKeep(f"{file}: {error.strerror}") from error

    def _file(self, member: str) -> Path:
        return self.folder / f"{member}.json"
