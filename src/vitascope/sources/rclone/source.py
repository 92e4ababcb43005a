"""A source: a remote, a path in it, and the folder of this machine that it is mounted on, or seems to lie at."""

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import msgspec

from vitascope.sources.errors import InvalidSource, SourceExists
from vitascope.sources.rclone.flags import Flags

STORAGE_USD_PER_GB = 0.005
"""What a gigabyte costs that is kept for a month."""
DOWNLOAD_USD_PER_GB = 0.01
"""What a gigabyte costs that is fetched."""

_HIGHEST_PRICE = 1_000.0
_NEVER_BELOW = ("/proc", "/sys", "/dev")
_NEVER_ON = frozenset(
    {"/", "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt", "/root", "/run", "/sbin",
     "/srv", "/tmp", "/usr", "/var"}  # noqa: S108  # refused, not written to
)  # fmt: skip


class Way(StrEnum):
    """How the files of a source are read."""

    MOUNT = "mount"
    """Mounted as a folder by FUSE."""
    DIRECT = "direct"
    """From rclone's own server; nothing is mounted, and nothing can be written."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One source as it is kept; it holds no secret."""

    name: str
    remote: str
    kind: str
    path: str
    mount: str
    way: Way = Way.MOUNT
    flags: Flags = Flags()
    storage_usd_per_gb: float = STORAGE_USD_PER_GB
    download_usd_per_gb: float = DOWNLOAD_USD_PER_GB
    options: dict[str, str] = {}
    """The remote's options that are no secrets."""
    edition: int = 0
    """Grows with each change of the remote's options and secrets."""

    @property
    def address(self) -> str:
        return f"{self.remote}:{self.path}"

    def mounts_like(self, other: "Source") -> bool:
        """Whether what is mounted for one is as good for the other: only their prices differ."""
        return self == msgspec.structs.replace(
            other, storage_usd_per_gb=self.storage_usd_per_gb, download_usd_per_gb=self.download_usd_per_gb
        )

    @property
    def point(self) -> bytes:
        """The mount point as the system takes it."""
        return os.fsencode(self.mount)


def default_name(remote: str, path: str) -> str:
    """The name of a source that was given none: the last part of its path, else that of the remote."""
    last = path.rstrip("/").rpartition("/")[2]
    plain = "".join(one if (one.isascii() and one.isalnum()) or one in "-_" else "-" for one in last).strip("-")
    return plain[:64] or remote


def parse_way(text: str) -> Way | None:
    """The way of that name; ``None`` for ``auto``. Raises :class:`InvalidSource`."""
    if text in ("", "auto"):
        return None
    if text not in list(Way):
        raise InvalidSource(f"way {text!r}: auto, {', '.join(Way)}")
    return Way(text)


def checked_flags(flags: Flags, way: Way) -> Flags:
    """The flags of a source that is read that way. Raises :class:`InvalidSource` for those that mean nothing then."""
    if way is Way.DIRECT:
        for name in ("allow_other", "allow_non_empty"):
            if getattr(flags, name):
                raise InvalidSource(f"flag {name.replace('_', '-')}: nothing is mounted when a source is read directly")
    return flags


def checked_price(text: str, what: str) -> float:
    """A price. Raises :class:`InvalidSource`."""
    try:
        price = float(text)
    except ValueError:
        raise InvalidSource(f"{what}: {text!r} is no number") from None
    if not 0 <= price <= _HIGHEST_PRICE:
        raise InvalidSource(f"{what}: between 0 and {_HIGHEST_PRICE:.0f}")
    return price


def checked_mount(text: str, others: Iterable[Source], *, ours: Iterable[Path]) -> str:
    """A mount point in one spelling. ``ours`` are folders that no mount may hide or lie in.

    Raises :class:`InvalidSource` and :class:`SourceExists`.
    """
    if not text.isprintable() or not os.path.isabs(text):
        raise InvalidSource(f"mount {text!r}: an absolute path without control characters")
    if ".." in text.split("/"):
        raise InvalidSource(f"mount {text}: without ..")
    mount = os.path.normpath("/" + text.lstrip("/"))
    if mount in _NEVER_ON or any(_is_below(mount, place) for place in _NEVER_BELOW):
        raise InvalidSource(f"mount {mount}: nothing is mounted over a folder of the system")
    for place in ours:
        if _is_below(mount, str(place)) or _is_below(str(place), mount):
            raise InvalidSource(f"mount {mount}: {place} is the server's own")
    for other in others:
        if _is_below(mount, other.mount) or _is_below(other.mount, mount):
            raise SourceExists(f"mount {mount}: {other.name} is mounted at {other.mount}")
    return mount


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")
