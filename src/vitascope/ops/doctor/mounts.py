"""A scan shows no media: is the share mounted from which they should come?

What is mounted stands in ``/proc/self/mountinfo``, what should be in ``/etc/fstab`` and in the mount units of systemd.
A media folder that is away and lies on something that should be mounted and is not gets the command that mounts it.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from vitascope.ops.doctor.finding import Finding, bad, good
from vitascope.ops.health.looks import MediaFolder, away

_ESCAPED = re.compile(r"\\([0-7]{3})")
_UNIT_PLACES = ("etc/systemd/system", "run/systemd/generator", "usr/lib/systemd/system")


def _plain(text: str) -> str:
    """A path without the octal escapes of mount tables."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A line of a mount table."""

    point: str
    source: str
    kind: str
    root: str = "/"
    """Which folder of the file system is mounted; for a line of fstab always all of it."""


def parse_mountinfo(text: str) -> list[Mount]:
    """The mounts of ``/proc/self/mountinfo`` (see proc(5))."""
    found = []
    for line in text.splitlines():
        before, separator, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if separator and len(fields) >= 5 and len(rest) >= 2:
            found.append(Mount(point=_plain(fields[4]), root=_plain(fields[3]), kind=rest[0], source=_plain(rest[1])))
    return found


def parse_fstab(text: str) -> list[Mount]:
    """The mounts that ``/etc/fstab`` asks for (see fstab(5)), without swap and comments."""
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) >= 3 and not fields[0].startswith("#") and fields[1].startswith("/"):
            point = _plain(fields[1]).rstrip("/") or "/"
            found.append(Mount(point=point, source=_plain(fields[0]), kind=fields[2]))
    return found


def holding(mounts: Iterable[Mount], path: str) -> Mount | None:
    """The mount that a path lies on: the one with the longest point, of several at one point the last."""
    best: Mount | None = None
    for mount in mounts:
        point = mount.point.rstrip("/")
        if (path == mount.point or path.startswith(point + "/")) and (
            best is None or len(mount.point) >= len(best.point)
        ):
            best = mount
    return best


def unit_of(point: str) -> str:
    """The name of the systemd mount unit of a folder (``systemd-escape -p --suffix=mount``)."""

    def escape(number: int, character: str) -> str:
        if character == "/":
            return "-"
        if character.isascii() and (character.isalnum() or character in "_:" or (character == "." and number > 0)):
            return character
        return "".join(f"\\x{byte:02x}" for byte in character.encode())

    return "".join(escape(*each) for each in enumerate(point.strip("/"))) + ".mount"


def find_unit(path: str, root: Path = Path("/")) -> str | None:
    """The name of a mount unit for ``path`` or a folder above it that this machine has."""
    for point in (path, *(str(parent) for parent in Path(path).parents)):
        unit = unit_of(point)
        if point != "/" and any((root / place / unit).exists() for place in _UNIT_PLACES):
            return unit
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def check_media(folders: Sequence[MediaFolder], *, root: Path = Path("/")) -> Iterator[Finding]:
    """Whether each media folder is there; for one that is not, why, and what mounts it. Blocks for some seconds when
    a share does not answer. ``root`` is where ``etc`` lies."""
    mounted = parse_mountinfo(_read(Path("/proc/self/mountinfo")))
    wanted = parse_fstab(_read(root / "etc/fstab"))
    for folder in folders:
        reason = away(folder)
        if reason is None:
            mount = holding(mounted, os.path.realpath(folder.path))
            on = f", on {mount.source} ({mount.kind})" if mount and mount.point != "/" else ""
            yield good("media folder", f"{folder.path}{on}")
        else:
            yield _explain(folder.path, reason, mounted, wanted, root)


def _explain(path: str, reason: str, mounted: Sequence[Mount], wanted: Sequence[Mount], root: Path) -> Finding:
    subject = "media folder"
    should = holding([one for one in wanted if one.point != "/"], path)
    is_ = holding(mounted, path)
    if should is not None and (is_ is None or is_.point != should.point):
        return bad(
            subject,
            f"{path}: {reason}. /etc/fstab mounts {should.source} ({should.kind}) at {should.point}, and it is not "
            "mounted",
            f"mount {quote(should.point)}",
        )
    unit = find_unit(path, root)
    if unit is not None and (is_ is None or unit_of(is_.point) != unit):
        return bad(
            subject,
            f"{path}: {reason}. The unit {unit} mounts it, and it is not mounted",
            f"systemctl start {quote(unit)}",
        )
    if is_ is not None and is_.point != "/" and ("connection" in reason or "answer" in reason):
        point = quote(is_.point)
        return bad(
            subject,
            f"{path}: {reason}. {is_.source} ({is_.kind}) is mounted at {is_.point} and does not answer",
            f"umount -l {point} && mount {point}",
        )
    if "permission" in reason:
        return bad(subject, f"{path}: {reason}", f"namei -l {quote(path)}")
    where = f"{is_.point} is {is_.source} ({is_.kind})" if is_ is not None else "nothing is mounted above it"
    return bad(subject, f"{path}: {reason}. Nothing in /etc/fstab mounts it; {where}", f"ls -la {quote(path)}")
