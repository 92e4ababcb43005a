"""What is mounted where, and how a mount that is not wanted any more is taken away.

The table of the kernel (``/proc/self/mountinfo``, proc(5)) is read and never the mount point itself: asking that may
never come back.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_ESCAPED = re.compile(rb"\\([0-7]{3})")
_LIMIT_S = 10.0
_FUSE = Path("/dev/fuse")
_STATUS = Path("/proc/self/status")
_SYS_ADMIN = 21
"""The number of the capability that mounting needs."""
LET_OTHERS_IN = "echo user_allow_other >> /etc/fuse.conf"
"""What root types so that users may show their mounts to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """A line of the kernel's table."""

    point: bytes
    kind: str
    source: str


def mounted_at(point: bytes) -> Mounted | None:
    """What is mounted at a place; of several on top of each other the last."""
    found = None
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        before, _, after = line.partition(b" - ")
        fields, rest = before.split(b" "), after.split(b" ")
        if len(fields) > 4 and len(rest) > 1 and _plain(fields[4]) == point:
            found = Mounted(point=point, kind=os.fsdecode(rest[0]), source=os.fsdecode(_plain(rest[1])))
    return found


def _plain(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 8)]), text)


def unmount(point: bytes) -> bool:
    """Takes a FUSE mount away: as it should be, else lazily, which always works and leaves who reads from it with an
    error. Whether nothing is mounted there now. Blocks."""
    for _ in range(8):  # several may lie on top of each other
        if mounted_at(point) is None:
            return True
        for line in _ways(point):
            try:
                subprocess.run(line, capture_output=True, timeout=_LIMIT_S, check=True)  # noqa: S603  # a path of ours
                break
            except (OSError, subprocess.SubprocessError):
                continue
        else:
            break
    return mounted_at(point) is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What a machine lacks for mounting, and what one does so that it does not."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what} ({self.remedy})" if self.remedy else self.what


def barred() -> Lack | None:
    """Why no program that this process starts may mount anything; ``None`` when one may (capabilities(7))."""
    lines = (line.partition(":") for line in _STATUS.read_text("ascii", "replace").splitlines())
    status = {name: value.strip() for name, _, value in lines}
    if not _has_admin(status.get("CapBnd", "")):
        return Lack(what="nothing may be mounted in this container", remedy="--cap-add SYS_ADMIN")
    if status.get("NoNewPrivs") == "1" and not _has_admin(status.get("CapEff", "")):
        return Lack(what="no-new-privileges keeps fusermount3 from mounting")
    return None


def _has_admin(capabilities: str) -> bool:
    return bool(int(capabilities or "0", 16) >> _SYS_ADMIN & 1)


def lets_others_in(root: Path = Path("/"), uid: int | None = None) -> bool:
    """Whether a user may mount so that others see it; root may. ``root`` is where ``etc`` lies."""
    if (os.geteuid() if uid is None else uid) == 0:
        return True
    try:
        lines = (root / "etc/fuse.conf").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return any(line.strip() == "user_allow_other" for line in lines)


def fusermount() -> str | None:
    """The program that mounts and unmounts for rclone."""
    return shutil.which("fusermount3") or shutil.which("fusermount")


def lacking_fuse() -> Lack | None:
    """What this machine lacks for mounting; ``None`` when nothing does."""
    if not _FUSE.exists():
        return Lack(
            what="this machine has no /dev/fuse",
            remedy="modprobe fuse; in a container: --device /dev/fuse --cap-add SYS_ADMIN",
        )
    if not os.access(_FUSE, os.R_OK | os.W_OK):
        return Lack(what="/dev/fuse can be used by others only: this user may not mount")
    if fusermount() is None:
        return Lack(what="fusermount3 is not installed", remedy="apt install fuse3")
    return barred()


def missing_fuse() -> str | None:
    """The same in a sentence."""
    lack = lacking_fuse()
    return None if lack is None else str(lack)


def _ways(point: bytes) -> list[list[bytes | str]]:
    program = fusermount()
    ways: list[list[bytes | str]] = [] if program is None else [[program, "-u", point], [program, "-u", "-z", point]]
    umount = shutil.which("umount")
    return ways if umount is None or os.geteuid() != 0 else [*ways, [umount, "-l", point]]
