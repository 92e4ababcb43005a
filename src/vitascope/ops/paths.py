"""Where the server keeps what: the support directory, laid out as Plex Media Server lays out its own.

The layout is a contract: recipes mount it, tools read logs and preferences from it, and the original server finds its
files untouched when it is put back. Our own database has a name of its own beside the databases of the original.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SUPPORT_NAME = "Plex Media Server"
_BELOW_CONFIG = Path("Library") / "Application Support"
_SUPPORT_PARENT = "PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR"


@dataclass(frozen=True, slots=True)
class SupportDir:
    """The support directory and the places inside it."""

    root: Path

    @classmethod
    def for_config(cls, config: Path, environment: Mapping[str, str] | None = None) -> "SupportDir":
        """The support directory of a ``/config`` folder, or below the parent that the environment of the original
        container names."""
        parent = (environment or {}).get(_SUPPORT_PARENT)
        return cls((Path(parent) if parent else config / _BELOW_CONFIG) / SUPPORT_NAME)

    @property
    def preferences(self) -> Path:
        return self.root / "Preferences.xml"

    @property
    def databases(self) -> Path:
        return self.root / "Plug-in Support" / "Databases"

    @property
    def database(self) -> Path:
        return self.databases / "vitascope.db"

    @property
    def metadata(self) -> Path:
        return self.root / "Metadata"

    @property
    def media(self) -> Path:
        return self.root / "Media"

    @property
    def cache(self) -> Path:
        return self.root / "Cache"

    @property
    def logs(self) -> Path:
        return self.root / "Logs"

    @property
    def profiles(self) -> Path:
        """The owner's own profiles of clients."""
        return self.root / "Profiles"

    @property
    def plugins(self) -> Path:
        """Bundles of the original server (:mod:`vitascope.ops.plugins`)."""
        return self.root / "Plug-ins"

    @property
    def sources(self) -> Path:
        """The remotes that are mounted, and the keys that open them."""
        return self.root / "Sources"

    @property
    def certificates(self) -> Path:
        """The server's own authority and certificates."""
        return self.root / "Vitascope" / "certificates"

    @property
    def codecs(self) -> Path:
        return self.root / "Codecs"

    @property
    def updates(self) -> Path:
        return self.root / "Updates"

    @property
    def crash_reports(self) -> Path:
        return self.root / "Crash Reports"

    @property
    def socket(self) -> Path:
        """Where command-line verbs reach the running server."""
        return self.root / "vitascope.sock"

    def make(self) -> None:
        """Creates what is missing. Raises ``OSError`` when that is not possible."""
        for folder in (
            self.databases,
            self.metadata,
            self.media,
            self.cache,
            self.logs,
            self.codecs,
            self.updates,
            self.crash_reports,
        ):
            folder.mkdir(parents=True, exist_ok=True)
