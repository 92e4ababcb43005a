"""Which profile a client has: by the name it gives, else by what it says of itself.

There are those that are shipped, and the owner's own in ``Profiles/`` of the support directory.

A file of the owner's replaces the shipped profile of its name (also for whose it is, unless it says so itself). The
folder is looked at again when something in it changed, so that a profile can be tried without a restart.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from threading import Lock

from vitascope.core.playback.profiles import ClientProfile
from vitascope.playback.profiles.reading import ProfileError, Written, read_profile

_log = logging.getLogger(__name__)
GENERIC = "Generic"
"""The empty profile, for a client that says everything by itself."""
UNKNOWN = "Unknown"
"""For a client that nobody knows and that names no profile: what nearly everything plays."""
_MOST_FILES = 200
_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What a client says of itself."""

    profile: str = ""
    """``X-Plex-Client-Profile-Name``"""
    platform: str = ""
    product: str = ""
    device: str = ""
    model: str = ""


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Written]:
    """The profiles of the package, by name in lower case."""
    folder = resources.files("vitascope.playback.profiles") / "devices"
    found: dict[str, Written] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".xml"):
            written = read_profile(file.read_bytes(), name=file.name.removesuffix(".xml"))
            found[written.profile.name.lower()] = written
    return found


class Profiles:
    """The profiles of one server. Safe from any thread; it reads files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._known: Mapping[str, Written] = {}
        self.problems: tuple[str, ...] = ()
        """Files of the owner's that are no profiles, and why."""

    def all(self) -> Mapping[str, Written]:
        """Every profile by its name in lower case, as the files are now."""
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                self._known, self.problems = self._read([name for name, _, _ in seen])
                self._seen = seen
            return self._known

    def choose(self, client: Client) -> ClientProfile:
        """The profile of a client."""
        known = self.all()
        named = known.get(client.profile.strip().lower())
        if named is not None:
            return named.profile
        product, platform = client.product.strip().lower(), client.platform.strip().lower()
        devices = {client.device.strip().lower(), client.model.strip().lower()} - {""}
        for written in known.values():
            if product and product in written.products:
                return written.profile
        for written in known.values():
            if devices & written.devices:
                return written.profile
        for written in known.values():
            if platform and platform in written.platforms:
                return written.profile
        for name in (product, platform, *sorted(devices)):
            if name in known and name not in (GENERIC.lower(), UNKNOWN.lower()):
                return known[name].profile
        return known[UNKNOWN.lower()].profile

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        try:
            files = sorted(one for one in self._folder.iterdir() if one.suffix.lower() == ".xml" and one.is_file())
            return tuple((one.name, one.stat().st_mtime_ns, one.stat().st_size) for one in files[:_MOST_FILES])
        except OSError:
            return ()

    def _read(self, names: list[str]) -> tuple[Mapping[str, Written], tuple[str, ...]]:
        known = dict(shipped())
        problems: list[str] = []
        for name in names:
            path = self._folder / name
            try:
                with path.open("rb") as file:
                    written = read_profile(file.read(_MOST_BYTES + 1), name=path.stem)
            except (OSError, ProfileError) as error:
                problems.append(f"{path}: {error}")
                _log.warning("profile %s is not used: %s", path, error)
                continue
            key = written.profile.name.lower()
            before = known.get(key)
            if before is not None and not (written.platforms or written.products or written.devices):
                written = replace(written, platforms=before.platforms, products=before.products, devices=before.devices)
            # The owner's own are asked first.
            known = {key: written} | {other: one for other, one in known.items() if other != key}
        return known, tuple(problems)
