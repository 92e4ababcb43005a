"""The command line that mounts a source or serves it: the one that is run, and the one ``--dry-run`` shows.

No secret is in it, since every user of a machine can read the command lines of its processes; those are in the file it
names. Values come from checked settings, each in one argument with its flag, so none can become a flag of its own.
"""

from dataclasses import dataclass
from pathlib import Path

from vitascope.sources.rclone.flags import shown_flags
from vitascope.sources.rclone.source import Source, Way

_LEFT_OUT = {("vfs-cache-min-free-space", "off")}
"""What older releases of rclone do not know even where it means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where what belongs to remotes lies. ``root`` is a folder of the support directory, its owner's alone."""

    root: Path
    cache: Path

    @property
    def config(self) -> Path:
        return self.root / "rclone.conf"

    @property
    def sources(self) -> Path:
        return self.root / "sources.json"

    @property
    def traffic(self) -> Path:
        return self.root / "traffic.json"

    @property
    def running(self) -> Path:
        """What belongs to running mounts: their control sockets and who they are."""
        return self.root / "run"

    def socket_name(self, name: str) -> str:
        """The control socket of a mount, relative to :attr:`running`: an address has no room for a long path."""
        return f"{name}.sock"

    def media_socket_name(self, name: str) -> str:
        """The socket behind which the files of a source lie that is read directly."""
        return f"{name}.media.sock"


_OF_MOUNTS = frozenset({"allow-other", "allow-non-empty", "read-only"})


def source_command(program: Path, source: Source, places: Places) -> list[str]:
    """The arguments that mount a source, or serve one that is read directly; to be run in :attr:`Places.running`."""
    flags = []
    for name, value in shown_flags(source.flags).items():
        if source.way is Way.DIRECT and (name in _OF_MOUNTS or value == "INFO"):  # which logs every request
            continue
        if value == "true":
            flags.append(f"--{name}")
        elif (name, value) not in _LEFT_OUT and value != "false":
            flags.append(f"--{name}={value}")
    return [
        str(program),
        *_verb(source, places),
        f"--config={places.config}",
        f"--cache-dir={places.cache / source.name}",
        *flags,
        "--rc",
        f"--rc-addr=unix://{places.socket_name(source.name)}",
        "--rc-no-auth",
    ]


def _verb(source: Source, places: Places) -> list[str]:
    if source.way is Way.MOUNT:
        return ["mount", source.address, source.mount]
    return [
        *("serve", "webdav", source.address, "--read-only"),
        f"--addr=unix://{places.media_socket_name(source.name)}",
        *("--server-read-timeout=0", "--server-write-timeout=0"),  # a player that pauses for hours reads on
    ]
