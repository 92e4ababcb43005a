"""What the doctor is told about the server that is examined."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vitascope.ops.health.looks import MediaFolder
from vitascope.ops.paths import SupportDir
from vitascope.ops.service import Engine

if TYPE_CHECKING:
    from vitascope.ops.doctor.remotes import RemoteFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One server, running or not."""

    engine: Engine
    config: Path
    support: SupportDir
    direct: str
    """Where the server itself is reached (``http://127.0.0.1:32400``)."""
    is_running: bool
    answers_surely: bool = False
    """Whether what answers there is surely this server and not somebody who took its port: only then the owner's token
    is presented to it."""
    advertised: Sequence[str] = ()
    """The addresses that clients are given, and those that the owner wants looked at."""
    media: Sequence[MediaFolder] = ()
    remotes: "Sequence[RemoteFact]" = ()
    """The sources of a server that runs."""
    attributes: dict[str, str] = field(default_factory=dict)
    """Of ``Preferences.xml``."""
    restart: str = ""
    """The command that restarts the server here, if it is known."""
    plugins: Sequence[Path] = ()
    """Bundles that the environment names."""
    unasked: Sequence[tuple[str, str]] = ()
    """Libraries whose agent is switched off although this server could do its work, and that agent."""
    fstab_root: Path = Path("/")
    """Where ``etc/fstab`` lies."""
