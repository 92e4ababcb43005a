"""Permission errors: do the files belong to whoever runs the server, and if not, which command gives them back?

The right command depends on where one stands. On the host, files whose numbers are lent to the user are given back
inside ``podman unshare``, where 0 is the user; files of others only root can give back. Inside a container whose ids
are mapped (``keep-id:uid=0,gid=0``), the same command is to be typed on the host, with the numbers worked out from the
container's own map.
"""

import os
import pwd
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from vitascope.ops.doctor.finding import Finding, bad, good, remark
from vitascope.ops.doctor.id_maps import IdMap, parse_subids, unshare_map
from vitascope.ops.doctor.mounts import holding, parse_mountinfo

MOST_FILES = 200_000
"""A library of pictures may be large; what is wrong shows in the first of them."""
_REST_EVERY, _REST_SECONDS = 500, 0.005
"""The running server looks too: its pages must not wait for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Who should own the files, and how numbers are mapped where the question is asked."""

    uid: int
    gid: int
    own_map: IdMap
    """Of the namespace that this process is in."""
    own_groups: IdMap
    lent: IdMap | None = None
    """Of ``podman unshare``, for an ordinary user on the host to whom numbers are lent."""
    lent_groups: IdMap | None = None

    @classmethod
    def here(cls, folder: Path, *, proc: Path = Path("/proc/self"), etc: Path = Path("/etc")) -> "Whose":
        """For this process: whoever asks runs the server too; root asks for the owner of the folder itself."""
        uid, gid = os.geteuid(), os.getegid()
        own_map, own_groups = (IdMap.parse((proc / name).read_text()) for name in ("uid_map", "gid_map"))
        if uid == 0 and own_map.is_identity:
            status = folder.stat()
            uid, gid = status.st_uid, status.st_gid
        lent = lent_groups = None
        if own_map.is_identity and uid != 0:
            names = {str(uid)}
            with suppress(KeyError):
                names.add(pwd.getpwuid(uid).pw_name)
            users = parse_subids(_read(etc / "subuid"), names)
            groups = parse_subids(_read(etc / "subgid"), names)
            lent = unshare_map(uid, users) if users else None
            lent_groups = unshare_map(gid, groups) if groups else None
        return cls(uid=uid, gid=gid, own_map=own_map, own_groups=own_groups, lent=lent, lent_groups=lent_groups)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


@dataclass(slots=True)
class _Seen:
    files: int = 0
    strangers: Counter[int] = field(default_factory=Counter)
    example: dict[int, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def _look(folder: Path, uid: int) -> _Seen:
    seen = _Seen()
    stack = [str(folder)]
    while stack and seen.files < MOST_FILES:
        place = stack.pop()
        try:
            with os.scandir(place) as listing:
                for entry in listing:
                    seen.files += 1
                    if seen.files % _REST_EVERY == 0:
                        time.sleep(_REST_SECONDS)
                    owner = entry.stat(follow_symlinks=False).st_uid
                    if owner != uid:
                        seen.strangers[owner] += 1
                        seen.example.setdefault(owner, entry.path)
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
        except PermissionError:
            seen.unreadable.append(place)
        except OSError:
            continue  # it went away meanwhile
    return seen


def check_ownership(folder: Path, whose: Whose) -> Iterator[Finding]:
    """Whether everything in the configuration folder belongs to whoever runs the server. Reads the folder, not its
    files, and stops after :data:`MOST_FILES`."""
    subject = "permissions"
    if not folder.is_dir():
        return
    seen = _look(folder, whose.uid)
    own = folder.stat().st_uid
    if own != whose.uid:
        seen.strangers[own] += 1
        seen.example[own] = str(folder)
    if not seen.strangers and not seen.unreadable:
        yield good(subject, f"{folder}: all {seen.files} files belong to {_who(whose.uid)}")
        return
    for owner, count in seen.strangers.most_common():
        yield bad(
            subject,
            f"{count} of the files in {folder} belong to {_explained(owner, whose)} instead of {_who(whose.uid)}, "
            f"such as {seen.example[owner]}",
            _remedy(folder, owner, whose),
        )
    if seen.unreadable and not seen.strangers:
        yield bad(subject, f"{seen.unreadable[0]} cannot be listed", f"chmod u+rwx {quote(seen.unreadable[0])}")
    if not whose.own_map.is_identity:
        yield remark(subject, _explained_map(whose))


def _who(uid: int) -> str:
    try:
        return f"{pwd.getpwuid(uid).pw_name} ({uid})"
    except KeyError:
        return str(uid)


def _explained(owner: int, whose: Whose) -> str:
    """A number, and where it may come from."""
    if not whose.own_map.is_identity:
        outside = whose.own_map.outside(owner)
        if outside is None:
            return f"somebody for whom this container has no number (shown as {owner})"
        place = "in podman unshare" if whose.own_map.is_nested else "on the host"
        return f"{owner}, which is {outside} {place} ({whose.own_map.arithmetic(owner)})"
    inside = whose.lent.inside(owner) if whose.lent is not None else None
    if whose.lent is not None and inside:
        return f"{owner}, which is {inside} inside podman unshare ({whose.lent.arithmetic(inside)})"
    return _who(owner)


def _explained_map(whose: Whose) -> str:
    outside = whose.own_map.outside(whose.uid)
    place = "in podman unshare" if whose.own_map.is_nested else "on the host"
    return f"the server runs as {whose.uid} in this container, which is {outside} {place}"


def _remedy(folder: Path, owner: int, whose: Whose) -> str:
    if whose.own_map.is_identity:
        if whose.lent is not None and whose.lent.inside(owner) is not None:
            # Inside podman unshare 0 is the user; that is also who root is in a container with keep-id:uid=0,gid=0.
            group = whose.lent_groups.inside(whose.gid) if whose.lent_groups is not None else 0
            return f"podman unshare chown -R {whose.lent.inside(whose.uid)}:{group or 0} {quote(str(folder))}"
        return f"sudo chown -R {whose.uid}:{whose.gid} {quote(str(folder))}"
    # In a container with mapped ids: the command is for its host, in the numbers of podman unshare there.
    there = _on_the_host(folder)
    uid, gid = whose.uid, whose.gid  # without keep-id the container's numbers are those of podman unshare
    if whose.own_map.is_nested:
        uid, gid = whose.own_map.outside(uid) or 0, whose.own_groups.outside(gid) or 0
    return f"on the host: podman unshare chown -R {uid}:{gid} {quote(there)}"


def _on_the_host(folder: Path) -> str:
    """What a folder of the container is called on its host, as far as its mount tells."""
    mount = holding(parse_mountinfo(_read(Path("/proc/self/mountinfo"))), str(folder))
    if mount is None or mount.point == "/" or mount.root == "/":
        return str(folder)
    return mount.root.rstrip("/") + str(folder)[len(mount.point) :]
