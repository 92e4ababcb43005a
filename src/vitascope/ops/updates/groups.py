"""Groups of services that are updated together: a folder for each, with its times and one file for each member.

::

    ~/.config/vitascope/updates/interactive/
        group.toml         schedule, latest, …
        plex.toml          a member
        tautulli.toml      another one, put there by whoever deploys it

A file for each member lets every service of a stack bring its own, and one that is written wrong costs only its own
update. The schedule is what the timer has; it stands here so that a run knows how long it may wait.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from vitascope.ops.asking import address_of
from vitascope.ops.managers import ComposeManager, ManagerError, SystemdManager, manager_of
from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import BadGroup

GROUP_FILE = "group.toml"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
_IMAGE = re.compile(r"[a-z0-9][a-z0-9._:/-]{0,254}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_PATHS = ("config", "backup_dir", "recipients_file")
_MOST_BYTES = 64 * 1024


class Program(StrEnum):
    """What runs the containers."""

    PODMAN = "podman"
    DOCKER = "docker"


class Late(StrEnum):
    """What happens when somebody still watches at the latest time."""

    POSTPONE = "postpone"
    """Nothing until the next run."""
    UPDATE = "update"
    """It is updated nevertheless."""


class Times(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``group.toml`` says."""

    schedule: str = "02:00"
    """When the group is updated, local time."""
    latest: str = "05:00"
    """Until when a run waits for nobody to watch."""
    at_latest: Late = Late.POSTPONE
    automatic: bool = True
    """Whether what is found is installed; else only what its owner asked for."""
    at_once: bool = False
    """Whether something on this machine starts a run as soon as a wish is left."""


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One service of a group. Paths and numbers are checked by :func:`load_member`."""

    image: str
    """With its tag: the name by which the service is started."""
    manager: str
    """What starts it with a container of its own: ``systemd-user:UNIT``, ``systemd:UNIT``, ``compose:FILE#SERVICE``."""
    url: str
    """Where it answers, from this machine."""
    name: str = ""
    container: str = ""
    """The name of its container; that of the member when left out."""
    program: Program = Program.PODMAN
    pull: bool = False
    """Whether the image is fetched from a registry; else it is built here, or loaded."""
    health_path: str = "/identity"
    healthy_within: int = 900
    """Seconds. A large database takes its time when it is upgraded."""
    engine: Engine | None = None
    """Whose files ``config`` holds; left out for a service that is no media server: nothing of it is copied."""
    config: str = ""
    """The folder on this machine that is ``/config`` of the container."""
    database: str = ""
    """A ``postgresql://`` URL, where the server has one."""
    backup_dir: str = ""
    recipients_file: str = ""
    """With ``backup_dir``: an encrypted backup is made there before each update, while the server runs."""
    keep: str = ""

    @property
    def container_name(self) -> str:
        """The container."""
        return self.container or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group that was read. ``broken`` holds, by name, why a member's file cannot be used."""

    name: str
    times: Times
    members: tuple[Member, ...]
    broken: dict[str, str]

    def deadline(self, now: float) -> float:
        """Until when a run that begins now waits. One that begins outside the group's hours (by hand, or because the
        machine was off) waits as long as one that began with them would."""
        begun = datetime.fromtimestamp(now)  # noqa: DTZ006  # the clock on the wall, which skips or repeats an hour
        opens = _on(begun, self.times.schedule)
        if opens > begun:
            opens -= timedelta(days=1)
        closes = _on(opens, self.times.latest)
        if closes <= opens:
            closes += timedelta(days=1)
        return _latest(closes) if closes >= begun else now + (_latest(closes) - opens.timestamp())


def _on(day: datetime, text: str) -> datetime:
    hour, minute = text.split(":")
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def _latest(wall: datetime) -> float:
    """When the clock on the wall shows that for the last time, or would if it did not skip it."""
    return max(wall.timestamp(), wall.replace(fold=1).timestamp())


def load_group(folder: Path, name: str) -> Group:
    """Reads a group below the folder of all groups. Raises :class:`BadGroup`."""
    if not _NAME.fullmatch(name):
        raise BadGroup(f"{name!r} is no name of a group")
    place = folder / name
    file = place / GROUP_FILE
    if not file.is_file():
        known = sorted(path.parent.name for path in folder.glob(f"*/{GROUP_FILE}"))
        raise BadGroup(f"there is no group {name} ({file}); " + (f"there is: {', '.join(known)}" if known else "none"))
    times = _read(file, Times)
    for key, text in (("schedule", times.schedule), ("latest", times.latest)):
        if not _TIME.fullmatch(text):
            raise BadGroup(f"{file}: {key} is a time such as 02:00, not {text!r}")
    members, broken = [], {}
    for path in sorted(place.glob("*.toml")):
        if path.name == GROUP_FILE:
            continue
        try:
            members.append(load_member(path))
        except BadGroup as error:
            broken[path.stem] = str(error)
    return Group(name=name, times=times, members=tuple(members), broken=broken)


def load_member(file: Path) -> Member:
    """Reads the file of a member. Raises :class:`BadGroup`."""
    member = msgspec.structs.replace(_read(file, Member), name=file.stem)
    home = {key: str(Path(text).expanduser()) for key in _PATHS if (text := getattr(member, key)).startswith("~/")}
    member = msgspec.structs.replace(member, **home)
    if not _NAME.fullmatch(member.name):
        raise BadGroup(f"{file}: a member is called by a-z, 0-9 and -, at most 63 of them")
    for wrong, why in _mistakes(member):
        if wrong:
            raise BadGroup(f"{file}: {why}")
    return member


def _mistakes(member: Member) -> list[tuple[bool, str]]:
    return [
        (not _CONTAINER.fullmatch(member.container_name), f"container {member.container!r} is no name of a container"),
        (not _IMAGE.fullmatch(member.image), f"image {member.image!r}: a name with its tag is needed, and no digest"),
        (address_of(member.url) is None, f"url {member.url!r} is no address of http or https"),
        (not member.health_path.startswith("/"), f"health_path {member.health_path!r} begins with /"),
        (not 1 <= member.healthy_within <= 86_400, "healthy_within is a number of seconds, from 1 to 86400"),
        *((bool(text := getattr(member, key)) and not Path(text).is_absolute(), f"{key} {text!r} is not absolute")
          for key in _PATHS),
        (member.engine is not None and not member.config, "config is needed: the folder that is /config"),
        (member.engine is None and bool(member.config or member.database or member.backup_dir), "engine is needed"),
        (bool(member.backup_dir) != bool(member.recipients_file), "backup_dir and recipients_file belong together"),
        (_unmanaged(member.manager) is not None, f"manager: {_unmanaged(member.manager)}"),
    ]  # fmt: skip


def _unmanaged(text: str) -> str | None:
    """Why a manager cannot start a service with another image; ``None`` when it can."""
    try:
        manager = manager_of(text)
    except ManagerError as error:
        return str(error)
    if isinstance(manager, SystemdManager | ComposeManager):
        return None
    return f"{text!r} starts no container anew; name the unit or the compose service that runs it"


_Described = TypeVar("_Described", Times, Member)


def _read(file: Path, kind: type[_Described]) -> _Described:
    try:
        data = file.read_bytes()
        if len(data) > _MOST_BYTES:
            raise BadGroup(f"{file} is too long")
        return msgspec.toml.decode(data, type=kind)
    except OSError as error:
        raise BadGroup(f"{file}: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadGroup(f"{file}: {error}") from error
