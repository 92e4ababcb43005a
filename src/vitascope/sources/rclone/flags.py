"""How a remote is mounted: the flags of ``rclone mount``, each a setting with a default.

The defaults are those of a machine with 40 GB of disk before a bucket of films. Two are off until somebody asks:

* ``allow-other`` shows the mount to every user of the machine, whatever the files' modes say, and needs
  ``user_allow_other`` in ``/etc/fuse.conf`` unless root mounts.
* ``allow-non-empty`` mounts over a folder with files in it, which are hidden then, and which a library would take for
  its own whenever the mount is gone.
"""

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from vitascope.sources.errors import InvalidSource

_SIZE = re.compile(r"\d{1,12}(?:\.\d{1,3})?(?:B|[KMGTP](?:i?B)?)?|off", re.ASCII)
_TIME = re.compile(r"(?:\d{1,6}(?:\.\d{1,3})?(?:ms|s|m|h|d|w))+|0", re.ASCII)


class Flags(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="kebab"):
    """The flags of one mount. Sizes and times are written as rclone takes them."""

    vfs_cache_mode: Literal["off", "minimal", "writes", "full"] = "full"
    vfs_cache_max_size: str = "20G"
    vfs_cache_min_free_space: str = "1G"
    vfs_cache_poll_interval: str = "1m"
    buffer_size: str = "50M"
    vfs_read_chunk_size: str = "32M"
    vfs_read_chunk_size_limit: str = "256M"
    no_modtime: bool = True
    allow_other: bool = False
    allow_non_empty: bool = False
    log_level: Literal["ERROR", "NOTICE", "INFO"] = "INFO"
    drive_acknowledge_abuse: bool = True
    read_only: bool = False
    dir_cache_time: str = "5m"
    contimeout: str = "15s"
    timeout: str = "1m"
    low_level_retries: int = 3

    def risks(self) -> list[str]:
        """What the owner should know about what is switched on."""
        found = []
        if self.allow_other:
            found.append("allow-other: every user of this machine sees the files, whatever their modes say")
        if self.allow_non_empty:
            found.append("allow-non-empty: files that lie in the folder are hidden as long as it is mounted")
        return found


_SIZES = frozenset(
    {
        "vfs-cache-max-size",
        "vfs-cache-min-free-space",
        "buffer-size",
        "vfs-read-chunk-size",
        "vfs-read-chunk-size-limit",
    }
)
_TIMES = frozenset({"vfs-cache-poll-interval", "dir-cache-time", "contimeout", "timeout"})
_NAMES: Mapping[str, str] = {field.encode_name: field.name for field in msgspec.structs.fields(Flags)}
_TRUTH = {"": True, "1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def parse_flags(given: Mapping[str, str]) -> Flags:
    """Flags out of texts by name, without dashes; an empty text switches on. Raises :class:`InvalidSource`."""
    values: dict[str, object] = {}
    for name, text in given.items():
        if name not in _NAMES:
            raise InvalidSource(f"flag {name!r}: there is none; there are {', '.join(_NAMES)}")
        values[name] = _value(name, text)
    try:
        return msgspec.convert(values, Flags)
    except msgspec.ValidationError as error:
        raise InvalidSource(f"flag: {error}") from error


def _value(name: str, text: str) -> object:
    default = getattr(Flags(), _NAMES[name])
    if isinstance(default, bool):
        if text.lower() not in _TRUTH:
            raise InvalidSource(f"flag {name}: {text!r} is neither true nor false")
        return _TRUTH[text.lower()]
    if isinstance(default, int):
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100):
            raise InvalidSource(f"flag {name}: {text!r} is no number from 1 to 100")
        return int(text)
    wanted = _SIZE if name in _SIZES else _TIME if name in _TIMES else None
    if wanted is not None and not wanted.fullmatch(text):
        kind = "size, such as 20G" if wanted is _SIZE else "time, such as 5m"
        raise InvalidSource(f"flag {name}: {text!r} is no {kind}")
    return text


_UNITS = {"": 10, "B": 0, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50}


def bytes_of(size: str) -> int | None:
    """A size as rclone understands it: ``20G`` are gibibytes, a number alone are kibibytes; ``None`` for ``off``."""
    if size == "off":
        return None
    number = size.rstrip("BKMGTPi")
    return int(float(number) * (1 << _UNITS[size[len(number) : len(number) + 1]]))


def shown_flags(flags: Flags) -> dict[str, str]:
    """Every flag with its value as text."""
    return {name: _word(getattr(flags, field)) for name, field in _NAMES.items()}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
