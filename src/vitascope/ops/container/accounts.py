"""The user ``plex`` of the container: its ids are those the host asks for.

``usermod`` would do, but it also changes the owner of everything in the home folder, which here is ``/config``, and it
refuses what a container needs: an id that another user has (0 above all). So the two lines are edited.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from vitascope.ops.container.places import write_file

HIGHEST_ID = 2**32 - 2


class AccountError(Exception):
    """An account is not as asked for; the message is for a person."""


def parse_id(name: str, text: str) -> int | None:
    """The number in a variable such as ``PLEX_UID``; ``None`` when it is empty. Raises :class:`AccountError`."""
    if not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdecimal() and int(text) <= HIGHEST_ID):
        raise AccountError(f"{name}={text!r}: must be a number")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """``/etc/passwd`` and ``/etc/group``."""

    passwd: Path = Path("/etc/passwd")
    group: Path = Path("/etc/group")

    def ids(self, user: str) -> tuple[int, int]:
        """The user's ids. Raises :class:`AccountError`."""
        for fields in _lines(self.passwd):
            if fields[0] == user:
                return int(fields[2]), int(fields[3])
        raise AccountError(f"there is no user {user!r}")

    def group_name(self, gid: int) -> str | None:
        """The name of the first group with this id."""
        return next((fields[0] for fields in _lines(self.group) if int(fields[2]) == gid), None)

    def set_ids(self, user: str, uid: int, gid: int) -> None:
        """Gives a user and the group of its name other ids, whoever else has them."""
        _edit(self.group, user, {2: str(gid)})
        _edit(self.passwd, user, {2: str(uid), 3: str(gid)})

    def join(self, user: str, gid: int) -> str:
        """Makes a user a member of the group with this id, which is made when there is none; returns its name."""
        name = self.group_name(gid)
        if name is None:
            taken = {fields[0] for fields in _lines(self.group)}
            name = next(name for number in range(1, 1_000) if (name := f"video{number}") not in taken)
            lines = [*_lines(self.group), [name, "x", str(gid), user]]
            _write(self.group, lines)
            return name
        members = next(fields[3] for fields in _lines(self.group) if fields[0] == name)
        names = [member for member in members.split(",") if member]
        if user not in names:
            _edit(self.group, name, {3: ",".join([*names, user])})
        return name


def _lines(path: Path) -> list[list[str]]:
    return [line.split(":") for line in path.read_text(encoding="utf-8").splitlines() if line.count(":") >= 3]


def _edit(path: Path, name: str, changes: dict[int, str]) -> None:
    lines = _lines(path)
    for fields in lines:
        if fields[0] == name:
            for place, text in changes.items():
                fields[place] = text
    if lines != _lines(path):
        _write(path, lines)


def _write(path: Path, lines: list[list[str]]) -> None:
    text = "".join(":".join(fields) + "\n" for fields in lines)
    mode = path.stat().st_mode & 0o777
    try:
        write_file(path, text, mode=mode)
    except OSError:
        if not os.access(path, os.W_OK):
            raise
        # A single file that is mounted cannot be replaced, only rewritten.
        path.write_text(text, encoding="utf-8")
