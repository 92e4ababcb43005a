"""What the updater of a machine and the server in the container tell each other: two small files in ``Updates/``.

The updater writes a *notice* (what it found, what it does), the server writes a *wish* (install tonight, pass over).
Whoever runs the server may write that folder, and root may be who updates it: so the updater follows no link below
the configuration folder, reads no more than a little, and a wish can only say what :class:`Kind` lists.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import msgspec

NOTICE = "vitascope-updater.json"
WISH = "vitascope-wish.json"
FRESH_SECONDS: Final = 3 * 86_400
"""After so long without a word the updater is taken to be gone: it runs each night."""
_MOST_BYTES = 64 * 1024
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class ReleaseState(StrEnum):
    """States of a release, in the words of the original."""

    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    DOWNLOADED = "downloaded"
    INSTALLING = "installing"
    TONIGHT = "tonight"
    SKIPPED = "skipped"
    ERROR = "error"


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version that waits, or that failed."""

    version: str
    image: str
    """The image's identifier."""
    state: ReleaseState
    message: str = ""


class MemberNote(msgspec.Struct, frozen=True, kw_only=True):
    """How a member of the group is, in a few words."""

    name: str
    running: str = ""
    """The version that runs."""
    newer: str = ""
    """The version that waits."""
    step: str = ""
    """What is being done with it; empty when nothing is."""
    outcome: str = ""
    """How its last run ended, and why."""
    message: str = ""
    at: int = 0


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What the updater says."""

    group: str
    member: str
    seen_at: int
    """When it wrote this."""
    checked_at: int = 0
    schedule: str
    latest: str
    automatic: bool
    at_once: bool
    running: str = ""
    """The version that runs."""
    release: Release | None = None
    members: tuple[MemberNote, ...] = ()
    """The whole group, this member among them."""

    def own(self) -> MemberNote:
        """This member."""
        return next((one for one in self.members if one.name == self.member), MemberNote(name=self.member))


class Kind(StrEnum):
    """What can be wished for."""

    CHECK = "check"
    TONIGHT = "tonight"
    NOW = "now"
    SKIP = "skip"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner asked for."""

    kind: Kind
    image: str = ""
    """Of the release that was shown then."""
    at: int = 0


_Said = TypeVar("_Said", Notice, Wish)


@contextmanager
def _opened(root: Path, below: Path, *, make: bool) -> Iterator[int]:
    """The folder ``below`` of a trusted one, by way of no link. Raises ``OSError``."""
    descriptor = os.open(root, _FOLDER)
    try:
        for part in below.parts:
            if make:
                owner = os.fstat(descriptor)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, 0o755, dir_fd=descriptor)
                    if os.geteuid() == 0:
                        os.chown(part, owner.st_uid, owner.st_gid, dir_fd=descriptor, follow_symlinks=False)
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


class Board:
    """The two files. ``trusted`` is a folder that is the caller's own; ``updates`` is below it."""

    def __init__(self, trusted: Path, updates: Path) -> None:
        self._root = trusted
        self._below = updates.relative_to(trusted)

    def publish(self, notice: Notice) -> None:
        """Raises ``OSError``."""
        self._write(NOTICE, msgspec.json.format(msgspec.json.encode(notice), indent=1))

    def leave(self, wish: Wish) -> None:
        """Raises ``OSError``."""
        self._write(WISH, msgspec.json.encode(wish))

    def notice(self) -> Notice | None:
        """What the updater said last; ``None`` when there is none that can be read."""
        return self._read(NOTICE, Notice)

    def wish(self) -> Wish | None:
        """What is wished for; ``None`` when nothing is."""
        return self._read(WISH, Wish)

    def forget_wish(self) -> None:
        """It was granted, or is of no use any more. Raises ``OSError``."""
        with contextlib.suppress(FileNotFoundError), _opened(self._root, self._below, make=False) as folder:
            os.unlink(WISH, dir_fd=folder)

    def _read(self, name: str, kind: type[_Said]) -> _Said | None:
        try:
            with _opened(self._root, self._below, make=False) as folder:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                descriptor = os.open(name, flags, dir_fd=folder)
                with os.fdopen(descriptor, "rb") as file:
                    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                        return None
                    return msgspec.json.decode(file.read(_MOST_BYTES), type=kind)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None

    def _write(self, name: str, data: bytes) -> None:
        with _opened(self._root, self._below, make=True) as folder:
            owner = os.fstat(folder)
            fresh = f"{name}.{os.getpid()}.new"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with contextlib.suppress(FileNotFoundError):
                os.unlink(fresh, dir_fd=folder)
            try:
                with os.fdopen(os.open(fresh, flags, 0o644, dir_fd=folder), "wb") as file:
                    if os.geteuid() == 0:
                        with contextlib.suppress(PermissionError):
                            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(fresh, dir_fd=folder)
                raise
