"""Plug-ins of the original server (``Audiobooks.bundle``) that lie in ``Plug-ins`` of the support directory or that
``PLEX_PLUGINS`` names: which there are, and what of this server does their work.

A bundle is a folder with a ``Contents/Info.plist``, and that file is all that is ever opened of one: its code is for
another server, and is neither run nor imported. An unpacked archive of a bundle holds it one folder further down, so
two levels are looked at. The file may be anybody's: it is small, it is a regular file, and two of its strings are used.
"""

import os
import plistlib
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from vitascope.core.agents import AUDIOBOOK_AGENTS, AUDIOBOOKS
from vitascope.ops.paths import SupportDir

_LARGEST_BYTES = 64 * 1024
_MOST = 100
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_PLIST = Path("Contents") / "Info.plist"
# What plistlib and expat raise for what no program wrote; the file's size bounds what any of it costs.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    ExpatError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A bundle that is there."""

    name: str
    """Of its folder."""
    path: Path
    identifier: str = ""
    mapped_to: str | None = None
    """The agent of this server that does its work; ``None``: none does."""
    problem: str = ""
    """Why it cannot be told what it is."""


def named_in(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders that ``PLEX_PLUGINS`` names, with colons between as NixOS writes them."""
    return tuple(Path(each) for each in environment.get("PLEX_PLUGINS", "").split(":") if each.startswith("/"))


def plugins(support: SupportDir, named: Sequence[Path] = ()) -> list[Plugin]:
    """All bundles, each once however often it is linked. Blocks; never raises for what is in a folder."""
    found: dict[str, Plugin] = {}
    for folder in _bundles([support.plugins, *named]):
        found.setdefault(os.path.realpath(folder), _read(folder))
        if len(found) == _MOST:
            break
    return sorted(found.values(), key=lambda each: (each.name, each.path))


def _bundles(roots: Sequence[Path]) -> Iterator[Path]:
    """Folders that are bundles: the roots themselves, what lies in them, and what lies in that."""
    level = list(roots)
    for _ in range(3):
        below: list[Path] = []
        for folder in level:
            if _is_there(folder / _PLIST):
                yield folder
            else:
                below += _folders(folder)
        level = below


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _folders(folder: Path) -> list[Path]:
    found: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir() and len(found) < _MOST:
                    found.append(Path(entry.path))
    return sorted(found)


def _read(folder: Path) -> Plugin:
    try:
        said = plistlib.loads(_bytes(folder / _PLIST))
    except OSError as error:
        return Plugin(name=folder.name, path=folder, problem=f"Info.plist cannot be read: {error.strerror or error}")
    except _UNREADABLE:
        return Plugin(name=folder.name, path=folder, problem="Info.plist is no property list")
    identifier = said.get("CFBundleIdentifier") if isinstance(said, dict) else None
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        return Plugin(name=folder.name, path=folder, problem="Info.plist names no identifier")
    is_agent = said.get("PlexPluginClass") == "Agent"
    mapped = AUDIOBOOKS if is_agent and identifier in AUDIOBOOK_AGENTS else None
    return Plugin(name=folder.name, path=folder, identifier=identifier, mapped_to=mapped)


def _bytes(path: Path) -> bytes:
    """The file, if it is one and small. Raises ``OSError``; a pipe in its place holds nobody up."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode):
            raise OSError("it is no file")
        if seen.st_size > _LARGEST_BYTES:
            raise OSError(f"it is larger than {_LARGEST_BYTES // 1024} KiB")
        return file.read(_LARGEST_BYTES)
