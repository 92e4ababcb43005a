"""An image as values: its configuration, and every file it holds once its layers are laid over each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file, folder or link."""

    kind: str
    """``file``, ``folder``, ``link`` or ``other``."""
    mode: int
    uid: int
    gid: int
    size_bytes: int = 0
    target: str = ""
    """Where a link leads."""
    head: bytes = b""
    """The first bytes of a file: enough for the headers of a program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """How an engine finds out whether the container is well."""

    test: tuple[str, ...]
    interval_ms: int = 0
    timeout_ms: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image, whole."""

    os: str
    architecture: str
    user: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    ports: frozenset[str] = frozenset()
    """``32400/tcp``."""
    volumes: frozenset[str] = frozenset()
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    health: HealthCheck | None = None
    files: Mapping[str, Entry] = field(default_factory=dict)
    """By absolute path."""

    @property
    def size_bytes(self) -> int:
        """How large its files are, unpacked."""
        return sum(entry.size_bytes for entry in self.files.values())

    def find(self, path: str) -> Entry | None:
        """What lies at a path, links followed as a program in the container would."""
        for _ in range(_MOST_LINKS):
            entry, path = self._step(path)
            if entry is None or entry.kind != "link" or not path:
                return entry
        return None

    def _step(self, path: str) -> tuple[Entry | None, str]:
        """What lies at a path; when a part of it is a link, that link and the path it leads to."""
        parts = [part for part in path.split("/") if part]
        here = ""
        for number, part in enumerate(parts):
            here = f"{here}/{part}"
            entry = self.files.get(here)
            if entry is not None and entry.kind == "link":
                base = entry.target if entry.target.startswith("/") else f"{here.rpartition('/')[0]}/{entry.target}"
                return entry, normal("/".join([base, *parts[number + 1 :]]))
            if entry is None and number == len(parts) - 1:
                return None, ""
        return self.files.get(here), ""


_MOST_LINKS = 40


def normal(path: str) -> str:
    """An absolute path without ``.`` and ``..``, which never leave the root."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)
